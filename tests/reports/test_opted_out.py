"""'Do not write to me again': whose silence still counts, and the exit where nobody's does."""

import pytest

from accounts.models import User
from registry.models import Paper
from reports import answers, moderation, suggestions
from reports.models import Contact, OptOut, Report, ToDo
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    contact_of,
    events,
    fail,
    hand_over,
    inquiry_of,
    make_asking,
    name_somebody,
    owed,
    run,
    run_to_the_deadline,
    say_no_author,
    state_of,
    sweep,
)

pytestmark = pytest.mark.django_db


def opt_out(report: Report, now, position: int = 1) -> None:
    answers.opt_out(contact_id=contact_of(report, position).pk, now=now)


def two_reports(moderator: User, *emails: str) -> tuple[Report, Report]:
    """Two reports of one paper whose notices are handed over."""
    first = make_asking(moderator, "ada@lab.example")
    second = make_asking(
        moderator, *(emails or ("ada@lab.example",)), paper=first.paper, place="Fig 4"
    )
    for report in (first, second):
        hand_over(report, NOW)
    return first, second


def test_who_was_shown_the_final_notice_is_silent_by_choice(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    opt_out(report, NOW + DAY)
    assert (state_of(report), contact_of(report).state) == ("asking", "opted_out")
    assert run(report, until=FIRST_DEADLINE) == []
    assert sweep(FIRST_DEADLINE + DAY) == 1
    assert Paper.objects.get().standing == "no_answer"


def test_the_only_author_who_opted_out_through_another_report_leaves_it_unreachable(
    moderator,
) -> None:
    first, second = two_reports(moderator)
    opt_out(first, NOW + DAY)
    assert (state_of(first), state_of(second)) == ("asking", "unreachable")
    inquiry = inquiry_of(second)
    assert (inquiry.deadline, inquiry.lapse_at, inquiry.letters_at) == (None, None, None)
    event = events(second, "state")[-1]
    assert (event.actor, event.note) == (
        "mail", "Who was asked does not want to be written to again.",
    )  # fmt: skip
    assert ToDo.objects.filter(event=event).exists()
    assert sweep(FIRST_DEADLINE + DAY) == 1
    assert state_of(second) == "unreachable"


def test_the_wish_is_in_the_log_of_each_report_that_it_ends(moderator) -> None:
    first, second = two_reports(moderator)
    opt_out(first, NOW + DAY)
    for report in (first, second):
        (event,) = events(report, "opt_out")
        assert (event.actor, event.contact, event.at) == ("author", contact_of(report), NOW + DAY)
    assert OptOut.objects.count() == 1


def test_another_author_is_still_asked(moderator) -> None:
    first, second = two_reports(moderator, "ada@lab.example", "", "chen@lab.example")
    opt_out(first, NOW + DAY)
    assert (state_of(second), contact_of(second).state) == ("asking", "opted_out")
    assert {email for _, email in run(second, until=FIRST_DEADLINE)} == {"chen@lab.example"}


def test_and_if_that_one_fails_too_the_report_is_unreachable(moderator) -> None:
    first, second = two_reports(moderator, "ada@lab.example", "", "chen@lab.example")
    opt_out(first, NOW + DAY)
    fail(second, 3, now=NOW + 2 * DAY)
    assert state_of(second) == "unreachable"


def test_who_had_every_letter_of_the_other_report_already_still_counts(moderator) -> None:
    first, second = two_reports(moderator)
    run_to_the_deadline(second)
    opt_out(first, FIRST_DEADLINE - DAY)
    assert state_of(second) == "asking"
    assert sweep(FIRST_DEADLINE + DAY) == 2


def test_the_same_author_at_another_address_is_not_written_to_either(moderator) -> None:
    """A person is written to once, however many addresses, and asked once not to be."""
    first = make_asking(moderator)
    second = make_asking(
        moderator, ["ada@home.example", "ada@lab.example"], paper=first.paper, place="Fig 4"
    )
    hand_over(first, NOW)
    hand_over(second, NOW)
    opt_out(first, NOW + DAY)
    assert (contact_of(second).state, state_of(second)) == ("opted_out", "unreachable")
    third = make_asking(
        moderator, ["ada@old.example", "ada@lab.example"], paper=first.paper, place="Fig 5"
    )
    assert (contact_of(third).state, state_of(third)) == ("opted_out", "unreachable")


def test_a_letter_that_was_owed_under_the_other_report_is_cancelled(moderator) -> None:
    first = make_asking(moderator)
    second = make_asking(moderator, paper=first.paper, place="Fig 4")
    hand_over(first, NOW)
    opt_out(first, NOW)
    letter = contact_of(second).letters.get()
    assert (letter.cancelled_at, letter.reason) == (
        NOW, "the author asked not to be written to again",
    )  # fmt: skip


def test_shown_the_final_notice_of_the_other_report_too_they_count_there_too(moderator) -> None:
    first, second = two_reports(moderator, "ada@lab.example", "", "chen@lab.example")
    opt_out(first, NOW + DAY)
    opt_out(second, NOW + 2 * DAY)
    fail(second, 3, now=NOW + 3 * DAY)
    assert state_of(second) == "asking"
    assert sweep(FIRST_DEADLINE + DAY) == 2
    assert len(events(second, "opt_out")) == 2


def test_the_wish_sent_twice_is_one(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    opt_out(report, NOW + DAY)
    opt_out(report, NOW + 2 * DAY)
    assert contact_of(report).letters.count() == 3
    assert len(events(report, "opt_out")) == 1


def test_before_any_deadline_runs_nothing_was_shown_that_could_count(moderator) -> None:
    report = make_asking(moderator)
    opt_out(report, NOW)
    assert (state_of(report), owed(report)) == ("unreachable", [])


def test_after_the_deadline_no_final_notice_can_be_shown_any_more(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    opt_out(report, FIRST_DEADLINE + DAY)
    assert state_of(report) == "unreachable"


def test_a_notice_that_failed_after_all_takes_the_silence_away(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    opt_out(report, NOW + DAY)
    fail(report, now=NOW + 2 * DAY)
    assert (state_of(report), contact_of(report).state) == ("unreachable", "opted_out")


@pytest.mark.parametrize("suggest", [say_no_author, name_somebody])
def test_a_deadline_that_moves_after_the_wish_is_one_they_were_not_told(moderator, suggest) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    suggestion = suggest(report, now=NOW)
    opt_out(report, NOW + DAY)
    assert state_of(report) == "asking"
    suggestions.decide_suggestion(
        suggestion_id=suggestion.pk, moderator=moderator, upheld=False, decision="No.",
        now=NOW + 25 * DAY,
    )  # fmt: skip
    assert (state_of(report), inquiry_of(report).deadline) == ("unreachable", None)


def test_a_hold_that_moves_no_deadline_takes_nothing_away(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    opened = moderation.open_hold(report_id=report.pk, moderator=moderator, reason="x", now=NOW)
    opt_out(report, NOW + DAY)
    moderation.release_hold(hold_id=opened.pk, moderator=moderator, now=NOW + 2 * DAY)
    assert (state_of(report), inquiry_of(report).deadline) == ("asking", FIRST_DEADLINE)


def test_who_asks_for_more_time_themselves_is_shown_the_new_deadline(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    opt_out(report, NOW + DAY)
    moved = answers.more_time(contact_id=contact_of(report).pk, now=NOW + 2 * DAY)
    assert (state_of(report), inquiry_of(report).deadline) == ("asking", moved)
    assert sweep(FIRST_DEADLINE + DAY) == 0
    assert sweep(moved + DAY) == 1


def test_more_time_for_a_co_author_is_not_told_to_who_opted_out(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    hand_over(report, NOW)
    opt_out(report, NOW + DAY)
    moved = answers.more_time(contact_id=contact_of(report, 3).pk, now=NOW + 2 * DAY)
    assert state_of(report) == "asking"
    fail(report, 3, now=moved - DAY)
    assert state_of(report) == "unreachable"


def test_whose_letters_failed_is_not_brought_back_by_the_wish(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    hand_over(report, NOW)
    fail(report, now=NOW + DAY)
    opt_out(report, NOW + 2 * DAY)
    assert contact_of(report).state == "failed"
    assert OptOut.objects.count() == 1


def test_nor_is_the_wrong_person_of_another_report(moderator) -> None:
    """Void in the second report, Ada opts out through the first: she must not count again."""
    first, second = two_reports(moderator, "ada@lab.example", "", "chen@lab.example")
    suggestion = say_no_author(second, now=NOW)
    suggestions.decide_suggestion(
        suggestion_id=suggestion.pk, moderator=moderator, upheld=True, decision="x", now=NOW
    )
    opt_out(first, NOW + DAY)
    assert contact_of(second).state == "void"
    assert [c.state for c in Contact.objects.filter(inquiry__report=second)] == [
        "void", "handed_over",
    ]  # fmt: skip


def test_the_next_address_of_who_opted_out_is_never_tried(moderator) -> None:
    report = make_asking(moderator, ["ada@lab.example", "ada@home.example"])
    hand_over(report, NOW)
    other = make_asking(moderator, "ada@home.example", paper=report.paper, place="Fig 4")
    hand_over(other, NOW)
    opt_out(other, NOW)
    assert (contact_of(report).state, state_of(report)) == ("opted_out", "unreachable")


def test_a_report_accepted_after_the_wish_is_unreachable_from_the_start(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    opt_out(report, NOW)
    other = make_asking(moderator, paper=report.paper, place="Fig 4")
    assert (state_of(other), contact_of(other).state) == ("unreachable", "opted_out")
    assert (owed(other), inquiry_of(other).letters_at) == ([], None)
