"""The whole machine: every rule, and after each step everything that must hold."""

import sys

from django.conf import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from notifications.retention import forget_recipients
from reports import moderation, services
from reports.lifecycle import Refused
from reports.retention import forget_addresses
from tests.reports.machine import pages, promises, record, replay
from tests.reports.machine.clock import Clock
from tests.reports.machine.judge import undermined, wrong_with
from tests.reports.machine.world import DONE

REST = 12
"""So many rounds of all sweeps, with the clock standing, and nothing more may happen."""


class Lives(Clock):
    """Whole lives of several reports at once."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.judged = 0
        self.made: dict[int, tuple] = {}
        self.trials: dict[int, bool] = {}

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
        self.judge_new_listings()
        record.check_papers(s)
        record.check_listings(s)
        for report in s.reports.values():
            replay.check_report(s, report)
        for inquiry in s.inquiries.values():
            replay.check_inquiry(s, inquiry)
            replay.check_letters(s, inquiry)
            promises.check_deadlines(s, inquiry)
            promises.check_letters(s, inquiry)
            promises.check_ways_on(s, inquiry)
        promises.check_mails(s)
        promises.check_opt_outs(s)

    def judge_new_listings(self) -> None:
        """Each new listing had its ground; each that is still open has it now."""
        s = self.s
        for event in s.since("events", self.judged):
            if event.kind == "state":
                DONE[f"state {event.source} > {event.target}"] += 1
            if event.target in ("lapsed", "confirmed"):
                self.trials[event.id] = settings.TRIAL_MODE
                wrong = wrong_with(s, event, trial=settings.TRIAL_MODE)
                assert not wrong, (wrong, event)
        self.judged = max(s.events, default=0)
        for listing in s.listings.values():
            if listing.closed_at is None:
                event = max(
                    (
                        e for e in s.of("events", "report_id", listing.report_id)
                        if e.target in ("lapsed", "confirmed")
                    ),
                    key=lambda e: e.id,
                )  # fmt: skip
                wrong = undermined(s, listing, event)
                assert not wrong, (wrong, listing)

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # the steps went well
                self.come_to_rest()
                self.everything_holds()
                self.judge_all_again()
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

    def judge_all_again(self) -> None:
        """The rows still tell why each listing was made."""
        for number, trial in self.trials.items():
            wrong = wrong_with(self.s, self.s.events[number], trial=trial)
            assert not wrong, (wrong, "later")

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
        from django.db import transaction

        try:
            with transaction.atomic():
                act(report_id=report.id, now=self.now, **words)
                transaction.set_rollback(True)
        except Refused as refusal:
            raise AssertionError(f"{report.state} cannot be left: {refusal}") from refusal


assert Lives
