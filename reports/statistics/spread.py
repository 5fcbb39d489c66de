"""How relative differences from claims are spread: quartiles, and bars of a histogram. Pure.

Quartiles are interpolated between the two nearest values (type 7 of Hyndman and Fan, 1996).
"""

import statistics
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

REACHES = (0.05, 0.1, 0.2, 0.5, 1.0)
"""How far the bars may reach on each side of the claim."""
MOSTLY = 0.9
"""They reach so far that this share of all differences is within."""
HALF = 10
"""Bars on each side of the claim, all of one width; one more at each end holds what is beyond."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """How many differences are at least `low` and less than `high`; None: beyond all bars."""

    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The quartiles, and the bars from the worst to the best."""

    lower: float
    median: float
    upper: float
    reach: float
    bars: Sequence[Bar]


def spread_of(differences: Sequence[float]) -> Spread:
    """The spread of two differences or more; one on an edge belongs to the better side."""
    lower, median, upper = statistics.quantiles(differences, n=4, method="inclusive")
    reach = _reach(differences)
    edges = [round(reach * (i - HALF) / HALF, 6) for i in range(2 * HALF + 1)]
    counts = [0] * (len(edges) + 1)
    for difference in differences:
        counts[bisect_right(edges, difference)] += 1
    ends = zip([None, *edges], [*edges, None], counts, strict=True)
    bars = [Bar(low=low, high=high, count=count) for low, high, count in ends]
    return Spread(lower=lower, median=median, upper=upper, reach=reach, bars=bars)


def _reach(differences: Sequence[float]) -> float:
    for reach in REACHES:
        if sum(abs(one) <= reach for one in differences) >= MOSTLY * len(differences):
            return reach
    return REACHES[-1]
