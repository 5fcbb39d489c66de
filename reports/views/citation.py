"""Reports with the answers to them, and records of papers, as files for bibliographies."""

from collections.abc import Callable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from registry.merging import whole
from registry.selectors import paper_by_id
from reports import citing
from reports.citations import record, works
from reports.citing import Work
from reports.linked_data import CITED
from reports.models import Report
from reports.selectors import with_contents
from reports.visibility import public_reports

WRITERS: dict[str, Callable[[Sequence[Work]], str]] = {
    "bib": citing.bibtex,
    "ris": citing.ris,
    "json": citing.csl_json,
}
"""By the end of the address."""


@require_safe
def cite(request: HttpRequest, report_id: int, form: str) -> HttpResponse:
    """The citation of a public report, for everybody; 404 for every other, whoever asks."""
    found: Report | None = with_contents(public_reports()).filter(pk=report_id).first()
    return _file(works(found) if found is not None else [], form)


@require_safe
def cite_paper(request: HttpRequest, paper_id: int, form: str) -> HttpResponse:
    """The citation of what stands here about a public paper."""
    found = paper_by_id(paper_id)
    return _file([record(whole(found))] if found is not None else [], form)


def _file(cited: Sequence[Work], form: str) -> HttpResponse:
    """The citations as a file; 404 for nothing, and for no form of CITED."""
    if not cited or form not in CITED:
        raise Http404
    return HttpResponse(
        WRITERS[form](cited),
        content_type=f"{CITED[form]}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{cited[0].key}.{form}"'},
    )
