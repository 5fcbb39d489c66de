"""One report as moderators see it, in a fixed number of queries. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts.models import User
from registry.mail_addresses import domain_of
from registry.models import Identifier
from reports import contacts as addresses
from reports import mail_domains
from reports.background import Record, others_on, record_of
from reports.declarations import has_declared
from reports.inquiry import ear
from reports.lapse import conditions, earlier_answer_stands
from reports.log import Line, line_of
from reports.models import (
    Address,
    AddressSearch,
    Answer,
    Appeal,
    Contact,
    DeadlineChange,
    Hold,
    Inquiry,
    Letter,
    Proposal,
    Redaction,
    Reply,
    Report,
    Suggestion,
)
from reports.permitted import redacting
from reports.proof import Moment, life_of
from reports.reach import delivered
from reports.redactions import Place, places_of
from reports.selectors import with_contents
from reports.states import State
from reports.visibility import Level, may_moderate, moderators_level

UNMET = {
    "due": "the deadline has not passed, or a notice is on its way that would move it",
    "reached": "no author who counts got the notice, a reminder and a final notice that names the "
    "deadline in force",
    "silent": "there is an answer, or a hold stands",
    "listening": "no test letter that the site sent itself after the deadline has come back",
    "new": "an answer to the same claim stands beside another report",
}
"""What keeps a report from lapsing, by the name of the condition."""


@dataclass(frozen=True)
class Sent:
    """A letter of the clock, with the word for what became of it."""

    letter: Letter
    fate: str

    @property
    def name(self) -> str:
        """The letter's kind in words."""
        return self.letter.kind.replace("_", " ")


@dataclass(frozen=True)
class Asked:
    """A contact, with all that was sent to it, and all that happened with it, in order."""

    contact: Contact
    sent: Sequence[Sent]
    life: Sequence[Moment]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A report, its inquiry if the authors were ever asked, and what happened to both."""

    report: Report
    user: User
    now: datetime
    why_not: str  # empty, or why this moderator may not decide
    inquiry: Inquiry | None = None
    addresses: Sequence[Address] = ()
    asked: Sequence[Asked] = ()
    holds: Sequence[Hold] = ()
    searches: Sequence[AddressSearch] = ()
    suggestions: Sequence[Suggestion] = ()
    replies: Sequence[Reply] = ()  # answers that came by mail
    earlier_stands: bool = False  # an answer to the same claim stands beside another report
    changes: Sequence[DeadlineChange] = ()
    answers: Sequence[Answer] = ()
    log: Sequence[Line] = ()
    unmet: Sequence[str] = ()  # what keeps an asking report from lapsing, in words
    authors: Sequence[str] = ()
    declared: bool = False  # this moderator declared to have no conflict of interest
    others: Sequence[Report] = ()  # on the same paper
    record: Record | None = None  # of the reporter
    appeals: Sequence[Appeal] = ()  # confirmed by their senders
    redactions: Sequence[Redaction] = ()
    proposals: Sequence[Proposal] = ()  # of the two-person rule
    places: Sequence[Place] = ()  # the texts of which a passage can be covered
    identifiers: Sequence[Identifier] = ()

    @property
    def domain(self) -> str:
        """What the reporter's address says of their institution."""
        return domain_of(self.report.reporter.email)

    @property
    def waiting(self) -> list[Suggestion]:
        """Words of authors on which nobody has decided."""
        return [one for one in self.suggestions if one.decided_at is None]

    @property
    def replies_waiting(self) -> list[Reply]:
        """Answers by mail whose kind nobody has chosen."""
        return [one for one in self.replies if one.decided_at is None]

    @property
    def untried(self) -> list[Address]:
        """Addresses that are known, and to which nothing was sent."""
        sent_to = {sent.letter.address_id for asked in self.asked for sent in asked.sent}
        return [a for a in self.addresses if a.failed_at is None and a.pk not in sent_to]


def case_of(report_id: int, user: User, now: datetime) -> Case | None:
    """The case as `user` may see it; None where the moderators' pages show nothing.

    Who may not decide sees the report, and nothing of who is behind it or of the inquiry.
    """
    report = (
        with_contents(Report.objects.all())
        .select_related("reporter", "inquiry")
        .filter(pk=report_id)
        .first()
    )
    if report is None or moderators_level(report) is not Level.FULL:
        return None
    why_not = may_moderate(user, report)
    if why_not:
        return Case(report=report, user=user, now=now, why_not=why_not)
    inquiry: Inquiry | None = getattr(report, "inquiry", None)
    case = Case(
        report=report,
        user=user,
        now=now,
        why_not="",
        addresses=_with_domains(list(report.addresses.all())),
        answers=list(report.answers.all()),
        log=[line_of(event) for event in report.events.select_related("user", "contact")],
        authors=addresses.authors_of(report),
        declared=has_declared(user, report),
        others=others_on(report),
        record=record_of(report.reporter),
        appeals=list(report.appeals.filter(confirmed_at__isnull=False)),
        proposals=list(report.proposals.select_related("by", "decided_by", "hold")),
        redactions=list(report.redactions.select_related("by", "undone_by")),
        places=[] if redacting(report) else places_of(report),
        identifiers=list(report.paper.identifiers.all()) if report.paper is not None else [],
    )
    return case if inquiry is None else _with_inquiry(case, inquiry)


def _with_domains(given: Sequence[Address]) -> Sequence[Address]:
    """The addresses, each with what is known of its `domain`, or None."""
    domains = mail_domains.known(address.email for address in given)
    for address in given:
        vars(address)["domain"] = domains.get(domain_of(address.email))
    return given


def _with_inquiry(case: Case, inquiry: Inquiry) -> Case:
    inquiry.report = case.report
    changed: dict[str, Any] = {
        "inquiry": inquiry,
        "asked": _asked(inquiry, case),
        "holds": list(
            inquiry.holds.select_related("opened_by", "released_by", "suggestion", "appeal")
        ),
        "searches": list(case.report.searches.select_related("moderator")),
        "suggestions": list(
            Suggestion.objects.filter(contact__inquiry=inquiry).select_related(
                "contact", "decided_by"
            )
        ),
        "replies": list(
            Reply.objects.filter(contact__inquiry=inquiry).select_related("contact", "answer")
        ),
        "changes": list(inquiry.deadline_changes.all()),
    }
    if case.report.state == State.ASKING and inquiry.deadline is not None:
        changed["unmet"] = [UNMET[name] for name in conditions(inquiry, case.now).unmet]
    if any(reply.decided_at is None for reply in changed["replies"]):
        changed["earlier_stands"] = earlier_answer_stands(case.report) is not None
    return replace(case, **changed)


def _asked(inquiry: Inquiry, case: Case) -> list[Asked]:
    heard, policy = ear(case.now), inquiry.policy

    def fate(letter: Letter) -> str:
        if letter.failed_at is not None:
            return "failed"
        if letter.cancelled_at is not None:
            return "cancelled"
        if letter.handed_over_at is None:
            return "owed"
        return "delivered" if delivered(letter.fact, policy, heard) else "handed over"

    def asked(contact: Contact) -> Asked:
        letters = list(contact.letters.all())
        events = [line.event for line in case.log if line.event.contact_id == contact.pk]
        return Asked(
            contact,
            [Sent(letter, fate(letter)) for letter in letters],
            life_of(letters, events, policy, heard),
        )

    contacts = inquiry.contacts.select_related("address").prefetch_related("letters__address")
    return [asked(contact) for contact in contacts]
