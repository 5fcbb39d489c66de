"""Covering passages: the rules, without a database."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from reports.redaction import SHORT, Cover, covered, fitted, mark

A, B = Cover("secret", "[one]"), Cover("place", "[two]")


def test_the_mark_says_who_when_and_why() -> None:
    at = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
    assert mark(at, "It names a student.") == (
        "[redacted by a moderator on 2 March 2026: It names a student.]"
    )


def test_a_passage_is_covered_wherever_it_stands() -> None:
    assert covered("secret, and a secret place", [A, B]) == "[one], and a [one] [two]"


def test_no_passage_is_found_inside_a_mark() -> None:
    assert covered("my secret", [A, Cover("one", "[x]"), Cover("e]", "[x]")]) == "my [one]"


def test_passages_that_overlap_are_covered_in_order() -> None:
    first, second = Cover("foo bar", "[1]"), Cover("bar baz", "[2]")
    assert covered("foo bar baz", [first, second]) == "[1] baz"
    assert covered("foo bar baz", [second]) == "foo [2]"


def test_what_has_no_room_for_the_mark_gets_a_short_one() -> None:
    long = Cover("Ada", "[" + "x" * 300 + "]")
    assert fitted("By Ada", [long], 200) == f"By {SHORT}"
    assert fitted("Ada" * 40, [long], 200) == SHORT
    assert fitted("By Bo", [long], 200) == "By Bo"


def test_nothing_is_left_of_a_link_with_a_covered_passage() -> None:
    assert fitted("https://x.example/ada", [Cover("ada", "[m]")], 500, is_link=True) == ""
    assert fitted("https://x.example/bo", [Cover("ada", "[m]")], 500, is_link=True) != ""


PASSAGES = st.lists(st.text("abc", min_size=1, max_size=3), max_size=3)


@given(st.text("abc ", max_size=30), PASSAGES)
def test_no_covered_passage_is_left_and_nothing_else_is_lost(
    text: str, passages: list[str]
) -> None:
    covers = [Cover(passage, f"<{number}>") for number, passage in enumerate(passages)]
    shown = covered(text, covers)
    back = shown
    for number, passage in enumerate(passages):
        back = back.replace(f"<{number}>", passage)
    assert back == text
    assert all(passage not in shown for passage in passages)
