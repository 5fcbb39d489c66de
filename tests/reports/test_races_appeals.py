"""An appeal and the sweep, or two moderators, at the same moment."""

from typing import Any

import pytest

from reports import appeal_decisions, appeals
from reports.appeal_decisions import Verdict
from reports.models import Appeal, Hold
from tests.reports.inquiries import DAY, inquiry_of, make_moderator, state_of
from tests.reports.race import ORDERS, Told, race
from tests.reports.racing import lapse_now, overdue

pytestmark = pytest.mark.django_db(transaction=True)


def write(named: object, now: Any, kind: str = "appeal") -> Appeal:
    return appeals.receive(
        kind=kind, name="Ada", email="ada@lab.example", named=str(named), text="Wrong.",
        language="en", now=now,
    )  # fmt: skip


def confirm(appeal: Appeal, now: Any) -> Any:
    token = appeals.links.appeal_token(appeal.pk)
    return lambda: appeals.confirm(token=token, now=now)


@pytest.mark.parametrize("order", ORDERS)
def test_an_appeal_that_comes_before_the_lapse_holds_it(order: str) -> None:
    report, now = overdue(make_moderator())
    race(order, confirm(write(report.pk, now), now), lapse_now(report, now))
    held = Hold.objects.filter(released_at=None).exists()
    assert state_of(report) == ("asking" if held else "lapsed")


@pytest.mark.parametrize("order", ORDERS)
def test_an_author_who_asks_for_a_link_before_the_lapse_holds_it(order: str) -> None:
    report, now = overdue(make_moderator())
    wish = write(f"paper {report.paper_id}", now, "author")
    race(order, confirm(wish, now), lapse_now(report, now))
    held = Hold.objects.filter(released_at=None).exists()
    assert state_of(report) == ("asking" if held else "lapsed")


@pytest.mark.parametrize("order", ORDERS)
def test_an_author_who_gets_a_link_gets_time_with_it(order: str) -> None:
    report, now = overdue(make_moderator())
    wish = confirm(write(f"paper {report.paper_id}", now, "author"), now)()
    moderator = make_moderator()
    verdict = Verdict(upheld=True, reason="It is them.")
    race(
        order,
        lambda: appeal_decisions.decide(
            appeal_id=wish.pk, moderator=moderator, verdict=verdict, now=now
        ),
        lapse_now(report, now),
    )
    assert state_of(report) == "asking"
    assert inquiry_of(report).deadline >= now + 14 * DAY


@pytest.mark.parametrize("order", ORDERS)
def test_the_same_link_twice_holds_once(order: str) -> None:
    report, now = overdue(make_moderator())
    appeal = write(report.pk, now)
    race(order, confirm(appeal, now), confirm(appeal, now))
    assert Hold.objects.count() == 1


@pytest.mark.parametrize("order", ORDERS)
def test_two_appeals_of_one_sender_hold_once(order: str) -> None:
    report, now = overdue(make_moderator())
    race(order, confirm(write(report.pk, now), now), confirm(write(report.pk, now), now))
    assert Hold.objects.count() == 1
    assert Appeal.objects.filter(report=report).count() == 1


@pytest.mark.parametrize("order", ORDERS)
def test_an_appeal_is_decided_once(order: str) -> None:
    report, now = overdue(make_moderator())
    appeal = confirm(write(report.pk, now), now)()

    def decide(upheld: bool) -> Any:
        moderator = make_moderator()
        return lambda: appeal_decisions.decide(
            appeal_id=appeal.pk, moderator=moderator, now=now,
            verdict=Verdict(upheld=upheld, reason="So."),
        )  # fmt: skip

    one, two = race(order, decide(True), decide(False))
    assert sum(isinstance(outcome, Told) for outcome in (one, two)) == 1
