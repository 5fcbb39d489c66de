"""The list Not reproducible."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry import listing, query, selectors
from registry.models import Ending, Standing
from tests.registry.builders import NOW, paper, with_standing

pytestmark = pytest.mark.django_db

FACTS = {
    "hours": 40,
    "environments": ("Debian 12, one GPU",),
    "authors_asked": 4,
    "authors_reached": 2,
    "asked_at": "2026-02-01T09:30:00+00:00",
    "deadline": "2026-03-03T11:59:59+00:00",
    "modes": ["own data", "re-run"],
    "report_count": 3,
    "match_count": 1,
}


def text_of(client: Client, path: str = "/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(BeautifulSoup(response.content, "html.parser").main.get_text(" ").split())


def test_a_row_states_dated_facts(client: Client) -> None:
    made = with_standing(paper("On things", venue="Conf", year=2020), Standing.NO_ANSWER, **FACTS)
    shown = text_of(client)
    for words in (
        "On things",
        "Ada Example, Bo Sample · Conf 2020",
        "Reported as not reproduced, authors asked on 1 February 2026 , "
        "no answer by 3 March 2026, 11:59 UTC .",
        "3 independent reports",
        "1 matched",
        "own data, re-run",
        "40 hours spent",
        "2 of 4 authors reached",
        "version v1 listed 2 March 2026 : no answer",
        "Tried on: Debian 12, one GPU",
        "not reproducible: no answer",
    ):
        assert words in shown
    assert f'href="/papers/{made.pk}/on-things/"' in client.get("/").content.decode()


def test_a_confirmed_paper_says_so(client: Client) -> None:
    with_standing(paper(), Standing.CONFIRMED, **FACTS)
    shown = text_of(client)
    assert "authors asked on 1 February 2026 , confirmed by the authors." in shown
    assert "no answer by 3 March" not in shown
    assert "not reproducible: confirmed by the authors" in shown


def test_only_open_listings_of_public_papers_are_shown(client: Client) -> None:
    left = with_standing(paper("Left it"), Standing.NO_ANSWER)
    listing.close_listing(report_id=left.pk, ending=Ending.ANSWERED, note="", now=NOW)
    with_standing(left, Standing.ANSWERED)
    paper("Never on it")
    paper("A draft", public=False)
    shown = text_of(client)
    assert "No paper is on the list." in shown
    for title in ("Left it", "Never on it", "A draft"):
        assert title not in shown


def test_newest_answers_are_shown_newest_first(client: Client) -> None:
    with_standing(paper("Older"), Standing.ANSWERED, answered_at=NOW)
    with_standing(paper("Newer"), Standing.DISPUTED, answered_at=NOW + timedelta(days=1))
    shown = text_of(client)
    assert shown.index("Newer") < shown.index("Older")
    assert "answered 3 March 2026" in shown


def test_the_newest_listing_is_first_and_pages_show_each_once() -> None:
    for n in range(5):
        with_standing(paper(f"P{n}"), Standing.NO_ANSWER, now=NOW + timedelta(days=n // 2))
    first = selectors.listed(size=2)
    second = selectors.listed(first.next, size=2)
    third = selectors.listed(second.next, size=2)
    shown = [made.title for page in (first, second, third) for made in page.papers]
    assert shown == ["P4", "P3", "P2", "P1", "P0"]
    assert third.next == ""


@pytest.mark.parametrize(
    "after",
    ["nonsense", query.cursor("listed", ("no date", 1)),
     query.cursor("listed", ("2026-03-02T09:30:00", 1)), query.cursor("newest", (1, 1))],
)  # fmt: skip
def test_a_made_up_place_shows_the_first_page(client: Client, after: str) -> None:
    with_standing(paper("On things"), Standing.NO_ANSWER)
    assert "On things" in text_of(client, f"/?after={after}")


def test_beyond_the_last_page_leads_back(client: Client) -> None:
    last = query.cursor("listed", (datetime(2000, 1, 1, tzinfo=UTC).isoformat(), 1))
    assert "There is nothing more. Back to the first page" in text_of(client, f"/?after={last}")


def test_a_full_page_leads_to_the_next(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(26):
        with_standing(paper(f"P{n}"), Standing.NO_ANSWER)
    page = BeautifulSoup(client.get("/").content, "html.parser")
    following = page.find("a", rel="next")["href"]
    shown = text_of(client, following)
    assert "P0" in shown
    assert "First page" in shown


def test_one_row_and_three_take_the_same_number_of_queries(client: Client) -> None:
    with_standing(paper(), Standing.NO_ANSWER)
    with CaptureQueriesContext(connection) as one:
        client.get("/")
    for n in range(2):
        with_standing(paper(f"P{n}"), Standing.NO_ANSWER, answered_at=NOW)
    with CaptureQueriesContext(connection) as three:
        client.get("/")
    assert len(one) == len(three) == 2


def test_hostile_titles_are_text(client: Client) -> None:
    title = "<script>alert(1)</script> {\\LaTeX} \u202e שלום 😀"
    with_standing(paper(title, names=["<b>A</b>"]), Standing.NO_ANSWER, environments=("<i>x</i>",))
    html = client.get("/").content.decode()
    assert "<script>" not in html
    assert "<b>A" not in html
    assert "<i>x" not in html
    assert title in text_of(client)
