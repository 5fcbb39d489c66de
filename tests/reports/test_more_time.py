"""One extension an inquiry, asked for before the deadline (product.md, section 4)."""

from datetime import timedelta

import pytest

from reports import answers
from reports.lifecycle import Refused
from reports.models import Contact, Report
from tests.reports.inquiries import (
    FIRST_DEADLINE,
    NOW,
    contact_of,
    hand_over,
    inquiry_of,
    make_asking,
    make_moderator,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def report() -> Report:
    made = make_asking(make_moderator(), "ada@lab.example", "", "chen@lab.example")
    hand_over(made, NOW)
    return made


@pytest.fixture
def ada(report: Report) -> Contact:
    return contact_of(report)


def test_at_the_deadline_there_is_more_time_and_a_second_later_none(report, ada) -> None:
    with pytest.raises(Refused, match="The deadline has passed"):
        answers.more_time(contact_id=ada.pk, now=FIRST_DEADLINE + SECOND)
    assert inquiry_of(report).deadline == FIRST_DEADLINE
    new = answers.more_time(contact_id=ada.pk, now=FIRST_DEADLINE)
    assert inquiry_of(report).deadline == new >= FIRST_DEADLINE + timedelta(days=14)


def test_there_is_more_time_once_whichever_author_asks(report, ada) -> None:
    new = answers.more_time(contact_id=ada.pk, now=NOW)
    for contact in (ada, contact_of(report, 3)):
        with pytest.raises(Refused, match="granted once already"):
            answers.more_time(contact_id=contact.pk, now=NOW + SECOND)
    assert inquiry_of(report).deadline == new
    assert inquiry_of(report).deadline_changes.count() == 2
