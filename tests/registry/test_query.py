"""What addresses ask for, and the places in lists that they carry."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.query import Query, cursor, place, read, websearch


def test_an_address_is_read_and_written_back() -> None:
    params = {
        "q": " deep  learning ", "standing": "answered", "cause": "no_code", "mode": "re-run",
        "venue": "Conf & Co", "year": "2017", "sort": "oldest", "after": "abc",
    }  # fmt: skip
    asked = read(params)
    assert asked.problems == ()
    assert asked.encoded() == (
        "?q=deep+learning&standing=answered&cause=no_code&mode=re-run&venue=Conf+%26+Co"
        "&year=2017&sort=oldest&after=abc"
    )
    assert asked.without("venue").encoded() == (
        "?q=deep+learning&standing=answered&cause=no_code&mode=re-run&year=2017&sort=oldest"
    )
    assert "year" not in asked.without("year").encoded()
    assert Query().encoded() == ""


def test_what_makes_no_sense_is_left_out_and_said() -> None:
    asked = read({"standing": "burned", "year": "MMXX", "sort": "best", "q": "a" * 2001})
    assert (asked.standing, asked.year, asked.sort, len(asked.q)) == ("", None, "", 2000)
    assert asked.problems == (
        "Only the first 2,000 characters were searched for.",
        "There is no standing “burned”; that filter was left out.",
        "There is no order “best”; the usual one is shown.",
        "“MMXX” is no year: write four digits, such as 2017.",
    )


def test_the_best_match_is_first_only_where_there_are_words() -> None:
    assert read({"q": "a"}).order == "relevance"
    assert read({}).order == "newest"
    assert read({"sort": "relevance"}).order == "newest"
    assert read({"q": "a", "sort": "oldest"}).order == "oldest"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("deep learning", "deep learning"),
        ("深度 bert", '"深 度"  bert'),
        ("-深度", '-"深 度" '),
        ('"深度 学习" a', '" 深 度   学 习 " a'),
        ("BERT模型", 'BERT"模 型" '),
        ("학습", '"학 습" '),
    ],
)
def test_each_han_kana_or_hangul_character_is_a_word(words: str, expected: str) -> None:
    assert websearch(words) == expected


def test_a_cursor_is_read_back() -> None:
    key = (0, 0.30396354, 12345)
    assert place(cursor("relevance", key), "relevance", (int, float, int)) == key


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after",
    [
        "", "%", "é", "AAAA", cursor("newest", (1, 2))[:-2], cursor("oldest", (1, 2)),
        cursor("newest", (1,)), cursor("newest", (1, 2, 3)), cursor("newest", (1, 2.5)),
        cursor("newest", ("1", 2)), cursor("newest", (True, 2)), cursor("newest", (-1, 2)),
        cursor("newest", (1, 2**63)), encoded({}), encoded([]), encoded(None), encoded("newest"),
        encoded(["newest", [1], 2]), encoded(["newest", None, 2]),
    ],
)  # fmt: skip
def test_a_made_up_cursor_is_the_first_page(after: str) -> None:
    assert place(after, "newest", (int, int)) is None


@pytest.mark.parametrize("rank", ["NaN", "Infinity", "-Infinity"])
def test_a_cursor_without_a_finite_number_is_the_first_page(rank: str) -> None:
    raw = base64.urlsafe_b64encode(f'["relevance",0,{rank},1]'.encode()).decode()
    assert place(raw, "relevance", (int, float, int)) is None


@pytest.mark.parametrize("text", ["x" * 65, "a\x00"])
def test_a_cursor_with_an_odd_text_is_the_first_page(text: str) -> None:
    assert place(cursor("listed", (text, 1)), "listed", (str, int)) is None


@given(st.text())
def test_any_cursor_is_survived(after: str) -> None:
    place(after, "newest", (int, int))


@given(st.dictionaries(st.sampled_from(["q", "standing", "cause", "mode", "venue", "year", "sort",
                                        "after"]), st.text()))  # fmt: skip
def test_any_address_is_survived(params: dict[str, str]) -> None:
    asked = read(params)
    assert "\x00" not in asked.q + asked.cause + asked.mode + asked.venue
    websearch(asked.q)
    asked.encoded()
