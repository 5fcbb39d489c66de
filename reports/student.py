"""Student's t distribution: how far from a mean its 95 % interval reaches. Pure.

Up to 400 degrees of freedom the probability is a finite sum (Abramowitz and Stegun, 26.7.3 and
26.7.4), whose terms are all positive; beyond that the quantile is the normal one with corrections
in 1/degrees (26.7.5), of which the first left out is below 1e-15.
"""

import math
from functools import lru_cache

CONFIDENCE = 0.95
NORMAL = 1.959963984540054
"""The normal distribution's quantile at 0.975."""
_SUMMED = 400
_CORRECTIONS = (
    ((1, 1), 4),
    ((3, 16, 5), 96),
    ((-15, 17, 19, 3), 384),
    ((-945, -1920, 1482, 776, 79), 92160),
    ((17955, -765, -1782, 930, 339, 27), 368640),
)
"""A&S 26.7.5: coefficients of x, x cubed ... of each correction, and their divisor."""


@lru_cache(maxsize=4096)
def quantile(degrees: int) -> float:
    """t such that a value within -t and t has probability 0.95; ValueError below one degree.

    Right to 3e-14 of itself for 1 to 1,000,000 degrees of freedom.
    """
    if degrees < 1:
        raise ValueError("One run has no interval.")
    if degrees == 1:
        return 1 / math.tan(math.pi * (1 - CONFIDENCE) / 2)
    if degrees == 2:
        return CONFIDENCE * math.sqrt(2 / ((1 - CONFIDENCE) * (1 + CONFIDENCE)))
    t = NORMAL + math.fsum(
        _polynomial(coefficients) / divisor / degrees**power
        for power, (coefficients, divisor) in enumerate(_CORRECTIONS, 1)
    )
    if degrees > _SUMMED:
        return t
    for _ in range(3):  # Newton's steps from a start that is right to a hundredth
        t -= (_within(t, degrees) - CONFIDENCE) / (2 * _density(t, degrees))
    return t


def _polynomial(coefficients: tuple[int, ...]) -> float:
    return sum(c * NORMAL ** (2 * i + 1) for i, c in enumerate(coefficients))


def _within(t: float, degrees: int) -> float:
    """The probability of a value within -t and t."""
    root = math.sqrt(degrees + t * t)
    sine, cosine_squared = t / root, degrees / (degrees + t * t)
    odd = degrees % 2
    term = math.sqrt(degrees) / root if odd else 1.0
    terms = [term]
    for k in range(2 + odd, degrees - 1, 2):
        term *= cosine_squared * (k - 1) / k
        terms.append(term)
    whole = sine * math.fsum(terms)
    return 2 / math.pi * (math.atan2(t, math.sqrt(degrees)) + whole) if odd else whole


def _density(t: float, degrees: int) -> float:
    logarithm = math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)
    height = math.exp(logarithm) / math.sqrt(degrees * math.pi)
    return height * math.exp(-(degrees + 1) / 2 * math.log1p(t * t / degrees))
