"""Claiming: due rows under a lease, committed before anything is sent (architecture: outbox)."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateTimeField, ExpressionWrapper, F, QuerySet, Value, When
from django.db.models.functions import Greatest

from notifications import limits
from notifications.limits import Limits
from notifications.models import Email

logger = logging.getLogger(__name__)
BATCH = 50
MAIL_SPAN = timedelta(seconds=6)
"""For how long a single mail may take for each second of SMTP_TIMEOUT: a server that waits so long
at every step, and to forget the mail (RSET), takes five."""


@dataclass(frozen=True)
class Batch:
    """Rows claimed together."""

    lease: UUID
    ids: list[int]


def lease_span() -> timedelta:
    """For how long a claim holds without renewal: longer than the slowest single mail."""
    return timedelta(seconds=8 * settings.SMTP_TIMEOUT)


def claim(*, lane: str, now: datetime, limit: int = BATCH) -> Batch:
    """Take up to `limit` due rows that nobody else takes, and no more than the limits allow; no
    digest while a letter could be taken."""
    lease = uuid4()
    allowed = Limits.of_lane(lane)
    with transaction.atomic():
        ids = list(
            _due(allowed, lane=lane, now=now, limit=limit)
            .select_for_update(skip_locked=True)
            .values_list("id", flat=True)
        )
        if ids and lane == Email.Lane.DIGEST and _letters_wait(now):
            return Batch(lease, [])
        Email.objects.filter(id__in=ids).update(
            state=Email.State.SENDING,
            lease=lease,
            leased_until=now + lease_span(),
            attempts=F("attempts") + 1,
            **(_counted_from(now) if allowed else {}),
        )
    return Batch(lease, ids)


def _letters_wait(now: datetime) -> bool:
    """Whether a letter could be sent now: no digest leaves before it."""
    letters = Email.Lane.NORMAL
    return _due(Limits.of_lane(letters), lane=letters, now=now, limit=1).exists()


def _due(allowed: Limits, *, lane: str, now: datetime, limit: int) -> QuerySet[Email]:
    queued = Email.objects.filter(state=Email.State.QUEUED)
    if allowed:
        return queued.filter(id__in=limits.within(allowed, lane=lane, now=now, limit=limit))
    return queued.filter(lane=lane, not_before__lte=now).order_by("not_before", "id")[:limit]


def _counted_from(now: datetime) -> dict[str, Case]:
    """The time in which a mail is tried again begins with its first try, however long a limit kept
    it waiting."""
    span = F("give_up_at") - F("created_at")
    later = ExpressionWrapper(Value(now, DateTimeField()) + span, DateTimeField())
    first = When(attempts=0, then=Greatest(F("give_up_at"), later))
    return {"give_up_at": Case(first, default=F("give_up_at"))}


def free_expired_leases(*, now: datetime) -> int:
    """Queue again what a worker claimed and did not finish; returns how many."""
    freed = Email.objects.filter(state=Email.State.SENDING, leased_until__lt=now).update(
        state=Email.State.QUEUED, lease=None, leased_until=None, not_before=now
    )
    if freed:
        logger.warning("%s mails were claimed by a worker that did not finish.", freed)
    return freed
