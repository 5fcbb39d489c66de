"""The world of one example: people, papers, a clock, and what is known after each step."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from hypothesis.stateful import RuleBasedStateMachine

from accounts.models import User
from registry.models import Paper
from registry.services import enter_paper
from reports.lifecycle import Refused
from reports.states import State
from tests.registry import builders
from tests.reports.machine.snapshot import Row, Snapshot

T = TypeVar("T")
START = datetime(2026, 2, 26, 20, 0, tzinfo=UTC)  # a Thursday; February ends, DST begins later
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
DONE: Counter[str] = Counter()
"""What happened in all examples of this run."""

NAMES = ("Ada Author", "Bob Builder", "Cy Coder", "Dee Doctor")
MAILBOXES = {
    1: ("ada@uni-a.example", "ada@home.example", "ada@new.example"),
    2: ("bob@uni-b.example", "bob@home.example", "bob@new.example"),
    3: ("cy@uni-c.example", "cy@home.example"),
    4: ("dee@uni-d.example", "dee@new.example"),
}
"""Addresses by position on the paper."""


class People:
    """Who and what is there before the first step; made once, shared by all examples."""

    def __init__(self) -> None:
        self.reporters = [
            User.objects.create_user(
                f"r{n}@reporters{n}.example", name=f"realname{n}", affiliation=f"Lab {n}"
            )
            for n in (1, 2)
        ]
        self.moderators = [
            User.objects.create_user(f"m{n}@mods.example", name=f"Mo {n}", is_staff=True)
            for n in (1, 2)
        ]
        # One is of an author's institution, one reports as well.
        self.moderators.append(
            User.objects.create_user("mia@uni-a.example", name="Mia", is_staff=True)
        )
        both = User.objects.create_user("rex@rexes.example", name="realname3", is_staff=True)
        self.reporters.append(both)
        self.moderators.append(both)
        self.papers = [
            builders.paper("titlealpha of four", names=NAMES, arxiv="2401.00001"),
            builders.paper("titlebeta of one", names=NAMES[:1]),
        ]

    def entered(self, stated: bool, now: datetime) -> Paper:
        """A paper as somebody types it; with `stated` it turns out to be the first one."""
        paper = enter_paper(
            title="titlegamma typed", authors=list(NAMES[:3] if not stated else NAMES),
            venue="", year=None, url="", identifiers=[], now=now,
        )  # fmt: skip
        if stated:
            paper.stated = ["arxiv:2401.00001"]
            paper.save(update_fields=["stated"])
        return paper


class World(RuleBasedStateMachine):
    """What every rule needs. Each example runs in a savepoint that is rolled back."""

    people: People

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.listening = True
        self.markers = count(100)
        self.told: list[str] = []
        self._kept = {name: getattr(settings, name) for name in ("TRIAL_MODE", "RESPONSE_WINDOW")}
        cache.clear()
        self.around = ExitStack()
        self.around.enter_context(transaction.atomic())
        self.s = Snapshot()
        self.around.enter_context(self.s.watching())
        self.s.look()

    def teardown(self) -> None:
        """Check the constraints that wait for a commit, then forget everything."""
        try:
            if not connection.needs_rollback:
                connection.check_constraints()
        finally:
            for name, value in self._kept.items():
                setattr(settings, name, value)
            transaction.set_rollback(True)
            self.around.close()

    # --- trying ------------------------------------------------------------------------------

    def attempt(self, name: str, act: Callable[..., T], /, **words: Any) -> T | None:
        """Do it now. To be refused, with a sentence, is legal; whatever else goes wrong is not."""
        try:
            done = act(now=self.now, **words)
        except Refused as refusal:
            assert str(refusal).rstrip().endswith((".", "!")), refusal
            self.told.append(str(refusal))
            DONE[f"{name}: refused"] += 1
            return None
        finally:
            self.s.look()
        DONE[name] += 1
        return done

    def mark(self) -> str:
        """A word that no other text has."""
        return f"marker{next(self.markers)}x"

    # --- choosing ----------------------------------------------------------------------------

    @staticmethod
    def one(rows: Sequence[T], n: int) -> T:
        """The n-th of `rows`, counted round and round."""
        return rows[n % len(rows)]

    def in_state(self, *states: State) -> list[Row]:
        """The reports in one of `states`; all without any."""
        return [r for r in self.s.reports.values() if not states or r.state in states]

    def asked(self) -> list[Row]:
        """The contacts who hold a link that works."""
        good = {link.contact_id for link in self.s.links.values() if link.revoked_at is None}
        return [c for c in self.s.contacts.values() if c.id in good and self._open(c.inquiry_id)]

    def _open(self, inquiry_id: int) -> bool:
        closed_at = self.s.inquiries[inquiry_id].closed_at
        return closed_at is None or self.now <= closed_at + 365 * DAY

    def user(self, number: int) -> User:
        """The account with this number."""
        return next(u for u in (*self.people.reporters, *self.people.moderators) if u.pk == number)
