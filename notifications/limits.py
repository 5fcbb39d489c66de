"""How many mails may leave: in an hour, in an hour to one domain, on the first days of a sender.

A claim under a limit counts what was accepted lately and what is under way, and takes no more than
fits, one claim at a time, so that several workers together keep the limit exactly. What does not
fit stays in the queue as it is. Sign-in codes and the probe never wait, but count. Digests take a
quarter of each limit at most, so that what is left is for letters that come in the meantime.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import connection
from django.db.models import Min

from notifications.models import Email

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_LOCK = 0x6F7574626F78  # of the advisory lock: "outbox"
EXEMPT = "probe"
"""The kind of mail that the site sends to itself."""
DIGESTS = 4
"""Digests take at most this part of a limit: one in so many mails."""


@dataclass(frozen=True)
class Limits:
    """What the settings allow; 0, or no days, is no limit."""

    hour: int = 0
    domain_hour: int = 0
    first_days: tuple[int, ...] = ()

    @classmethod
    def of_settings(cls) -> Self:
        """MAIL_PER_HOUR, MAIL_PER_DOMAIN_PER_HOUR, MAIL_FIRST_DAYS."""
        return cls(
            settings.MAIL_PER_HOUR,
            settings.MAIL_PER_DOMAIN_PER_HOUR,
            tuple(settings.MAIL_FIRST_DAYS),
        )

    @classmethod
    def of_lane(cls, lane: str) -> Self:
        """The limits for a lane of the outbox: none where nothing may wait."""
        if lane == Email.Lane.PRIORITY:
            return cls()
        whole = cls.of_settings()
        return whole.part(DIGESTS) if lane == Email.Lane.DIGEST else whole

    def part(self, of: int) -> Self:
        """One in `of` of what they allow, and at least one mail an hour."""
        hour, domain_hour = (
            max(1, most // of) if most else 0 for most in (self.hour, self.domain_hour)
        )
        return type(self)(hour, domain_hour, tuple(most // of for most in self.first_days))

    def __bool__(self) -> bool:
        return bool(self.hour or self.domain_hour or self.first_days)


def within(limits: Limits, *, lane: str, now: datetime, limit: int) -> list[int]:
    """Up to `limit` due rows that may be claimed now. Nobody else is told any until the running
    transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    due = Email.objects.filter(state=Email.State.QUEUED, lane=lane, not_before__lte=now)
    free = list(due.filter(kind=EXEMPT).order_by("id").values_list("id", flat=True)[:limit])
    lately = _lately(now)
    room = min(limit - len(free), _room(limits, lately.total(), now))
    return free + (_in_turn(limits, lately, lane=lane, now=now, room=room) if room > 0 else [])


def _lately(now: datetime) -> Counter[str]:
    """The mails of the last hour by domain, and those that are under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT domain, count(*) FROM (
                SELECT domain FROM notifications_email WHERE accepted_at > %s
                UNION ALL SELECT domain FROM notifications_email WHERE state = 'sending'
            ) mail GROUP BY domain""",
            [now - HOUR],
        )
        return Counter(dict(cursor.fetchall()))


def _room(limits: Limits, lately: int, now: datetime) -> int:
    """How many may be claimed, whatever their domain."""
    rooms = []
    if limits.hour:
        rooms.append(limits.hour - lately)
    if limits.first_days:
        first = Email.objects.aggregate(at=Min("accepted_at"))["at"] or now
        day = max(0, (now - first) // DAY)
        if day < len(limits.first_days):
            today = Email.objects.filter(accepted_at__gte=first + day * DAY).count()
            under_way = Email.objects.filter(state=Email.State.SENDING).count()
            rooms.append(limits.first_days[day] - today - under_way)
    return min(rooms, default=1_000_000)


def _in_turn(
    limits: Limits, lately: Counter[str], *, lane: str, now: datetime, room: int
) -> list[int]:
    """Due rows, those first whose report had the fewest mails within the hour, so that no report
    waits behind all letters of another."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH used AS (
                SELECT * FROM unnest(%(domains)s::text[], %(used)s::int[]) AS used (domain, n)
            ), served AS (
                SELECT event.report_id, count(*) AS n
                FROM notifications_email mail
                JOIN reports_reportevent event ON event.id = mail.event_id
                WHERE mail.accepted_at > %(since)s OR mail.state = 'sending'
                GROUP BY event.report_id
            ), turns AS (
                SELECT mail.id, mail.not_before, mail.domain, coalesce(used.n, 0) AS used,
                       coalesce(served.n, 0) + row_number() OVER (
                           PARTITION BY event.report_id ORDER BY mail.not_before, mail.id) AS turn
                FROM notifications_email mail
                LEFT JOIN reports_reportevent event ON event.id = mail.event_id
                LEFT JOIN served ON served.report_id = event.report_id
                LEFT JOIN used ON used.domain = mail.domain
                WHERE mail.state = 'queued' AND mail.lane = %(lane)s AND mail.kind <> %(exempt)s
                  AND mail.not_before <= %(now)s
                  AND (%(most)s = 0 OR coalesce(used.n, 0) < %(most)s)
            ), places AS (
                SELECT *, used + row_number() OVER (
                    PARTITION BY domain ORDER BY turn, not_before, id) AS place
                FROM turns
            )
            SELECT id FROM places WHERE %(most)s = 0 OR place <= %(most)s
            ORDER BY turn, not_before, id LIMIT %(room)s""",
            {
                "domains": list(lately), "used": list(lately.values()), "since": now - HOUR,
                "lane": lane, "exempt": EXEMPT, "now": now, "most": limits.domain_hour,
                "room": room,
            },
        )  # fmt: skip
        return [pk for (pk,) in cursor.fetchall()]
