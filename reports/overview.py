"""All claims of a report on one scale: how far each obtained mean lies from its claim. Pure.

The scale is the difference as a share of the claim. It ends at one hundred per cent on each side:
what lies farther is drawn at its end, and its words say how far.
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from reports.numbers import shown
from reports.results import Comparison, relative
from reports.scale import Span, Tick, scale_of

NEAREST, FARTHEST = 0.01, 1.0
"""The scale reaches at least and at most so far from the claim."""
ROW = 46
"""Height of a claim's row, in pixels."""
LABEL = 34
"""Width of a claim's name, in Latin letters; a Chinese one is two of them wide."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One claim: what it is called, and how it compares."""

    name: str
    claimed: float
    comparison: Comparison


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One claim's row; `y` is where its words stand and `middle` its marks, in pixels."""

    y: int
    top: int
    middle: int
    name: str
    words: str
    x: str
    beyond: str  # "left" or "right" where the mean lies farther than the scale
    tolerance: Span | None
    interval: Span | None


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What is drawn; `words` say the same."""

    strips: Sequence[Strip]
    zero: str
    ticks: Sequence[Tick]
    height: int
    bottom: int
    words: str


def draw(lines: Sequence[Line]) -> Overview | None:
    """The drawing of two claims or more; None for fewer that have a relative difference."""
    drawn = [line for line in lines if line.comparison.relative is not None]
    if len(drawn) < 2:
        return None
    scale = scale_of([-NEAREST, NEAREST, *(_near(end) for line in drawn for end in _ends(line))])
    assert scale is not None  # between -1 and 1

    def span(ends: tuple[float, float] | None) -> Span | None:
        return scale.span(_near(ends[0]), _near(ends[1])) if ends else None

    strips = []
    for number, line in enumerate(drawn):
        share = line.comparison.relative
        assert share is not None
        strips.append(
            Strip(
                y=number * ROW + 14,
                top=number * ROW + 20,
                middle=number * ROW + 30,
                name=label(line.name),
                words=per_cent(share),
                x=scale.place(_near(share)),
                beyond="left" if share < -FARTHEST else "right" if share > FARTHEST else "",
                tolerance=span(_tolerance(line)),
                interval=span(_interval(line)),
            )
        )
    bottom = len(drawn) * ROW
    return Overview(
        strips=strips,
        zero=scale.place(0.0),
        ticks=scale.ticks("%"),
        height=bottom + 24,
        bottom=bottom,
        words=gettext("Difference from the claim.") + " " + " ".join(map(_said, drawn)),
    )


def per_cent(share: float) -> str:
    """A share in per cent, with its sign."""
    value = share * 100
    if not math.isfinite(value):
        return gettext("beyond all numbers")
    return f"{'+' if value > 0 else ''}{shown(value, 3)} %"


def label(name: str) -> str:
    """As much of a name as there is room for, isolated from what stands beside it (UAX 9)."""
    name, width = " ".join(name.split()), 0
    for place, letter in enumerate(name):
        width += 2 if unicodedata.east_asian_width(letter) in "FW" else 1
        if width > LABEL:
            name = name[:place].rstrip() + "…"
            break
    return f"\u2068{name}\u2069"


def _said(line: Line) -> str:
    assert line.comparison.relative is not None
    words = f"{' '.join(line.name.split())}: {per_cent(line.comparison.relative)}"
    tolerance, interval = _tolerance(line), _interval(line)
    if tolerance is not None:
        words += gettext(", tolerance {tolerance} %").format(tolerance=shown(tolerance[1] * 100, 3))
    if interval is not None:
        words += gettext(", 95 % interval {low} to {high}").format(
            low=per_cent(interval[0]), high=per_cent(interval[1])
        )
    return f"{words}."


def _ends(line: Line) -> list[float]:
    assert line.comparison.relative is not None
    spans = (_tolerance(line), _interval(line))
    return [line.comparison.relative, *(end for span in spans if span for end in span)]


def _tolerance(line: Line) -> tuple[float, float] | None:
    """The tolerance around the claim as shares of it; None without one."""
    if not line.comparison.tolerance:
        return None
    share = relative(line.comparison.tolerance, line.claimed)
    return None if share is None else (-share, share)


def _interval(line: Line) -> tuple[float, float] | None:
    interval = line.comparison.interval
    if interval is None:
        return None
    low, high = (
        relative(end - line.claimed, line.claimed) for end in (interval.low, interval.high)
    )
    return None if low is None or high is None else (low, high)


def _near(share: float) -> float:
    return min(max(share, -FARTHEST), FARTHEST)
