"""Numbers beside the choices of filters: right, or not there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client

from registry import facets, query, search
from registry.models import Standing
from tests.registry.builders import NOW, paper, with_standing

pytestmark = pytest.mark.django_db


def counts(**params: Any) -> facets.Counts:
    return facets.counts(query.read({name: str(value) for name, value in params.items()}))


@pytest.fixture(autouse=True)
def papers() -> None:
    cache.clear()
    with_standing(paper("Thing one", venue="ICML", year=2020), Standing.NO_ANSWER,
                  causes=["no_code", "seeds"], report_count=3)  # fmt: skip
    with_standing(paper("Thing two", venue="ICML", year=2021), Standing.ANSWERED,
                  causes=["no_code"], modes=["own data"], report_count=2)  # fmt: skip
    paper("Thing three", venue="NeurIPS", year=2021, shared=["code:yes"])
    paper("Another", venue="NeurIPS")
    paper("Thing that nobody may see", venue="ICML", year=2021, public=False)


def test_of_all_papers_the_standings_are_counted() -> None:
    assert counts() == {"standing": {"no_answer": 1, "answered": 1, "reported": 2}}


def test_words_are_counted_in_every_filter() -> None:
    with time_machine.travel(NOW + timedelta(days=100)):
        found = counts(q="thing")
    assert found == {
        "standing": {"no_answer": 1, "answered": 1, "none": 1, "reported": 2},
        "cause": {"no_code": 2, "seeds": 1},
        "mode": {"re-run": 1, "own data": 1},
        "reports": {"2": 2, "3": 1},
        "listed": {"30": 1, "90": 1},
        "code": {"yes": 1, "partly": 0, "no": 0, "unknown": 2},
        "year": {"2020": 1, "2021": 2},
        "venue": {"ICML": 2, "NeurIPS": 1},
    }


def test_a_filter_that_is_set_counts_as_if_it_were_not() -> None:
    found = counts(q="thing", year=2021, standing="answered")
    assert found["year"] == {"2021": 1}  # of those answered
    assert found["standing"] == {"answered": 1, "none": 1, "reported": 1}  # of those of the year
    assert found["venue"] == {"ICML": 1}


@pytest.mark.parametrize(
    "params",
    [{"q": "thing", "venue": "ICML"}, {"year": 2021}, {"cause": "no_code", "code": "unknown"},
     {"reports": 2, "standing": "reported"}, {"q": "Thing one"}],
)  # fmt: skip
def test_each_number_is_what_the_choice_finds(params: dict[str, Any]) -> None:
    asked = query.read({name: str(value) for name, value in params.items()})
    numbers = 0
    for name, values in facets.counts(asked).items():
        for value, number in values.items():
            typed = int(value) if name in ("year", "reports", "listed") else value
            assert search.find(asked.having(name, typed)).count == number, (name, value)
            numbers += 1
    assert numbers >= 8


def test_among_too_many_nothing_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facets, "MOST", 2)
    assert counts(q="thing") == {}
    assert counts(venue="NeurIPS")["standing"] == {"none": 2, "reported": 0}


@pytest.mark.parametrize("number", ["1", "2.0", "-2", "99999999999", "two", "２"])
def test_a_number_that_is_no_choice_is_left_out_and_said(number: str) -> None:
    asked = query.read({"reports": number, "listed": number})
    assert (asked.reports, asked.listed) == (None, None)
    assert len(asked.problems) == 2


def test_how_long_on_the_list() -> None:
    on = query.read({"listed": "30"})
    with time_machine.travel(NOW + timedelta(days=29)):
        assert search.find(on).papers == []
    with time_machine.travel(NOW + timedelta(days=31)):
        assert [one.title for one in search.find(on).papers] == ["Thing one"]


def test_the_page_offers_the_numbers_and_ways_on(client: Client) -> None:
    for number in range(30):
        paper(f"Thing of a heap {number}", venue="Heap, & more", year=2001)
    page = BeautifulSoup(client.get("/papers/?q=thing").content, "html.parser")
    causes = [one.get_text() for one in page.select("#cause option")]
    assert causes[:3] == ["any", "no code (2)", "code incomplete (0)"]
    ways = {" ".join(a.get_text().split()): a["href"] for a in page.select("p.row-facts a")}
    assert ways["Heap, & more (30)"] == "/papers/?q=thing&venue=Heap%2C+%26+more"
    assert ways["2021 (2)"] == "/papers/?q=thing&year=2021"
    chosen = BeautifulSoup(client.get("/papers/?q=thing&reports=2").content, "html.parser")
    assert chosen.select_one("#reports option[selected]").get_text() == "2 or more (2)"
    assert chosen.find("a", class_="tag")["href"] == "/papers/?q=thing"


def test_now_is_asked_of_the_clock() -> None:
    """Not of the database's: a moved clock moves what is counted."""
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC)):
        assert counts(q="thing")["listed"] == {"30": 1, "90": 1, "365": 1}
