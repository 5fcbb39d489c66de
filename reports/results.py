"""Claimed against obtained (product.md, section 6.3). Pure.

The deviation is the sample standard deviation (n - 1). Values are in the unit of the metric as the
reporter wrote it.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext

from reports import student
from reports.numbers import LARGEST, MOST_RUNS, TOO_MANY

MOST_SUMMED = 1_000_000
"""Runs behind a mean and a deviation that are given without the runs."""
ROUNDING = 1e-12
"""Of the larger value: what a sum of decimal fractions may be off in binary."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """From the lower to the upper end."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Obtained:
    """What was measured: mean, sample standard deviation (None for one run) and runs."""

    mean: float
    deviation: float | None
    n: int

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the mean (Student's t, n - 1 degrees); None for one run."""
        if self.deviation is None or self.n < 2:
            return None
        half = student.quantile(self.n - 1) * (self.deviation / math.sqrt(self.n))
        return Interval(low=self.mean - half, high=self.mean + half)


class Verdict(StrEnum):
    """Where the obtained mean lies."""

    INSIDE = "inside the tolerance"
    BETTER = "better than claimed, by more than the tolerance"
    WORSE = "worse than claimed, by more than the tolerance"


class Reach(StrEnum):
    """Where the interval of the mean lies."""

    INSIDE = "inside the tolerance"
    OUTSIDE = "outside the tolerance"
    ACROSS = "partly inside the tolerance and partly outside"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """An obtained mean, and the interval of it, against the claimed value."""

    difference: float  # obtained - claimed
    relative: float | None  # difference / |claimed|; None where zero was claimed
    tolerance: float | None
    verdict: Verdict | None  # None without a tolerance
    interval: Interval | None  # None for one run
    reach: Reach | None  # None without an interval or a tolerance


def of_runs(runs: Sequence[float]) -> Obtained:
    """Mean and deviation of 1 to 10,000 values run by run; ValueError for other numbers of them."""
    if not runs:
        raise ValueError("There is no run to take a mean of.")
    if len(runs) > MOST_RUNS:
        raise ValueError(TOO_MANY)
    _refuse_nonsense(*runs)
    if min(runs) == max(runs):  # the mean of equal runs is each of them, to the last digit
        return Obtained(mean=runs[0], deviation=0.0 if len(runs) > 1 else None, n=len(runs))
    return Obtained(mean=statistics.fmean(runs), deviation=statistics.stdev(runs), n=len(runs))


def of_summary(mean: float, deviation: float | None, n: int) -> Obtained:
    """What was measured, from the reporter's own mean, deviation and n; ValueError if absurd."""
    _refuse_nonsense(mean, deviation or 0.0)
    if not 1 <= n <= MOST_SUMMED:
        raise ValueError(
            gettext("The number of runs is at least 1 and at most {most_summed:,}.").format(
                most_summed=MOST_SUMMED
            )
        )
    if deviation is not None and deviation < 0:
        raise ValueError("A spread is not negative.")
    if n == 1 and deviation is not None:
        raise ValueError("One run has no spread: leave it empty, or give the number of runs.")
    return Obtained(mean=mean, deviation=deviation, n=n)


def compare(
    *, claimed: float, obtained: Obtained, tolerance: float | None, higher_is_better: bool
) -> Comparison:
    """How far the obtained mean lies from the claimed value, and where it and its interval lie.

    What equals the tolerance is inside, whatever floating point makes of it. ValueError for a
    negative tolerance or a value that is no number.
    """
    _refuse_nonsense(claimed, obtained.mean, tolerance or 0.0)
    difference = 0.0 if _within(obtained.mean, claimed, 0.0) else obtained.mean - claimed
    interval = obtained.interval
    verdict = reach = None
    if tolerance is not None:
        if tolerance < 0:
            raise ValueError("A tolerance is not negative.")
        verdict = _verdict(claimed, obtained.mean, tolerance, higher_is_better)
        reach = _reach(claimed, interval, tolerance) if interval else None
    return Comparison(
        difference=difference,
        relative=relative(difference, claimed),
        tolerance=tolerance,
        verdict=verdict,
        interval=interval,
        reach=reach,
    )


def relative(difference: float, claimed: float) -> float | None:
    """A difference as a share of the claim; None where that is no number."""
    share = difference / abs(claimed) if claimed else math.inf
    return share if math.isfinite(share) else None


def _verdict(claimed: float, mean: float, tolerance: float, higher_is_better: bool) -> Verdict:
    if _within(mean, claimed, tolerance):
        return Verdict.INSIDE
    return Verdict.BETTER if (mean > claimed) == higher_is_better else Verdict.WORSE


def _reach(claimed: float, interval: Interval, tolerance: float) -> Reach:
    low, high = (_within(end, claimed, tolerance) for end in (interval.low, interval.high))
    if low and high:
        return Reach.INSIDE
    if low or high or interval.low < claimed < interval.high:
        return Reach.ACROSS
    return Reach.OUTSIDE


def _within(value: float, claimed: float, tolerance: float) -> bool:
    return abs(value - claimed) <= tolerance + ROUNDING * max(abs(claimed), abs(value))


def _refuse_nonsense(*values: float) -> None:
    for value in values:
        if not math.isfinite(value) or abs(value) > LARGEST:
            raise ValueError(
                gettext("{value} is not a value that can be compared.").format(value=value)
            )
