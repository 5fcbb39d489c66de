"""What moderators decide about mail that is held (product.md, section 4). Each function is one
transaction; nobody decides on mail that is about a report they may not decide on (section 3)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from notifications import inbound
from notifications.models import Email, Incoming, Robot
from reports import contacts, facts, moderation, replies
from reports.deciding import must, words
from reports.lifecycle import Refused
from reports.models import Contact, Hold, Report
from reports.visibility import may_moderate

DECIDED = "Somebody decided on this mail already."


@dataclass(frozen=True)
class Held:
    """A held mail as a moderator sees it: the reports that wait for it, and whom it may be from."""

    mail: Incoming
    reports: Sequence[Report]
    contacts: Sequence[Contact]
    why_not: str  # empty, or why this moderator may neither read it nor decide


def reports_of(mail: Incoming) -> list[Report]:
    """The reports that the mail is about, or that it holds up."""
    behind = Hold.objects.filter(mail=mail.pk).values("inquiry__report_id")
    return list(
        Report.objects.filter(pk__in=behind).select_related("paper", "reporter")
        | Report.objects.filter(pk=mail.report_id).select_related("paper", "reporter")
    )


def held_by(pk: int, moderator: User) -> Held | None:
    """The mail with all that a decision needs; None if there is none with this id."""
    mail = Incoming.objects.select_related("email", "contact", "decided_by").filter(pk=pk).first()
    if mail is None:
        return None
    reports = sorted(reports_of(mail), key=lambda report: report.pk)
    asked = Contact.objects.filter(inquiry__report__in=reports).select_related(
        "address", "inquiry__report"
    )
    return Held(
        mail=mail,
        reports=reports,
        contacts=list(asked.order_by("inquiry__report_id", "position")),
        why_not=next(filter(None, (may_moderate(moderator, one) for one in reports)), ""),
    )


def waiting() -> list[Incoming]:
    """The mails that wait for a moderator, the oldest first."""
    held = Incoming.objects.filter(state=Incoming.State.HELD).select_related("report__paper")
    return list(held.order_by("pk")[:200])


@contextmanager
def _deciding(pk: int, moderator: User) -> Iterator[Incoming]:
    """The held mail, locked after the reports it holds up, for one who may decide on all of them."""
    with transaction.atomic():
        mail = Incoming.objects.get(pk=pk)
        reports = reports_of(mail)
        for report in reports:
            must(may_moderate(moderator, report))
        list(inbound.locked([report.pk for report in reports]))
        mail = Incoming.objects.select_for_update().get(pk=pk)
        if mail.state != Incoming.State.HELD:
            raise Refused(DECIDED)
        yield mail


def _decide(mail: Incoming, decision: str, moderator: User, now: datetime, note: str = "") -> None:
    mail.state, mail.decision = Incoming.State.DONE, decision
    mail.decided_at, mail.decided_by = now, moderator
    mail.why = f"{mail.why} {note}".strip()
    mail.save(
        update_fields=["state", "decision", "decided_at", "decided_by", "why", "contact", "report"]
    )
    inbound.unblock(mail, now, moderator=moderator)


def take_as_answer(*, pk: int, contact_id: int, moderator: User, now: datetime) -> None:
    """It is an answer of this author: they get the link to choose its kind, where we wrote to."""
    with _deciding(pk, moderator) as mail:
        contact = Contact.objects.select_related("inquiry__report").get(pk=contact_id)
        must(may_moderate(moderator, contact.inquiry.report))
        reply = replies.received(
            contact_id=contact_id, mail=mail.pk, content=mail.content, text=mail.text,
            received_at=mail.received_at, now=now,
        )  # fmt: skip
        if reply is None:
            raise Refused("The report is closed: there is nothing left to answer.")
        mail.contact, mail.report = contact, contact.inquiry.report
        _decide(mail, "answer", moderator, now)


def add_address(*, pk: int, contact_id: int, moderator: User, source: str, now: datetime) -> None:
    """The sender is this author at an address that is new to us: it becomes theirs, and the mail
    their answer."""
    with _deciding(pk, moderator) as mail:
        contact = Contact.objects.select_related("inquiry__report").get(pk=contact_id)
        if not mail.sender:
            raise Refused("The mail names no sender whose address could be kept.")
        moderation.ask_again(
            report_id=contact.inquiry.report_id, moderator=moderator,
            author_position=contact.position, email=mail.sender,
            source=words(source, "Say why this is the author's address; it must be open to see."),
            now=now,
        )  # fmt: skip
        replies.received(
            contact_id=contact_id, mail=mail.pk, content=mail.content, text=mail.text,
            received_at=mail.received_at, now=now,
        )  # fmt: skip
        mail.contact, mail.report = contact, contact.inquiry.report
        _decide(mail, "new address", moderator, now)


def robot(*, pk: int, moderator: User, now: datetime) -> None:
    """A robot wrote it: never an answer. Later mail of this sender blocks these reports no more."""
    with _deciding(pk, moderator) as mail:
        if mail.sender:
            known = contacts.email_hash(mail.sender)
            for report in reports_of(mail):
                Robot.objects.get_or_create(
                    report=report, sender_hash=known, defaults={"at": now, "by": moderator}
                )
        letter = mail.email.letter_id if mail.email is not None else None
        if letter is not None:
            facts.answered_by_robot(letter_id=letter, reason="a moderator found it so", now=now)
        _decide(mail, "robot", moderator, now)


def discard(*, pk: int, moderator: User, reason: str, now: datetime) -> None:
    """It has nothing to do with any report, or says nothing."""
    with _deciding(pk, moderator) as mail:
        _decide(mail, "discarded", moderator, now, note=words(reason))


def failure(*, pk: int, moderator: User, now: datetime) -> None:
    """It says that the letter did not arrive (a challenge, a notice that no program understood)."""
    with _deciding(pk, moderator) as mail:
        email = Email.objects.filter(pk=mail.email_id).first()
        if email is None:
            raise Refused("It is about no letter that we know.")
        inbound.came_back(
            email, reason="a moderator read it as a failure notice", address_is_bad=False, now=now
        )
        _decide(mail, "failure notice", moderator, now)
