"""Which state may follow which, and who may do it (product.md, section 3). Pure."""

from enum import StrEnum


class State(StrEnum):
    """A report's life."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DECLINED = "declined"
    PUBLISHED = "published"
    ASKING = "asking"
    UNREACHABLE = "unreachable"
    UNASKED = "unasked"
    ANSWERED = "answered"
    LAPSED = "lapsed"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


class Actor(StrEnum):
    """Who changes a state."""

    REPORTER = "reporter"
    MODERATOR = "moderator"
    AUTHOR = "author"
    MAIL = "mail"  # a fact that the mail told: nobody is left who can be reached
    SWEEP = "sweep"


class Mode(StrEnum):
    """How it was tried."""

    RERUN = "re-run"
    REIMPLEMENTATION = "re-implementation"
    OWN_DATA = "own data"


class Outcome(StrEnum):
    """What came of it."""

    MATCHED = "matched"
    PARTIAL = "matched in part"
    NOT_MATCHED = "did not match"
    NOT_ATTEMPTED = "could not be attempted"


S = State
R, M, A, F, C = Actor.REPORTER, Actor.MODERATOR, Actor.AUTHOR, Actor.MAIL, Actor.SWEEP

PUBLIC = frozenset(
    {S.PUBLISHED, S.UNASKED, S.ANSWERED, S.LAPSED, S.DISPUTED, S.RESOLVED, S.CONFIRMED}
)
"""States in which everybody sees the whole report."""
OPEN = frozenset({S.ASKING})
"""States in which the clock runs."""
ENDS = frozenset({S.DECLINED, S.REMOVED})
"""States without an exit."""
ANSWERABLE = frozenset({S.ASKING, S.UNREACHABLE, S.UNASKED, S.LAPSED})
"""States that an author's first answer ends."""
LISTABLE = frozenset({Outcome.NOT_MATCHED, Outcome.NOT_ATTEMPTED})
"""Outcomes that can put a paper on the list."""

TRANSITIONS: dict[State, dict[State, frozenset[Actor]]] = {
    S.DRAFT: {S.SUBMITTED: frozenset({R})},
    S.SUBMITTED: {
        S.RETURNED: frozenset({M}),
        S.DECLINED: frozenset({M}),
        S.PUBLISHED: frozenset({M}),
        S.ASKING: frozenset({M}),
        S.UNREACHABLE: frozenset({M}),
        S.WITHDRAWN: frozenset({R}),
    },
    S.RETURNED: {S.SUBMITTED: frozenset({R}), S.WITHDRAWN: frozenset({R})},
    S.DECLINED: {},
    S.PUBLISHED: {S.WITHDRAWN: frozenset({R}), S.REMOVED: frozenset({M})},
    S.ASKING: {
        S.ANSWERED: frozenset({A, M}),
        S.LAPSED: frozenset({C}),
        S.UNREACHABLE: frozenset({F, M}),
        S.WITHDRAWN: frozenset({R}),
        S.REMOVED: frozenset({M}),
    },
    S.UNREACHABLE: {
        S.ASKING: frozenset({M}),
        S.UNASKED: frozenset({M}),
        S.ANSWERED: frozenset({A, M}),
        S.WITHDRAWN: frozenset({R}),
        S.REMOVED: frozenset({M}),
    },
    S.UNASKED: {
        S.ASKING: frozenset({M}),
        S.ANSWERED: frozenset({A, M}),
        S.WITHDRAWN: frozenset({R}),
        S.REMOVED: frozenset({M}),
    },
    S.ANSWERED: {
        S.RESOLVED: frozenset({R, M}),
        S.DISPUTED: frozenset({R}),
        S.CONFIRMED: frozenset({C}),
        S.WITHDRAWN: frozenset({R}),
        S.REMOVED: frozenset({M}),
    },
    S.LAPSED: {
        S.ANSWERED: frozenset({A, M}),
        S.UNREACHABLE: frozenset({F, M}),
        S.WITHDRAWN: frozenset({R}),
        S.REMOVED: frozenset({M}),
    },
    S.DISPUTED: {
        S.RESOLVED: frozenset({R, M}),
        S.CONFIRMED: frozenset({C}),
        S.WITHDRAWN: frozenset({R}),
        S.REMOVED: frozenset({M}),
    },
    S.RESOLVED: {
        S.DISPUTED: frozenset({M}),
        S.WITHDRAWN: frozenset({R}),
        S.REMOVED: frozenset({M}),
    },
    S.CONFIRMED: {
        S.ANSWERED: frozenset({A}),
        S.WITHDRAWN: frozenset({R}),
        S.REMOVED: frozenset({M}),
    },
    S.WITHDRAWN: {S.REMOVED: frozenset({M})},
    S.REMOVED: {},
}


def may(actor: Actor, *, source: State, target: State) -> bool:
    """Whether `actor` may move a report from `source` to `target`."""
    return actor in TRANSITIONS[source].get(target, frozenset())
