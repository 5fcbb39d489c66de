"""Pages of a list, one after another by a cursor: `next` in the body, and as a Link (RFC 8288)."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from registry import query
from registry.api.parameters import NOT_OUR_CURSOR
from registry.api.view import Open
from registry.problems import Problem

M = TypeVar("M", bound=Model)


def page(
    view: Open, row: type[serializers.Serializer[Any]], rows: Sequence[Any], following: str,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """The page with these rows; `following` is the cursor of the next one, empty at the end."""
    results = row(rows, many=True, context={"request": view.request}).data
    link = _next(view.request, following) if following else None
    header = f'<{link}>; rel="next"' if link else ""
    return view.answer({"next": link, **more, "results": results}, Link=header)


def newest(rows: QuerySet[M], asked: Mapping[str, Any], name: str) -> tuple[list[M], str]:
    """Of append-only `rows` those that `asked` names by its `after` and `limit`, the newest first,
    and the cursor of the next page. Raises Problem (404) for a cursor of another list."""
    after, limit = asked.get("after", ""), asked["limit"]
    if after:
        place = query.place(after, name, (int,))
        if place is None:
            raise Problem(NOT_OUR_CURSOR, 404)
        rows = rows.filter(pk__lt=place[0])
    found = list(rows.order_by("-pk")[: limit + 1])
    following = query.cursor(name, (found[limit - 1].pk,)) if len(found) > limit else ""
    return found[:limit], following


def page_of(
    name: str, row: type[serializers.Serializer[Any]], **more: serializers.Field[Any, Any, Any, Any]
) -> serializers.Serializer[Any]:
    """The page as the schema has it."""
    following = serializers.URLField(
        allow_null=True, help_text="The next page; null at the end of the list."
    )
    return inline_serializer(name, {"next": following, **more, "results": row(many=True)})


def _next(request: Request, after: str) -> str:
    asked = request.query_params.copy()
    asked["after"] = after
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")
