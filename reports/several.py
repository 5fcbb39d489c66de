"""One person who was asked about several reports of a paper (product.md, section 8): all of them in
one place, one answer for those that the person chooses, more time for each or all.

It is the same person where the same address was written to. Functions that write are one
transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from reports import answers, contacts
from reports.answers import Incomplete, no_more_time
from reports.lifecycle import Refused
from reports.models import Answer, Contact, Report
from reports.selectors import with_contents
from reports.states import ANSWERABLE, State
from reports.visibility import Viewer, visible_reports

CHOOSE = "Choose at least one report that the answer is about."
CHOOSE_TIME = "Choose the report for which you need more time."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A report that one person was asked about, as that person's page shows it."""

    contact: Contact
    report: Report
    here: bool  # the page is that of this report
    overdue: bool
    no_more_time: str  # empty, or why none can be asked for

    @property
    def asks(self) -> bool:
        """Whether the report waits for an answer under a deadline."""
        return bool(self.report.state == State.ASKING)


def of_person(contact: Contact) -> QuerySet[Contact]:
    """The contacts of the same person in every inquiry about the paper; `contact` is one."""
    own = Contact.objects.filter(pk=contact.pk)
    if contact.address is None or not contact.address.email:
        return own
    same = Contact.objects.filter(
        inquiry__report__paper=contact.inquiry.report.paper_id,
        address__email__iexact=contact.address.email,
    ).exclude(state=Contact.State.VOID)
    return own | same


def asked_about(contact: Contact, now: datetime) -> list[Asked]:
    """The report of `contact`, and the others of the paper that wait for this person's answer, too;
    in the order of their numbers. A fixed number of queries."""
    by_report = {c.inquiry.report_id: c for c in of_person(contact).select_related("inquiry")}
    own = contact.inquiry.report_id
    by_report[own] = contact
    viewer = Viewer(contact_ids=frozenset(one.pk for one in by_report.values()))
    seen = visible_reports(viewer).filter(pk__in=by_report.keys()).select_related("inquiry")
    return [
        _asked(by_report[report.pk], report, report.pk == own, now)
        for report in with_contents(seen).order_by("pk")
        if report.pk == own or report.state in ANSWERABLE
    ]


def _asked(contact: Contact, report: Report, here: bool, now: datetime) -> Asked:
    inquiry = report.inquiry
    return Asked(
        contact=contact,
        report=report,
        here=here,
        overdue=inquiry.deadline is not None and now > inquiry.deadline,
        no_more_time=no_more_time(inquiry, now),
    )


def at_first(asked: Sequence[Asked]) -> list[int]:
    """The reports (ids) that an answer is about if nobody chooses: all that ask, and the page's own
    as long as it has no answer, or nothing else asks."""
    asking = any(one.asks for one in asked)
    return [
        one.report.pk
        for one in asked
        if one.asks or (one.here and (one.report.state in ANSWERABLE or not asking))
    ]


def give_answer(
    *,
    contact_id: int,
    about: Collection[int],
    kind: str,
    form_key: UUID,
    now: datetime,
    **typed: Any,
) -> Answer:
    """Store one answer to those of the reports `about` that this person was asked about.

    *Agrees* becomes an answer to each of them, because each is confirmed by a letter of its own.
    Returns the first one. `typed` are the words of `answers.give_answer`.
    """
    with transaction.atomic():
        mine = _locked(contact_id)
        chosen = [report_id for report_id in mine if report_id in about]
        if not chosen:
            raise Incomplete({"about": CHOOSE})
        first, *others = chosen
        given = answers.give_answer(
            contact_id=mine[first], kind=kind, form_key=form_key, now=now,
            also=[] if kind == Answer.Kind.AGREES else others, **typed,
        )  # fmt: skip
        if kind == Answer.Kind.AGREES:
            for report_id in others:
                answers.give_answer(
                    contact_id=mine[report_id], kind=kind, now=now,
                    form_key=uuid5(form_key, str(report_id)), **typed,
                )  # fmt: skip
    return given


def more_time(*, contact_id: int, about: Collection[int], now: datetime) -> dict[int, datetime]:
    """Grant the extension of each inquiry about the reports `about`, all or none of them; the new
    deadlines (UTC) by report."""
    with transaction.atomic():
        mine = _locked(contact_id)
        chosen = [report_id for report_id in mine if report_id in about]
        if not chosen:
            raise Incomplete({"time_for": CHOOSE_TIME})
        granted = {}
        for report_id in sorted(chosen):
            try:
                granted[report_id] = answers.more_time(contact_id=mine[report_id], now=now)
            except Refused as error:
                if len(chosen) == 1:
                    raise
                raise Refused(
                    gettext("Report {report_id}: {error} Nothing was changed.").format(
                        report_id=report_id, error=error
                    )
                ) from error
    return granted


def _locked(contact_id: int) -> dict[int, int]:
    """The person's contacts by report, that of the page first, with the paper locked: so nobody
    else waits for one of its reports while this one waits for another."""
    contact, inquiry = contacts.lock(contact_id)
    mine = {c.inquiry.report_id: c.pk for c in of_person(contact).select_related("inquiry")}
    return {inquiry.report_id: contact.pk} | dict(sorted(mine.items()))
