"""Proposals and whatever happens to the report at the same moment, on two connections."""

from typing import Any

import pytest
from pytest_django import Settings

from reports import moderation, proposals
from reports.models import Proposal, ReportEvent
from tests.reports import inquiries
from tests.reports.inquiries import NOW, make_asking, make_moderator, state_of
from tests.reports.race import ORDERS, Told, race
from tests.reports.racing import SOON, answer_now, overdue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def two(settings: Settings) -> None:
    settings.TWO_PERSON_RULE = True


def decide(proposal: Proposal, what: str, now: Any = NOW) -> Any:
    moderator = make_moderator()
    words = {"reason": "No."} if what == "reject" else {}
    return lambda: getattr(proposals, what)(
        proposal_id=proposal.pk, moderator=moderator, now=now, **words
    )


def removal(report: Any, now: Any = NOW) -> Proposal:
    return proposals.propose_removal(
        report_id=report.pk, moderator=make_moderator(), reason="It names a person.", now=now
    )


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("other", ["confirm", "reject"])
def test_a_proposal_is_decided_once(order: str, other: str) -> None:
    report = make_asking(make_moderator())
    proposal = removal(report)
    one, two = race(order, decide(proposal, "confirm"), decide(proposal, other))
    assert sum(isinstance(outcome, Told) for outcome in (one, two)) == 1
    assert ReportEvent.objects.filter(report=report, target="removed").count() <= 1
    confirmed = Proposal.objects.get().confirmed
    assert (state_of(report) == "removed") is confirmed


@pytest.mark.parametrize("order", ORDERS)
def test_the_same_is_proposed_once(order: str) -> None:
    report = make_asking(make_moderator())
    one, two = race(order, lambda: removal(report), lambda: removal(report))
    assert sum(isinstance(outcome, Told) for outcome in (one, two)) == 1
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize("order", ORDERS)
def test_an_answer_and_a_confirmed_removal_leave_one_of_two_ends(order: str) -> None:
    moderator = make_moderator()
    report, now = overdue(moderator)
    proposal = removal(report, now)
    one, two = race(order, decide(proposal, "confirm", now), answer_now(report, now))
    told = (isinstance(one, Told), isinstance(two, Told))
    assert (told, state_of(report)) in [((False, True), "removed"), ((True, False), "answered")]


@pytest.mark.parametrize("order", ORDERS)
def test_a_confirmed_release_and_the_lapse_do_not_list_at_once(order: str) -> None:
    moderator = make_moderator()
    report, now = overdue(moderator)
    hold = moderation.open_hold(report_id=report.pk, moderator=moderator, reason="x", now=now)
    proposal = proposals.propose_release(
        hold_id=hold.pk, moderator=moderator, reason="Settled.", now=now
    )
    race(order, decide(proposal, "confirm", now), lambda: inquiries.sweep(now + SOON))
    assert state_of(report) == "asking"
    deadline = inquiries.inquiry_of(report).deadline
    assert deadline is not None
    assert deadline > now
