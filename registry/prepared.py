"""Queries of pages that everybody opens, whose SQL Django writes once.

Writing it takes Django longer than PostgreSQL takes to answer (docs/performance.md).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import cache, wraps
from typing import Any, Generic, TypeVar, cast

from django.db import connections
from django.db.models import ForeignKey, ForeignObjectRel, ManyToOneRel, Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
IDS = [-1]
"""Stands in the written SQL's parameters where the ids are asked for."""


class _Written(Generic[M]):
    """A query whose SQL stands, and what Django's own iteration (`ModelIterable`) finds out about
    its columns each time. Joined rows (`select_related`) are there, prefetched ones are not."""

    def __init__(self, query: QuerySet[M]) -> None:
        self.database = query.db
        self.compiler = compiler = query.query.get_compiler(query.db)
        self.sql, self.parameters = compiler.as_sql()
        if compiler.annotation_col_map:
            raise ValueError("A prepared query has no annotations.")
        columns = cast("list[Any]", compiler.select)
        about = cast("dict[str, Any]", compiler.klass_info)
        self.model: type[M] = about["model"]
        own = about["select_fields"]
        self.own = slice(own[0], own[-1] + 1)
        self.names = [column[0].target.attname for column in columns[self.own]]
        self.joined = get_related_populators(about, columns, query.db)  # type: ignore[call-arg]
        self.converters = compiler.get_converters([column[0] for column in columns])

    def rows(self, parameters: Sequence[Any]) -> list[M]:
        """What the query finds with these parameters in the place of its own."""
        with connections[self.database].cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found = cursor.fetchall()
        if self.converters:
            found = self.compiler.apply_converters(found, self.converters)
        rows = []
        for values in found:
            row = self.model.from_db(self.database, self.names, values[self.own])
            for other in self.joined:
                other.populate(values, row)
            rows.append(row)
        return rows


def prepared(build: Callable[[int], QuerySet[M]]) -> Callable[[int], list[M]]:
    """The rows of the query that `build` makes for a number of rows, on which alone it depends."""

    @cache
    def written(size: int) -> _Written[M]:
        return _Written(build(size))

    @wraps(build)
    def rows(size: int) -> list[M]:
        query = written(size)
        return query.rows(query.parameters)

    return rows


def prepared_for(
    build: Callable[[Collection[Any]], QuerySet[M]],
) -> Callable[[Collection[Any]], list[M]]:
    """The rows of the query that `build` makes for ids, or other values of one column, which it
    asks for by `__among` alone."""

    @cache
    def written() -> _Written[M]:
        return _Written(build(IDS))

    @wraps(build)
    def rows(ids: Collection[Any]) -> list[M]:
        query = written()
        return query.rows([list(ids) if one == IDS else one for one in query.parameters])

    return rows


def attach(
    owners: Sequence[Model],
    name: str,
    rows_of: Callable[[Collection[int]], list[M]] | None = None,
) -> None:
    """`prefetch_related_objects(owners, name)` for rows that point to `owners` by a foreign key:
    all of them, or those that the prepared query `rows_of` finds for the ids of `owners`.

    Django takes no prepared query there, so what it would have kept on each owner is put there.
    """
    if not owners:
        return
    relation, all_rows_of = _pointing_to(type(owners[0]), name)
    found: dict[Any, list[Model]] = defaultdict(list)
    for row in (rows_of or all_rows_of)([owner.pk for owner in owners]):
        found[getattr(row, relation.field.attname)].append(row)
    for owner in owners:
        for row in found[owner.pk]:
            setattr(row, relation.field.name, owner)
        keep(owner, name, found[owner.pk])


def keep(owner: Model, name: str, found: list[Any]) -> None:
    """Put `found` where Django looks for what was prefetched of the relation `name`."""
    relation = type(owner)._meta.get_field(name)
    assert isinstance(relation, ForeignObjectRel)
    accessor = relation.get_accessor_name()
    assert accessor is not None
    rows = getattr(owner, accessor).all()  # what is asked of them further is of this owner
    vars(rows).update(_result_cache=found, _prefetch_done=True)
    vars(owner).setdefault("_prefetched_objects_cache", {})[relation.cache_name] = rows


@cache
def _pointing_to(
    model: type[Model], name: str
) -> tuple[ManyToOneRel, Callable[[Collection[int]], list[Model]]]:
    relation = model._meta.get_field(name)
    assert isinstance(relation, ManyToOneRel)
    assert isinstance(relation.field, ForeignKey)
    manager = relation.related_model._default_manager
    return relation, prepared_for(
        lambda ids: manager.filter(**{f"{relation.field.name}__among": ids})
    )
