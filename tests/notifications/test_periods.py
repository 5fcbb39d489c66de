"""When a period ends, and when it is looked at."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.periods import DAY, SETTLED, WEEK, ended, looked_at

RHYTHMS = {"daily": DAY, "weekly": WEEK}


@pytest.mark.parametrize(
    ("rhythm", "now", "end"),
    [
        ("daily", "2026-03-02T09:30", "2026-03-02T06:00"),
        ("daily", "2026-03-02T06:00", "2026-03-02T06:00"),
        ("daily", "2026-03-02T05:59", "2026-03-01T06:00"),
        ("weekly", "2026-03-02T06:00", "2026-03-02T06:00"),
        ("weekly", "2026-03-02T05:59", "2026-02-23T06:00"),
        ("weekly", "2026-03-08T23:59", "2026-03-02T06:00"),
        ("daily", "2027-01-01T00:30", "2026-12-31T06:00"),
    ],
)
def test_a_period_ends_at_six_in_the_morning(rhythm: str, now: str, end: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert ended(rhythm, moment) == datetime.fromisoformat(end).replace(tzinfo=UTC)


@pytest.mark.parametrize("rhythm", RHYTHMS)
def test_each_moment_is_in_one_period_which_is_looked_at_after_its_end(rhythm: str) -> None:
    """Every quarter of an hour of five weeks over a year's end, and a microsecond beside it."""
    span, first = RHYTHMS[rhythm], datetime(2026, 12, 10, tzinfo=UTC)
    for number in range(5 * 7 * 24 * 4):
        for beside in (-1, 0, 1):
            now = first + timedelta(minutes=15 * number, microseconds=beside)
            assert ended(rhythm, now) <= now < ended(rhythm, now) + span
            due = looked_at(rhythm, now)
            assert now < due <= now + span + SETTLED
            assert ended(rhythm, due - SETTLED) == due - SETTLED == ended(rhythm, now) + span
