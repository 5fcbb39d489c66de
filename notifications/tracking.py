"""What a mail provider tells about letters on their way: delivered, come back, delayed, complaint.

Each event acts once, in one transaction, however often it is told. Whatever cannot be acted on now
is raised, so that the provider tells it again.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from notifications import subscriptions
from notifications.addresses import same_address
from notifications.inbound import came_back
from notifications.models import Email, ProviderEvent
from reports import facts

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(days=60)
"""For longer than any provider repeats itself."""


class What(StrEnum):
    """What a provider says became of a letter, in the words of django-anymail."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    REJECTED = "rejected"
    FAILED = "failed"
    DEFERRED = "deferred"
    COMPLAINED = "complained"


GOOD = frozenset({What.DELIVERED, What.DEFERRED})
"""Such news is believed only of the very letter, and to the very recipient."""


@dataclass(frozen=True)
class TrackingFact:
    """One event about one letter to one recipient."""

    what: What
    by: str
    """The provider's name."""
    recipient: str
    message_id: str = ""
    """Our Message-ID or the provider's own, with or without angle brackets."""
    letters: tuple[int, ...] = ()
    """Rows that signed addresses in the event name."""
    others: tuple[str, ...] = ()
    """Further Message-IDs in the event."""
    event_id: str = ""
    at: datetime | None = None
    codes: str = ""
    """What the receiving server said, in codes alone."""
    address_is_bad: bool = False


class NotYet(Exception):
    """The letter is being handed over just now: tell it again."""


def told(event: TrackingFact, now: datetime) -> str:
    """Act on the event, once; what was done, in words. NotYet if the provider is too early."""
    with transaction.atomic():
        if not _first(event, now):
            return "told before"
        email = find(event)
        if email is None:
            if Email.objects.filter(
                state=Email.State.SENDING, recipient__iexact=event.recipient
            ).exists():
                raise NotYet("A letter to the recipient is being handed over.")
            logger.warning("%s tells of a mail that is not ours: %s.", event.by, event.what)
            return "about no letter of ours"
        if email.state == Email.State.SENDING:
            raise NotYet("The letter is being handed over.")
        _ACTS[event.what](email, event, now)
    logger.info("%s says of mail %s: %s %s", event.by, email.pk, event.what, event.codes)
    return str(event.what)


def _first(event: TrackingFact, now: datetime) -> bool:
    """Note the event; False if it was noted before, by its id or by what it says."""
    made = [
        ProviderEvent.objects.get_or_create(key=key, defaults={"at": now})[1] for key in keys(event)
    ]
    return all(made)


def keys(event: TrackingFact) -> list[str]:
    """Under which the event is remembered, in the order in which all lock them."""
    about = (event.by, event.what, event.message_id, event.recipient.lower())
    found: list[tuple[str, ...]] = []
    if event.event_id:
        found.append((*about, "id", event.event_id))
    if event.at is not None:
        found.append((*about, "at", event.at.isoformat(), str(event.address_is_bad)))
    return sorted(hashlib.sha256("\0".join(one).encode()).hexdigest() for one in found)


# --- which letter -----------------------------------------------------------------------------


def find(event: TrackingFact) -> Email | None:
    """The letter that the event is about.

    By the id of the message, then by what our signed addresses and other ids in it say. Bad news
    about a recipient is, with no such sign, about the newest letter that went there: better one
    letter too many taken for undelivered than one too few.
    """
    good = event.what in GOOD
    for found in (
        _by_ids((event.message_id,)),
        Q(pk__in=event.letters) if event.letters else None,
        _by_ids(event.others),
    ):
        for email in _rows(found):
            if not good or same_address(email.recipient, event.recipient):
                return email
    if good or not event.recipient:
        return None
    return next(iter(_rows(Q(recipient__iexact=event.recipient, state=Email.State.ACCEPTED))), None)


def _by_ids(ids: tuple[str, ...]) -> Q | None:
    bare = [one.strip("<> ") for one in ids if one.strip("<> ")]
    if not bare:
        return None
    own = [f"<{one}>" for one in bare]
    return Q(message_id__in=own) | Q(provider_id__in=[*bare, *own])


def _rows(found: Q | None) -> list[Email]:
    """The newest first."""
    if found is None:
        return []
    letters = Email.objects.select_related("letter")
    return list(letters.filter(found).order_by("-accepted_at", "-pk")[:5])


# --- what follows -----------------------------------------------------------------------------


def _delivered(email: Email, event: TrackingFact, now: datetime) -> None:
    letter = email.letter
    if letter is None or email.bounced_at is not None or letter.failed_at is not None:
        return
    facts.delivered(letter_id=letter.pk, now=now)


def _came_back(email: Email, event: TrackingFact, now: datetime) -> None:
    reason = f"the provider says that it was {event.what}: {event.codes or 'no code'}"
    came_back(email, reason=reason, address_is_bad=event.address_is_bad, now=now)


def _deferred(email: Email, event: TrackingFact, now: datetime) -> None:
    if email.letter_id is not None:
        facts.delayed(letter_id=email.letter_id, reason=event.codes or "no code", now=now)


def _complained(email: Email, event: TrackingFact, now: datetime) -> None:
    if email.contact_id is not None:
        facts.complained(contact_id=email.contact_id, now=now)
    subscriptions.complained(email.recipient, now=now)


_ACTS: dict[What, Callable[[Email, TrackingFact, datetime], None]] = {
    What.DELIVERED: _delivered,
    What.BOUNCED: _came_back,
    What.REJECTED: _came_back,
    What.FAILED: _came_back,
    What.DEFERRED: _deferred,
    What.COMPLAINED: _complained,
}


def forget_events(*, now: datetime, limit: int = 5000) -> int:
    """Delete up to `limit` events that no provider tells any more; returns how many."""
    old = ProviderEvent.objects.filter(at__lt=now - REMEMBERED).order_by("at")
    done, _ = ProviderEvent.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:limit])
    ).delete()
    return done
