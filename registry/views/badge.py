"""The badge of a paper's standing, by any identifier of the paper."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from registry import badges, identifiers, listing, search
from registry.conditional import answer
from registry.identifiers import Malformed
from registry.models import Standing
from registry.schemes import READERS

KEPT = 300  # seconds that a badge is shown without asking again


@require_safe
def badge(request: HttpRequest, scheme: str, value: str) -> HttpResponseBase:
    """The badge; the same one for a paper that is not known, not public, or without a public
    report, and for what is no identifier at all."""
    if scheme not in READERS:
        raise Http404
    version = listing.version()
    try:
        paper = search.by_identifier(identifiers.read(scheme, value.rstrip("/")))
    except Malformed:
        paper = None
    standing = Standing(paper.standing) if paper is not None else Standing.NONE
    return answer(
        request,
        badges.svg(standing),
        "image/svg+xml",
        etag=f"{version}-{standing}",
        cached=f"public, max-age={KEPT}",
    )
