"""Time to answer as a survival curve, in whole days. Pure.

The product-limit estimator of Kaplan and Meier (1958), its variance by Greenwood (1926), and a
pointwise 95 % interval on the scale of log(-log S) (Kalbfleisch and Prentice 1980), which stays
between 0 and 1. Of one day the answers come before those that are followed no longer.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.student import NORMAL

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A day on which somebody answered.

    `silent` is the share that has no answer after it, `low` and `high` its interval: None where
    all have answered.
    """

    day: int
    at_risk: int
    answered: int
    silent: float
    low: float | None
    high: float | None


def day_of_answer(asked: datetime, answered: datetime) -> int:
    """The day on which the answer came; the first, 1, ends 24 hours after the asking."""
    return max(1, math.ceil((answered - asked) / DAY))


def days_followed(asked: datetime, until: datetime) -> int:
    """The whole days for which an inquiry is known to be without an answer."""
    return max(0, math.floor((until - asked) / DAY))


def curve(answered: Mapping[int, int], silent: Mapping[int, int]) -> list[Step]:
    """The steps of the curve: how many inquiries were answered on each day, and how many without an
    answer were followed for just so many days."""
    at_risk = at_risk_on(0, answered, silent)
    share, greenwood = 1.0, 0.0
    steps = []
    for day in sorted(answered.keys() | silent.keys()):
        if d := answered.get(day, 0):
            share *= 1 - d / at_risk
            greenwood += d / (at_risk * (at_risk - d)) if at_risk > d else math.inf
            low, high = _interval(share, greenwood)
            steps.append(
                Step(day=day, at_risk=at_risk, answered=d, silent=share, low=low, high=high)
            )
        at_risk -= d + silent.get(day, 0)
    return steps


def at_risk_on(day: int, answered: Mapping[int, int], silent: Mapping[int, int]) -> int:
    """How many inquiries were without an answer before `day`, and are followed until then."""
    return sum(n for of in (answered, silent) for at, n in of.items() if at >= day)


def at(steps: Sequence[Step], day: int) -> Step | None:
    """The step that holds at the end of `day`; None before the first answer."""
    return next((step for step in reversed(steps) if step.day <= day), None)


def median(steps: Sequence[Step]) -> int | None:
    """The first day after which at most half are without an answer; None if there is none."""
    return next((step.day for step in steps if step.silent <= 0.5), None)


def _interval(share: float, greenwood: float) -> tuple[float | None, float | None]:
    if not 0 < share < 1:
        return None, None
    half = NORMAL * math.sqrt(greenwood) / abs(math.log(share))
    return share ** math.exp(half), share ** math.exp(-half)
