"""Opening and releasing a hold."""

from datetime import timedelta

import pytest

from accounts.models import User
from reports import facts, lapse, letters_due, moderation
from reports.lifecycle import Refused
from reports.models import Hold, Report, ToDo
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    POLICY,
    answer,
    contact_of,
    events,
    fail,
    hand_over,
    inquiry_of,
    last_event,
    listen,
    make_asking,
    make_lapsed,
    make_unreachable,
    name_somebody,
    owed,
    pending,
    run,
    run_to_the_deadline,
    say_no_author,
    state_of,
    sweep,
)

pytestmark = pytest.mark.django_db


def hold(report: Report, moderator: User, now=NOW, reason: str = "An appeal.") -> Hold:
    return moderation.open_hold(report_id=report.pk, moderator=moderator, reason=reason, now=now)


def release(opened: Hold, moderator: User, now) -> None:
    moderation.release_hold(hold_id=opened.pk, moderator=moderator, now=now)


def test_a_hold_is_written_down_and_told(moderator) -> None:
    report = make_asking(moderator)
    opened = hold(report, moderator, reason="  They wrote to us.\n")
    assert (opened.reason, opened.opened_at, opened.opened_by, opened.released_at) == (
        "They wrote to us.", NOW, moderator, None,
    )  # fmt: skip
    event = last_event(report)
    assert (event.kind, event.actor, event.user, event.note, event.data, event.at) == (
        "hold", "moderator", moderator, "They wrote to us.", {"hold": opened.pk}, NOW,
    )  # fmt: skip
    assert ToDo.objects.filter(event=event).exists()


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_hold_needs_a_reason(moderator, reason) -> None:
    report = make_asking(moderator)
    with pytest.raises(Refused, match="Give the reason"):
        hold(report, moderator, reason=reason)
    assert Hold.objects.count() == 0


