"""How long, and how soon, a mail that was not accepted is tried again. Pure."""

import random
from datetime import datetime, timedelta

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(hours=6)
FIRST = timedelta(minutes=1)  # of a mail that is tried for RETRY
RETRY = timedelta(days=7)


def retry_span(window: timedelta) -> timedelta:
    """For how long mail that belongs to no inquiry is tried: 7 days of a window of 28."""
    return window * 7 / 28


def next_try(
    *, attempts: int, created_at: datetime, give_up_at: datetime, now: datetime, chance: float
) -> datetime | None:
    """When a mail is tried again after its `attempts`-th failure; None once it is given up.

    A minute, doubled each time, all scaled with the time the mail is given; between a second and
    six hours; `chance` in [0, 1) moves it by up to a quarter to either side, so that mails that
    failed together do not return together. The last try is at `give_up_at`.
    """
    if now >= give_up_at:
        return None
    base = FIRST * ((give_up_at - created_at) / RETRY)
    delay = base * float(2 ** min(attempts - 1, 30)) * (0.75 + chance / 2)
    return min(give_up_at, now + max(SHORTEST, min(LONGEST, delay)))


def draw() -> float:
    """A number in [0, 1) for `next_try`."""
    return random.random()  # noqa: S311  # jitter, no secret
