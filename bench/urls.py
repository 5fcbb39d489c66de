"""The project's addresses, and the plain view that its list is measured against."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from registry.models import Listing


def plain(request: HttpRequest) -> HttpResponse:
    """What a page of the list costs at least: one indexed query, 25 rows, their markup."""
    listings = Listing.objects.filter(ground="silence", closed_at=None, paper__is_public=True)
    rows = listings.select_related("paper").order_by("-paper__listed_at", "-paper_id")[:25]
    papers = []
    for listing in rows:
        listing.paper.open_listings = [listing]  # type: ignore[attr-defined]
        papers.append(listing.paper)
    return render(request, "registry/plain.html", {"papers": papers})


urlpatterns = [path("plain/", plain), path("", include("config.urls"))]