def test_while_a_hold_stands_no_reminder_leaves_and_nothing_lapses(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    hold(report, moderator, NOW + DAY)
    assert inquiry_of(report).letters_at is None
    assert letters_due.order_due_letters(now=FIRST_DEADLINE) == 0
    assert sweep(FIRST_DEADLINE + DAY) == 0
    assert state_of(report) == "asking"


def test_a_reminder_that_was_owed_when_the_hold_came_is_not_sent(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    at = inquiry_of(report).letters_at
    letters_due.order_due_letters(now=at)
    hold(report, moderator, at)
    assert hand_over(report, at) == []
    assert contact_of(report).letters.last().reason == "a hold stands"


def test_after_the_release_at_least_fourteen_days_are_left_and_a_new_final_notice_names_them(
    moderator,
) -> None:
    report = make_asking(moderator)
    deadline = run_to_the_deadline(report)
    opened = hold(report, moderator, deadline - DAY)
    released = deadline + 3 * DAY
    release(opened, moderator, released)
    inquiry = inquiry_of(report)
    assert inquiry.deadline >= released + 14 * DAY
    assert inquiry.deadline - released < 18 * DAY
    change = inquiry.deadline_changes.last()
    assert (change.old, change.new, change.reason, change.at) == (
        deadline, inquiry.deadline, "A hold was released.", released,
    )  # fmt: skip
    opened.refresh_from_db()
    assert (opened.released_at, opened.released_by) == (released, moderator)
    assert sweep(released + 13 * DAY) == 0
    assert run(report, until=inquiry.deadline) == [("final_notice", "ada@lab.example")]
    assert contact_of(report).letters.last().printed == inquiry.deadline
    assert sweep(inquiry.deadline + DAY) == 1


def test_the_release_is_told_and_not_the_move_of_the_deadline_alone(moderator) -> None:
    report = make_asking(moderator)
    deadline = run_to_the_deadline(report)
    opened = hold(report, moderator, deadline - DAY)
    ToDo.objects.all().delete()
    release(opened, moderator, deadline)
    assert [todo.event.kind for todo in ToDo.objects.select_related("event")] == ["release"]
    event = last_event(report)
    assert (event.kind, event.user, event.note) == ("release", moderator, "An appeal.")


def test_an_early_release_does_not_bring_the_deadline_nearer(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    opened = hold(report, moderator, NOW)
    release(opened, moderator, NOW + DAY)
    assert inquiry_of(report).deadline == FIRST_DEADLINE
    assert [x.reason for x in inquiry_of(report).deadline_changes.all()] == [
        "The first notice was handed over: the clock started."
    ]


def test_a_hold_before_the_first_notice_keeps_no_notice_back_for_ever(moderator) -> None:
    report = make_asking(moderator)
    opened = hold(report, moderator)
    assert hand_over(report, NOW + DAY) == [("notice", "ada@lab.example")]
    release(opened, moderator, NOW + 2 * DAY)
    assert run(report, until=NOW + 12 * DAY) == [("reminder_1", "ada@lab.example")]


def test_with_two_holds_nothing_moves_until_both_are_released(moderator) -> None:
    report = make_asking(moderator)
    deadline = run_to_the_deadline(report)
    first, second = hold(report, moderator, deadline), hold(report, moderator, deadline)
    release(first, moderator, deadline + DAY)
    assert sweep(deadline + 30 * DAY) == 0
    release(second, moderator, deadline + 30 * DAY)
    assert inquiry_of(report).deadline >= deadline + 44 * DAY


def test_a_hold_is_released_once(moderator) -> None:
    report = make_asking(moderator)
    opened = hold(report, moderator)
    release(opened, moderator, NOW)
    with pytest.raises(Refused, match="released already"):
        release(opened, moderator, NOW + DAY)
    assert len(events(report, "release")) == 1


@pytest.mark.parametrize("suggest", [say_no_author, name_somebody])
def test_the_hold_behind_an_authors_word_is_released_by_deciding_on_it(moderator, suggest) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    suggestion = suggest(report, now=NOW)
    with pytest.raises(Refused, match="decide on it instead"):
        release(suggestion.hold, moderator, NOW)
    assert Hold.objects.get().released_at is None


def test_a_hold_on_a_lapsed_report_takes_nothing_off_the_list(moderator) -> None:
    report = make_lapsed(moderator)
    deadline = inquiry_of(report).deadline
    opened = hold(report, moderator, FIRST_DEADLINE + DAY)
    release(opened, moderator, FIRST_DEADLINE + 2 * DAY)
    assert (state_of(report), inquiry_of(report).deadline) == ("lapsed", deadline)
    assert inquiry_of(report).letters_at is None


def test_a_hold_on_an_unreachable_report_starts_no_clock_at_its_release(moderator) -> None:
    report = make_unreachable(moderator)
    opened = hold(report, moderator)
    release(opened, moderator, NOW + DAY)
    assert (state_of(report), inquiry_of(report).deadline) == ("unreachable", None)
    assert pending(report) == []


def test_a_failure_under_a_hold_still_makes_the_report_unreachable(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    opened = hold(report, moderator, NOW + DAY)
    fail(report, now=NOW + 2 * DAY)
    assert (state_of(report), inquiry_of(report).deadline) == ("unreachable", None)
    release(opened, moderator, NOW + 3 * DAY)
    assert inquiry_of(report).deadline is None


def test_an_answered_report_is_not_held(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    answer(report, now=NOW + DAY)
    with pytest.raises(Refused, match="nothing runs that could be held"):
        hold(report, moderator, NOW + 2 * DAY)


def test_a_hold_of_an_answered_report_can_still_be_released(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    opened = hold(report, moderator, NOW)
    answer(report, now=NOW + DAY)
    release(opened, moderator, NOW + 2 * DAY)
    opened.refresh_from_db()
    assert opened.released_at == NOW + 2 * DAY
    assert (state_of(report), inquiry_of(report).deadline) == ("answered", FIRST_DEADLINE)


def test_an_author_first_written_to_after_a_release_is_told_the_same_deadline(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    first, second = pending(report)
    facts.handed_over(letter_id=first.pk, printed=FIRST_DEADLINE, now=NOW)
    opened = hold(report, moderator, NOW + DAY)
    release(opened, moderator, NOW + 20 * DAY)
    deadline = inquiry_of(report).deadline
    assert hand_over(report, NOW + 20 * DAY) == [("notice", "chen@lab.example")]
    second.refresh_from_db()
    assert (second.printed, inquiry_of(report).deadline) == (deadline, deadline)
    assert deadline >= NOW + 20 * DAY + POLICY.late
    assert owed(report) == []


def test_the_channel_must_work_after_the_moved_deadline(moderator) -> None:
    report = make_asking(moderator)
    deadline = run_to_the_deadline(report)
    opened = hold(report, moderator, deadline)
    listen(deadline + timedelta(minutes=1))
    release(opened, moderator, deadline + DAY)
    run(report, until=inquiry_of(report).deadline)
    moved = inquiry_of(report).deadline
    assert lapse.lapse_due(now=moved + DAY) == 0
    assert sweep(moved + 2 * DAY) == 1
