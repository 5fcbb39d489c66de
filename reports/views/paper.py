"""A paper's page: standing, reports, answers, listings."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from registry.models import Paper
from registry.selectors import slug_of
from reports.models import Report
from reports.selectors import with_contents
from reports.visibility import ANYBODY, Level, level, visible_reports


@require_safe
def paper(request: HttpRequest, paper_id: int, slug: str = "") -> HttpResponse:
    """The public record of a paper: the same for everybody, whoever is signed in."""
    found = Paper.objects.filter(pk=paper_id, is_public=True).first()
    if found is None:
        raise Http404
    if slug != slug_of(found):
        return redirect("paper", paper_id, slug_of(found), permanent=True)
    reports = list(
        with_contents(visible_reports(ANYBODY).filter(paper=found)).order_by("public_at", "pk")
    )
    shown = {wanted: _at(reports, wanted) for wanted in (Level.FULL, Level.LINE)}
    context = {
        "paper": found,
        "authors": found.authors.all(),
        "identifiers": found.identifiers.all(),
        "reports": shown[Level.FULL],
        "lines": shown[Level.LINE],
        "listings": found.listings.all(),
    }
    return render(request, "reports/paper.html", context)


def _at(reports: list[Report], wanted: Level) -> list[Report]:
    return [report for report in reports if level(ANYBODY, report) is wanted]
