"""*Agrees* with co-authors: one objection stops all that waits (product.md, section 4)."""

from datetime import datetime, timedelta

import pytest

from notifications.letters import write_letters
from notifications.models import Email
from reports import agreements, links
from reports.lifecycle import Refused
from reports.models import Agreement, Report
from tests.reports.inquiries import (
    DAY,
    NOW,
    answer,
    contact_of,
    hand_over,
    inquiry_of,
    make_asking,
    make_moderator,
    state_of,
)

pytestmark = pytest.mark.django_db
ADA, BO, CHEN = 1, 2, 3


@pytest.fixture
def report() -> Report:
    made = make_asking(make_moderator(), "ada@lab.example", "bo@lab.example", "chen@lab.example")
    hand_over(made, NOW)
    return made


def agree(report: Report, position: int, now: datetime) -> Agreement:
    """Agree, and confirm it through the second mail."""
    given = answer(report, position, now=now, kind="agrees")
    token = links.agreement_token(Agreement.objects.get(answer=given))
    return agreements.confirm(token=token, now=now)


def settled(report: Report) -> datetime:
    """When nobody can object any more to what was agreed so far."""
    return NOW + 3 * DAY + inquiry_of(report).policy.objection


def test_one_objection_stops_the_agreements_of_two_co_authors(report) -> None:
    agree(report, ADA, NOW + DAY)
    agree(report, BO, NOW + 2 * DAY)
    agreements.object_to(contact_id=contact_of(report, CHEN).pk, now=NOW + 3 * DAY)
    assert agreements.confirm_due(now=settled(report)) == 0
    assert state_of(report) == "answered"
    write_letters(now=NOW + 3 * DAY)
    assert Email.objects.filter(kind="agreement_ended").count() == 4  # reporter, three authors


def test_co_authors_have_fourteen_days_before_an_agreement_is_confirmed(report) -> None:
    agree(report, ADA, NOW + DAY)
    assert agreements.confirm_due(now=NOW + 15 * DAY - timedelta(microseconds=1)) == 0
    assert state_of(report) == "answered"
    assert agreements.confirm_due(now=NOW + 15 * DAY) == 1
    assert state_of(report) == "confirmed"


def test_who_agreed_does_not_object_to_their_own_agreement(report) -> None:
    agree(report, ADA, NOW + DAY)
    agree(report, BO, NOW + 2 * DAY)
    agreements.object_to(contact_id=contact_of(report, BO).pk, now=NOW + 3 * DAY)
    assert agreements.confirm_due(now=settled(report)) == 1
    assert state_of(report) == "confirmed"


def test_an_agreement_that_settled_without_effect_hides_none_that_waits(report) -> None:
    first = agree(report, ADA, NOW + DAY)
    Agreement.objects.filter(pk=first.pk).update(settled_at=NOW + 2 * DAY)
    agree(report, BO, NOW + 2 * DAY)
    agreements.object_to(contact_id=contact_of(report, CHEN).pk, now=NOW + 3 * DAY)
    assert agreements.confirm_due(now=settled(report)) == 0
    assert state_of(report) == "answered"


def test_after_the_last_day_nobody_objects(report) -> None:
    agree(report, ADA, NOW + DAY)
    assert agreements.confirm_due(now=settled(report)) == 1
    with pytest.raises(Refused, match="no agreement that waits"):
        agreements.object_to(
            contact_id=contact_of(report, CHEN).pk, now=settled(report) + timedelta(seconds=1)
        )
    assert state_of(report) == "confirmed"
