"""Papers: all of them as the page /papers/ finds them, and one by its number or an identifier."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from registry import identifiers, query, search, words
from registry.api.described import named
from registry.api.pages import page, page_of
from registry.api.parameters import NOT_OUR_CURSOR, ListParameters, Text, Whole
from registry.api.records import records_of, whole_of
from registry.api.shown import PaperRow, PaperShown
from registry.api.view import Open
from registry.identifiers import Malformed
from registry.merging import whole
from registry.models import Paper, Scheme
from registry.problems import Problem
from registry.shared import Item, Value


class PapersAsked(ListParameters):
    """The filters and orders of the page /papers/."""

    q = Text(
        max_length=query.LONGEST,
        help_text="Words of title, authors and venue; an identifier or a web address finds its "
        "paper alone.",
    )  # fmt: skip
    standing = serializers.ChoiceField(list(query.STANDINGS.items()), required=False)
    cause = serializers.ChoiceField(list(words.causes().items()), required=False)
    mode = serializers.ChoiceField(list(words.modes().items()), required=False)
    venue = Text(max_length=300, help_text="As it is spelled, or words of it.")
    year = Whole(min_value=1000, max_value=9999, required=False, help_text="In which it appeared.")
    sort = serializers.ChoiceField(
        list(query.SORTS.items()), required=False,
        help_text="Without it the best match first where there are words, else the newest.",
    )  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """Beside these a filter for each item that is shared or not."""
        return super().get_fields() | {
            item.value: serializers.ChoiceField(
                Value.choices, required=False, help_text=f"Whether this is shared: {item.label}."
            )
            for item in Item
        }


class Papers(Open):
    """All papers that are known here, with and without reports."""

    parameters = PapersAsked

    @extend_schema(
        operation_id="papers",
        tags=["Papers"],
        summary="All papers",
        responses=page_of(
            "PaperPage",
            PaperRow,
            count=serializers.IntegerField(
                help_text=f"How many papers there are, at most {search.COUNTED:,}."
            ),
            more=serializers.BooleanField(help_text="Whether there are more than that."),
            nothing=serializers.CharField(help_text="Why the page is empty, and what to do."),
        ),
    )
    def get(self, request: Request) -> HttpResponse:
        """A page of the papers that the filters leave."""
        wanted = query.read({name: str(value) for name, value in self.asked.items()})
        if not search.begins(wanted):
            raise Problem(NOT_OUR_CURSOR, 404)
        found = search.find(wanted, self.asked["limit"])
        return page(
            self, PaperRow, records_of(found.papers), found.next,
            count=found.count, more=found.more, nothing=found.nothing,
        )  # fmt: skip


class One(Open):
    """A paper, however it was named."""

    def told(self, request: Request, paper: Paper) -> HttpResponse:
        """All that is told of the work, under its root's number."""
        work = whole(paper)
        shown = PaperShown(whole_of(work), context={"request": request})
        return self.answer(
            shown.data, Content_Location=reverse("registry:api_paper", args=[work.pk])
        )


class ById(One):
    """One paper by its number here."""

    @extend_schema(
        operation_id="paper",
        tags=["Papers"],
        summary="One paper",
        parameters=[named("paper_id", "The paper's number here.", type="integer")],
        responses=PaperShown,
    )
    def get(self, request: Request, paper_id: int) -> HttpResponse:
        """All that is told of the paper. A number that was merged leads to the whole work."""
        public = Paper.objects.filter(is_public=True).select_related("root")
        paper = public.filter(pk=paper_id).first()
        if paper is None:
            raise Problem(
                f"No paper has the number {paper_id} here: search for it with /api/v1/papers?q=.",
                404,
            )
        return self.told(request, paper)


class ByIdentifier(One):
    """One paper by an identifier of any scheme, as people write it."""

    @extend_schema(
        operation_id="paper_by_identifier",
        tags=["Papers"],
        summary="One paper by an identifier",
        parameters=[
            named("scheme", "Of the identifier.", enum=Scheme.values),
            named("value", "The identifier as people write it; of a DOI the slash may stay."),
        ],
        responses=PaperShown,
    )
    def get(self, request: Request, scheme: str, value: str) -> HttpResponse:
        """All that is told of the paper with this identifier."""
        if scheme not in Scheme.values:
            raise Problem(
                f"There is no scheme “{scheme[:40]}”: use one of {', '.join(Scheme.values)}.", 404
            )
        try:
            found = identifiers.read(scheme, value.rstrip("/"))
        except Malformed as error:
            raise Problem(str(error), 404) from error
        paper = search.by_identifier(found)
        if paper is None:
            raise Problem(
                f"No paper with the {Scheme(found.scheme).label} identifier {found.value} is known "
                "here. Search by its title with /api/v1/papers?q=.",
                404,
            )
        return self.told(request, paper)
