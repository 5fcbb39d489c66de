"""A paper's page: standing, reports and answers side by side, the time line."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.badges import snippets
from registry.embeds import Frame, iframe
from registry.merging import group_of
from registry.provenance import origins
from registry.selectors import (
    identifiers_of,
    listings_of,
    notices_about,
    paper_by_id,
    slug_of,
    versions_of,
)
from reports import linked_data, paper_links, shared_shown, timeline
from reports.citations import works
from reports.citing import Work
from reports.models import Inquiry, Report
from reports.public_record import reach_of
from reports.selectors import on_paper
from reports.stated import giving, stated
from reports.timeline import Entry, Said
from reports.visibility import open_inquiries

SHOWN_AUTHORS = 40
OPEN_REPORTS = 3
"""So many reports stand open; of more, the older ones are folded."""
OPEN_STEPS = 30
"""So many steps of the time line stand open, the last ones."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A public report and all that stands beside it."""

    report: Report
    said: list[Said]
    inquiry: Inquiry | None
    asked: int
    reached: int
    cited: list[Work]
    folded: bool = False


@require_safe
def paper(request: HttpRequest, paper_id: int, slug: str = "") -> HttpResponse:
    """The public record of a paper: the same for everybody, whoever is signed in."""
    found = paper_by_id(paper_id)
    if found is None:
        raise Http404
    if found.root is not None:
        return redirect("paper", found.root.pk, slug_of(found.root), permanent=True)
    if slug != slug_of(found):
        return redirect("paper", paper_id, slug_of(found), permanent=True)
    work = group_of(found)
    seen = on_paper(work)
    reports, lines = seen.reports, seen.lines
    listings = listings_of(work)
    identifiers = identifiers_of(work)
    authors = found.author_names
    decisive = giving(found.standing, reports)
    now = timezone.now()
    entries = timeline.entries(reports, lines, listings, now=now)
    told = [_told(report, at, now) for at, report in enumerate(_ordered(reports, decisive))]
    context = {
        "paper": found,
        "authors": authors[:SHOWN_AUTHORS],
        "more_authors": len(authors[SHOWN_AUTHORS:]),
        "identifiers": identifiers,
        "notices": notices_about(identifiers),
        "origins": origins(found.sources),
        "stated": stated(decisive) if decisive is not None else None,
        "ended": [one for one in listings if one.closed_at is not None],
        "reports": told,
        "linked": linked_data.of_paper(found, identifiers, [one.cited for one in told]),
        "lines": lines,
        "versions": paper_links.versions(versions_of(work), reports),
        "code": paper_links.code(reports),
        "shared": shared_shown.of_paper(found, reports),
        "many": len(reports) + len(lines) > 1,
        "badged": identifiers[0] if identifiers else None,
        "badges": snippets(found, identifiers[0]) if identifiers else [],
        "frame": iframe(found, Frame()),
        "open": open_inquiries([found.pk]),
    }
    response = render(request, "reports/paper.html", context | _steps(entries))
    numbers = [one.report.pk for one in told]
    response.headers["Link"] = linked_data.links_of_paper(found, identifiers, numbers)
    return response


def _ordered(reports: list[Report], decisive: Report | None) -> list[Report]:
    """First the report that gives the standing, then the newest."""
    others = [report for report in reversed(reports) if report is not decisive]
    return others if decisive is None else [decisive, *others]


def _told(report: Report, place: int, now: datetime) -> Told:
    asked, reached = reach_of(report)
    return Told(
        report=report,
        said=timeline.said(report, now),
        inquiry=getattr(report, "inquiry", None),
        asked=asked,
        reached=reached,
        cited=works(report),
        folded=place >= OPEN_REPORTS,
    )


def _steps(entries: list[Entry]) -> dict[str, list[Entry]]:
    """The time line: what is folded of a long one, and what stands open."""
    cut = max(0, len(entries) - OPEN_STEPS) if len(entries) > OPEN_STEPS + 5 else 0
    return {"earlier": entries[:cut], "entries": entries[cut:]}
