"""Deadlines and reminders for every zone, date, window and delay (product.md, section 4)."""

import zoneinfo
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from reports.deadlines import AOE, Policy, at_least, deadline_after, in_words, letter_due
from reports.reach import (
    REMINDERS,
    Ear,
    LetterFact,
    LetterKind,
    final_counts,
    next_letter,
    reached,
    rescue,
)

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ZONES = sorted(zoneinfo.available_timezones())
FIRST, LAST = datetime(2024, 1, 1), datetime(2044, 1, 1)  # five leap years, many changes of DST

# A day anywhere on Earth ends at noon UTC: what is not fair shows within its last second.
noons = st.dates(FIRST.date(), LAST.date()).map(lambda day: datetime.combine(day, time(12), UTC))
around_noon = st.builds(
    lambda noon, before: noon - before, noons, st.timedeltas(-SECOND, 2 * SECOND)
)
moments = st.one_of(st.datetimes(FIRST, LAST, timezones=st.just(UTC)), around_noon)
long_windows = st.integers(2, 180).map(lambda days: days * DAY)
short_windows = st.timedeltas(10 * SECOND, 2 * DAY - SECOND)
windows = st.one_of(long_windows, short_windows, st.just(28 * DAY))
SPANS = ("window", "extension", "late", "final_notice")
spans = st.sampled_from(SPANS)


