"""The public pages of the registry: the list, all papers, and addresses by identifier."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from registry import identifiers, query, search, selectors
from registry.identifiers import Found, Malformed
from registry.models import Scheme


@require_safe
def not_reproducible(request: HttpRequest) -> HttpResponse:
    """The list Not reproducible, and the newest answers."""
    after = request.GET.get("after", "")[:500]
    return _page(
        request,
        "registry/not_reproducible.html",
        {
            "listed": selectors.listed(after),
            "after": after,
            "answers": selectors.newest_answers(selectors.ANSWERS),
        },
    )


@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """All papers: searched, filtered, in an order. An identifier goes straight to its paper."""
    asked = query.read(request.GET)
    page = search.find(asked)
    if page.paper is not None:
        return HttpResponseRedirect(selectors.address_of(page.paper))
    words = {"sort": query.SORTS, "standing": query.STANDINGS}
    active = [
        {
            "name": name,
            "value": words.get(name, {}).get(value, value),
            "without": asked.without(name).encoded(),
        }
        for name, value in asked.filters.items()
    ]
    return _page(
        request,
        "registry/papers.html",
        {
            "asked": asked,
            "page": page,
            "active": active,
            "choices": selectors.choices(),
            "standings": query.STANDINGS,
            "sorts": query.SORTS,
            "first": asked.at("").encoded() if asked.after else "",
            "next": asked.at(page.next).encoded() if page.next else "",
            "counted": search.COUNTED,
        },
    )


def _by(scheme: str) -> Callable[..., HttpResponse]:
    """The view that leads from an identifier of `scheme` to its paper."""

    @require_safe
    def view(request: HttpRequest, value: str) -> HttpResponse:
        found: Found | None = None
        malformed = ""
        try:
            found = identifiers.read(scheme, value.rstrip("/"))
        except Malformed as error:
            malformed = str(error)
        paper = search.by_identifier(found) if found else None
        if paper is not None:
            return HttpResponseRedirect(selectors.address_of(paper))
        return _page(
            request,
            "registry/unknown.html",
            {"found": found, "malformed": malformed, "scheme": Scheme(scheme).label},
            status=404,
        )

    return view


by_doi = _by(identifiers.DOI)
by_arxiv = _by(identifiers.ARXIV)
by_openreview = _by(identifiers.OPENREVIEW)
by_acl = _by(identifiers.ACL)


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page that reads no session for somebody who has none, so that it varies on no cookie and
    a cache in front may keep it; a page for somebody who has one is theirs alone."""
    anonymous = settings.SESSION_COOKIE_NAME not in request.COOKIES
    if anonymous:
        context = {**context, "user": AnonymousUser()}
    response = render(request, template, context, status=status)
    if not anonymous:
        patch_cache_control(response, private=True)
    return response
