"""Listings: every period in which a paper was on the list Not reproducible, open and closed."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from registry import selectors
from registry.api.pages import newest, page, page_of
from registry.api.parameters import ListParameters, Whole
from registry.api.records import entries_of
from registry.api.shown import ListingRow
from registry.api.view import Open
from registry.models import Ending, Ground


class ListingsAsked(ListParameters):
    """The filters of listings."""

    state = serializers.ChoiceField(
        [("open", "on the list now"), ("closed", "ended")], required=False
    )
    ground = serializers.ChoiceField(Ground.choices, required=False)
    ending = serializers.ChoiceField(Ending.choices, required=False)
    paper = Whole(min_value=1, max_value=2**53, required=False, help_text="A paper's number.")


class Listings(Open):
    """Every listing that ever was, the newest first."""

    parameters = ListingsAsked

    @extend_schema(
        operation_id="listings",
        tags=["Listings"],
        summary="Every listing",
        responses=page_of("ListingPage", ListingRow),
    )
    def get(self, request: Request) -> HttpResponse:
        """A page of the listings that the filters leave."""
        asked = self.asked
        found = selectors.public_listings()
        if "state" in asked:
            found = found.filter(closed_at__isnull=asked["state"] == "open")
        for name in ("ground", "ending"):
            if name in asked:
                found = found.filter(**{name: asked[name]})
        if "paper" in asked:
            found = found.filter(paper__among=entries_of(asked["paper"]))
        rows, following = newest(found, asked, "listings")
        return page(self, ListingRow, rows, following)
