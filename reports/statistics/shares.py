"""A share of a number of things, and how far it can be trusted. Pure."""

import math
from dataclasses import dataclass

from reports.student import NORMAL


@dataclass(frozen=True, kw_only=True)
class Share:
    """So many of so many, with the 95 % interval of the share."""

    value: float
    low: float
    high: float


def wilson(some: int, of: int) -> Share:
    """The share with its score interval (Wilson 1927); ValueError where it is no share."""
    if not 0 <= some <= of or not of:
        raise ValueError(f"{some} of {of} is no share.")
    value, squared = some / of, NORMAL**2
    middle = (value + squared / (2 * of)) / (1 + squared / of)
    half = math.sqrt(value * (1 - value) / of + squared / (4 * of * of)) * NORMAL
    half /= 1 + squared / of
    low = middle - half if some else 0.0
    high = middle + half if some < of else 1.0
    return Share(value=value, low=max(0.0, low), high=min(1.0, high))
