"""What is counted of the public record, as tables."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from registry.api.parameters import Parameters
from registry.api.view import Open
from reports.statistics import computing
from reports.statistics.table import As

NAMES = [part.name for part in computing.PARTS]


CELL = {"type": ["string", "number", "null"]}


class StatisticsAsked(Parameters):
    """Which parts."""

    part = serializers.ChoiceField(NAMES, required=False, help_text="One part; without it, all.")


class ColumnShown(serializers.Serializer[Any]):
    """What a column of a part's rows means. The name of a column never changes."""

    name = serializers.CharField()
    label = serializers.CharField(help_text="As the page names it.")  # type: ignore[assignment]
    kind = serializers.ChoiceField(
        [kind.value for kind in As],
        source="kind.value",
        help_text="A share is of 1; signed is a share with its sign.",
    )


class PartShown(serializers.Serializer[Any]):
    """A part of the statistics."""

    name = serializers.CharField(source="part.name")
    title = serializers.CharField(source="part.title")
    computed_at = serializers.DateTimeField(
        source="at", allow_null=True, help_text="Null before it was computed for the first time."
    )
    shows = serializers.CharField(source="part.shows", help_text="What it says.")
    shows_not = serializers.CharField(source="part.shows_not", help_text="What it does not say.")
    columns = ColumnShown(many=True, source="part.columns")
    rows = serializers.SerializerMethodField(
        help_text="One list a row, in the order of the columns; none where too few things are known"
        " to say anything."
    )

    @extend_schema_field(
        {
            "type": "array",
            "items": {"type": "array", "items": {"type": ["string", "number", "null"]}},
        }
    )
    def get_rows(self, section: computing.Section) -> list[list[str | int | float | None]]:
        """The cells, as the CSV file has them."""
        return [list(row) for row in section.table.rows]


class StatisticsShown(serializers.Serializer[Any]):
    """The parts, as they were last computed."""

    statistics = PartShown(many=True)


class Statistics(Open):
    """What is counted of the public record."""

    parameters = StatisticsAsked

    @extend_schema(
        operation_id="statistics",
        tags=["Statistics"],
        summary="What is counted of the public record",
        responses=StatisticsShown,
    )
    def get(self, request: Request) -> HttpResponse:
        """The tables of /statistics/. Who was silent did not say that a report is right."""
        names = [self.asked["part"]] if "part" in self.asked else []
        told = {"statistics": computing.sections(*names)}
        return self.answer(StatisticsShown(told).data)
