"""Per cent or fraction: 93.1 and 0.931 may say the same (product.md, section 6.3). Pure.

Asked where one value looks like per cent and the other like its fraction: of one sign, one of them
at most 1 and the other at most 100 and more than 1, about a hundred times as large. Not asked of
metrics that are no proportion, such as a loss, a time or a reward, nor where a value of exactly
nothing leaves no ratio.
"""

import re
import statistics
from collections.abc import Sequence

from django.utils.translation import gettext

from reports.numbers import shown

LEAST, MOST = 100 / 3, 300
"""Ratios that are about 100: a mean that is three times too small still looks like a fraction."""
FINE = 2_000
"""A tolerance that is a smaller share of a claim in per cent was hardly meant."""
COARSE, WIDE = 0.2, 0.1
"""A tolerance of a fraction that is at least this share of the claim, and this large."""
_NO_PROPORTION = re.compile(
    r"loss|perplexity|\bppl\b|entropy|likelihood|\bnll\b|\belbo\b|\bkl\b|\bbits?\b|\bnats?\b"
    r"|\bbp[bcd]\b|\br?mse\b|\bmae\b|\bfid\b|\bkid\b|\bpsnr\b|\bsnr\b|\bdb\b|squared error"
    r"|absolute error|distance|divergence|\brewards?\b|\breturns?\b|\bregret\b"
    r"|\btime\b|latency|seconds?\b|\bms\b|minutes?\b|hours?\b|speed|\bfps\b|throughput|memory"
    r"|\b[gmk]b\b|flops?\b|\bparam|energy|\bev\b|\bwatts?\b|\bcosts?\b|\bratio\b|\bz-score\b|\belo\b"
    r"|损失|困惑度|奖励|时间|距离",
    re.IGNORECASE,
)
_PER_CENT = re.compile(r"[%％]|per ?cent|\bpoints?\b|\bpp\b|百分", re.IGNORECASE)
TICK = "tick “these are in one unit as written”"


def question(
    *,
    metric: str,
    claimed: float,
    mean: float,
    runs: Sequence[float] = (),
    tolerance: float | None = None,
) -> str:
    """The sentence that asks whether all is in one unit; empty where nothing looks otherwise."""
    if _NO_PROPORTION.search(metric):
        return ""
    return (
        _of_runs(runs)
        or _of_mean(claimed, mean)
        or _of_tolerance(metric, claimed, mean, tolerance or 0.0)
    )


def _hundredfold(one: float, other: float) -> bool:
    """Whether one looks like the fraction of what the other is in per cent."""
    if (one > 0) != (other > 0):
        return False
    small, large = sorted((abs(one), abs(other)))
    return 0 < small <= 1 < large <= 100 and LEAST * small <= large <= MOST * small


def _of_mean(claimed: float, mean: float) -> str:
    if not _hundredfold(claimed, mean):
        return ""
    other = mean * 100 if abs(mean) < abs(claimed) else mean / 100
    return gettext(
        "The claim is {claimed} and your mean {mean}: one looks like per cent and the "
        "other like a fraction. If your mean is {other} in the unit of the claim, "
        "write your values so; if {mean} is right, {tick}."
    ).format(claimed=shown(claimed), mean=shown(mean), other=shown(other), tick=TICK)


def _of_runs(runs: Sequence[float]) -> str:
    """Asked where the runs fall into two groups a hundredfold apart."""
    small = [abs(run) for run in runs if abs(run) <= 1]
    large = [abs(run) for run in runs if abs(run) > 1]
    if not small or not large or min(large) < 10 * max(small):
        return ""
    if not _hundredfold(statistics.median(small), statistics.median(large)):
        return ""
    return gettext(
        "Your values hold {small} and {large}: some look like a fraction and others "
        "like per cent. Write all in the unit of the claim; if they are right as they "
        "are, {tick}."
    ).format(small=shown(min(small)), large=shown(max(large)), tick=TICK)


def _of_tolerance(metric: str, claimed: float, mean: float, tolerance: float) -> str:
    largest, size = max(abs(claimed), abs(mean)), abs(claimed)
    if not tolerance or not size:
        return ""
    if 1 < largest <= 100 and size > 1 and tolerance * FINE < size:
        other = tolerance * 100
    elif largest <= 1 and tolerance >= max(WIDE, COARSE * size) and not _PER_CENT.search(metric):
        other = tolerance / 100
    else:
        return ""
    return gettext(
        "The claim is {claimed} and the tolerance {tolerance}: one looks like per cent "
        "and the other like a fraction. If you mean {other} in the unit of the claim, "
        "write that; if {tolerance} is right, {tick}."
    ).format(claimed=shown(claimed), tolerance=shown(tolerance), other=shown(other), tick=TICK)
