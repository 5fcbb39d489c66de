"""The public pages of the registry: the list, all papers, and addresses by identifier."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from registry import identifiers, query, search, selectors
from registry.identifiers import Found, Malformed
from registry.models import Scheme
from registry.shared import Item, Value
from registry.views.anonymous import page_of


@require_safe
def not_reproducible(request: HttpRequest) -> HttpResponse:
    """The list Not reproducible, and the newest answers."""
    after = request.GET.get("after", "")[:500]
    return page_of(
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
            "name": Item(name).label if name in Item.values else name,
            "value": words.get(name, {}).get(value, value),
            "without": asked.without(name).encoded(),
        }
        for name, value in asked.filters.items()
    ]
    return page_of(
        request,
        "registry/papers.html",
        {
            "asked": asked,
            "page": page,
            "active": active,
            "choices": selectors.choices(),
            "standings": query.STANDINGS,
            "sorts": query.SORTS,
            "shared": _shared(asked),
            "first_query": asked.at("").encoded(),
            "venue_query": query.Query(venue=asked.venue).encoded(),
            "first": asked.at("").encoded() if asked.after else "",
            "next": asked.at(page.next).encoded() if page.next else "",
            "counted": search.COUNTED,
        },
    )


def _shared(asked: query.Query) -> dict[str, Any]:
    """The filters by what is shared: code apart, and whether another one is set."""
    code, *others = [
        {"name": item.value, "label": item.label, "chosen": getattr(asked, item)} for item in Item
    ]
    used = any(item["chosen"] for item in others)
    return {"code": code, "others": others, "used": used, "values": Value.values}


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
        return page_of(
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
by_pmid = _by(identifiers.PMID)
by_isbn = _by(identifiers.ISBN)
by_s2 = _by(identifiers.S2)
by_openalex = _by(identifiers.OPENALEX)
