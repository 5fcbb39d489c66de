"""The public pages of the registry: the list, all papers, and addresses by identifier."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from registry import identifiers, query, search, selectors
from registry.identifiers import Found, Malformed
from registry.models import Scheme
from registry.views.anonymous import page_of
from registry.views.filters import filters_of


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
    shown = replace(asked, q=page.corrected or asked.q)
    filters = filters_of(shown)
    labels = {
        (one.name, option.value): (one.label, option.label)
        for one in (*filters.first, *filters.others)
        for option in one.options
    }
    active = []
    for name, value in asked.filters.items():
        label, words = labels.get((name, value), (name, value))
        active.append({"name": label, "value": words, "without": shown.without(name).encoded()})
    return page_of(
        request,
        "registry/papers.html",
        {
            "asked": asked,
            "shown": shown,
            "page": page,
            "active": active,
            "filters": filters,
            "sorts": query.SORTS,
            "first_query": shown.at("").encoded(),
            "venue_query": query.Query(venue=asked.venue).encoded(),
            "first": shown.at("").encoded() if asked.after else "",
            "next": shown.at(page.next).encoded() if page.next else "",
            "total": _total(page),
        },
    )


def _total(page: search.Page) -> str:
    """How many papers there are, in words."""
    if page.more:
        return gettext("More than {counted} papers").format(counted=search.COUNTED)
    if not page.papers:
        return gettext("No papers")
    return ngettext("{count} paper", "{count} papers", page.count).format(count=page.count)


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
