"""Two things at the same moment, on two connections: in either order, and as it falls."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from reports.lifecycle import Refused

PATIENCE = 20.0
"""Seconds after which something hangs."""
ORDERS = ("first holds the lock", "second holds the lock", "at once")


class Told:
    """The sentence somebody read instead of having their way."""

    def __init__(self, refusal: Refused) -> None:
        self.text = str(refusal)

    def __repr__(self) -> str:
        return f"told: {self.text}"


@dataclass
class Runner(threading.Thread):
    """One side: does `act` on a connection of its own once `start` says so."""

    act: Callable[[], Any]
    start_at: Callable[[], Any]
    hold: threading.Event | None = None
    acted: threading.Event = field(default_factory=threading.Event)
    outcome: Any = None
    error: BaseException | None = None
    backend: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self.backend = connection.connection.info.backend_pid
            self.start_at()
            with ExitStack() as held:
                if self.hold is not None:  # keep what was done, and its locks, uncommitted
                    held.enter_context(transaction.atomic())
                try:
                    self.outcome = self.act()
                except Refused as refusal:
                    self.outcome = Told(refusal)
                self.acted.set()
                if self.hold is not None:
                    assert self.hold.wait(PATIENCE), "the other side hangs"
        except BaseException as error:
            self.error = error
        finally:
            self.acted.set()
            connection.close()


def waits(backend: int) -> bool:
    """Whether this connection waits for a lock of another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
        return bool(cursor.fetchone()[0])


def _overlapping(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Runner, Runner]:
    """`first` has done its work and not committed when `second` begins, and commits when `second`
    waits for it or is done."""
    commit = threading.Event()
    one = Runner(first, lambda: None, hold=commit)
    two = Runner(second, lambda: one.acted.wait(PATIENCE))
    one.start()
    two.start()
    until = time.monotonic() + PATIENCE
    while two.is_alive() and not (two.backend and one.acted.is_set() and waits(two.backend)):
        assert time.monotonic() < until, "the second side hangs"
        time.sleep(0.002)
    commit.set()
    return one, two


def _at_once(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Runner, Runner]:
    """Both leave the same barrier; chance gives one of them a head start of some milliseconds."""
    barrier = threading.Barrier(2, timeout=PATIENCE)
    delays = [0.0, random.uniform(0, 0.015)]
    random.shuffle(delays)

    def starter(delay: float) -> Callable[[], Any]:
        return lambda: (barrier.wait(), time.sleep(delay))

    one, two = Runner(first, starter(delays[0])), Runner(second, starter(delays[1]))
    one.start()
    two.start()
    return one, two


def race(order: str, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """What became of both. A deadlock, or whatever is not Refused, is raised."""
    if order == ORDERS[0]:
        one, two = _overlapping(first, second)
    elif order == ORDERS[1]:
        two, one = _overlapping(second, first)
    else:
        one, two = _at_once(first, second)
    for runner in (one, two):
        runner.join(PATIENCE)
        assert not runner.is_alive(), "it hangs"
    for runner in (one, two):
        if runner.error is not None:
            raise runner.error
    return one.outcome, two.outcome
