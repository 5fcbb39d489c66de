"""Claimed against obtained on one line (product.md, section 6.3). Pure.

Places are shares of the width ("34.2%"), so that a drawing keeps the size of its letters on every
screen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.results import Obtained, shown

MARGIN = 0.06  # of the width, free at both ends
DRAWN_RUNS = 50
SMALLEST = 1e-290
"""A shorter distance is none: below it division loses its figures."""
DIGITS = 4


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A value on the line: its place, its words, and the side its words are aligned to."""

    x: str
    words: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of the line."""

    x: str
    width: str
    end: str


@dataclass(frozen=True, kw_only=True)
class Plot:
    """What is drawn; `words` say the same."""

    claimed: Mark
    obtained: Mark
    runs: Sequence[str]
    tolerance: Span | None
    deviation: Span | None
    words: str


def draw(
    claimed: float, obtained: Obtained, runs: Sequence[float], tolerance: float | None
) -> Plot | None:
    """The drawing of one claim; None where the values have no finite distance to draw."""
    spread = obtained.deviation or 0.0
    ends = [claimed, obtained.mean - spread, obtained.mean + spread, *runs[:DRAWN_RUNS]]
    if tolerance is not None:
        ends += [claimed - tolerance, claimed + tolerance]
    low, high = min(ends), max(ends)
    if not math.isfinite(high - low):
        return None
    if high - low < SMALLEST:  # all at one place: it stands in the middle
        half = max(abs(high) / 2, SMALLEST)
        low, high = low - half, high + half
    width = (high - low) / (1 - 2 * MARGIN)

    def place(value: float) -> float:
        return MARGIN + (value - low) / width

    def span(center: float, half: float) -> Span:
        start, end = place(center - half), place(center + half)
        return Span(x=_share(start), width=_share(end - start), end=_share(end))

    def mark(value: float, word: str) -> Mark:
        at = place(value)
        anchor = "start" if at < 0.3 else "end" if at > 0.7 else "middle"
        return Mark(x=_share(at), words=f"{word} {shown(value, DIGITS)}", anchor=anchor)

    many = f"the mean of {obtained.n} runs" if obtained.n > 1 else "one run"
    return Plot(
        claimed=mark(claimed, "claimed"),
        obtained=mark(obtained.mean, "obtained"),
        runs=[_share(place(run)) for run in runs[:DRAWN_RUNS]] if len(runs) > 1 else [],
        tolerance=span(claimed, tolerance) if tolerance else None,
        deviation=span(obtained.mean, spread) if spread else None,
        words=f"Claimed {shown(claimed, DIGITS)}, obtained {shown(obtained.mean, DIGITS)} "
        f"({many})" + (f", tolerance {shown(tolerance, DIGITS)}" if tolerance else ""),
    )  # fmt: skip


def _share(place: float) -> str:
    return f"{place * 100:.2f}%"
