"""A report and the answers to it as files for bibliographies."""

from collections.abc import Callable, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from reports import citing
from reports.citations import works
from reports.citing import Work
from reports.models import Report
from reports.selectors import with_contents
from reports.visibility import public_reports

FORMS: dict[str, tuple[str, Callable[[Sequence[Work]], str]]] = {
    "bib": ("application/x-bibtex", citing.bibtex),
    "ris": ("application/x-research-info-systems", citing.ris),
    "json": ("application/vnd.citationstyles.csl+json", citing.csl_json),
}
"""By the end of the address: media type, and what writes it."""


@require_safe
def cite(request: HttpRequest, report_id: int, form: str) -> HttpResponse:
    """The citation of a public report, for everybody; 404 for every other, whoever asks."""
    found: Report | None = with_contents(public_reports()).filter(pk=report_id).first()
    cited = works(found) if found is not None and form in FORMS else []
    if not cited:
        raise Http404
    media, write = FORMS[form]
    return HttpResponse(
        write(cited),
        content_type=f"{media}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{cited[0].key}.{form}"'},
    )
