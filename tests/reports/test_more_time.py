"""One extension an inquiry, asked for before the deadline (product.md, section 4)."""

from datetime import timedelta

import pytest

from reports import answers, services
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
    make_submitted,
    run,
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


def test_a_change_of_settings_leaves_running_inquiries_alone(report, ada, settings) -> None:
    """The promise made to the authors is frozen when the inquiry opens."""
    before = inquiry_of(report)
    settings.RESPONSE_WINDOW = timedelta(days=2)
    again = inquiry_of(report)
    assert (again.policy, again.deadline, again.letters_at, again.lapse_at) == (
        before.policy, before.deadline, before.letters_at, before.lapse_at,
    )  # fmt: skip
    assert answers.more_time(contact_id=ada.pk, now=NOW) >= FIRST_DEADLINE + timedelta(days=14)
    sent = run(report, until=FIRST_DEADLINE)
    assert [kind for kind, address in sent if address == "ada@lab.example"] == [
        "reminder_1", "reminder_2",
    ]  # fmt: skip
    new = make_submitted("new@lab.example")
    services.accept(
        report_id=new.pk, moderator=make_moderator(), now=NOW,
        checks=dict.fromkeys(services.ACCEPTANCE, True),
        checked_addresses=[address.pk for address in new.addresses.all()],
    )  # fmt: skip
    assert inquiry_of(new).policy.window == timedelta(days=2)
