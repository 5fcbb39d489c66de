"""What is counted of the public record: plots with their tables, the same for everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.statistics import computing
from reports.statistics.counted import LEAST


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every part as it was last computed; it reads one row (product.md, section 9)."""
    sections = computing.sections()
    computed = [section.at for section in sections if section.at is not None]
    context = {"sections": sections, "computed_at": max(computed, default=None), "least": LEAST}
    return render(request, "reports/statistics.html", context)


@require_safe
def table(request: HttpRequest, part: str) -> HttpResponse:
    """The table of a part as CSV; 404 for a name that is none, 503 before it is computed."""
    section = next(iter(computing.sections(part)), None)
    if section is None:
        raise Http404("There are no statistics of that name.")
    if section.at is None:
        return HttpResponse(
            "Not computed yet: it is computed every hour.\n", status=503,
            content_type="text/plain; charset=utf-8", headers={"Retry-After": "3600"},
        )  # fmt: skip
    return HttpResponse(
        section.table.file(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{part}.csv"'},
    )
