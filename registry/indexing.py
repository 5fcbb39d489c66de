"""Which pages search engines may show: the public ones named here, and nothing else.

Whatever is not named says *noindex*, so a new page is kept out until somebody decides otherwise.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PLAIN = (
    "registry:list", "registry:papers", "registry:check", "corrections", "policy",
    "guide_authors", "guide_reporters", "about", "privacy", "accessibility", "statistics",
    "api_docs", "data",
)  # fmt: skip
"""Pages without a variable in their address, by name; the sitemap has them."""
OF_ONE = ("paper", "reports:report")
"""Pages of one paper or report; a report's page takes the right back unless everybody sees it."""
INDEXED = frozenset({*PLAIN, *OF_ONE})
HEADER, NOINDEX = "X-Robots-Tag", "noindex"


def indexed(request: HttpRequest) -> bool:
    """Whether search engines may show the page at this address. A search is no page."""
    found = request.resolver_match
    if found is None or found.view_name not in INDEXED:
        return False
    return not (found.view_name == "registry:papers" and request.GET)


class Robots:
    """Says *noindex* in the head of every answer that search engines are to leave out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not indexed(request):
            response.headers[HEADER] = NOINDEX
        return response
