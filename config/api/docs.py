"""The documentation as a page: what the schema and docs/api.md say."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from registry.views.anonymous import page_of


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every resource with its parameters, an example answer, and how to ask."""
    return page_of(request, "pages/api.html", {})
