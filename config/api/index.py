"""What the API has, by address."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from registry.api.view import Open

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LISTS = {
    "papers": "registry:api_papers",
    "listings": "registry:api_listings",
    "reports": "reports_api:reports",
    "answers": "reports_api:answers",
    "statistics": "reports_api:statistics",
    "check": "registry:api_check",
    "schema": "api_schema",
    "docs": "api_docs",
}
TEMPLATES = {
    "paper": "papers/{id}",
    "paper_by_identifier": "papers/{scheme}/{value}",
    "report": "reports/{id}",
    "prefix": "prefixes/{prefix}",
}


class IndexShown(serializers.Serializer[Any]):
    """Addresses, whole or as templates (RFC 6570)."""

    site = serializers.CharField()
    licence = serializers.URLField(help_text="Of the texts of reports and answers.")

    def get_fields(self) -> dict[str, Any]:
        """Beside these an address for each resource."""
        addresses = {name: serializers.URLField() for name in LISTS}
        templates = {name: serializers.CharField() for name in TEMPLATES}
        return super().get_fields() | addresses | templates


class Index(Open):
    """What there is."""

    @extend_schema(
        operation_id="index", tags=["Index"], summary="What there is", responses=IndexShown
    )
    def get(self, request: Request) -> HttpResponse:
        """The addresses of everything that is here."""
        here = request.build_absolute_uri(reverse("api_index"))
        addresses = {
            name: request.build_absolute_uri(reverse(route)) for name, route in LISTS.items()
        }
        templates = {name: f"{here}{template}" for name, template in TEMPLATES.items()}
        told = {"site": settings.SITE_NAME, "licence": LICENCE} | addresses | templates
        return self.answer(IndexShown(told).data)
