"""Time passes, settings change, sweeps ring: once, twice, in any order, or not for weeks."""

from datetime import timedelta

from django.conf import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from notifications.letters import write_letters
from reports.agreements import confirm_due
from reports.lapse import lapse_due
from reports.letters_due import order_due_letters
from reports.states import State
from tests.reports.machine.incoming import Incomes
from tests.reports.machine.people import FORMS
from tests.reports.machine.world import DAY, DONE, SECOND

SWEEPS = {
    "letters due": order_due_letters,
    "lapse": lapse_due,
    "agreements": confirm_due,
    "to-dos": write_letters,
}
ORDER = ("letters due", "to-dos", "outbox", "lapse", "agreements")
STEPS = (
    timedelta(0), timedelta(microseconds=1), SECOND, 30 * SECOND, timedelta(hours=1),
    timedelta(hours=11), DAY, 3 * DAY, 7 * DAY, 21 * DAY, 400 * DAY,
)  # fmt: skip
WINDOWS = (28 * DAY, 28 * DAY, 2 * DAY, 180 * DAY, 120 * SECOND, timedelta(hours=30))


class Clock(Incomes):
    """Moves `now`; rings the sweeps."""

    def sweep(self, name: str) -> int:
        """One ring of one sweep."""
        if name == "outbox":
            return self.send()
        done = SWEEPS[name](now=self.now)
        if done:
            DONE[f"sweep {name}"] += 1
        self.s.look()
        return done

    def sweep_all(self) -> None:
        """Each sweep once."""
        for name in ORDER:
            self.sweep(name)

    @rule(step=st.sampled_from(STEPS))
    def time_passes(self, step) -> None:
        self.now += step

    @rule(names=st.lists(st.sampled_from((*ORDER, *ORDER)), min_size=1, max_size=5))
    def sweeps_ring(self, names) -> None:
        for name in names:
            self.sweep(name)

    def next_due(self):
        """When the next sweep has something to do; None if it never has."""
        open_ = [i for i in self.s.inquiries.values() if i.closed_at is None]
        times = [t for i in open_ for t in (i.letters_at, i.lapse_at) if t is not None]
        times += [
            a.settles_at
            for a in self.s.agreements.values()
            if a.settled_at is None and a.settles_at is not None
        ]
        times += [e.not_before for e in self.s.emails.values() if e.state == "queued"]
        times += [e.leased_until + SECOND for e in self.s.emails.values() if e.state == "sending"]
        times += [self.now] if self.s.todos else []
        return min(times, default=None)

    def live(self, rounds: int, late: timedelta) -> None:
        """The sweeps ring when something is due, or somewhat later, as often as `rounds` says."""
        for _ in range(rounds):
            due = self.next_due()
            if due is None:
                return
            self.now = max(self.now, due) + late
            self.probe()
            self.sweep_all()

    @precondition(lambda self: self.next_due() is not None)
    @rule(rounds=st.integers(1, 12), late=st.sampled_from((SECOND, SECOND, 40 * SECOND, DAY)))
    def life_goes_on(self, rounds, late) -> None:
        self.live(rounds, late)

    @precondition(lambda self: self.next_due() is not None)
    @rule()
    def the_next_thing_happens(self) -> None:
        self.live(1, SECOND)

    @initialize(
        window=st.sampled_from(WINDOWS), forms=st.lists(FORMS, min_size=1, max_size=3),
        accepted=st.integers(0, 4), rounds=st.integers(0, 9),
    )  # fmt: skip
    def so_it_begins(self, window, forms, accepted, rounds) -> None:
        """Some reports, most of them accepted; some time has passed."""
        settings.RESPONSE_WINDOW = window
        for form in forms:
            self.write(form)
        for _ in range(accepted):
            if self.in_state(State.SUBMITTED):
                self.let_in(0)
        self.live(rounds, SECOND)

    @precondition(lambda self: any(i.deadline for i in self.s.inquiries.values()))
    @rule(n=st.integers(0, 5), step=st.sampled_from((-SECOND, timedelta(0), timedelta(0, 0, 1))))
    def the_clock_comes_to_a_deadline(self, n, step) -> None:
        """A moment before it, at it, and a moment after it."""
        deadlines = sorted(i.deadline for i in self.s.inquiries.values() if i.deadline)
        self.now = max(self.now, self.one(deadlines, n) + step)

    @rule(trial=st.sampled_from((False, False, True)))
    def the_mode_changes(self, trial) -> None:
        settings.TRIAL_MODE = trial

    @rule(window=st.sampled_from(WINDOWS))
    def the_window_changes(self, window) -> None:
        settings.RESPONSE_WINDOW = window
