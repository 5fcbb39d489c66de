"""What is told of claims: claimed against obtained."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.fields import Number, Shown
from reports import findings
from reports.results import Comparison


class IntervalShown(serializers.Serializer[Any]):
    """The 95 % interval of the obtained mean (Student's t)."""

    low = Number()
    high = Number()


class ObtainedShown(serializers.Serializer[Any]):
    """What was measured: the mean, and the sample standard deviation of n runs."""

    mean = Number()
    deviation = Number(allow_null=True)
    n = serializers.IntegerField()
    interval = IntervalShown(allow_null=True)


@extend_schema_field(OpenApiTypes.STR)
class Finding(Shown):
    """Where the obtained mean lies, in words."""

    def to_representation(self, value: Comparison) -> str:
        """The words of the page."""
        return findings.finding(value)


@extend_schema_field(OpenApiTypes.STR)
class IntervalFinding(Shown):
    """Where the interval of the mean lies, in words."""

    def to_representation(self, value: Comparison) -> str:
        """The words of the page; empty for one run or without a tolerance."""
        return findings.interval_finding(value)


class ClaimRow(serializers.Serializer[Any]):
    """One stated result of the paper, and what was obtained."""

    position = serializers.IntegerField()
    place = serializers.CharField(help_text="Table, figure, section or page.")
    quote = serializers.CharField(help_text="The paper's own words.")
    metric = serializers.CharField()
    higher_is_better = serializers.BooleanField()
    dataset = serializers.CharField()
    claimed = Number(allow_null=True)
    claimed_spread = Number(allow_null=True)
    obtained = ObtainedShown(allow_null=True)
    difference = Number(
        source="comparison.difference", allow_null=True, help_text="Obtained minus claimed."
    )
    relative = Number(
        source="comparison.relative", allow_null=True, help_text="As a share of the claim."
    )
    tolerance = Number(allow_null=True)
    finding = Finding(source="comparison", allow_null=True)
    interval_finding = IntervalFinding(source="comparison", allow_null=True)


class ClaimShown(ClaimRow):
    """A claim with the values run by run, and the reason of its tolerance."""

    runs = serializers.ListField(child=Number())
    tolerance_reason = serializers.CharField()
