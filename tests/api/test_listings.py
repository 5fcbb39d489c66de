"""GET /api/v1/listings: every period in which a paper was on the list, open and closed."""

import pytest
from pytest_django import DjangoAssertNumQueries

from registry import listing, merging
from registry.models import Ending, Paper, Standing
from tests.api.asking import pages, refused, told
from tests.registry.builders import NOW, paper, with_standing

pytestmark = pytest.mark.django_db
LISTINGS = "/api/v1/listings"


def listed(title: str) -> Paper:
    return with_standing(paper(title), Standing.NO_ANSWER)


def ended(title: str, ending: Ending, note: str = "") -> Paper:
    made = listed(title)
    listing.close_listing(report_id=made.pk, ending=ending, note=note, now=NOW)
    return made


def shown(**asked: str) -> list[str]:
    return [row["paper"]["title"] for row in told(LISTINGS, **asked)["results"]]


def test_a_listing_is_told_with_its_paper_report_ground_and_dates() -> None:
    made = listed("Lantern Networks")
    (row,) = told(LISTINGS)["results"]
    assert row.pop("id")
    assert row == {
        "paper": {
            "id": made.pk, "title": "Lantern Networks",
            "url": f"http://testserver/papers/{made.pk}/",
            "api": f"http://testserver/api/v1/papers/{made.pk}",
        },
        "report": made.pk,
        "report_url": f"http://testserver/reports/{made.pk}/",
        "report_api": f"http://testserver/api/v1/reports/{made.pk}",
        "ground": "silence", "version": "v1",
        "opened_at": "2026-03-02T09:30:00Z", "closed_at": None, "ending": None, "reason": "",
    }  # fmt: skip


def test_closed_listings_stay_and_an_annulled_one_has_its_reason() -> None:
    ended("Answered", Ending.ANSWERED, "for nobody's eyes")
    ended("Annulled", Ending.ANNULLED, "The notice came back.")
    rows = told(LISTINGS)["results"]
    assert [(row["ending"], row["reason"]) for row in rows] == [
        ("annulled", "The notice came back."), ("answered", ""),
    ]  # fmt: skip
    assert all(row["closed_at"] for row in rows)


def test_filters_leave_what_they_name() -> None:
    first = listed("Open")
    ended("Ended", Ending.ANSWERED)
    with_standing(paper("Agreed"), Standing.CONFIRMED)
    assert shown() == ["Agreed", "Ended", "Open"]
    assert shown(state="open") == ["Agreed", "Open"]
    assert shown(state="closed") == shown(ending="answered") == ["Ended"]
    assert shown(ground="confirmed") == ["Agreed"]
    assert shown(paper=str(first.pk)) == ["Open"]
    assert "leave “paper” out" in refused(LISTINGS, 404, paper="99999999")
    assert "write a whole number" in refused(LISTINGS, paper="-1")
    assert "choose one of open, closed." in refused(LISTINGS, state="new")


def test_pages_follow_one_another() -> None:
    for number in range(5):
        listed(f"Thing {number}")
    rows = pages(LISTINGS, limit="2")
    assert [row["paper"]["title"] for row in rows] == [f"Thing {n}" for n in (4, 3, 2, 1, 0)]


def test_the_listing_of_a_merged_paper_is_the_works() -> None:
    root, old = paper("Work"), listed("Preprint")
    Paper.objects.filter(pk=old.pk).update(listed_at=None, standing="none")
    merging.merge(old, root)
    assert shown() == shown(paper=str(root.pk)) == ["Work"]


def test_what_is_not_public_is_no_listing_here() -> None:
    hidden = ended("Hidden", Ending.ANSWERED)
    Paper.objects.filter(pk=hidden.pk).update(is_public=False, listed_at=None, standing="none")
    assert shown() == []


def test_one_row_and_twenty_five_take_the_same_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(25):
        listed(f"Thing {number}")
        if number in (0, 2, 24):
            with django_assert_num_queries(1):
                assert len(told(LISTINGS)["results"]) == number + 1
