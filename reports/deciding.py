"""What the decisions of moderators share: the lock, the conflict rule, the words, the record."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from accounts.models import User
from reports import contacts, lifecycle, permitted
from reports.lifecycle import Refused
from reports.models import Address, Contact, EventKind, Inquiry, Report
from reports.states import Actor, State
from reports.visibility import may_moderate


@contextmanager
def deciding(report_id: int, moderator: User) -> Iterator[tuple[Report, Inquiry]]:
    """The locked report and its inquiry, for a moderator who may decide on it."""
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        must(may_moderate(moderator, report))
        inquiry = Inquiry.objects.select_for_update().filter(report=report).first()
        if inquiry is None:
            raise Refused(permitted.NEVER_ASKED)
        inquiry.report = report
        yield report, inquiry


def must(why_not: str) -> None:
    """Refused with the sentence, if there is one."""
    if why_not:
        raise Refused(why_not)


def words(text: str, ask: str = "Give the reason, in words for the people concerned.") -> str:
    """The text without space around it; Refused with `ask` if nothing is left."""
    if not text.strip():
        raise Refused(ask)
    return text.strip()


def record_decision(
    report: Report,
    moderator: User,
    now: datetime,
    what: str,
    *,
    contact: Contact | None = None,
    note: str = "",
) -> None:
    """Write the decision into the log; it writes no letter."""
    lifecycle.record(
        report, EventKind.DECISION, actor=Actor.MODERATOR, now=now, user=moderator,
        contact=contact, note=note, data={"what": what}, to_do=False,
    )  # fmt: skip


def ask_at(
    inquiry: Inquiry, address: Address, *, moderator: User, now: datetime, name: str = ""
) -> Contact:
    """The contact of `address`, written to there unless the address in use works; a report of
    which the clock was void is opened anew."""
    report = inquiry.report
    anew = report.state != State.ASKING
    contact = contacts.add_contact(inquiry, address, name=name)
    if contact.address_id != address.pk and (anew or contact.state in contacts.GONE):
        contacts.use_address(contact, address, now=now)
    if anew:
        # Whom letters and lists call asked on that day was not reached before.
        inquiry.opened_at, inquiry.closed_at = now, None
        inquiry.save(update_fields=["opened_at", "closed_at"])
        lifecycle.transition(report, State.ASKING, actor=Actor.MODERATOR, now=now, user=moderator)
    return contact
