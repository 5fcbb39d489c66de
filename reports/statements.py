"""What people say is shared is stored; the rules are in sharing.py (product.md, sections 6 and 8).

A statement is no answer: it changes no state, moves no deadline and orders no letter.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from reports import contacts, lifecycle, sharing
from reports.lifecycle import Refused
from reports.models import Answer, Contact, Report, Statement
from reports.sharing import NOT_SAID, Stated
from reports.states import PUBLIC, State

CLOSED = (State.REMOVED, State.DECLINED, State.WITHDRAWN)
NO_AUTHOR = (
    "A moderator decided that this link did not reach an author of the paper, so nothing that is "
    "said here of what is shared counts. Leave the table as it was; you can still answer."
)


def worth_saying(rows: Sequence[Stated]) -> list[Stated]:
    """The rows that say more than that nothing is known."""
    return [row for row in rows if (row.value, row.url, row.note) != NOT_SAID]


def touched(report_id: int, rows: Sequence[Stated], *, seen: int) -> list[Stated]:
    """The rows that an author changed on the page of a report, which knew what was said up to the
    statement `seen`."""
    shown = Statement.objects.filter(report=report_id, contact__isnull=False, pk__lte=seen)
    return sharing.touched(rows, [one.said for one in shown.select_related("report")])


def by_reporter(report: Report, rows: Sequence[Stated], *, now: datetime) -> None:
    """Store what the reporter says anew. The report is locked by the caller."""
    _add(report, rows, now=now)


def with_answer(
    answer: Answer, reports: Sequence[Report], rows: Sequence[Stated], *, now: datetime
) -> None:
    """Store what the author of `answer` says anew, beside each report that it is about.

    The reports are locked by the caller, who also derives the public records of their papers anew.
    """
    for report in reports:
        _add(report, rows, now=now, contact=answer.contact, name=answer.name, answer=answer)


def state(*, contact_id: int, rows: Sequence[Stated], name: str, now: datetime) -> bool:
    """Store what an author says without an answer; whether anything of it is new.

    If the report is public the filter of /papers/ goes by it at once.
    """
    with transaction.atomic():
        contact, inquiry = contacts.lock(contact_id)
        report = inquiry.report
        if report.state in CLOSED:
            raise Refused(
                gettext("The report is {state}: nothing is shown beside it any more.").format(
                    state=gettext(report.state)
                )
            )
        new = _add(report, rows, now=now, contact=contact, name=name)
        if new and report.state in PUBLIC and report.paper is not None:
            lifecycle.refresh_standing(report.paper, now=now)
    return new


def _add(
    report: Report,
    rows: Sequence[Stated],
    *,
    now: datetime,
    contact: Contact | None = None,
    name: str = "",
    answer: Answer | None = None,
) -> bool:
    """Store the rows that say anything new for their side; whether there are any."""
    if not rows:
        return False
    own = Statement.objects.filter(report=report, contact__isnull=contact is None)
    new = sharing.touched(rows, [one.said for one in own.select_related("report")])
    if new and contact is not None and contact.state == Contact.State.VOID:
        raise Refused(NO_AUTHOR)
    Statement.objects.bulk_create(
        Statement(
            report=report, contact=contact, name=name, answer=answer, item=row.item,
            value=row.value, url=row.url, note=row.note, said_at=now,
        )
        for row in new
    )  # fmt: skip
    return bool(new)
