"""What may be said after an answer, and when the conversation rests (product.md, sections 3 and 8).

A round begins with an answer. In it the reporter's side and the authors' side may each make two
statements: a reason for which the reporter disputes the answer, an addition of the reporter, or an
addition of any author to the answer. They take turns: nobody speaks twice running, unless the other
side has no statement left. To dispute needs no turn, only a statement that is left: silence of the
other side must not keep a report from being disputed. When nobody has a statement left, the
conversation rests. A new answer, which authors may give at any time, begins a new round.

Pure: times in UTC are arguments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST = 2
"""Statements of each side in a round."""


class Side(StrEnum):
    """Who speaks: one reporter, and the authors together, whichever of them writes."""

    REPORTER = "reporter"
    AUTHORS = "authors"

    @property
    def other(self) -> "Side":
        """The side that it speaks with."""
        return Side.AUTHORS if self is Side.REPORTER else Side.REPORTER


@dataclass(frozen=True, kw_only=True)
class Round:
    """What was said since the newest answer, in its order."""

    answered_at: datetime
    said: Sequence[Side] = ()

    def left(self, side: Side) -> int:
        """How many statements a side has left."""
        return max(0, MOST - list(self.said).count(side))

    def may_add(self, side: Side) -> bool:
        """Whether it is the side's turn to add a statement."""
        first_or_in_turn = not self.said or self.said[-1] is not side
        return self.left(side) > 0 and (first_or_in_turn or self.left(side.other) == 0)

    def may_dispute(self) -> bool:
        """Whether the reporter has a statement left to dispute the answer with."""
        return self.left(Side.REPORTER) > 0

    @property
    def rests(self) -> bool:
        """Whether neither side has a statement left."""
        return self.left(Side.REPORTER) == self.left(Side.AUTHORS) == 0

    def silent_from(self, window: timedelta) -> datetime | None:
        """When the window of the reporter's silence was over, or will be; None once they spoke."""
        return None if Side.REPORTER in self.said else self.answered_at + window
