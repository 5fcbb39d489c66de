"""A paper's page: standing, reports and answers side by side, the time line."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from registry.models import Paper
from registry.selectors import slug_of
from reports import timeline
from reports.models import Inquiry, Report
from reports.public_record import reach_of
from reports.selectors import with_history
from reports.timeline import Said
from reports.visibility import ANYBODY, Level, level, visible_reports

SHOWN_AUTHORS = 40


@dataclass(frozen=True, kw_only=True)
class Told:
    """A public report and all that stands beside it."""

    report: Report
    said: list[Said]
    inquiry: Inquiry | None
    asked: int
    reached: int


@require_safe
def paper(request: HttpRequest, paper_id: int, slug: str = "") -> HttpResponse:
    """The public record of a paper: the same for everybody, whoever is signed in."""
    found = Paper.objects.filter(pk=paper_id, is_public=True).first()
    if found is None:
        raise Http404
    if slug != slug_of(found):
        return redirect("paper", paper_id, slug_of(found), permanent=True)
    seen = list(
        with_history(visible_reports(ANYBODY).filter(paper=found)).order_by("public_at", "pk")
    )
    reports, lines = (_at(seen, wanted) for wanted in (Level.FULL, Level.LINE))
    listings = list(found.listings.all())
    authors = list(found.authors.all())
    context = {
        "paper": found,
        "authors": authors[:SHOWN_AUTHORS],
        "more_authors": len(authors[SHOWN_AUTHORS:]),
        "identifiers": found.identifiers.all(),
        "reports": [_told(report) for report in reports],
        "lines": lines,
        "entries": timeline.entries(reports, lines, listings),
        "many": len(seen) > 1,
    }
    return render(request, "reports/paper.html", context)


def _at(reports: list[Report], wanted: Level) -> list[Report]:
    return [report for report in reports if level(ANYBODY, report) is wanted]


def _told(report: Report) -> Told:
    asked, reached = reach_of(report)
    return Told(
        report=report,
        said=timeline.said(report),
        inquiry=getattr(report, "inquiry", None),
        asked=asked,
        reached=reached,
    )
