"""However a deadline moves, every author who is still written to is told of the one in force."""

from collections.abc import Callable

import pytest

from accounts.models import User
from reports import answers, moderation, suggestions
from reports.models import Report, ToDo
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    contact_of,
    hand_over,
    inquiry_of,
    make_asking,
    name_somebody,
    run,
    run_to_the_deadline,
    say_no_author,
    sweep,
)

pytestmark = pytest.mark.django_db
LATE = FIRST_DEADLINE - DAY


def by_a_hold(report: Report, moderator: User) -> None:
    opened = moderation.open_hold(report_id=report.pk, moderator=moderator, reason="x", now=LATE)
    moderation.release_hold(hold_id=opened.pk, moderator=moderator, now=LATE)


def by_a_refused_word(report: Report, moderator: User) -> None:
    suggestion = say_no_author(report, 3, now=LATE)
    suggestions.decide_suggestion(
        suggestion_id=suggestion.pk, moderator=moderator, upheld=False, decision="x", now=LATE
    )


def by_a_named_person(report: Report, moderator: User) -> None:
    suggestion = name_somebody(report, 3, now=LATE)
    suggestions.decide_suggestion(
        suggestion_id=suggestion.pk, moderator=moderator, upheld=True, decision="x", now=LATE,
        author_position=2, email="bo@lab.example",
    )  # fmt: skip
    hand_over(report, LATE)


def by_a_late_author(report: Report, moderator: User) -> None:
    moderation.ask_again(
        report_id=report.pk, moderator=moderator, author_position=2, email="bo@lab.example",
        source="x", now=LATE,
    )  # fmt: skip
    hand_over(report, LATE)


def by_more_time(report: Report, moderator: User) -> None:
    answers.more_time(contact_id=contact_of(report).pk, now=LATE)


def by_a_revoked_link(report: Report, moderator: User) -> None:
    moderation.revoke_link(contact_id=contact_of(report).pk, moderator=moderator, now=LATE)


MOVES = [
    by_a_hold, by_a_refused_word, by_a_named_person, by_a_late_author, by_more_time,
    by_a_revoked_link,
]  # fmt: skip


@pytest.mark.parametrize("move", MOVES)
def test_a_new_final_notice_names_the_deadline_in_force(
    moderator, move: Callable[[Report, User], None]
) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    assert run_to_the_deadline(report) == FIRST_DEADLINE
    move(report, moderator)
    moved = inquiry_of(report).deadline
    assert moved >= LATE + 14 * DAY
    assert sweep(FIRST_DEADLINE + DAY) == 0
    run(report, until=moved)
    assert inquiry_of(report).deadline == moved
    last = contact_of(report).letters.last()
    assert (last.kind, last.printed) == ("final_notice", moved)
    assert not ToDo.objects.filter(event__kind="deadline").exists()
    assert sweep(moved + DAY) == 1


def test_letters_that_left_too_late_are_followed_by_one_that_names_the_later_deadline(
    moderator,
) -> None:
    """Only the notice was sent; the worker comes back a day before the deadline."""
    report = make_asking(moderator)
    hand_over(report, NOW)
    sent = run(report, since=LATE, until=FIRST_DEADLINE + 30 * DAY)
    moved = inquiry_of(report).deadline
    assert moved > FIRST_DEADLINE + 7 * DAY
    assert [kind for kind, _ in sent][-1] == "final_notice"
    assert contact_of(report).letters.last().printed == moved
    assert sweep(FIRST_DEADLINE + DAY) == 0
    assert sweep(moved + DAY) == 1
