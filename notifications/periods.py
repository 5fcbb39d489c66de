"""When digests are due: at six in the morning UTC, every day or on Mondays. Pure."""

from datetime import UTC, datetime, timedelta

HOUR = 6  # UTC
DAY, WEEK = timedelta(days=1), timedelta(days=7)
SETTLED = timedelta(minutes=10)
"""So long after the end of a period it is looked at: longer than the slowest transaction takes
(CELERY_TASK_TIME_LIMIT), so that all that is dated before the end is there."""


def ended(rhythm: str, now: datetime) -> datetime:
    """The end (UTC) of the last period that was over at `now`."""
    end = now.astimezone(UTC).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if rhythm == "weekly":
        end -= end.weekday() * DAY
    return end if end <= now else end - _span(rhythm)


def looked_at(rhythm: str, now: datetime) -> datetime:
    """When the period that runs at `now` is looked at, after its end."""
    return ended(rhythm, now) + _span(rhythm) + SETTLED


def _span(rhythm: str) -> timedelta:
    return WEEK if rhythm == "weekly" else DAY
