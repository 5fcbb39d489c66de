"""Keyset pages over rows of several tables, the newest first, placed by moment, kind and number.

Of each kind one row more than the page holds is read behind the place; what they are merged to is
cut here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from django.db.models import Q

from registry import query

Place = tuple[datetime, int, int]
"""Moment (UTC), kind, and number within the kind."""


class Placed(Protocol):
    """A row of such a page."""

    @property
    def place(self) -> Place:
        """Where it stands among all."""


Row = TypeVar("Row", bound=Placed)


def place_of(after: str, page: str) -> Place | None:
    """The place that an address names; None if it names none of this `page`."""
    key = query.place(after, page, (str, int, int))
    if key is None:
        return None
    try:
        at = datetime.fromisoformat(str(key[0]))
    except ValueError:
        return None
    return (at, int(key[1]), int(key[2])) if at.tzinfo is not None else None


def behind(place: Place | None, kind: int, column: str = "at") -> Q:
    """The rows of one kind, dated by `column`, that stand behind `place`."""
    if place is None:
        return Q()
    at, last_kind, number = place
    older = Q(**{f"{column}__lt": at})
    if kind < last_kind:
        return older | Q(**{column: at})
    if kind == last_kind:
        return older | Q(**{column: at, "pk__lt": number})
    return older


def cut(rows: Iterable[Row], size: int, page: str) -> tuple[Sequence[Row], str]:
    """The page, and the place of the following one for an address; empty if there is none."""
    found = sorted(rows, key=lambda row: row.place, reverse=True)
    if len(found) <= size:
        return found, ""
    at, kind, number = found[size - 1].place
    return found[:size], query.cursor(page, (at.isoformat(), int(kind), number))