@cache
def zone(name: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(name)


# --- deadlines --------------------------------------------------------------------------------


@given(start=moments, window=windows, span=spans)
@example(start=datetime(2024, 2, 28, 12, tzinfo=UTC), window=2 * DAY, span="window")
@example(start=datetime(2026, 12, 31, 11, 59, 59, tzinfo=UTC), window=28 * DAY, span="late")
@example(start=datetime(2026, 3, 28, 11, 59, 59, 1, tzinfo=UTC), window=28 * DAY, span="window")
def test_a_deadline_is_never_earlier_than_the_time_promised(start, window, span) -> None:
    policy = Policy.of(window)
    promised = getattr(policy, span)
    deadline = deadline_after(policy, start, promised)
    assert deadline >= start + promised
    assert deadline.tzinfo is UTC
    if not policy.rounded:
        assert deadline == start + promised
    else:
        # A part of a day, the rest of the last day, and a weekend: no more.
        assert deadline < start + promised + 4 * DAY


@given(start=moments, window=long_windows, span=spans)
def test_the_date_a_letter_names_is_over_nowhere_on_earth_before_the_deadline(
    start, window, span
) -> None:
    policy = Policy.of(window)
    deadline = deadline_after(policy, start, getattr(policy, span))
    named = deadline.astimezone(AOE).date()
    words = in_words(deadline)
    assert words.startswith(f"{named.day} ") and f"{named.year}, 23:59" in words
    last_second = [datetime.combine(named, time(23, 59, 59), zone(name)) for name in ZONES]
    assert max(moment.astimezone(UTC) for moment in last_second) <= deadline


def changes_of(name: str) -> list[datetime]:
    """The ends of the weeks from 2024 to 2027 in which the zone's clocks changed."""
    weeks = [datetime(2024, 1, 1, tzinfo=UTC) + n * 7 * DAY for n in range(209)]
    offsets = [week.astimezone(zone(name)).utcoffset() for week in weeks]
    return [weeks[n] for n in range(1, len(weeks)) if offsets[n] != offsets[n - 1]]


def test_no_zone_s_change_of_its_clocks_moves_a_deadline() -> None:
    policy = Policy.of(28 * DAY)
    changes = [(name, end) for name in ZONES for end in changes_of(name)]
    assert len(changes) > 1000
    for name, end in changes:
        for hours in range(-7 * 24, 1, 7):
            start = end + timedelta(hours=hours)
            deadline = deadline_after(policy, start.astimezone(zone(name)), policy.window)
            assert deadline == deadline_after(policy, start, policy.window)
            day = datetime.combine(deadline.astimezone(AOE).date(), time(23, 59, 59), zone(name))
            assert start + policy.window <= deadline >= day.astimezone(UTC)


@given(start=moments, window=long_windows, span=spans)
def test_no_deadline_falls_on_a_weekend_and_each_is_the_last_second_of_its_day(
    start, window, span
) -> None:
    policy = Policy.of(window)
    deadline = deadline_after(policy, start, getattr(policy, span)).astimezone(AOE)
    assert deadline.weekday() < 5
    assert deadline.time() == time(23, 59, 59)


@given(start=moments, window=windows, name=st.sampled_from(ZONES), span=spans)
def test_it_does_not_matter_in_which_zone_a_moment_is_written(start, window, name, span) -> None:
    policy = Policy.of(window)
    promised = getattr(policy, span)
    there = start.astimezone(zone(name))
    assert deadline_after(policy, there, promised) == deadline_after(policy, start, promised)
    deadline = deadline_after(policy, start, policy.window)
    for before in (policy.reminder_1, policy.reminder_2, policy.final_notice):
        due = letter_due(policy, deadline, before)
        assert letter_due(policy, deadline.astimezone(zone(name)), before) == due
    assert in_words(deadline.astimezone(zone(name))) == in_words(deadline)


@given(start=moments, later=st.timedeltas(timedelta(0), 90 * DAY), window=windows, span=spans)
def test_who_is_written_to_later_has_no_earlier_deadline(start, later, window, span) -> None:
    policy = Policy.of(window)
    promised = getattr(policy, span)
    assert deadline_after(policy, start, promised) <= deadline_after(
        policy, start + later, promised
    )


@given(
    start=moments, window=windows,
    shorter=st.timedeltas(timedelta(0), 200 * DAY), more=st.timedeltas(timedelta(0), 200 * DAY),
)  # fmt: skip
def test_a_longer_span_gives_no_earlier_deadline(start, window, shorter, more) -> None:
    policy = Policy.of(window)
    assert deadline_after(policy, start, shorter) <= deadline_after(policy, start, shorter + more)


@given(start=moments, now=moments, window=windows, span=spans)
def test_at_least_keeps_both_promises_and_asked_twice_changes_nothing(
    start, now, window, span
) -> None:
    policy = Policy.of(window)
    promised = getattr(policy, span)
    deadline = deadline_after(policy, start, policy.window)
    later = at_least(policy, deadline, now, promised)
    assert later >= deadline
    assert later >= now + promised
    assert at_least(policy, later, now, promised) == later


@given(window=windows)
def test_a_policy_comes_back_from_the_database_as_it_was(window) -> None:
    policy = Policy.of(window)
    assert Policy.from_json(policy.to_json()) == policy
    whole = (policy.reminder_1, policy.reminder_2, policy.final_notice, policy.settle, policy.gap)
    assert window > policy.reminder_1 > policy.reminder_2 > policy.final_notice > policy.settle
    assert all(span > timedelta(0) for span in whole)


# --- letters ----------------------------------------------------------------------------------


@given(start=moments, window=windows)
def test_letters_are_due_in_their_order_and_before_the_deadline(start, window) -> None:
    policy = Policy.of(window)
    deadline = deadline_after(policy, start, window)
    due = [
        letter_due(policy, deadline, before)
        for before in (policy.reminder_1, policy.reminder_2, policy.final_notice)
    ]
    assert due == sorted(due)
    assert due[-1] + policy.settle <= deadline
    # Never nearer to the deadline than promised.
    assert due[-1] <= deadline - policy.final_notice


def _run(start: datetime, window: timedelta, delays: list[timedelta]):
    """One author, asked at `start`; each letter is handed over so much later than it is due.

    The letters and deadlines until a final notice counts.
    """
    policy = Policy.of(window)
    letters: list[LetterFact] = []
    deadlines: list[datetime] = []
    now, deadline = start, None
    for _ in range(40):
        if deadline is not None:
            later = rescue([letters], policy, deadline, now)
            if later is not None:
                assert later > deadline
                deadline = later
                deadlines.append(later)
        due = next_letter(letters, policy, deadline, now)
        if due is None:
            # Nothing is due: a final notice for this deadline left, which counts or is rescued.
            if any(final_counts(x, policy, deadline) for x in letters):
                return policy, letters, deadlines
            now = max(now, deadline - policy.settle + timedelta(milliseconds=1))
            continue
        if due.at > now:
            now = due.at
            continue
        now += delays.pop(0) if delays else timedelta(0)
        if deadline is None:
            deadline = deadline_after(policy, now, policy.window)
            deadlines.append(deadline)
        letters.append(LetterFact(kind=due.kind, printed=deadline, handed_over_at=now))
    raise AssertionError("no final notice ever counts")


delays = st.lists(st.floats(0, 2), max_size=8)


@given(start=moments, window=windows, late=delays)
def test_whatever_is_late_letters_come_in_order_with_a_gap_and_the_last_one_in_time(
    start, window, late
) -> None:
    policy, letters, deadlines = _run(start, window, [part * window for part in late])
    kinds = [letter.kind for letter in letters]
    assert kinds[0] is LetterKind.NOTICE
    order = list(LetterKind)
    for deadline in deadlines:  # a reminder that was not sent yet is owed anew after a change
        named = [order.index(letter.kind) for letter in letters if letter.printed == deadline]
        assert named == sorted(set(named))
    reminders = [kind for kind in kinds if kind in REMINDERS]
    assert reminders == sorted(set(reminders), key=order.index)
    for before, after in pairwise(letters):
        assert after.handed_over_at - before.handed_over_at >= policy.gap
    final = letters[-1]
    assert final.kind is LetterKind.FINAL_NOTICE
    assert set(kinds[:-1]) & REMINDERS
    assert final.printed == deadlines[-1]
    assert final.handed_over_at + policy.settle <= final.printed
    assert deadlines == sorted(set(deadlines)), "a deadline only ever moves away"
    assert deadlines[0] >= letters[0].handed_over_at + policy.window


@given(start=moments, window=windows, late=delays)
def test_who_got_all_letters_is_reached_once_the_site_listened_long_enough(
    start, window, late
) -> None:
    policy, letters, deadlines = _run(start, window, [part * window for part in late])
    settled = letters[-1].handed_over_at + policy.settle
    heard = Ear(heard_until=settled)
    assert reached(letters, policy, deadlines[-1], heard)
    for ear in (Ear(), Ear(heard_until=settled - timedelta(microseconds=1))):
        assert not reached(letters, policy, deadlines[-1], ear)
    assert not reached(letters, policy, deadlines[-1] + SECOND, heard)
    for n, letter in enumerate(letters):
        failed = LetterFact(
            kind=letter.kind, printed=letter.printed, handed_over_at=letter.handed_over_at,
            failed_at=deadlines[-1] + DAY,
        )  # fmt: skip
        assert not reached([*letters[:n], failed, *letters[n + 1 :]], policy, deadlines[-1], heard)
    for kinds in ({LetterKind.NOTICE}, REMINDERS, {LetterKind.FINAL_NOTICE}):
        rest = [letter for letter in letters if letter.kind not in kinds]
        assert not reached(rest, policy, deadlines[-1], heard)


@given(start=moments, window=windows, after=st.timedeltas(timedelta(0), 30 * DAY))
def test_a_rescue_leaves_time_for_a_final_notice_that_counts(start, window, after) -> None:
    policy = Policy.of(window)
    deadline = deadline_after(policy, start, window)
    notice = LetterFact(kind=LetterKind.NOTICE, printed=deadline, handed_over_at=start)
    now = deadline - policy.settle + timedelta(microseconds=1) + after
    later = rescue([[notice]], policy, deadline, now)
    assert later is not None
    # The reminder leaves first, the final notice a gap later, and settles by the new deadline.
    assert later >= max(now, start + policy.gap) + policy.gap + policy.settle
    assert later > deadline


@given(start=moments, window=windows, early=st.timedeltas(timedelta(0), 30 * DAY))
def test_there_is_no_rescue_while_there_is_time_or_once_a_final_notice_counts(
    start, window, early
) -> None:
    policy = Policy.of(window)
    deadline = deadline_after(policy, start, window)
    notice = LetterFact(kind=LetterKind.NOTICE, printed=deadline, handed_over_at=start)
    last = deadline - policy.settle
    assert rescue([[notice]], policy, deadline, last - early) is None
    final = LetterFact(kind=LetterKind.FINAL_NOTICE, printed=deadline, handed_over_at=last)
    assert rescue([[notice, final]], policy, deadline, deadline + early) is None
    late = LetterFact(kind=LetterKind.FINAL_NOTICE, printed=deadline, handed_over_at=last + SECOND)
    assert rescue([[notice, late]], policy, deadline, deadline + early) is not None
    assert rescue([[]], policy, deadline, deadline + early) is None


@given(start=moments, window=windows)
def test_after_a_moved_deadline_a_final_notice_names_the_new_one(start, window) -> None:
    policy, letters, deadlines = _run(start, window, [])
    new = deadline_after(policy, deadlines[-1], policy.extension)
    assert not reached(letters, policy, new, Ear(trusting=True))
    due = next_letter(letters, policy, new, letters[-1].handed_over_at)
    assert due is not None and due.kind is LetterKind.FINAL_NOTICE
    assert due.at >= letters[-1].handed_over_at + policy.gap
    sent = LetterFact(kind=due.kind, printed=new, handed_over_at=due.at)
    assert reached([*letters, sent], policy, new, Ear(trusting=True))
