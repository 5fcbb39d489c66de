"""The description of the API (OpenAPI 3.1), made from its views."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from registry.api.view import Open


@cache
def schema() -> dict[str, Any]:
    """The whole description; the same for everybody."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    return dict(generator.get_schema(request=None, public=True))  # type: ignore[no-untyped-call]


@extend_schema(exclude=True)
class Schema(Open):
    """The description as JSON."""

    def get(self, request: Request) -> HttpResponse:
        """All of it."""
        return self.answer(schema())
