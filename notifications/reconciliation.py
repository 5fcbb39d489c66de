"""Did we send all that we should have, and do we hear: what the operator should look at.

Everything here heals by itself or says why it cannot; nothing is changed. Reads only, but for the
mail to the operator.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from notifications.letters import orders_of
from notifications.models import Email, Incoming, Mailbox, Subscriber
from notifications.plain import queue_plain
from notifications.recipients import To
from reports import appeals
from reports.models import EventKind, Inquiry, Letter, Probe, Reply, ReportEvent, ToDo
from reports.reach import LetterKind
from reports.states import State

logger = logging.getLogger(__name__)
MOST = 100
"""Findings of one kind that are named; of more, their number is."""
KIND = "operator"
A_DAY = timedelta(days=1)
"""Of the calendar, by which digests go, and not of the clock."""


@dataclass(frozen=True)
class Finding:
    """A sentence for the operator, and the ids of what it is about."""

    what: str
    ids: tuple[int | str, ...]

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.ids[:10]))
        more = f" and {len(self.ids) - 10} more" if len(self.ids) > 10 else ""
        return f"{self.what}: {shown}{more}"


def findings(now: datetime) -> list[Finding]:
    """What is wrong at `now`; empty if nothing is."""
    return [found for found in _all(now) if found.ids]


def _all(now: datetime) -> Iterator[Finding]:
    hour = max(timedelta(minutes=1), settings.RESPONSE_WINDOW / 28 / 24)
    day = 24 * hour
    queued = Email.objects.filter(state=Email.State.QUEUED)
    # --- letters that should exist, or should have left ---
    yield Finding(
        "Events whose letters were not written down for an hour",
        _ids(ToDo.objects.filter(event__at__lt=now - hour), "event_id"),
    )
    yield Finding(
        "Letters of the clock that no mail was written for",
        _ids(
            Letter.objects.filter(
                handed_over_at=None, failed_at=None, cancelled_at=None, mail=None,
                owed_at__lt=now - hour,
            )
        ),
    )  # fmt: skip
    yield Finding("Events that the reporter was not told of", tuple(_untold(now, hour)))
    yield Finding(
        "Mails that are due for an hour, and were not tried",
        _ids(queued.filter(not_before__lt=now - hour).exclude(lane=Email.Lane.DIGEST)),
    )
    yield Finding(
        "Digests that wait for two days behind letters and limits",
        _ids(queued.filter(lane=Email.Lane.DIGEST, not_before__lt=now - 2 * A_DAY)),
    )
    yield Finding(
        "Subscribers whose digest no sweep has looked for in three hours",
        _ids(Subscriber.objects.filter(due_at__lt=now - A_DAY / 8)),
    )
    yield Finding(
        "Mails that a worker claimed, and neither sent nor gave back",
        _ids(Email.objects.filter(state=Email.State.SENDING, leased_until__lt=now - hour)),
    )
    yield Finding(
        "Reports with a deadline near, and no final notice that names it", tuple(_late(now))
    )
    running = Inquiry.objects.filter(closed_at=None, report__state=State.ASKING)
    yield Finding(
        "Reports that are asking for two days, and no notice was handed over",
        _ids(running.filter(deadline=None, opened_at__lt=now - 2 * day), "report_id"),
    )
    yield Finding(
        "Reports whose letters, or whose lapse, no sweep has looked at for an hour",
        _ids(
            running.filter(Q(letters_at__lt=now - hour) | Q(lapse_at__lt=now - 2 * hour)),
            "report_id",
        ),
    )
    # --- what comes in ---
    if settings.LISTENS:
        yield Finding("No probe came back for three hours", tuple(_deaf(now, hour)))
    yield Finding(
        "Mailboxes that were not read to their end for an hour",
        _ids(Mailbox.objects.filter(Q(read_at=None) | Q(read_at__lt=now - hour)), "name"),
    )
    yield Finding(
        "Mailboxes with messages that were begun and not finished",
        _ids(Mailbox.objects.filter(leftovers__gt=0), "name"),
    )
    yield Finding(
        "Incoming mail that nothing has read for an hour",
        _ids(Incoming.objects.filter(state=Incoming.State.WAITING, received_at__lt=now - hour)),
    )
    yield Finding(
        "Incoming mail that cannot be read",
        _ids(Incoming.objects.filter(state=Incoming.State.BROKEN, attempts__gte=3)),
    )
    yield Finding(
        "Held mail that waits for a moderator for three days",
        _ids(Incoming.objects.filter(state=Incoming.State.HELD, received_at__lt=now - 3 * day)),
    )
    yield Finding(
        "Appeals that were not decided in the 14 days that were promised",
        _ids(appeals.late(now)),
    )
    yield Finding(
        "Answers by mail that wait for a moderator for a day",
        _ids(Reply.objects.filter(decided_at=None, moderator_from__lt=now - day)),
    )


def _ids(rows: QuerySet[Any], field: str = "pk") -> tuple[int | str, ...]:
    return tuple(rows.order_by(field).values_list(field, flat=True)[:MOST])


def _untold(now: datetime, hour: timedelta) -> Iterator[int]:
    """Events of the last eight days that write to the reporter, and did not."""
    told = Email.objects.filter(event=OuterRef("pk"), user__isnull=False)
    untold = ReportEvent.objects.filter(
        ~Exists(told),
        at__gt=now - timedelta(days=8),
        at__lt=now - hour,
        report__reporter__is_active=True,
        todo=None,
    ).exclude(kind__in=[EventKind.LETTER, EventKind.LETTER_FACT])
    for event in untold.select_related("report").order_by("pk")[:5000]:
        if any(To.REPORTER in order.to for order in orders_of(event)):
            yield event.pk


def _late(now: datetime) -> Iterator[int]:
    """Asking reports whose deadline is nearer than a letter needs to settle, without a final notice
    that names it. The deadline moves by itself (reach.rescue); the operator learns that it must."""
    final = Letter.objects.filter(
        contact__inquiry=OuterRef("pk"), kind=LetterKind.FINAL_NOTICE,
        printed=OuterRef("deadline"), handed_over_at__isnull=False, failed_at=None,
    )  # fmt: skip
    near = Inquiry.objects.filter(
        ~Exists(final), closed_at=None, report__state=State.ASKING, deadline__gt=now
    ).exclude(holds__released_at=None, holds__isnull=False)
    for inquiry in near.order_by("deadline")[:1000]:
        assert inquiry.deadline is not None
        if inquiry.deadline - inquiry.policy.settle < now:
            yield inquiry.report_id


def _deaf(now: datetime, hour: timedelta) -> Iterator[str]:
    """The time of the last probe that came back, if it is too old."""
    if not Probe.objects.filter(sent_at__lt=now - 3 * hour).exists():
        return  # it began to listen just now
    last = Probe.objects.filter(returned_at__isnull=False).order_by("-sent_at").first()
    if last is None:
        yield "none ever did"
    elif last.sent_at < now - 3 * hour:
        yield f"the last one was sent {last.sent_at:%Y-%m-%d %H:%M} UTC"


def reconcile(*, now: datetime) -> list[Finding]:
    """Log what is wrong, and write to OPERATOR_EMAIL, if there is one, at most once a day."""
    found = findings(now)
    for finding in found:
        logger.error("Reconciliation: %s.", finding)
    told = Email.objects.filter(kind=KIND, created_at__gt=now - timedelta(days=1)).exists()
    if found and settings.OPERATOR_EMAIL and not told:
        lines = "\n".join(f"- {finding}" for finding in found)
        queue_plain(
            kind=KIND,
            key=f"{KIND}-{now:%Y%m%d-%H%M%S}",
            to=settings.OPERATOR_EMAIL,
            subject=f"{settings.SITE_NAME}: {len(found)} things to look at",
            text=f"{lines}\n\n`manage.py reconcile` prints them anew.\n",
            now=now,
            give_up_at=now + timedelta(days=1),
        )
    return found
