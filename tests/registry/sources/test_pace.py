"""How often a source is asked, across threads and processes, with and without Redis."""

import threading
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from django.core.cache import cache
from pytest_django import Settings

from registry.sources import pace
from registry.sources.errors import SourceAway
from registry.sources.source import ARXIV, CROSSREF, Source

pytestmark = pytest.mark.servers  # they mostly wait
OFTEN = replace(CROSSREF, pause=0.3)
ALONE = replace(ARXIV, pause=0.3)


def take(source: Source, moments: list[float], *, lasts: float = 0.0, within: float = 5) -> None:
    with pace.turn(source, until=time.monotonic() + within):
        moments.append(time.monotonic())
        time.sleep(lasts)


def gaps(source: Source, *, lasts: float = 0.0, count: int = 4) -> list[float]:
    moments: list[float] = []
    threads = [
        threading.Thread(target=take, args=(source, moments), kwargs={"lasts": lasts})
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments.sort()
    assert len(moments) == count
    return [b - a for a, b in pairwise(moments)]


def test_the_pause_is_kept_among_threads() -> None:
    assert min(gaps(OFTEN)) >= 0.29


def test_where_one_asks_alone_the_pause_begins_when_the_request_ends() -> None:
    assert min(gaps(ALONE, lasts=0.2, count=3)) >= 0.49


def test_requests_that_need_not_be_alone_overlap() -> None:
    assert max(gaps(OFTEN, lasts=3, count=3)) < 3


def test_processes_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process remembers is forgotten between the turns, as if it were another one."""
    moments: list[float] = []
    for _ in range(3):
        take(OFTEN, moments)
        monkeypatch.setattr(pace, "_next", {})
    assert min(b - a for a, b in pairwise(moments)) >= 0.29


def test_without_redis_each_process_keeps_the_pause_by_itself(settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "config.cache.Cache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1},
        }
    }
    assert cache.add("nothing", 1)
    assert cache.get("nothing") is None
    assert min(gaps(OFTEN, count=3)) >= 0.29
    until = pace.rest(OFTEN, 60)
    assert pace.rests_until(OFTEN) == until


def test_processes_wait_for_each_other_in_redis(
    redis_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = f"pace-{time.time_ns()}"  # others may use that Redis, so nothing is cleared in it
    settings.CACHES = {
        "default": {"BACKEND": "config.cache.Cache", "LOCATION": redis_url, "KEY_PREFIX": ours}
    }
    moments: list[float] = []
    for _ in range(3):
        take(ALONE, moments, lasts=0.1)
        monkeypatch.setattr(pace, "_next", {})
    assert min(b - a for a, b in pairwise(moments)) >= 0.39
    pace.rest(ALONE, 60)
    monkeypatch.setattr(pace, "_rests", {})
    assert pace.rests_until(ALONE) is not None


def test_who_cannot_wait_is_told_so() -> None:
    moments: list[float] = []
    seldom = replace(CROSSREF, pause=60)
    take(seldom, moments)
    start = time.monotonic()
    with pytest.raises(SourceAway, match="Crossref is being asked by many at once"):
        take(seldom, moments, within=0.2)
    assert time.monotonic() - start < 20


def test_a_process_that_dies_blocks_a_source_no_longer_than_its_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = pace.turn(ALONE, until=time.monotonic() + 0.2)
    held.__enter__()
    monkeypatch.setattr(pace, "_next", {})  # and with it what the dead process knew
    moments: list[float] = []
    start = time.monotonic()
    take(ALONE, moments)
    assert moments[0] - start >= 0.45
    del held


def test_sources_do_not_wait_for_each_other() -> None:
    moments: list[float] = []
    for source in (OFTEN, ALONE):
        take(source, moments)
    assert moments[1] - moments[0] < 0.28
