"""After an answer: every sequence of statements, by the rule as product.md's words have it."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from reports.conversation import MOST, Round, Side

R, A = Side.REPORTER, Side.AUTHORS
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EVERY = [said for length in range(6) for said in product((R, A), repeat=length)]


def of(*said: Side) -> Round:
    return Round(answered_at=NOW, said=said)


def reached() -> set[tuple[Side, ...]]:
    """The sequences that additions and disputes can bring about."""
    found, new = {()}, {()}
    while new:
        grown = {
            (*said, side)
            for said in new
            for side in Side
            if of(*said).may_add(side) or (side is R and of(*said).may_dispute())
        }
        new = grown - found
        found |= new
    return found


def named(said: tuple[Side, ...]) -> str:
    return "".join(side.value[0].upper() for side in said)


def test_these_sequences_can_come_about_and_no_other() -> None:
    assert {named(said) for said in reached()} == {
        "", "R", "A",
        "RA", "AR", "RR",
        "RAR", "ARA", "ARR", "RRA",
        "RARA", "ARAR", "ARRA", "RRAA",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("", "RA"),  # whoever speaks first
        ("R", "A"), ("A", "R"),
        ("RA", "R"), ("AR", "A"),
        ("RR", "A"),  # disputed after an addition of one's own
        ("RAR", "A"), ("ARA", "R"), ("ARR", "A"), ("RRA", "A"),  # nobody is left to take turns with
        ("RARA", ""), ("ARAR", ""), ("ARRA", ""), ("RRAA", ""),
    ],
)  # fmt: skip
def test_whose_turn_it_is(said: str, may: str) -> None:
    round_ = of(*(R if letter == "R" else A for letter in said))
    assert "".join(side.value[0].upper() for side in Side if round_.may_add(side)) == may
    assert round_.rests is (may == "")


@pytest.mark.parametrize("said", EVERY, ids=named)
def test_every_sequence_at_all(said: tuple[Side, ...]) -> None:
    round_ = of(*said)
    for side in Side:
        assert 0 <= round_.left(side) <= MOST
        if round_.may_add(side):
            assert said.count(side) < MOST
            assert not said or said[-1] is not side or said.count(side.other) >= MOST
    assert round_.may_dispute() is (said.count(R) < MOST)
    assert round_.rests is (not round_.may_add(R) and not round_.may_add(A))


def test_who_has_spoken_twice_keeps_the_other_side_from_nothing() -> None:
    assert of(R, R).may_add(A)
    assert of(R, R, A).may_add(A)
    assert not of(R, A).may_add(A)


def test_the_silence_of_the_reporter_is_dated() -> None:
    window = timedelta(days=28)
    assert of().silent_from(window) == NOW + window
    assert of(A, A).silent_from(window) == NOW + window
    assert of(A, R).silent_from(window) is None
