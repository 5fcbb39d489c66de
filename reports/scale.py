"""From values to places on a line, and round numbers to write beside it. Pure.

Places are shares of the width ("34.2%"), so that a drawing keeps the size of its letters on every
screen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.numbers import shown

MARGIN = 0.06  # of the width, free at both ends
SMALLEST = 1e-290
"""A shorter distance is none: below it division loses its figures."""
TICKS = 4
DIGITS, MOST_DIGITS = 4, 12


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of the line."""

    x: str
    width: str
    end: str


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A round number on the line; `at` is its share of the width."""

    at: float
    words: str

    @property
    def x(self) -> str:
        """Its place."""
        return _share(self.at)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A line from the lowest to the highest value that is drawn on it."""

    low: float
    high: float

    def place(self, value: float) -> str:
        """Where the value stands."""
        return _share(self.at(value))

    def span(self, low: float, high: float) -> Span:
        """The stretch between two values."""
        start, end = self.at(low), self.at(high)
        return Span(x=_share(start), width=_share(end - start), end=_share(end))

    def anchor(self, value: float) -> str:
        """The side to which words at the value are aligned, so that they stay on the drawing."""
        at = self.at(value)
        return "start" if at < 0.3 else "end" if at > 0.7 else "middle"

    @property
    def digits(self) -> int:
        """Digits with which values that can be told apart on the line have different words."""
        largest = max(abs(self.low), abs(self.high))
        more = math.ceil(math.log10(largest / (self.high - self.low))) if largest else 0
        return min(max(DIGITS, more + 3), MOST_DIGITS)

    def ticks(self, unit: str = "") -> Sequence[Tick]:
        """Up to five round numbers; none where doubles cannot tell them apart."""
        width = self.high - self.low
        power = 10.0 ** math.floor(math.log10(width / TICKS))
        step = next(power * m for m in (1, 2, 5, 10) if power * m * TICKS >= width)
        first = math.ceil(self.low / step)
        values = [step * (first + i) for i in range(TICKS + 1) if step * (first + i) <= self.high]
        factor = 100 if unit == "%" else 1
        words = [shown(round_off(value, step) * factor, MOST_DIGITS) for value in values]
        if len(set(words)) < len(words) or max(map(len, words), default=0) > MOST_DIGITS:
            return []
        after = f" {unit}" if unit else ""
        return [
            Tick(at=self.at(value), words=f"{word}{after}")
            for value, word in zip(values, words, strict=True)
        ]

    def at(self, value: float) -> float:
        """Where the value stands, as a share of the width."""
        return MARGIN + (value - self.low) / ((self.high - self.low) / (1 - 2 * MARGIN))


def scale_of(values: Sequence[float]) -> Scale | None:
    """The line on which all the values stand; None where they have no finite distance."""
    low, high = min(values), max(values)
    if not math.isfinite(high - low):
        return None
    if high - low < max(SMALLEST, 1e-15 * max(abs(low), abs(high))):  # all at one place
        middle = low + (high - low) / 2
        half = max(abs(middle) / 2, SMALLEST)
        low, high = middle - half, middle + half
    return Scale(low=low, high=high)


def round_off(value: float, step: float) -> float:
    """A multiple of a round step without what binary adds to it: 0.30000000000000004 is 0.3."""
    return 0.0 if abs(value) < step / 2 else float(f"{value:.12g}")


def _share(place: float) -> str:
    return f"{place * 100:.2f}%"
