"""Public reports: a list, and one with everything beside it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from registry import query
from registry.api.described import named
from registry.api.pages import page, page_of
from registry.api.parameters import NOT_OUR_CURSOR, ListParameters, Whole
from registry.api.records import entries_of
from registry.api.view import Open
from registry.problems import Problem
from reports.api import told
from reports.api.shown import ReportLine, ReportRow, ReportWhole
from reports.api.words import LINE_STATES, OPEN_STATES, OUTCOMES
from reports.models import Cause, Report
from reports.models.report import choices
from reports.moments import behind, place_of
from reports.states import Mode
from reports.visibility import public_reports

NAME = "reports"  # of the list, in its cursors
BY_STATE: dict[str, serializers.Serializer[Any] | type[serializers.Serializer[Any]]] = {
    **{state: ReportWhole for state, _ in OPEN_STATES},
    **{state: ReportLine for state, _ in LINE_STATES},
}


class ReportsAsked(ListParameters):
    """The filters of reports."""

    paper = Whole(min_value=1, max_value=2**53, required=False, help_text="A paper's number.")
    state = serializers.ChoiceField(OPEN_STATES, required=False)
    outcome = serializers.ChoiceField(OUTCOMES, required=False)
    mode = serializers.ChoiceField(choices(Mode), required=False)
    cause = serializers.ChoiceField(Cause.choices, required=False)


class Reports(Open):
    """Every public report, the last that became public first."""

    parameters = ReportsAsked

    @extend_schema(
        operation_id="reports",
        tags=["Reports"],
        summary="Every public report",
        responses=page_of("ReportPage", ReportRow),
    )
    def get(self, request: Request) -> HttpResponse:
        """A page of the public reports that the filters leave."""
        asked = self.asked
        rows = told.rows(_page(_filtered(asked), asked))
        limit = asked["limit"]
        following = ""
        if len(rows) > limit:
            last = rows[limit - 1].report
            assert last.public_at is not None
            following = query.cursor(NAME, (last.public_at.isoformat(), 0, last.pk))
        return page(self, ReportRow, rows[:limit], following)


class One(Open):
    """One report by its number."""

    @extend_schema(
        operation_id="report",
        tags=["Reports"],
        summary="One report",
        parameters=[named("report_id", "The report's number.", type="integer")],
        responses=PolymorphicProxySerializer(
            component_name="Report",
            serializers=BY_STATE,
            resource_type_field_name="state",
        ),
    )
    def get(self, request: Request, report_id: int) -> HttpResponse:
        """All of a public report; of one that was public, and was withdrawn or removed since, its
        dated line with the reason."""
        found = told.one(report_id, timezone.now())
        if found is None:
            raise Problem(
                f"No public report has the number {report_id}: /api/v1/reports lists them.", 404
            )
        shown = ReportWhole if isinstance(found, told.Whole) else ReportLine
        return self.answer(shown(found, context={"request": request}).data)


def _filtered(asked: dict[str, Any]) -> QuerySet[Report]:
    found = public_reports()
    if "paper" in asked:
        found = found.filter(paper__among=entries_of(asked["paper"]))
    for name in ("state", "outcome", "mode"):
        if name in asked:
            found = found.filter(**{name: asked[name]})
    if "cause" in asked:
        found = found.filter(causes__contains=[asked["cause"]])
    return found


def _page(found: QuerySet[Report], asked: dict[str, Any]) -> QuerySet[Report]:
    """One row more than the page holds, behind the place that is asked for."""
    after = asked.get("after", "")
    place = place_of(after, NAME)
    if after and place is None:
        raise Problem(NOT_OUR_CURSOR, 404)
    found = found.filter(public_at__isnull=False)  # which an index knows
    if place is not None:
        # Said twice: the index finds the moment, and not what stands behind it within one.
        found = found.filter(behind(place, 0, "public_at"), public_at__lte=place[0])
    return found.order_by("-public_at", "-pk")[: asked["limit"] + 1]
