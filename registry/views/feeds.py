"""The feeds of the list and of searches."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from registry import listed_feed, query
from registry.conditional import answer
from registry.feeds import FORMS, Feed


def answer_feed(request: HttpRequest, feed: Feed, kind: str, *, dated: bool = True) -> HttpResponse:
    """The feed in a form of FORMS. `dated`: whatever changes in it has a newer date."""
    media, write = FORMS[kind]
    return answer(request, write(feed), media, modified=feed.updated if dated else None)


def known(kind: str) -> str:
    """The form that an address names; 404 for none of FORMS."""
    if kind not in FORMS:
        raise Http404
    return kind


@require_safe
def listed(request: HttpRequest, kind: str) -> HttpResponse:
    """Papers put on the list, of all venues or of one (product.md, section 9)."""
    known(kind)
    asked = query.read(request.GET)
    feed = listed_feed.listed(venue=asked.venue, after=asked.after)
    return answer_feed(request, feed, kind)


@require_safe
def papers(request: HttpRequest, kind: str) -> HttpResponse:
    """What a search finds; papers leave it without a date, so it goes by its ETag alone."""
    known(kind)
    return answer_feed(request, listed_feed.found(query.read(request.GET)), kind, dated=False)
