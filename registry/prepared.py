"""Queries of pages that everybody opens, whose SQL Django writes once.

Writing it takes Django longer than PostgreSQL takes to answer (docs/performance.md).
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def prepared(build: Callable[[int], QuerySet[M]]) -> Callable[[int], list[M]]:
    """The rows of the query that `build` makes for a number of rows, on which alone it depends."""

    @cache
    def written(size: int) -> tuple[type[M], str, tuple[bool | int | str, ...]]:
        query = build(size)
        return query.model, *query.query.sql_with_params()

    @wraps(build)
    def rows(size: int) -> list[M]:
        model, sql, parameters = written(size)
        return list(model._default_manager.raw(sql, parameters))

    return rows
