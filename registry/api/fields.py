"""Fields of answers that several resources have."""

import math
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

Shown = serializers.Field[Any, Any, Any, Any]


@extend_schema_field(OpenApiTypes.URI)
class Address(Shown):
    """The web address of what has this number, by the name of its route."""

    def __init__(self, route: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.route = route

    def to_representation(self, value: Any) -> str:
        """The whole address, on the host that was asked."""
        path = reverse(self.route, args=[value])
        return str(self.context["request"].build_absolute_uri(path))


class About(Address):
    """The web address of what a list has about the paper of this number."""

    def to_representation(self, value: Any) -> str:
        """The list, filtered."""
        path = f"{reverse(self.route)}?paper={value}"
        return str(self.context["request"].build_absolute_uri(path))


@extend_schema_field(OpenApiTypes.DATETIME)
class Moment(Shown):
    """A time in UTC, from a time or from its ISO 8601 text; an empty text is none."""

    def to_representation(self, value: datetime | str) -> str | None:
        """ISO 8601, or null."""
        at = parse_datetime(value) if isinstance(value, str) else value
        return serializers.DateTimeField().to_representation(at) if at else None


@extend_schema_field(OpenApiTypes.DOUBLE)
class Number(Shown):
    """A measured value; what JSON cannot hold is null."""

    def to_representation(self, value: float) -> float | None:
        """The value."""
        return value if math.isfinite(value) else None


class Ended(serializers.ChoiceField):
    """One of these words, or null where the column is empty."""

    def to_representation(self, value: str) -> Any:
        """The word."""
        return value or None
