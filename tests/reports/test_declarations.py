"""A moderator says, before the first act on a case, whether they have a conflict of interest."""

import pytest
from django.db import InternalError

from reports.models import Report, ReportEvent
from tests.reports.inquiries import (
    NOW,
    accept,
    events,
    hand_over,
    make_asking,
    make_moderator,
    make_submitted,
    state_of,
)
from tests.reports.moderators import Desk, done, offered, page_of, sentences, words

pytestmark = pytest.mark.django_db
GIVEN_AWAY = "You declared a conflict of interest in this case: another moderator decides on it."


@pytest.fixture
def desk() -> Desk:
    return Desk()


def declared(report: Report) -> list[tuple[int | None, bool]]:
    return [(event.user_id, event.data["conflict"]) for event in events(report, "declaration")]


def test_the_first_act_asks_for_the_tick_and_keeps_what_was_typed(desk) -> None:
    report = make_submitted("ada@lab.example")
    refused = desk.send(report, "return", free=False, reason="Which row?")
    assert refused.status_code == 422
    assert sentences(refused)[0].startswith("Tick that you have no conflict of interest")
    assert page_of(refused).select_one("#return textarea").text.strip() == "Which row?"
    assert (state_of(report), declared(report)) == ("submitted", [])


def test_the_tick_is_stored_with_the_first_act_and_not_asked_for_again(desk) -> None:
    report = make_asking(make_moderator())
    hand_over(report, NOW)
    desk.send(report, "hold", reason="An appeal.")
    assert declared(report) == [(desk.moderator.pk, False)]
    assert desk.get(report).select("[name=no_conflict]") == []
    response = desk.send(report, "search", free=False, where="Homepage", found="")
    assert response.status_code == 302
    assert len(declared(report)) == 1


def test_an_act_that_is_refused_stores_no_declaration(desk) -> None:
    report = make_submitted("ada@lab.example")
    assert desk.send(report, "remove", reason="x").status_code == 409
    assert declared(report) == []


def test_every_moderator_declares_for_themselves(desk) -> None:
    report, other = make_asking(make_moderator()), Desk()
    desk.send(report, "search", where="One", found="")
    assert other.send(report, "search", free=False, where="Two", found="").status_code == 422
    other.send(report, "search", where="Two", found="")
    assert declared(report) == [(desk.moderator.pk, False), (other.moderator.pk, False)]


def test_who_has_a_conflict_gives_the_case_away_for_good(desk) -> None:
    report = accept(make_submitted("ada@lab.example"), make_moderator())
    response = desk.send(report, "conflict", free=False)
    assert done(desk, response) == [f"Report {report.pk} is left to other moderators."]
    page = desk.get(report)
    assert words(page, ".notice") == GIVEN_AWAY
    assert offered(page) == []
    for secret in ("ada@lab.example", report.reporter.email, report.reporter.name):
        assert secret not in page.decode()
    again = desk.send(report, "hold", reason="Still.")
    assert (again.status_code, sentences(again)) == (409, [GIVEN_AWAY])
    assert state_of(report) == "asking"
    assert "hold" in offered(Desk().get(report))


def test_a_conflict_may_turn_up_after_the_first_act(desk) -> None:
    report = make_asking(make_moderator())
    desk.send(report, "search", where="One", found="")
    desk.send(report, "conflict")
    assert declared(report) == [(desk.moderator.pk, False), (desk.moderator.pk, True)]
    assert words(desk.get(report), ".notice") == GIVEN_AWAY


def test_a_declaration_is_never_changed(desk) -> None:
    report = make_asking(make_moderator())
    desk.send(report, "conflict")
    with pytest.raises(InternalError, match="append-only"):
        ReportEvent.objects.filter(report=report, kind="declaration").delete()
