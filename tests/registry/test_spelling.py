"""Typing errors in a search: what was probably meant, and only where nothing has what was typed."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from registry import query, search, spelling
from registry.models import Word
from tests.registry.builders import paper

pytestmark = pytest.mark.django_db
TITLE = "Attention for graph learning with recurrent networks"


@pytest.fixture(autouse=True)
def words() -> None:
    paper(TITLE, names=["Ada Sträßle", "Bo Sample"])
    for number in range(3):
        paper(f"Learning number {number}", names=[])
    paper("A leaning tower", names=[])
    paper("折纸的蛋白质", names=["王小明"])
    paper("Secretive matters", public=False)
    spelling.gather()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("atention", "attention"),
        ("attenttion", "attention"),
        ("attentoin", "attention"),
        ("attemtion", "attention"),
        ("atentoin", "attention"),
        ("grpah", "graph"),
        ("grap", "graph"),
        ("Lerning of ATENTION", "learning of attention"),  # the commonest of what is as near
        ('"recurent networks"', '"recurrent networks"'),
        ("strasle", "strassle"),
        ("Strässle -lerning recurent", "Strässle -lerning recurrent"),
    ],
)
def test_an_error_is_put_right(typed: str, meant: str) -> None:
    assert spelling.corrected(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["attention", "Attention network", "learned", "gph", "graphology", "atte", "折纸", "secretiv",
     "10.1234/a", "x1y2z3", "-atention", "", '"', "\x00", "atention9", "a" * 41],
)  # fmt: skip
def test_what_is_right_short_far_or_no_word_stays(typed: str) -> None:
    assert spelling.corrected(typed) == ""


def test_only_so_many_words_are_put_right() -> None:
    many = [f"atent{letter}on" for letter in "abcdefgh"]
    assert spelling.corrected(" ".join(many)).split() == ["attention"] * 5 + many[5:]


def test_words_of_private_papers_are_not_gathered() -> None:
    assert not Word.objects.filter(word__startswith="secret").exists()
    assert Word.objects.get(word="learning").times == 4


def test_a_search_that_finds_nothing_shows_what_was_meant() -> None:
    page = search.find(query.read({"q": "recurent atention"}))
    assert [one.title for one in page.papers] == [TITLE]
    assert (page.corrected, page.nothing) == ("recurrent attention", "")


def test_a_search_that_finds_something_is_left_alone() -> None:
    page = search.find(query.read({"q": "leaning"}))
    assert ([one.title for one in page.papers], page.corrected) == (["A leaning tower"], "")


def test_where_what_was_meant_has_nothing_either_it_is_not_shown() -> None:
    page = search.find(query.read({"q": "atention tower"}))
    assert (page.papers, page.corrected) == ([], "")
    assert "check the spelling" in page.nothing


def test_the_page_says_so_and_leads_on_with_what_was_meant(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 25)
    for number in range(30):
        paper(f"Folding {number}", names=[])
    spelling.gather()
    page = BeautifulSoup(client.get("/papers/?q=foldng&venue=").content, "html.parser")
    said = " ".join(page.find(class_="notice").get_text().split())
    assert said == "No paper has all words of “foldng”. These have “folding”."
    assert page.find(id="q")["value"] == "foldng"
    assert page.find(rel="next")["href"].startswith("/papers/?q=folding&after=")
