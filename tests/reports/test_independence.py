"""Which reports count as independent: a person once, a declared group once."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.independence import group_key, normalised, parties

ONE_NAME = [
    "Example Univ., Institute of Widgets",
    "The Example University, Institute for Widgets",
    "EXAMPLE UNIVERSITY – Institute of Widgets",
    "example  university\tinstitute widgets",
    "Éxample University: Inst. of Widgets",
    "Ｅｘａｍｐｌｅ University, Inst. of\u200b Widgets",
]


def test_spellings_of_one_name_are_one() -> None:
    assert {normalised(words) for words in ONE_NAME} == {"example university institute widgets"}
    assert len({group_key(words) for words in ONE_NAME}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Group A", "Group B"),
        ("University of Examples", "Examples"),
        ("Lab 1", "Lab 11"),
        ("清华大学", "北京大学"),
        ("Institut für Dinge", "Institut für Sachen"),
        ("किताब", "कताब"),  # vowel signs are letters, accents are not
    ],
)
def test_other_names_are_others(one: str, other: str) -> None:
    assert group_key(one) != group_key(other)


def test_chinese_width_and_spaces_do_not_matter_within_a_word() -> None:
    assert group_key("清华大学（计算机系）") == group_key("清华大学 (计算机系)")


@pytest.mark.parametrize(
    "words", ["", "  ", "-", "…", "None", "N/A", "n.a.", "myself", "Independent Researcher.",
              "\u200b", "无", "个人", "NO GROUP", "keine"]
)  # fmt: skip
def test_who_names_nobody_has_no_group(words: str) -> None:
    assert group_key(words) == ""


def test_a_name_of_small_words_alone_is_still_a_name() -> None:
    assert group_key("The And") not in ("", group_key("Of For"))


def test_one_person_counts_once() -> None:
    assert parties([("a", 1, ""), ("b", 1, ""), ("c", 2, "")]) == {"a": 1, "b": 1, "c": 2}


def test_one_group_counts_once_and_nobodys_groups_are_none() -> None:
    assert parties([("a", 3, "x"), ("b", 2, "x"), ("c", 1, ""), ("d", 4, "")]) == {
        "a": 2, "b": 2, "c": 1, "d": 4,
    }  # fmt: skip


def test_a_person_joins_two_groups() -> None:
    rows = [("a", 1, "x"), ("b", 2, "y"), ("c", 3, "x"), ("d", 3, "y"), ("e", 4, "z")]
    assert parties(rows) == {"a": 1, "b": 1, "c": 1, "d": 1, "e": 4}


@given(
    rows=st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["", "x", "y", "z"])), max_size=12),
    seed=st.integers(0, 100),
)
def test_the_order_does_not_matter_and_a_report_more_never_makes_two_of_one(
    rows: list[tuple[int, str]], seed: int
) -> None:
    named = [(at, *row) for at, row in enumerate(rows)]
    found = parties(named)
    shuffled = named[:]
    random.Random(seed).shuffle(shuffled)
    assert parties(shuffled) == found
    for one in named:
        for other in named:
            if one[1] == other[1] or (one[2] and one[2] == other[2]):
                assert found[one[0]] == found[other[0]]
    fewer = parties(named[:-1])
    assert all(found[a] == found[b] for a in fewer for b in fewer if fewer[a] == fewer[b])
    assert len(set(found.values())) <= len({reporter for reporter, _ in rows})
