"""The whole machine: every rule, and after each step everything that must hold."""

import sys

from django.conf import settings
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from notifications.retention import forget_recipients
from reports import moderation, services
from reports.lifecycle import Refused
from reports.retention import forget_addresses
from tests.reports.machine import pages, promises
from tests.reports.machine.clock import Clock
from tests.reports.machine.whole import check_births, check_open_listings, check_rows
from tests.reports.machine.world import DONE

REST = 12
"""So many rounds of all sweeps, with the clock standing, and nothing more may happen."""


class Lives(Clock):
    """Whole lives of several reports at once."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.judged = 0

    @precondition(lambda self: self.s.reports)
    @rule(often=st.integers(0, 3))
    def anybody_looks(self, often) -> None:
        if often == 0:
            pages.look(self.s)
            DONE["pages looked at"] += 1

    @precondition(lambda self: any(r.public_at for r in self.s.reports.values()))
    @rule()
    def addresses_are_forgotten(self) -> None:
        forget_addresses(now=self.now)
        forget_recipients(now=self.now)
        self.s.look()

    @invariant()
    def everything_holds(self) -> None:
        s = self.s
        if s.number == self.seen:
            return
        self.seen = s.number
        for event in s.since("events", self.judged):
            if event.kind == "state":
                DONE[f"state {event.source} > {event.target}"] += 1
            if event.target == "lapsed":
                assert event.data["trial"] == settings.TRIAL_MODE
        check_births(s, self.judged)
        self.judged = max(s.events, default=0)
        check_open_listings(s)
        check_rows(s)
        self.mail_is_never_stuck()

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # the steps went well
                self.come_to_rest()
                self.everything_holds()
                check_births(self.s)  # the rows still tell why each listing was made
                self.leave_every_state()
                if self.seen % 4 == 0:
                    pages.look(self.s)
        finally:
            super().teardown()

    def come_to_rest(self) -> None:
        """With the clock standing and the server taking every mail the sweeps find an end, after
        which no letter waits for anybody who is not to be written to."""
        for _ in range(REST):
            before = self.s.number
            self.sweep_all()
            if self.s.number == before:
                break
        else:
            raise AssertionError("the sweeps go on and on")
        for letter in self.s.letters.values():
            if promises.pending(letter):
                assert self.s.contacts[letter.contact_id].state not in promises.SILENCED
        assert not self.s.todos

    def leave_every_state(self) -> None:
        """Nobody is stuck: what is no end can be left, by the reporter or a moderator."""
        moderator = self.people.moderators[0]
        for report in self.s.reports.values():
            user = self.user(report.reporter_id)
            if report.state not in ("draft", "declined", "withdrawn", "removed"):
                if report.state == "submitted":
                    self.left(services.return_report, report, moderator=moderator, reason="x")
                self.left(services.withdraw, report, user=user, note="")
            if report.state == "withdrawn" or (
                report.state not in ("draft", "submitted", "returned", "declined", "removed")
            ):
                self.left(services.remove, report, moderator=moderator, reason="x")
            if report.state in ("asking", "lapsed"):
                self.left(moderation.not_reached, report, moderator=moderator, reason="x")

    def left(self, act, report, **words) -> None:
        """Do it, see that it is not refused, and undo it."""
        try:
            with transaction.atomic():
                act(report_id=report.id, now=self.now, **words)
                transaction.set_rollback(True)
        except Refused as refusal:
            raise AssertionError(f"{report.state} cannot be left: {refusal}") from refusal
