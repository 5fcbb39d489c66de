"""What templates need to show a report: Markdown, numbers, deadlines, comparisons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django import template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from reports import deadlines, findings, numbers, overview, plot, shared_shown, text, timeline
from reports.dumps import taken_back
from reports.forms import guide
from reports.models import Cause, Claim, Report
from reports.results import Comparison, Obtained, of_runs

register = template.Library()


@dataclass(frozen=True, kw_only=True)
class Line:
    """A claim with what was obtained and how the two compare; None where there is nothing."""

    obtained: Obtained | None
    comparison: Comparison | None

    @property
    def finding(self) -> str:
        """Where the obtained mean lies, in words."""
        return findings.finding(self.comparison) if self.comparison else ""

    @property
    def interval_finding(self) -> str:
        """Where the 95 % interval of the mean lies, in words."""
        return findings.interval_finding(self.comparison) if self.comparison else ""


@register.filter
def taken_off(why: str) -> str:
    """Why a dump was taken off the site, in the language of the page."""
    return taken_back.in_language(why)


@register.filter
def appealed_at(report: Report) -> list[datetime]:
    """When the appeals against the report were received that wait for a decision."""
    return timeline.appealed_at(report)


@register.filter
def markdown(words: str) -> SafeString:
    """What a person wrote in Markdown, as safe HTML."""
    return text.render(words)


@register.filter
def data_block(data: object) -> SafeString:
    """JSON-LD in the head of a page."""
    return text.data_block(data)


@register.filter
def number(value: float | None, digits: int = 6) -> str:
    """A value as people write it, with at most so many digits; empty for None."""
    return "" if value is None else numbers.shown(value, digits)


@register.filter
def with_deviation(obtained: Obtained) -> str:
    """The obtained mean and the deviation of its runs."""
    return numbers.with_deviation(obtained.mean, obtained.deviation)


@register.filter
def signed(value: float | None) -> str:
    """A difference with its sign."""
    if value is None:
        return ""
    shown = numbers.shown(value, 4)
    return f"+{shown}" if value > 0 else shown


@register.filter
def percent(value: float | None) -> str:
    """A relative difference in per cent with its sign."""
    return "" if value is None else overview.per_cent(value)


@register.filter
def guide_of(field: BoundField) -> guide.Guide | None:
    """A good and a bad example for a field of the report form."""
    return guide.guide_of(field)


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
    return Line(obtained=claim.obtained, comparison=claim.comparison)


@register.simple_tag
def plot_of(claim: Claim) -> plot.Plot | None:
    """The drawing of the claim; None where there is nothing to compare."""
    if claim.claimed is None or claim.obtained is None or claim.comparison is None:
        return None
    return plot.draw(
        claim.claimed, claim.obtained, claim.runs, claim.tolerance, claim.claimed_spread
    )


@register.simple_tag
def overview_of(report: Report) -> overview.Overview | None:
    """All claims of the report on one scale; None for fewer than two that can stand on it."""
    lines = [
        overview.Line(
            name=", ".join(part for part in (claim.metric, claim.dataset) if part) or claim.place,
            claimed=claim.claimed,
            comparison=claim.comparison,
        )
        for claim in report.claims.all()
        if claim.claimed is not None and claim.comparison is not None
    ]
    return overview.draw(lines)


@register.simple_tag
def shared_of(report: Report) -> shared_shown.Shown:
    """What is shared, by the reporter and by authors beside this report."""
    return shared_shown.of_report(report)


@register.simple_tag
def obtained_of(values: list[float]) -> Obtained:
    """Mean, deviation and number of the values of a run that was added."""
    return of_runs(values)


@register.filter
def cause_words(causes: list[str]) -> list[str]:
    """The causes in words."""
    return [Cause(cause).label for cause in causes if cause in Cause.values]
