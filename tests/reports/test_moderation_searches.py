"""Searches for an author's address, and making public whom nobody could reach."""

import pytest

from accounts.models import User
from registry.models import Listing, Paper
from reports import moderation
from reports.lifecycle import Refused
from reports.models import AddressSearch, Report, ToDo
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    events,
    fail,
    hand_over,
    inquiry_of,
    last_event,
    make_asking,
    make_lapsed,
    make_unreachable,
    state_of,
    sweep,
)

pytestmark = pytest.mark.django_db


def search(
    report: Report, moderator: User, now=NOW, where: str = "The lab's page", found="Nothing."
):
    return moderation.record_search(
        report_id=report.pk, moderator=moderator, where=where, found=found, now=now
    )


def search_twice(report: Report, moderator: User, now=NOW) -> None:
    search(report, moderator, now)
    search(report, moderator, now, "A search engine")


def unasked(report: Report, moderator: User, now) -> Report:
    return moderation.unasked(report_id=report.pk, moderator=moderator, now=now)


def test_a_search_says_where_it_looked_and_what_it_gave(moderator) -> None:
    report = make_unreachable(moderator)
    made = search(report, moderator, NOW + DAY, " The lab's page \n", " Closed in 2024. ")
    made.refresh_from_db()
    assert (made.where, made.found, made.at, made.moderator) == (
        "The lab's page", "Closed in 2024.", NOW + DAY, moderator,
    )  # fmt: skip
    event = last_event(report)
    assert (event.kind, event.user, event.data) == ("search", moderator, {"search": made.pk})
    assert not ToDo.objects.filter(event=event).exists()


@pytest.mark.parametrize("where", ["", " \n "])
def test_a_search_that_looked_nowhere_is_none(moderator, where) -> None:
    report = make_unreachable(moderator)
    with pytest.raises(Refused, match="Say where you searched"):
        search(report, moderator, where=where)
    assert AddressSearch.objects.count() == 0


def test_the_same_search_sent_twice_is_one(moderator) -> None:
    report = make_unreachable(moderator)
    search(report, moderator)
    with pytest.raises(Refused, match="recorded already"):
        search(report, moderator, NOW + DAY, "the LAB'S page")
    assert AddressSearch.objects.count() == 1


def test_a_search_goes_on_beside_a_running_inquiry(moderator) -> None:
    report = make_asking(moderator)
    assert search(report, moderator).report == report


def test_nobody_searches_for_the_address_of_somebody_who_answered(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    answer(report, now=NOW + DAY)
    with pytest.raises(Refused, match="answered: nobody is asked any more"):
        search(report, moderator, NOW + 2 * DAY)


def test_after_sixty_days_and_two_searches_it_is_public_and_never_listed(moderator) -> None:
    report = make_unreachable(moderator)
    search_twice(report, moderator)
    unasked(report, moderator, NOW + 60 * DAY)
    assert state_of(report) == "unasked"
    paper = Paper.objects.get()
    assert (paper.standing, paper.listed_at, paper.is_public) == ("unreached", None, True)
    assert Listing.objects.count() == 0
    event = events(report, "state")[-1]
    assert (event.source, event.target, event.actor, event.user) == (
        "unreachable", "unasked", "moderator", moderator,
    )  # fmt: skip
    assert ToDo.objects.filter(event=event).exists()
    assert inquiry_of(report).closed_at == NOW + 60 * DAY
    assert sweep(NOW + 400 * DAY) == 0


def test_a_day_early_is_too_early_and_the_date_is_named(moderator) -> None:
    report = make_unreachable(moderator)
    search_twice(report, moderator)
    with pytest.raises(Refused, match=r"Not before 1 May 2026, 13:00 UTC"):
        unasked(report, moderator, NOW + 60 * DAY - DAY / 24)
    assert state_of(report) == "unreachable"


@pytest.mark.parametrize("searches", [0, 1])
def test_fewer_than_two_searches_are_too_few(moderator, searches) -> None:
    report = make_unreachable(moderator)
    if searches:
        search(report, moderator)
    with pytest.raises(Refused, match="two searches"):
        unasked(report, moderator, NOW + 61 * DAY)


def test_the_days_and_the_searches_count_from_when_it_became_unreachable(moderator) -> None:
    report = make_asking(moderator)
    search_twice(report, moderator)
    hand_over(report, NOW)
    fail(report, now=NOW + 10 * DAY)
    with pytest.raises(Refused, match="two searches"):
        unasked(report, moderator, NOW + 70 * DAY)
    search_twice(report, moderator, NOW + 11 * DAY)
    with pytest.raises(Refused, match="Not before"):
        unasked(report, moderator, NOW + 69 * DAY)
    unasked(report, moderator, NOW + 70 * DAY)
    assert state_of(report) == "unasked"


def test_who_was_asked_again_in_vain_is_searched_for_again(moderator) -> None:
    report = make_unreachable(moderator)
    search_twice(report, moderator)
    moderation.ask_again(
        report_id=report.pk, moderator=moderator, author_position=1, email="ada@old.example",
        source="homepage", now=NOW + 50 * DAY,
    )  # fmt: skip
    hand_over(report, NOW + 50 * DAY)
    fail(report, now=NOW + 51 * DAY)
    with pytest.raises(Refused, match="two searches"):
        unasked(report, moderator, NOW + 120 * DAY)
    search_twice(report, moderator, NOW + 60 * DAY)
    unasked(report, moderator, NOW + 120 * DAY)
    assert state_of(report) == "unasked"


def test_a_running_inquiry_is_not_made_public(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    with pytest.raises(Refused, match="Only an unreachable report"):
        unasked(report, moderator, NOW + 70 * DAY)
    assert state_of(report) == "asking"


def test_a_listed_report_is_not_turned_into_an_unasked_one(moderator) -> None:
    report = make_lapsed(moderator)
    with pytest.raises(Refused, match="Only an unreachable report"):
        unasked(report, moderator, FIRST_DEADLINE + 90 * DAY)


def test_nothing_becomes_public_while_a_hold_stands(moderator) -> None:
    report = make_unreachable(moderator)
    search_twice(report, moderator)
    opened = moderation.open_hold(
        report_id=report.pk, moderator=moderator, reason="An appeal.", now=NOW
    )
    with pytest.raises(Refused, match="A hold stands"):
        unasked(report, moderator, NOW + 61 * DAY)
    moderation.release_hold(hold_id=opened.pk, moderator=moderator, now=NOW + 61 * DAY)
    unasked(report, moderator, NOW + 61 * DAY)
    assert state_of(report) == "unasked"


def test_an_unasked_report_stays_answerable(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    fail(report, now=NOW + DAY)
    search_twice(report, moderator, NOW + DAY)
    unasked(report, moderator, NOW + 61 * DAY)
    answer(report, now=NOW + 80 * DAY)
    assert (state_of(report), Paper.objects.get().standing) == ("answered", "answered")
