"""What search engines ask for: the sitemap, and which addresses lead nowhere new."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from registry import sitemap
from registry.conditional import answer
from registry.feeds import absolute
from registry.languages import CHINESE, path_in

XML = "application/xml"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The parts of the sitemap."""
    return answer(request, sitemap.index(), XML)


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """The part with the plain pages."""
    return answer(request, sitemap.pages(), XML)


@require_safe
def papers(request: HttpRequest, number: int) -> HttpResponse:
    """A part with papers; 404 for a range without any."""
    told = sitemap.papers(number) if number < 2**40 else ""
    if not told:
        raise Http404
    return answer(request, told, XML)


ROBOTS = """\
# Searches without end lead to no page that is not reached otherwise. What is not to be shown says
# so itself (X-Robots-Tag): a crawler that is kept from reading a page cannot know.
User-agent: *
Disallow: {searches}?
Disallow: {chinese}?
Disallow: {feeds}
Sitemap: {sitemap}
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """/robots.txt (RFC 9309)."""
    told = ROBOTS.format(
        searches=reverse("registry:papers"),
        chinese=path_in(CHINESE, reverse("registry:papers")),
        feeds=reverse("registry:papers_feed", args=["atom"]).removesuffix("atom"),
        sitemap=absolute(reverse("registry:sitemap")),
    )
    return answer(request, told, "text/plain")
