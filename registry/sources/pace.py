"""How often a source is asked, by all processes together, and when it rests.

Turns are taken in the cache, so that workers and web wait for each other. While Redis is away, each
process still keeps the pause by itself.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from registry.sources.errors import SourceAway
from registry.sources.source import Source

LOOK = 0.05
"""Seconds between two looks whether it is our turn."""
LONGEST_REST = timedelta(days=1)

_lock = threading.Lock()
_next: dict[str, float] = {}
"""By source when this process may ask next, by the monotonic clock."""
_rests: dict[str, datetime] = {}


@contextmanager
def turn(source: Source, *, until: float) -> Iterator[None]:
    """Wait until `source` may be asked. Raises SourceAway if that is after `until` (monotonic)."""
    hold = source.pause + (max(0.0, until - time.monotonic()) if source.alone else 0.0)
    while not _take(source, hold):
        if time.monotonic() + LOOK >= until:
            raise SourceAway(source.name, "is being asked by many at once")
        time.sleep(LOOK)
    try:
        yield
    finally:
        if source.alone:  # the pause begins when the request ends
            with _lock:
                _next[source.setting] = time.monotonic() + source.pause
            cache.set(_key("turn", source), 1, source.pause)


def _take(source: Source, hold: float) -> bool:
    """Whether this is our turn. Under the lock: two threads may find the same moment free."""
    with _lock:
        if time.monotonic() < _next.get(source.setting, 0.0):
            return False
        if source.pause and not cache.add(_key("turn", source), 1, hold):
            return False
        _next[source.setting] = time.monotonic() + hold
        return True


def rest(source: Source, seconds: float) -> datetime:
    """Ask `source` nothing for so long, a day at most; returns until when."""
    span = min(timedelta(seconds=min(seconds, 1e6)), LONGEST_REST)
    until = timezone.now() + span
    _rests[source.setting] = until
    cache.set(_key("rest", source), until.timestamp(), span.total_seconds())
    return until


def rests_until(source: Source) -> datetime | None:
    """Until when `source` is not to be asked; None if it may be."""
    now = timezone.now()
    ends = [_rests[source.setting]] if source.setting in _rests else []
    kept = cache.get(_key("rest", source))
    if isinstance(kept, float):
        ends.append(datetime.fromtimestamp(kept, tz=now.tzinfo))
    return max((end for end in ends if end > now), default=None)


def _key(what: str, source: Source) -> str:
    return f"sources:{what}:{source.setting}"
