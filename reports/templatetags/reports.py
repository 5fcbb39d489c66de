"""What templates need to show a report: Markdown, numbers, deadlines, comparisons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from reports import deadlines, results, text
from reports.models import Cause, Claim
from reports.plot import Plot, draw
from reports.results import Comparison, Obtained

register = template.Library()


@dataclass(frozen=True, kw_only=True)
class Line:
    """A claim with what was obtained and how the two compare; None where there is nothing."""

    obtained: Obtained | None
    comparison: Comparison | None
    plot: Plot | None = None


@register.filter
def markdown(words: str) -> SafeString:
    """What a person wrote in Markdown, as safe HTML."""
    return text.render(words)


@register.filter
def number(value: float | None, digits: int = 6) -> str:
    """A value as people write it, with at most so many digits; empty for None."""
    return "" if value is None else results.shown(value, digits)


@register.filter
def signed(value: float | None) -> str:
    """A difference with its sign."""
    if value is None:
        return ""
    shown = results.shown(value, 4)
    return f"+{shown}" if value > 0 else shown


@register.filter
def percent(value: float | None) -> str:
    """A relative difference in per cent with its sign."""
    return "" if value is None else f"{signed(value * 100)} %"


@register.filter
def in_words(deadline: datetime) -> str:
    """A deadline with date, hour and zone."""
    return deadlines.in_words(deadline)


@register.filter
def any_in_numbers(claims: Iterable[Claim]) -> bool:
    """Whether there is anything to compare."""
    return any(claim.in_numbers for claim in claims)


@register.simple_tag
def line_of(claim: Claim) -> Line:
    """The claim's line: obtained and comparison. Rows that make no sense show nothing."""
    try:
        if claim.runs:
            obtained = results.of_runs(claim.runs)
        elif claim.mean is not None:
            obtained = results.of_summary(claim.mean, claim.spread, claim.n or 1)
        else:
            return Line(obtained=None, comparison=None)
        if claim.claimed is None:
            return Line(obtained=obtained, comparison=None)
        comparison = results.compare(
            claimed=claim.claimed,
            obtained=obtained.mean,
            tolerance=claim.tolerance,
            higher_is_better=claim.higher_is_better,
        )
    except ValueError:
        return Line(obtained=None, comparison=None)
    drawn = draw(claim.claimed, obtained, claim.runs, claim.tolerance)
    return Line(obtained=obtained, comparison=comparison, plot=drawn)


@register.filter
def cause_words(causes: list[str]) -> list[str]:
    """The causes in words."""
    return [Cause(cause).label for cause in causes if cause in Cause.values]
