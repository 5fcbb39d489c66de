"""All papers: search, filters, pages."""

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from registry import search
from registry.models import Standing
from tests.registry.builders import paper, with_standing

pytestmark = pytest.mark.django_db


def soup_of(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def text_of(client: Client, path: str) -> str:
    return " ".join(soup_of(client, path).main.get_text(" ").split())


def test_a_row_shows_the_standing_in_words(client: Client) -> None:
    with_standing(paper("Reported", venue="Conf", year=2020), Standing.ANSWERED, match_count=1)
    paper("Plain", names=[])
    shown = text_of(client, "/papers/")
    assert "Reported Ada Example, Bo Sample Conf 2020 answered 1 report, 1 matched" in shown
    assert "Plain authors not known no public report" in shown
    assert "2 papers" in shown


def test_an_identifier_goes_straight_to_its_paper(client: Client) -> None:
    made = paper("On things", doi="10.1234/a")
    response = client.get("/papers/", {"q": "https://doi.org/10.1234/A"})
    assert (response.status_code, response.headers["Location"]) == (
        302, f"/papers/{made.pk}/on-things/",
    )  # fmt: skip


def test_an_unknown_identifier_offers_to_report(client: Client) -> None:
    page = soup_of(client, "/papers/?q=10.1234/a")
    assert "No paper with the DOI identifier 10.1234/a is known here." in page.get_text()
    assert page.find("a", href="/reports/new/?q=10.1234%2Fa")


def test_filters_can_be_removed_one_by_one(client: Client) -> None:
    with_standing(paper("On things", venue="Conf", year=2020), Standing.ANSWERED)
    page = soup_of(client, "/papers/?q=things&standing=answered&year=2020&cause=no_code")
    links = {tag.get_text(" ", strip=True): tag["href"] for tag in page.select("a.tag")}
    assert links == {
        "Remove the filter standing: answered ×": "/papers/?q=things&cause=no_code&year=2020",
        "Remove the filter cause: no code ×": "/papers/?q=things&standing=answered&year=2020",
        "Remove the filter year: 2020 ×": "/papers/?q=things&standing=answered&cause=no_code",
    }
    assert page.find("a", string="Remove all")["href"] == "/papers/?q=things"


def test_the_form_keeps_what_was_asked(client: Client) -> None:
    page = soup_of(
        client,
        "/papers/?q=%22a+b%22&standing=disputed&cause=odd&mode=odd&venue=V&year=2020&sort=oldest",
    )
    assert page.find("input", {"name": "q"})["value"] == '"a b"'
    assert page.find("input", {"name": "venue"})["value"] == "V"
    assert page.find("input", {"name": "year"})["value"] == "2020"
    chosen = [option["value"] for option in page.select("option[selected]")]
    assert chosen == ["disputed", "odd", "odd", "oldest"]


def test_choices_are_the_words_of_reports(client: Client) -> None:
    page = soup_of(client, "/papers/?cause=magic")
    causes = [o.get_text() for o in page.select("#cause option")]
    assert causes[:2] == ["any", "no code"]
    assert page.select_one("#cause option[selected]").get_text() == "magic"  # whoever links so
    assert "re-run" in [o["value"] for o in page.select("#mode option")]


def test_a_problem_with_the_address_is_said(client: Client) -> None:
    shown = text_of(client, "/papers/?year=MMXX&standing=burned")
    assert "“MMXX” is no year: write four digits, such as 2017." in shown
    assert "There is no standing “burned”; that filter was left out." in shown


def test_too_many_results_say_what_to_do(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNTED", 1)
    paper("Thing a")
    paper("Thing b")
    shown = text_of(client, "/papers/?q=thing")
    assert "More than 1 papers" in shown
    assert "To see fewer: add a word, put words that belong together in quotes" in shown
    assert "Search by title or author, or choose" in text_of(client, "/papers/")


def test_pages_follow_one_another(client: Client) -> None:
    for n in range(26):
        paper(f"Thing {n}")
    page = soup_of(client, "/papers/?q=thing")
    assert "26 papers" in page.get_text()
    second = soup_of(client, page.find("a", rel="next")["href"])
    assert len(second.select("li.row")) == 1
    assert second.find("a", string="First page")["href"] == "/papers/?q=thing"


@pytest.mark.parametrize("after", ["nonsense", "WyJuZXdlc3QiLDFd", "%00", "é" * 600])
def test_a_made_up_place_shows_the_first_page(client: Client, after: str) -> None:
    paper("On things")
    assert "On things" in text_of(client, f"/papers/?after={after}")


def test_beyond_the_last_page_leads_back(client: Client) -> None:
    page = soup_of(client, "/papers/?year=2020&after=WyJuZXdlc3QiLDAsMF0")
    assert "There is nothing more." in page.get_text()
    assert page.find("a", string="First page")["href"] == "/papers/?year=2020"


def test_one_row_and_three_take_the_same_number_of_queries(client: Client) -> None:
    cache.clear()
    with_standing(paper("Thing a"), Standing.ANSWERED)
    client.get("/papers/")
    with CaptureQueriesContext(connection) as one:
        client.get("/papers/?q=thing")
    paper("Thing b")
    paper("Thing c", names=["Somebody Else"])
    with CaptureQueriesContext(connection) as three:
        client.get("/papers/?q=thing")
    assert len(one) == len(three) == 4


@pytest.mark.parametrize("path", ["/", "/papers/", "/papers/?q=thing", "/doi/10.1234/a"])
def test_a_page_for_nobody_in_particular_sets_and_reads_no_cookie(
    client: Client, path: str
) -> None:
    response = client.get(path)
    assert not response.cookies
    assert not response.has_header("Vary")


@pytest.mark.parametrize("path", ["/", "/papers/"])
def test_a_page_for_somebody_is_theirs_alone(client: Client, path: str) -> None:
    client.force_login(User.objects.create_user(email="ada@example.org"))
    response = client.get(path)
    assert response.headers["Cache-Control"] == "private"
    assert response.headers["Vary"] == "Cookie"
    assert b"Sign out" in response.content


@pytest.mark.parametrize("path", ["/", "/papers/", "/doi/10.1234/a"])
def test_nothing_is_taken_by_post(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
