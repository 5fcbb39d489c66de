"""When something is due (product.md, section 4). Pure: dates in, dates out.

A deadline is the last second of a date *anywhere on Earth* (UTC-12), stored in UTC. Windows under
two days (for trying) are not rounded to days.
"""

import math
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Self

from django.utils.translation import get_language, gettext

AOE = timezone(timedelta(hours=-12), "AoE")
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The promise made to the authors of one inquiry, frozen when it opens. All are spans."""

    window: timedelta  # from the first delivered notice to the deadline
    reminder_1: timedelta  # before the deadline
    reminder_2: timedelta
    final_notice: timedelta
    gap: timedelta  # at least so long between two letters to one person
    settle: timedelta  # a hand-over with no failure notice for so long counts as delivered
    extension: timedelta
    late: timedelta  # at least so long for an author first written to late, or after a hold
    retry: timedelta  # a letter is tried again for so long
    objection: timedelta  # in which a co-author may object to an agreement

    @classmethod
    def of(cls, window: timedelta) -> Self:
        """The policy of section 4, every span a fraction of `window`."""
        return cls(
            window=window,
            reminder_1=window * 21 / 28,
            reminder_2=window * 14 / 28,
            final_notice=window * 7 / 28,
            gap=window * 3 / 28,
            settle=window * 5 / 28,
            extension=window * 14 / 28,
            late=window * 14 / 28,
            retry=window * 7 / 28,
            objection=window * 14 / 28,
        )

    def to_json(self) -> dict[str, float]:
        """Seconds by name, to be stored on the inquiry."""
        return {name: span.total_seconds() for name, span in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: dict[str, float]) -> Self:
        """The policy that `to_json` stored."""
        return cls._read(tuple(stored.items()))

    @classmethod
    @lru_cache(maxsize=64)
    def _read(cls, stored: tuple[tuple[str, float], ...]) -> Self:
        seconds = dict(stored)
        return cls(**{f.name: timedelta(seconds=seconds[f.name]) for f in fields(cls)})

    @property
    def rounded(self) -> bool:
        """Whether deadlines fall on the end of a day anywhere on Earth."""
        return self.window >= 2 * DAY


def _days(span: timedelta) -> timedelta:
    """`span` in whole days, never fewer."""
    return timedelta(days=math.ceil(span / DAY))


def deadline_after(policy: Policy, start: datetime, span: timedelta) -> datetime:
    """The deadline `span` after `start`: end of that day AoE, weekends move to Monday; UTC."""
    if not policy.rounded:
        return start.astimezone(UTC) + span
    day = start.astimezone(AOE).date() + _days(span)
    if _end_of(day) - start < span:  # it began within the last second of its day
        day += DAY
    if day.weekday() >= 5:
        day += timedelta(days=7 - day.weekday())
    return _end_of(day)


def _end_of(day: date) -> datetime:
    """The last second of `day` anywhere on Earth; UTC."""
    return datetime.combine(day, time(23, 59, 59), AOE).astimezone(UTC)


def at_least(policy: Policy, deadline: datetime, now: datetime, span: timedelta) -> datetime:
    """`deadline`, or `span` from `now` if that is later. Never earlier than promised."""
    return max(deadline, deadline_after(policy, now, span))


def letter_due(policy: Policy, deadline: datetime, before: timedelta) -> datetime:
    """When the letter that leaves `before` the deadline is due: the start of that date AoE; UTC."""
    if not policy.rounded:
        return deadline.astimezone(UTC) - before
    day = deadline.astimezone(AOE).date() - _days(before)
    return datetime.combine(day, time(0), AOE).astimezone(UTC)


def span_in_words(span: timedelta) -> str:
    """`span` in its largest unit, begun units left out: "12 days", "1 hour", "40 seconds"."""
    units = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
    whole = {unit: int(span.total_seconds() // seconds) for unit, seconds in units.items()}
    unit, number = next(((u, n) for u, n in whole.items() if n), ("second", 0))
    return counted(number, unit)


def counted(number: float, unit: str) -> str:
    """So many of a unit, in the language of the page: "28 days", "4.3 seconds"."""
    one, many = f"{{n:g}} {unit}", f"{{n:g}} {unit}s"
    return gettext(one if number == 1 else many).format(n=number)


_WORDS = {
    "en": "{day} {month} {aoe:%Y, %H:%M} anywhere on Earth (UTC−12), "
    "which is {utc_day} {utc_month} {utc:%Y, %H:%M} UTC",
    "zh-hans": "{aoe:%Y}年{aoe.month}月{aoe.day}日 {aoe:%H:%M}（全球最晚时区 AoE，UTC−12），"
    "即 {utc:%Y}年{utc.month}月{utc.day}日 {utc:%H:%M} UTC",
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def in_words(deadline: datetime, language: str = "") -> str:
    """The deadline with date, hour and zone, as every page and letter shows it; in the language of
    the page if none is named."""
    aoe, utc = deadline.astimezone(AOE), deadline.astimezone(UTC)
    return _WORDS.get(language or get_language() or "", _WORDS["en"]).format(
        aoe=aoe,
        utc=utc,
        day=aoe.day,
        month=MONTHS[aoe.month - 1],
        utc_day=utc.day,
        utc_month=MONTHS[utc.month - 1],
    )
