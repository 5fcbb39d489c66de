"""The project's addresses, and the plain view that its list is measured against."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from registry.models import Listing, Paper


def plain(request: HttpRequest) -> HttpResponse:
    """What a page of the list costs at least: one indexed query, 25 rows, their markup."""
    rows = Paper.objects.filter(is_public=True, listed_at__isnull=False)
    papers = list(rows.order_by("-listed_at", "-pk")[:25])
    for paper in papers:
        listing = Listing(version="v1", ground="silence", opened_at=paper.listed_at)
        paper.open_listings = [listing]  # type: ignore[attr-defined]
    return render(request, "registry/plain.html", {"papers": papers})


urlpatterns = [path("plain/", plain), path("", include("config.urls"))]
