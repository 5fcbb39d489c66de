"""Which event writes to whom: takes to-dos, inserts the Email rows they ask for.

The words are in templates/emails; `compose.py` puts them together when a mail is sent.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from notifications import headers
from notifications.addresses import domain_of
from notifications.models import Email
from notifications.recipients import Recipient, To, recipients_of
from notifications.retries import retry_span
from reports import facts
from reports.models import EventKind, ReportEvent, ToDo
from reports.states import State

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """A letter (the name of its template) and whom it goes to."""

    kind: str
    to: tuple[To, ...]


BOTH = (To.AUTHORS, To.REPORTER)
R = (To.REPORTER,)

BY_TARGET: dict[State, tuple[Order, ...]] = {
    State.DRAFT: (),
    State.SUBMITTED: (Order("received", R),),
    State.RETURNED: (Order("returned", R),),
    State.DECLINED: (Order("declined", R),),
    State.PUBLISHED: (Order("accepted", R), Order("published", (To.ADDRESSES,))),
    State.ASKING: (Order("accepted", R),),
    State.UNREACHABLE: (Order("unreachable", R),),
    State.UNASKED: (Order("unasked", R),),
    State.ANSWERED: (),  # the ANSWER event writes, and that of an agreement taken back
    State.LAPSED: (Order("listed", BOTH),),
    State.DISPUTED: (Order("disputed", BOTH),),
    State.RESOLVED: (Order("resolved", BOTH),),
    State.CONFIRMED: (Order("confirmed", BOTH),),
    State.WITHDRAWN: (Order("withdrawn", BOTH),),
    State.REMOVED: (Order("removed", BOTH),),
}
"""What a change of state writes, by the new state. `_of_state` holds the one exception."""

BY_KIND: dict[EventKind, tuple[Order, ...] | None] = {
    EventKind.STATE: None,  # BY_TARGET
    EventKind.LETTER: None,  # a letter of the clock, to the address its row names
    EventKind.LETTER_FACT: (),
    EventKind.DEADLINE: (),  # what moved it writes, and the next letter names it
    EventKind.EXTENSION: (Order("extension", BOTH),),
    EventKind.HOLD: (Order("hold", BOTH),),
    EventKind.RELEASE: (Order("release", BOTH),),
    EventKind.SUGGESTION: (),
    EventKind.DECISION: (),
    EventKind.OPT_OUT: (),
    EventKind.ANSWER: (
        Order("answer_copy", (To.ACTOR,)),
        Order("answer", (To.OTHERS, To.REPORTER)),
    ),
    EventKind.REPLY: (Order("reply_received", (To.ACTOR,)),),
    EventKind.AGREEMENT: None,  # BY_STEP
    EventKind.SEARCH: (),
    EventKind.DECLARATION: (),
    EventKind.PROPOSAL: (),
    EventKind.APPEAL: (),  # its sender gets mail of their own: reports/appeal_mail.py
    EventKind.REDACTION: (Order("redacted", BOTH),),
    EventKind.ADDITION: None,  # BY_STEP
}
"""What the other events write."""

BY_STEP: dict[str, tuple[Order, ...]] = {
    "asked": (Order("agreement_confirm", (To.ACTOR,)),),
    "confirmed": (Order("agreement", (To.OTHERS, To.REPORTER)),),
    "objected": (Order("agreement_ended", BOTH),),
    "taken back": (Order("agreement_ended", BOTH),),
    "reporter added": (Order("addition", (To.AUTHORS,)),),
    "authors added": (Order("addition", (To.OTHERS, To.REPORTER)),),
}
"""What an agreement or an addition writes, by the step of the event's data."""


def orders_of(event: ReportEvent) -> tuple[Order, ...]:
    """The letters that `event` asks for, beside those of the clock."""
    kind = EventKind(event.kind)
    if kind is EventKind.STATE:
        if event.source == State.LAPSED and event.target == State.UNREACHABLE:
            return (Order("annulled", BOTH),)
        return BY_TARGET[State(event.target)]
    if kind in (EventKind.AGREEMENT, EventKind.ADDITION):
        return BY_STEP[event.data["step"]]
    return BY_KIND[kind] or ()


def write_letters(*, now: datetime, limit: int = 1000, batch: int = 50) -> int:
    """Turn up to `limit` to-dos into Email rows; returns how many to-dos were done.

    Each batch is one transaction. A to-do that cannot be written stays, is logged, and is tried
    again at the next call; it blocks no other. Run twice or in parallel it writes each mail once.
    """
    done, after = 0, 0
    while done < limit:
        ids = list(
            ToDo.objects.filter(event_id__gt=after)
            .order_by("event_id")
            .values_list("event_id", flat=True)[: min(batch, limit - done)]
        )
        if not ids:
            break
        after = ids[-1]
        done += _write(ids, now)
    return done


def _write(ids: list[int], now: datetime) -> int:
    """Write the letters of the to-dos `ids`, together, or one by one if that fails."""
    try:
        return _write_together(ids, now)
    except Exception:
        if len(ids) > 1:
            return sum(_write([event_id], now) for event_id in ids)
        logger.exception("The letters of event %s cannot be written; it stays to do.", ids[0])
        return 0


def _write_together(ids: list[int], now: datetime) -> int:
    with transaction.atomic():
        todos = list(
            ToDo.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(event_id__in=ids)
            .order_by("event_id")
            .select_related(
                "event__report__paper", "event__report__reporter", "event__report__inquiry"
            )
        )
        rows = [row for todo in todos for row in _rows(todo.event, now)]
        Email.objects.bulk_create(rows, ignore_conflicts=True)
        ToDo.objects.filter(event_id__in=[todo.event_id for todo in todos]).delete()
    return len(todos)


def _rows(event: ReportEvent, now: datetime) -> list[Email]:
    if event.kind == EventKind.LETTER:
        return _clock_letter(event, now)
    give_up_at = now + retry_span(settings.RESPONSE_WINDOW)
    return [
        _row(event, order.kind, recipient, now, give_up_at)
        for order in orders_of(event)
        for recipient in recipients_of(event, order.to)
    ]


def _clock_letter(event: ReportEvent, now: datetime) -> list[Email]:
    """The row of a letter of the clock; none if it was cancelled before it was written."""
    letter = event.letter
    if not letter.fact.pending:
        return []
    if letter.address is None:
        facts.cancelled(letter_id=letter.pk, reason="the address was deleted", now=now)
        return []
    contact = letter.contact
    recipient = Recipient(
        f"contact-{contact.pk}", letter.address.email, letter.address.language, contact=contact
    )
    row = _row(event, letter.kind, recipient, now, now + contact.inquiry.policy.retry)
    row.letter = letter
    return [row]


def _row(
    event: ReportEvent, kind: str, to: Recipient, now: datetime, give_up_at: datetime
) -> Email:
    key = f"report-{event.report_id}.event-{event.pk}.{kind}.{to.name}"
    return Email(
        key=key,
        kind=kind,
        event=event,
        contact=to.contact,
        user_id=to.user_id,
        recipient=to.address,
        domain=domain_of(to.address),
        language=to.language,
        message_id=headers.message_id(key, settings.MESSAGE_ID_DOMAIN),
        created_at=now,
        not_before=now,
        give_up_at=give_up_at,
    )
