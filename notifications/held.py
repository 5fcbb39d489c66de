"""What moderators decide about mail that is held (product.md, section 4). Each function is one
transaction; nobody decides on mail that is about a report they may not decide on (section 3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from notifications import inbound
from notifications.models import Incoming, Robot
from reports import contacts, facts, moderation, replies
from reports.deciding import must, words
from reports.lifecycle import Refused
from reports.models import Contact, Hold, Report
from reports.visibility import may_moderate

DECIDED = "Somebody decided on this mail already."
CLOSED = "The report is closed: there is nothing left to answer."
NO_SENDER = "The mail names no sender whose address could be kept."
NO_LETTER = "It is about no letter that we know."
NO_SOURCE = "Say why this is the author's address; it must be open to see."


def reports_of(mail: Incoming) -> list[Report]:
    """The reports that the mail is about, or that it holds up, in the order of ids."""
    behind = Hold.objects.filter(mail=mail.pk).values("inquiry__report_id")
    about = Q(pk__in=behind) | Q(pk=mail.report_id)
    return list(Report.objects.filter(about).select_related("paper", "reporter").order_by("pk"))


@contextmanager
def _deciding(pk: int, moderator: User, *, also: int | None = None) -> Iterator[Incoming]:
    """The held mail, locked after the reports it holds up, and the report `also`, for one who may
    decide on all of them."""
    if not (moderator.is_active and moderator.is_staff):
        raise Refused("Only moderators decide on mail.")
    with transaction.atomic():
        mail = Incoming.objects.get(pk=pk)
        must_be_held(mail)  # else whoever reads it may wait for the reports
        reports = {report.pk: report for report in reports_of(mail)}
        if also is not None and also not in reports:
            reports[also] = Report.objects.select_related("paper", "reporter").get(pk=also)
        for report in reports.values():
            must(may_moderate(moderator, report))
        list(inbound.locked(list(reports)))
        mail = Incoming.objects.select_for_update().get(pk=pk)
        must_be_held(mail)
        yield mail


def must_be_held(mail: Incoming) -> None:
    """Refused unless the mail waits for a moderator."""
    if mail.state == Incoming.State.DONE:
        raise Refused(DECIDED if mail.decided_at is not None else "This mail waits for nobody.")
    if mail.state != Incoming.State.HELD:
        raise Refused("This mail was not read yet: it is tried again by itself.")


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
    contact = Contact.objects.select_related("inquiry").get(pk=contact_id)
    with _deciding(pk, moderator, also=contact.inquiry.report_id) as mail:
        _answered(mail, contact, now)
        _decide(mail, "answer", moderator, now)


def _answered(mail: Incoming, contact: Contact, now: datetime) -> None:
    reply = replies.received(
        contact_id=contact.pk, mail=mail.pk, content=mail.content,
        text=inbound.words_of(mail), received_at=mail.received_at, now=now,
    )  # fmt: skip
    if reply is None:
        raise Refused(CLOSED)
    mail.contact = contact
    mail.report_id = contact.inquiry.report_id


def add_address(
    *, pk: int, report_id: int, author_position: int, moderator: User, source: str, now: datetime
) -> None:
    """The sender is this author at an address that is new to us: it becomes theirs, and the mail
    their answer."""
    with _deciding(pk, moderator, also=report_id) as mail:
        if not mail.sender:
            raise Refused(NO_SENDER)
        contact = moderation.ask_again(
            report_id=report_id, moderator=moderator, author_position=author_position,
            email=mail.sender, source=words(source, NO_SOURCE), now=now,
        )  # fmt: skip
        _answered(mail, contact, now)
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
        if mail.email is None:
            raise Refused(NO_LETTER)
        reason = "a moderator read it as a failure notice"
        inbound.came_back(mail.email, reason=reason, address_is_bad=False, now=now)
        _decide(mail, "failure notice", moderator, now)
