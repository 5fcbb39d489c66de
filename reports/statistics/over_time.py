"""Listings, answers and resolutions, by month."""

from collections import Counter
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from registry.languages import is_chinese
from reports.scale import Tick
from reports.states import State
from reports.statistics import curves
from reports.statistics.counted import Counted
from reports.statistics.part import Data, Part, Shown
from reports.statistics.table import As, Column

KINDS = ("listings", "answers", "resolutions")
MONTHS = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]  # fmt: skip
STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
"""Months between two names of months."""
NAMES = 4
"""So many of them have room on a small screen."""


def count(counted: Counted) -> Data:
    """How many of each kind there were in each month (UTC), from the first to this one."""
    resolved = counted.reports().filter(state=State.RESOLVED)
    found = [
        _by_month(counted.listings(), "opened_at"),
        _by_month(counted.answers(), "given_at"),
        _by_month(resolved, "state_at"),
    ]
    this = _number(counted.now.astimezone(UTC))
    first = min([this, *(month for kind in found for month in kind)])
    months = [[kind[month] for kind in found] for month in range(first, this + 1)]
    return {"n": sum(map(sum, months)), "first": first, "months": months}


def _by_month(rows: "QuerySet[Any]", field: str) -> Counter[int]:
    month = TruncMonth(field, tzinfo=UTC)
    by_month = rows.values(month=month).annotate(n=Count("pk", distinct=True))
    return Counter({_number(at): n for at, n in by_month.values_list("month", "n")})


def _number(at: datetime) -> int:
    """Months since the year 0."""
    return at.year * 12 + at.month - 1


def show(data: Data) -> Shown:
    """The three numbers as they grew."""
    first, months = data["first"], data["months"]
    totals = [list(accumulate(month[i] for month in months)) for i in range(len(KINDS))]
    ends = [total[-1] for total in totals]
    rows = [
        [_name(first + i), *month, *(total[i] for total in totals)]
        for i, month in enumerate(months)
    ]
    plane = curves.plane((0, len(months)), max(*ends, 4))
    drawing = curves.Curves(
        ticks=_ticks(plane, first, len(months)),
        levels=plane.levels(),
        ground=plane.y(0),
        lines=[
            curves.Line(
                kind=kind,
                path=plane.path(list(enumerate([0, *total]))),
                words=f"{total[-1]:,} {gettext(kind)}",
            )
            for kind, total in zip(KINDS, totals, strict=True)
        ],
    )
    listings, answers, resolutions = (f"{end:,}" for end in ends)
    words = gettext(
        "From {first} to {last}: {listings} listings, {answers} answers, {resolutions} reports "
        "resolved."
    ).format(
        first=_name(first), last=_name(first + len(months) - 1),
        listings=listings, answers=answers, resolutions=resolutions,
    )  # fmt: skip
    return Shown(words=words, drawing=drawing, rows=rows)


def _name(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"


def _short(month: int, step: int) -> str:
    """The name of a month on the axis; of its year alone where there are many."""
    if step >= 12:
        return str(month // 12)
    year, number = divmod(month, 12)
    if is_chinese():
        return f"{year}年{number + 1}月"
    return f"{MONTHS[number]} {year}"


def _ticks(plane: curves.Plane, first: int, months: int) -> list[Tick]:
    """The names of some months, where they begin; of years where there are many."""
    step = next((step for step in STEPS if step * NAMES >= months), STEPS[-1])
    named = [month for month in range(first, first + months) if month % step == 0]
    return [
        Tick(
            at=plane.across.at(month - first),
            words=_short(month, step),
        )
        for month in named
    ]


PART = Part(
    name="over-time",
    title="Listings, answers and resolutions over time",
    things="listings, answers and resolutions",
    shows="How many times a report put a paper on the list, how many answers authors gave, and how "
    "many reports are resolved, added up month by month (UTC).",
    shows_not="It does not show how many papers are on the list, or wrong: a listing ends when the "
    "authors answer and still counts here, a paper may be listed by several reports, and silence "
    "is not evidence. Reports that were withdrawn or removed, and listings that were annulled, "
    "have left the numbers, also those of past months.",
    key="Each line is a number as it grew.",
    template="curves",
    columns=[
        Column(name="month", label="Month", kind=As.TEXT),
        *(Column(name=kind, label=kind.capitalize()) for kind in KINDS),
        *(Column(name=f"{kind}_so_far", label=f"{kind.capitalize()} so far") for kind in KINDS),
    ],
    count=count,
    show=show,
)
