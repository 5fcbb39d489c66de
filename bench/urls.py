"""The project's addresses, and the plain view that its list is measured against."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from registry.models import Paper
from registry.selectors import LISTED_ROW


def plain(request: HttpRequest) -> HttpResponse:
    """What a page of the list costs at least: one indexed query, 25 rows, their markup."""
    rows = Paper.objects.filter(is_public=True, listed_at__isnull=False)
    papers = rows.order_by("-listed_at", "-pk").only(*LISTED_ROW)[:25]
    return render(request, "registry/plain.html", {"papers": papers})


def constant(_request: HttpRequest) -> HttpResponse:
    """What any page costs at least, under the same middleware."""
    return HttpResponse(CONSTANT)


CONSTANT = b"x" * 100
urlpatterns = [path("plain/", plain), path("constant/", constant), path("", include("config.urls"))]
