"""Search: an identifier, then the exact title, then words by rank; public papers only."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import query, search, selectors
from registry.models import Paper, Standing
from registry.search import Page
from tests.registry.builders import paper, with_standing

pytestmark = pytest.mark.django_db


def find(q: str = "", size: int = 25, **params: Any) -> Page:
    return search.find(query.read({"q": q, **params}), size)


def titles(q: str = "", **params: Any) -> list[str]:
    return [found.title for found in find(q, **params).papers]


def test_an_identifier_in_any_spelling_names_its_paper() -> None:
    one = paper("One", doi="10.1234/a", arxiv="2001.00001", openreview="aB3_dE-fgH", acl="P17-1001")
    paper("10.1234/a in a title")
    for text in ("https://doi.org/10.1234/A", "arXiv:2001.00001v7", "2001.00001", "p17-1001",
                 "https://openreview.net/forum?id=aB3_dE-fgH", "aB3_dE-fgH",
                 "10.18653/v1/P17-1001"):  # fmt: skip
        assert find(text).paper == one, text


def test_an_unknown_identifier_is_said() -> None:
    page = find("arXiv:2001.00001")
    assert (page.papers, page.paper) == ([], None)
    assert page.nothing == (
        "No paper with the arXiv identifier 2001.00001 is known here. "
        "Search by its title, or report your result on it."
    )


def test_a_word_that_could_be_an_openreview_id_is_searched_for() -> None:
    paper("ResNet50v2 in practice")
    assert titles("ResNet50v2") == ["ResNet50v2 in practice"]
    assert find("R2-D2").papers == []


@pytest.mark.parametrize(
    "address", ["https://e.example/one", "http://e.example/one/", "HTTPS://e.example/one"]
)
def test_an_address_names_its_paper(address: str) -> None:
    one = paper("One", url="http://e.example/one")
    assert find(address).paper == one


def test_an_unknown_address_is_said() -> None:
    assert find("https://e.example/2").nothing == (
        "No paper with this address is known here. Search by its title."
    )


def test_the_exact_title_comes_first() -> None:
    paper("Not all attention is all you need: attention, need, attention")
    exact = paper("Attention is All you Need.", names=["A Very Long Name"] * 30)
    paper("Attention need")
    assert find("attention is all you need").papers[0] == exact
    assert len(find("attention is all you need").papers) == 3


def test_a_title_of_common_words_is_found_by_itself() -> None:
    paper("To Be or Not to Be")
    paper("Other")
    assert titles("to be or not to be") == ["To Be or Not to Be"]


def test_a_word_of_the_title_counts_more_than_one_of_the_venue() -> None:
    paper("On things", venue="Conference on Vision")
    paper("On vision", venue="Conference on Things")
    assert titles("vision") == ["On vision", "On things"]


def test_accents_and_case_do_not_matter() -> None:
    paper("On things", names=["Jörg Sträßle"])
    for text in ("Sträßle", "Strassle", "STRASSLE", "jorg strassle"):
        assert titles(text) == ["On things"], text


def test_quotes_keep_words_together_and_a_minus_leaves_one_out() -> None:
    paper("Batch normalization explained")
    paper("Normalization of a batch")
    paper("Batch normalization: a survey")
    assert titles('"batch normalization" -survey') == ["Batch normalization explained"]


def test_chinese_words_are_found_within_a_title() -> None:
    paper("基于深度学习的图像识别")
    paper("学习深度")
    paper("BERT模型")
    assert titles("深度学习") == ["基于深度学习的图像识别"]
    assert titles('"图像 识别"') == ["基于深度学习的图像识别"]
    assert titles("bert 模型") == ["BERT模型"]
    assert titles("学习 -图像") == ["学习深度"]


def test_private_papers_are_found_by_nothing() -> None:
    hidden = paper("A slander in a draft", public=False, doi="10.1234/a", acl="P17-1001",
                   url="https://e.example/1", venue="Hidden", year=2020)  # fmt: skip
    for text in (hidden.title, "slander", "10.1234/a", "P17-1001", "10.18653/v1/P17-1001",
                 "https://e.example/1", "Ada Example"):  # fmt: skip
        assert find(text).papers == [], text
        assert selectors.find_papers(text) == [], text
    assert titles(venue="Hidden") == titles(year="2020") == titles() == []
    assert titles(sort="oldest") == titles(sort="changed") == []


@pytest.mark.parametrize("words", ["the", "...", "«»", "of and", "\x00", "'"])
def test_words_that_tell_nothing_are_explained(words: str) -> None:
    paper("The thing")
    page = find(f"{words} the")
    assert page.papers == []
    assert page.nothing.startswith("These words are too common, or only signs")


def test_only_a_minus_is_explained() -> None:
    paper("The thing")
    assert find("-survey").nothing == (
        "This only says what to leave out. Add a word that the papers should have."
    )


def test_nothing_found_says_what_to_do() -> None:
    assert find().nothing == "No paper is known here yet."
    paper("The thing")
    assert find("zebra").nothing.startswith("No paper has all of these words. Write fewer")
    assert find("thing", year="1999").nothing.endswith("all of these filters. Remove a filter.")
    assert find(year="1999").nothing == "No paper fits all of these filters. Remove one."
    assert find(sort="changed").nothing == "No paper has a public report yet."
    last = query.cursor("newest", (0, 0))
    assert find(after=last).nothing == "There is nothing more. Go back to the first page."


def test_filters_keep_what_fits() -> None:
    with_standing(paper("A", venue="ICX", year=2019), Standing.ANSWERED, causes=["no_code"])
    with_standing(paper("B", venue="ICX", year=2020), Standing.DISPUTED, modes=["own data"])
    paper("C", venue="Proceedings of ICX Workshops", year=2020)
    assert titles(standing="answered") == ["A"]
    assert titles(standing="reported") == ["B", "A"]
    assert titles(cause="no_code", mode="own data") == ["B"]
    assert titles(cause="no_code", mode="re-run") == ["A"]
    assert titles(venue="ICX") == ["B", "A"]
    assert titles(venue="icx workshop") == ["C"]
    assert titles(venue="of the") == []
    assert titles(year="2020") == ["C", "B"]
    assert titles("A", year="2020", standing="answered") == []
    assert titles("Ada", standing="answered", venue="ICX") == ["A"]


def test_orders() -> None:
    paper("No year")
    paper("Old", year=1999)
    with_standing(paper("New", year=2020), Standing.RESOLVED)
    assert titles() == ["New", "Old", "No year"]
    assert titles(sort="oldest") == ["Old", "New"]
    assert titles(sort="changed") == ["New"]
    assert titles("Ada", sort="oldest") == ["Old", "New"]
    assert titles("Ada", sort="newest") == ["New", "Old", "No year"]
    assert titles("Ada", sort="changed") == ["New"]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "changed"])
@pytest.mark.parametrize("words", ["", "thing"])
def test_pages_show_every_paper_once(words: str, sort: str) -> None:
    for n in range(7):
        with_standing(paper(f"Thing {'thing ' * (n % 3)}", year=2000 + n % 2), Standing.ANSWERED)
    seen: list[int] = []
    after = ""
    for _ in range(4):
        page = find(words, size=2, sort=sort, after=after)
        seen += [found.pk for found in page.papers]
        assert page.count == 7
        after = page.next
    assert after == ""
    assert sorted(seen) == sorted(Paper.objects.values_list("pk", flat=True))
    whole = [found.pk for found in find(words, sort=sort).papers]
    assert seen == whole


def test_many_papers_are_not_counted_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "COUNTED", 2)
    for n in range(3):
        paper(f"Thing {n}")
    assert (find("thing").count, find("thing").more) == (2, True)
    assert (find().count, find().more) == (2, True)


def test_only_so_many_matches_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RANKED", 2)
    exact = paper("Thing")
    for n in range(3):
        paper(f"Thing {n}")
    page = find("thing")
    assert page.papers[0] == exact
    assert (len(page.papers), page.more) == (3, True)


def test_a_very_long_question_ranks_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RANKED_LONG", 1)
    for n in range(3):
        paper(f"Thing {n}")
    assert len(find(" or ".join(["thing"] * 30)).papers) == 1


@pytest.mark.parametrize("words", ["one", ""])
def test_one_row_and_three_take_the_same_number_of_queries(words: str) -> None:
    paper("One a")
    with CaptureQueriesContext(connection) as one:
        assert len(find(words).papers) == 1
    paper("One b")
    paper("One c")
    with CaptureQueriesContext(connection) as three:
        assert len(find(words).papers) == 3
    assert len(one) == len(three) == 3


def test_find_papers_takes_an_identifier_an_address_or_a_title() -> None:
    one = paper("On things", doi="10.1234/a", url="https://e.example/1")
    paper("On things and more")
    assert selectors.find_papers(" 10.1234/A\n") == [one]
    assert selectors.find_papers("https://e.example/1") == [one]
    assert selectors.find_papers("on things!", limit=1) == [one]
    assert selectors.find_papers(" \x00 ") == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text() | st.text(alphabet="\"()-|&!:*\\ ab深'<>\x00%"))
def test_any_words_are_survived(words: str) -> None:
    page = find(words)
    assert page.nothing == "" or page.papers == []
