"""Claimed against obtained on one line (product.md, section 6.3). Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from reports.numbers import shown
from reports.results import Interval, Obtained
from reports.scale import Scale, Span, Tick, scale_of

DRAWN_RUNS = 100
"""More runs than that are drawn as bars, each as high as there are runs in its stretch."""
BARS = 48
BASE, TALLEST = 68, 28
"""Of the bars, in pixels from above."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A value on the line: its place, its words, and the side its words are aligned to."""

    x: str
    words: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """How many runs lie in a stretch of the line, as a height in pixels."""

    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True, kw_only=True)
class Plot:
    """What is drawn; `words` say the same, and so do the `facts` of the table."""

    claimed: Mark
    claimed_spread: Span | None
    tolerance: Span | None
    obtained: Mark
    interval: Span | None
    runs: Sequence[str]
    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    words: str
    facts: Sequence[tuple[str, str]]


def draw(
    claimed: float,
    obtained: Obtained,
    runs: Sequence[float],
    tolerance: float | None,
    claimed_spread: float | None = None,
) -> Plot | None:
    """The drawing of one claim; None where the values have no finite distance to draw."""
    interval = obtained.interval
    ends = [claimed, obtained.mean]
    ends += [min(runs), max(runs)] if runs else []
    ends += [interval.low, interval.high] if interval else []
    for half in (tolerance, claimed_spread):
        ends += [claimed - half, claimed + half] if half else []
    scale = scale_of(ends)
    if scale is None:
        return None
    facts = _facts(scale, claimed, obtained, runs, tolerance, claimed_spread)
    many = len(runs) > DRAWN_RUNS

    def mark(value: float, word: str) -> Mark:
        words = f"{word} {shown(value, scale.digits)}"
        return Mark(x=scale.place(value), words=words, anchor=scale.anchor(value))

    def around(half: float | None) -> Span | None:
        return scale.span(claimed - half, claimed + half) if half else None

    return Plot(
        claimed=mark(claimed, gettext("claimed")),
        claimed_spread=around(claimed_spread),
        tolerance=around(tolerance),
        obtained=mark(obtained.mean, gettext("obtained")),
        interval=scale.span(interval.low, interval.high) if interval else None,
        runs=[scale.place(run) for run in runs] if len(runs) > 1 and not many else [],
        bars=_bars(scale, runs) if many else [],
        ticks=scale.ticks(),
        words="; ".join(f"{name}: {value}" for name, value in facts),
        facts=facts,
    )


def _bars(scale: Scale, runs: Sequence[float]) -> list[Bar]:
    low, high = min(runs), max(runs)
    counts = [0] * BARS
    for run in runs:
        share = (run - low) / (high - low) if high > low else 0.5
        counts[min(int(share * BARS), BARS - 1)] += 1
    bars = []
    for i, count in enumerate(counts):
        if count:
            start, end = (low + (high - low) * (j / BARS) for j in (i, i + 1))
            span = scale.span(start, end)
            height = max(1.0, TALLEST * count / max(counts))
            bars.append(
                Bar(x=span.x, width=span.width, y=f"{BASE - height:.1f}", height=f"{height:.1f}")
            )
    return bars


def _facts(
    scale: Scale,
    claimed: float,
    obtained: Obtained,
    runs: Sequence[float],
    tolerance: float | None,
    claimed_spread: float | None,
) -> list[tuple[str, str]]:
    def words(value: float) -> str:
        return shown(value, scale.digits)

    def between(low: float, high: float) -> str:
        return gettext("{low} to {high}").format(low=words(low), high=words(high))

    spread = f" ± {shown(claimed_spread, 3)}" if claimed_spread is not None else ""
    facts = [(gettext("Claimed"), f"{words(claimed)}{spread}")]
    if tolerance is not None:
        band = between(claimed - tolerance, claimed + tolerance)
        alone = gettext("{value} alone").format(value=words(claimed))
        facts.append((gettext("Within the tolerance"), band if tolerance else alone))
    one = (
        gettext("one run")
        if obtained.n == 1
        else gettext("mean of {n:,} runs").format(n=obtained.n)
    )
    facts.append((gettext("Obtained"), f"{words(obtained.mean)}, {one}"))
    if len(runs) > 1:
        facts.append((gettext("Runs"), between(min(runs), max(runs))))
    if obtained.deviation is not None:
        facts.append((gettext("Sample standard deviation"), shown(obtained.deviation, 3)))
    facts.append((gettext("95 % interval of the mean"), _interval(obtained.interval, between)))
    return facts


def _interval(interval: Interval | None, between: Callable[[float, float], str]) -> str:
    return between(interval.low, interval.high) if interval else gettext("none for one run")
