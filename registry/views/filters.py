"""The filters of the papers' page: what can be chosen, and how many papers each choice leaves."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from registry import facets, query, words
from registry.facets import Counts
from registry.query import Query
from registry.shared import Item, Value

SHOWN = 8
"""Venues and years that are offered."""


@dataclass(frozen=True)
class Option:
    """A choice; `papers` is None where nobody counted."""

    value: str
    label: str
    papers: int | None
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """A filter that is a list of choices."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Way:
    """A venue or a year that leaves fewer papers, and the question that asks for it."""

    value: str
    papers: int
    address: str


@dataclass(frozen=True)
class Filters:
    """All of them: `first` are shown at once, `others` say what else is shared."""

    first: tuple[Filter, ...]
    others: tuple[Filter, ...]
    others_used: bool
    venues: tuple[Way, ...]
    years: tuple[Way, ...]


def filters_of(asked: Query) -> Filters:
    """The filters for a question."""
    counts = facets.counts(asked)
    values = {value.value: value.label for value in Value}

    def one(name: str, label: str, choices: Mapping[str, str]) -> Filter:
        return _filter(name, label, choices, counts, asked)

    return Filters(
        first=(
            one("standing", "standing", query.STANDINGS),
            one("cause", "cause", words.causes()),
            one("mode", "how it was tried", words.modes()),
            one(Item.CODE.value, "code shared", values),
            one("reports", "reports", {str(n): _or_more(n) for n in query.REPORTS}),
            one("listed", "on the list for", {
                str(days): _or_more(gettext(span)) for days, span in query.LISTED.items()
            }),
        ),
        others=tuple(one(item.value, item.label, values) for item in Item if item != Item.CODE),
        others_used=any(getattr(asked, item) for item in Item if item != Item.CODE),
        venues=_ways("venue", counts, asked),
        years=_ways("year", counts, asked),
    )  # fmt: skip


def _or_more(least: int | str) -> str:
    return gettext("{least} or more").format(least=least)


def _filter(
    name: str, label: str, choices: Mapping[str, str], counts: Counts, asked: Query
) -> Filter:
    """A filter with its choices; one that is set stays among them, whether anything has it."""
    chosen = str(getattr(asked, name) or "")
    if chosen and chosen not in choices:
        choices = {**choices, chosen: chosen.replace("_", " ")}
    of = counts.get(name)
    return Filter(
        name, label,
        tuple(
            Option(value, read, of.get(value, 0) if of is not None else None, value == chosen)
            for value, read in choices.items()
        ),
    )  # fmt: skip


def _ways(name: str, counts: Counts, asked: Query) -> tuple[Way, ...]:
    """The commonest values that leave fewer papers than there are; none where one is chosen."""
    of = counts.get(name, {})
    if getattr(asked, name) or len(of) < 2:
        return ()
    commonest = sorted(of.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]
    return tuple(
        Way(value, papers, asked.having(name, int(value) if name == "year" else value).encoded())
        for value, papers in commonest
    )
