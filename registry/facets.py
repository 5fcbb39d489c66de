"""How many papers each choice of a filter would leave, beside the words and the other filters.

Counted among a bounded number of matches: where more match, a choice is shown without its number,
so no number is wrong.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from registry import identifiers, query, search
from registry.models import Standing
from registry.query import REPORTED, Query
from registry.shared import Item, Value, word, words_of

MOST = 5_000
"""Papers among which is counted."""
COUNTED = {
    "standing": "SELECT standing, count(*) FROM found GROUP BY 1",
    "cause": "SELECT one, count(*) FROM found, unnest(causes) AS one GROUP BY 1",
    "mode": "SELECT one, count(*) FROM found, unnest(modes) AS one GROUP BY 1",
    "reports": "SELECT one::text, count(*) FROM found, unnest(%s) AS one"
    " WHERE report_count >= one GROUP BY 1",
    "listed": "SELECT one::text, count(*) FROM found, unnest(%s) AS one"
    " WHERE listed_at <= %s - make_interval(days => one) GROUP BY 1",
    "code": "SELECT one, count(*) FROM found, unnest(shared) AS one WHERE one = ANY(%s) GROUP BY 1",
    "year": "SELECT year::text, count(*) FROM found WHERE year IS NOT NULL GROUP BY 1",
    "venue": "SELECT venue, count(*) FROM found WHERE venue <> '' GROUP BY 1",
}
"""The filters whose choices have numbers, and how they are counted."""
ALL = ""
"""Stands for the filter of the row that says among how many papers was counted."""

Counts = dict[str, dict[str, int]]
"""By filter and value. A filter without numbers is not in it."""


def counts(asked: Query) -> Counts:
    """The numbers for each filter: those of a filter that is set as if it were not."""
    if not asked.q and not asked.filters:
        return {"standing": _by_standing()}
    found = _counted(asked, [name for name in COUNTED if name not in asked.filters])
    for name in asked.filters:
        other = asked.without(name)
        if name in COUNTED and (other.q or other.filters):
            found |= _counted(other, [name])
    return found


def _by_standing() -> dict[str, int]:
    """The numbers of all papers with a public report. An index has them: who has a standing is
    public, and no paper that was merged has one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT standing, count(*) FROM registry_paper WHERE standing <> 'none' GROUP BY 1"
        )
        found = dict(cursor.fetchall())
    return found | {REPORTED: sum(found.values())}


def _counted(asked: Query, names: Collection[str]) -> Counts:
    """The numbers for these filters among what is asked for; none if that is too much."""
    where, values = search.conditions(asked)
    if asked.q:
        where += " AND (search @@ websearch_to_tsquery('registry', %s) OR title_key = %s)"
        values += [query.websearch(asked.q), identifiers.title_key(asked.q)]
    parts = ["SELECT '', '', count(*) FROM found"]
    parameters = [*values, MOST + 1]
    for name in names:
        parts.append(f"SELECT '{name}', each.* FROM ({COUNTED[name]}) AS each(value, number)")  # noqa: S608
        parameters += _parameters(name)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH found AS MATERIALIZED (SELECT standing, causes, modes, shared, venue, year,"  # noqa: S608
            f" report_count, listed_at FROM registry_paper WHERE {where} LIMIT %s)"
            f" {' UNION ALL '.join(parts)}",
            parameters,
        )
        rows = cursor.fetchall()
    total = next(number for name, _, number in rows if name == ALL)
    return _by_filter(rows, names, total) if total <= MOST else {}


def _parameters(name: str) -> list[Any]:
    match name:
        case "reports":
            return [list(query.REPORTS)]
        case "listed":
            return [list(query.LISTED), timezone.now()]
        case "code":
            return [words_of(Item.CODE)]
    return []


def _by_filter(rows: Sequence[tuple[str, str, int]], names: Collection[str], total: int) -> Counts:
    found: Counts = {name: {} for name in names}
    for name, value, number in rows:
        if name != ALL:
            found[name][value] = number
    if "standing" in found:
        found["standing"][REPORTED] = total - found["standing"].get(Standing.NONE, 0)
    if "code" in found:
        known = {value.value: found["code"].get(word(Item.CODE, value), 0) for value in Value}
        found["code"] = known | {Value.UNKNOWN.value: total - sum(known.values())}
    return found
