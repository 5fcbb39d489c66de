"""After a clock that was void everybody is asked anew."""

import pytest
from django.db import transaction

from accounts.models import User
from reports import facts, moderation
from reports.models import Report
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    contact_of,
    fail,
    hand_over,
    inquiry_of,
    make_lapsed,
    owed,
    pending,
    state_of,
)

pytestmark = pytest.mark.django_db


def ask(report: Report, moderator: User, now=NOW, email="new@lab.example", position=1, **more):
    return moderation.ask_again(
        report_id=report.pk, moderator=moderator, author_position=position, email=email,
        source=more.pop("source", "The lab's page"), now=now, **more,
    )  # fmt: skip


def test_after_an_annulled_lapse_everybody_is_asked_anew(moderator) -> None:
    report = make_lapsed(moderator, "ada@lab.example", "bo@lab.example")
    fail(report, now=FIRST_DEADLINE + DAY)
    assert (state_of(report), contact_of(report, 2).state) == ("unreachable", "handed_over")
    later = FIRST_DEADLINE + 10 * DAY
    ask(report, moderator, later)
    assert owed(report) == [("notice", "new@lab.example"), ("notice", "bo@lab.example")]


def test_the_clock_starts_again_though_the_new_address_fails_before_any_hand_over(
    moderator,
) -> None:
    report = make_lapsed(moderator, "ada@lab.example", "bo@lab.example")
    fail(report, now=FIRST_DEADLINE + DAY)
    later = FIRST_DEADLINE + 10 * DAY
    ask(report, moderator, later)
    fail(report, now=later)
    assert (state_of(report), inquiry_of(report).deadline) == ("asking", None)
    hand_over(report, later)
    assert inquiry_of(report).deadline == FIRST_DEADLINE + 38 * DAY


def test_a_notice_from_before_the_clock_was_void_starts_none(moderator) -> None:
    """Bo was told in March; Ada's new address fails in April, and only Bo's new notice is left."""
    report = make_lapsed(moderator, "ada@lab.example", "bo@lab.example")
    fail(report, now=FIRST_DEADLINE + DAY)
    later = FIRST_DEADLINE + 10 * DAY
    ask(report, moderator, later)
    first, second = pending(report)
    assert (first.contact.position, second.contact.position) == (1, 2)
    with transaction.atomic():
        facts.handed_over(
            letter_id=first.pk, printed=facts.deadline_to_print(first, later), now=later
        )
    fail(report, now=later + DAY)
    assert (state_of(report), inquiry_of(report).deadline) == ("asking", None)
    hand_over(report, later + 7 * DAY)
    assert inquiry_of(report).deadline == FIRST_DEADLINE + 45 * DAY


def test_a_moderator_puts_a_new_address_in_use_where_the_clock_is_void(moderator) -> None:
    report = make_lapsed(moderator, "ada@lab.example", "bo@lab.example")
    fail(report, now=FIRST_DEADLINE + DAY)
    ask(report, moderator, FIRST_DEADLINE + 10 * DAY, "bo@new.example", 2)
    assert owed(report) == [("notice", "bo@new.example")]
