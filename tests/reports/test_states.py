"""The table of product.md, section 3: which state goes on to which, and who may do it."""

from itertools import product

import pytest

from reports.states import Actor, Outcome, State, may

# R the reporter, M a moderator, A an author by the link, F a fact of the mail, C the clock's sweep.
TABLE = """
draft        submitted R
submitted    returned M, declined M, published M, asking M, unreachable M, withdrawn R
returned     submitted R, withdrawn R
declined
published    withdrawn R, removed M
asking       answered AM, lapsed C, unreachable FM, withdrawn R, removed M
unreachable  asking M, unasked M, answered AM, withdrawn R, removed M
unasked      asking M, answered AM, withdrawn R, removed M
answered     resolved RM, disputed R, confirmed C, withdrawn R, removed M
lapsed       answered AM, unreachable FM, withdrawn R, removed M
disputed     resolved RM, confirmed C, withdrawn R, removed M
resolved     disputed M, withdrawn R, removed M
confirmed    answered A, withdrawn R, removed M
withdrawn    removed M
removed
"""
ACTORS = {
    "R": Actor.REPORTER,
    "M": Actor.MODERATOR,
    "A": Actor.AUTHOR,
    "F": Actor.MAIL,
    "C": Actor.SWEEP,
}


def allowed() -> set[tuple[Actor, State, State]]:
    moves = set()
    for line in TABLE.strip().splitlines():
        source, _, rest = line.partition(" ")
        for target, who in (move.split() for move in rest.split(",") if move.strip()):
            moves |= {(ACTORS[letter], State(source), State(target)) for letter in who}
    return moves


def test_the_table_is_that_of_the_promise() -> None:
    every = product(Actor, State, State)
    assert {(a, s, t) for a, s, t in every if may(a, source=s, target=t)} == allowed()


def test_every_state_has_its_line() -> None:
    assert [line.split()[0] for line in TABLE.strip().splitlines()] == list(State)


@pytest.mark.parametrize("actor", Actor)
def test_only_the_sweep_lists_a_paper(actor: Actor) -> None:
    listing = {(s, t) for s in State for t in (State.LAPSED, State.CONFIRMED)}
    got = {(s, t) for s, t in listing if may(actor, source=s, target=t)}
    assert bool(got) is (actor is Actor.SWEEP)


def test_the_outcomes_are_the_four_words() -> None:
    assert list(Outcome) == [
        "matched", "matched in part", "did not match", "could not be attempted",
    ]  # fmt: skip
