"""Queries of pages that everybody opens, whose SQL Django writes once.

Writing it takes Django longer than PostgreSQL takes to answer (docs/performance.md).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import cache, wraps
from typing import Any, TypeVar

from django.db.models import ManyToOneRel, Model, QuerySet

M = TypeVar("M", bound=Model)
IDS = [-1]
"""Stands in the written SQL's parameters where the ids are asked for."""


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


def prepared_for(
    build: Callable[[Collection[Any]], QuerySet[M]],
) -> Callable[[Collection[Any]], list[M]]:
    """The rows of the query that `build` makes for ids, or other values of one column, which it
    asks for by `__among` alone."""

    @cache
    def written() -> tuple[type[M], str, tuple[Any, ...]]:
        query = build(IDS)
        return query.model, *query.query.sql_with_params()

    @wraps(build)
    def rows(ids: Collection[Any]) -> list[M]:
        model, sql, parameters = written()
        filled = [list(ids) if one == IDS else one for one in parameters]
        return list(model._default_manager.raw(sql, filled))

    return rows


def attach(owners: Sequence[Model], name: str) -> None:
    """`prefetch_related_objects(owners, name)` for rows that point to `owners` by a foreign key.

    Django takes no raw query there, so what it would have kept on each owner is put there.
    """
    if not owners:
        return
    relation, rows_of = _pointing_to(type(owners[0]), name)
    accessor = relation.get_accessor_name()
    assert accessor is not None
    found: dict[Any, list[Model]] = defaultdict(list)
    for row in rows_of([owner.pk for owner in owners]):
        found[getattr(row, relation.field.attname)].append(row)
    for owner in owners:
        for row in found[owner.pk]:
            setattr(row, relation.field.name, owner)
        rows = getattr(owner, accessor).all()  # what is asked of them further is of this owner
        vars(rows).update(_result_cache=found[owner.pk], _prefetch_done=True)
        vars(owner).setdefault("_prefetched_objects_cache", {})[relation.cache_name] = rows


@cache
def _pointing_to(
    model: type[Model], name: str
) -> tuple[ManyToOneRel, Callable[[Collection[int]], list[Model]]]:
    relation = model._meta.get_field(name)
    assert isinstance(relation, ManyToOneRel)
    manager = relation.related_model._default_manager
    return relation, prepared_for(
        lambda ids: manager.filter(**{f"{relation.field.name}__among": ids})
    )
