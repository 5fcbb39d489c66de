"""The one word that the filter makes of what people say is shared, and what a table says anew."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.shared import OPENED, WORDS, Item, Value, with_metadata
from reports.sharing import Said, Sides, Stated, newest, parted, touched, words

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LINK = "https://code.example/a"
YES, PARTLY, NO, UNKNOWN = Value.YES, Value.PARTLY, Value.NO, Value.UNKNOWN
Short = tuple[str, int, Value, str]
"""Side (r or a), day, value, link."""


def said(side: str, day: int, value: Value, url: str = "", item: Item = Item.CODE) -> Said:
    return Said(
        item=item, value=value, by_author=side == "a", since=START + timedelta(days=day),
        order=day, url=url,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], UNKNOWN),
        ([("r", 1, YES, "")], YES),
        ([("r", 1, NO, "")], NO),
        ([("r", 1, UNKNOWN, "")], UNKNOWN),
        ([("a", 1, NO, "")], NO),
        ([("a", 1, PARTLY, "")], PARTLY),
        # An author's yes counts only with a link, and without one the reporter's word stands.
        ([("a", 1, YES, "")], UNKNOWN),
        ([("a", 1, YES, LINK)], YES),
        ([("r", 1, NO, ""), ("a", 2, YES, "")], NO),
        ([("r", 1, NO, ""), ("a", 2, YES, LINK)], YES),
        # The newer of the two holds, whoever says it, and whatever is better.
        ([("a", 1, YES, LINK), ("r", 2, PARTLY, "")], PARTLY),
        ([("r", 1, YES, LINK), ("a", 2, NO, "")], NO),
        ([("r", 1, YES, ""), ("a", 1, NO, "")], YES),
        # Unknown takes back what its side said; nothing older of that side comes up again.
        ([("r", 1, NO, ""), ("r", 2, UNKNOWN, "")], UNKNOWN),
        ([("r", 1, NO, ""), ("a", 2, YES, LINK), ("a", 3, UNKNOWN, "")], NO),
        ([("a", 1, YES, LINK), ("a", 2, YES, "")], UNKNOWN),
        ([("r", 1, NO, ""), ("r", 3, YES, ""), ("r", 2, NO, "")], YES),
    ],
)
def test_the_newest_word_that_counts_is_the_filters(
    statements: list[Short], expected: Value
) -> None:
    made = [said(*one) for one in statements]
    expected_words = [f"code:{expected.value}"] if expected is not UNKNOWN else []
    assert words(made) == words(reversed(made)) == expected_words
    assert newest(made).get(Item.CODE, Sides()).value is expected


@pytest.mark.parametrize("item", Item)
def test_a_link_is_asked_of_authors_for_what_is_opened_alone(item: Item) -> None:
    counts = said("a", 1, YES, item=item).counts
    assert counts is (item not in OPENED)
    assert said("a", 1, YES, LINK, item=item).counts
    assert said("r", 1, YES, item=item).counts


def test_the_newest_of_each_side_stand_beside_each_other() -> None:
    old, new = said("r", 1, NO), said("r", 3, PARTLY)
    author = said("a", 2, YES, LINK)
    sides = newest([new, author, old, said("a", 1, NO, item=Item.DATA)])
    assert list(sides) == [Item.CODE, Item.DATA]
    assert sides[Item.CODE] == Sides(reporter=new, author=author)
    assert sides[Item.DATA].reporter is None


@given(
    st.lists(
        st.builds(
            said, st.sampled_from("ra"), st.integers(0, 9), st.sampled_from(Value),
            st.sampled_from(["", LINK]), st.sampled_from(Item),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_whatever_is_said_an_item_has_one_known_word_that_somebody_said(
    statements: list[Said],
) -> None:
    found = words(statements)
    assert set(found) <= set(WORDS)
    assert len({word.partition(":")[0] for word in found}) == len(found)
    assert set(found) <= {f"{one.item.value}:{one.value.value}" for one in statements}


def test_metadata_speaks_only_where_nobody_else_does() -> None:
    links = {"code": {"url": LINK}, "data": {"url": LINK}}
    assert with_metadata(["code:no", "seeds:yes"], links) == ["code:no", "data:yes", "seeds:yes"]
    assert with_metadata([], None) == []


# --- a filled-in table ----------------------------------------------------------------------


def row(value: Value, url: str = "", note: str = "", item: Item = Item.CODE) -> Stated:
    return Stated(item=item, value=value, url=url, note=note)


def test_an_empty_table_says_nothing() -> None:
    assert touched([row(UNKNOWN, item=item) for item in Item], []) == []


def test_only_what_changes_is_said_anew() -> None:
    stands = [said("r", 1, NO), said("r", 1, YES, item=Item.DATA)]
    rows = [row(NO), row(PARTLY, item=Item.DATA), row(NO, item=Item.SEEDS)]
    assert [one.item for one in touched(rows, stands)] == [Item.DATA, Item.SEEDS]


def test_a_word_is_taken_back_by_unknown() -> None:
    assert touched([row(UNKNOWN)], [said("a", 1, NO)]) == [row(UNKNOWN)]
    assert touched([row(UNKNOWN)], [said("a", 1, NO), said("a", 2, UNKNOWN)]) == []


def test_another_link_or_note_is_another_word() -> None:
    stands = [said("r", 1, YES, LINK)]
    assert touched([row(YES, LINK)], stands) == []
    assert touched([row(YES, LINK, "moved")], stands)
    assert touched([row(YES, f"{LINK}b")], stands)


@pytest.mark.parametrize(
    ("typed", "url", "note"),
    [
        ("", "", ""),
        ("missing", "", "missing"),
        (LINK, LINK, ""),
        (f"{LINK} at v1", LINK, "at v1"),
        (f"see {LINK}, and ask", LINK, "see , and ask"),
        (f"{LINK}.", LINK, "."),
        (f"{LINK} https://b.example", LINK, "https://b.example"),
        ("javascript:alert(1)", "", "javascript:alert(1)"),
        ("HTTPS://code.example/A", "HTTPS://code.example/A", ""),
        ("仓库 https://code.example/仓库 已关闭", "https://code.example/仓库", "仓库 已关闭"),
    ],
)
def test_a_link_and_words_are_typed_in_one_field(typed: str, url: str, note: str) -> None:
    assert parted(typed) == (url, note)
    again = f"{url} {note}".strip()
    assert parted(again) == (url, note)
