"""Reading papers: the list, the newest answers, one paper by what names it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import slugify

from registry import query, search
from registry.models import Ending, Identifier, Listing, Notice, Paper, PaperVersion
from registry.prepared import prepared, prepared_for

PAGE = 25  # papers of the list on a page
ANSWERS = 5  # newest answers beside the list
LISTED_ROW = (
    "title", "names", "venue", "year", "standing", "listed_at", "report_count", "match_count",
    "modes", "facts",
)  # fmt: skip
"""What a row of the list shows of a paper."""
ANSWERED_ROW = ("title", "names", "standing", "answered_at")
SLUG_LENGTH = 60  # characters


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A page of the list Not reproducible."""

    papers: Sequence[Paper]
    next: str = ""


def public_papers() -> QuerySet[Paper]:
    """The papers that anybody may see, each work once."""
    return Paper.objects.filter(is_public=True, root=None)


def slug_of(paper: Paper) -> str:
    """The readable part of the paper's address; `paper` for a title without Latin letters."""
    cut = slugify(paper.title)[: SLUG_LENGTH + 1]
    if len(cut) > SLUG_LENGTH:
        cut = cut[:SLUG_LENGTH].rpartition("-")[0] or cut[:SLUG_LENGTH]
    return cut.strip("-_") or "paper"


def address_of(paper: Paper) -> str:
    """The path of the paper's page."""
    return reverse("paper", args=[paper.pk, slug_of(paper)])


def paper_by_id(paper_id: int) -> Paper | None:
    """The public paper of that id, without its abstract; it may be merged into another one."""
    return next(iter(_public([paper_id])), None)


@prepared_for
def _public(ids: Collection[int]) -> QuerySet[Paper]:
    found = Paper.objects.filter(is_public=True, pk__among=ids)
    return found.defer("search", "abstract").order_by()


def listed(after: str = "", size: int = PAGE) -> Listed:
    """A page of the papers on the list, newest first; a made-up `after` gives the first page."""
    if (place := place_of(after, "listed")) is not None:
        when, number = place
        older = _on_the_list().filter(Q(listed_at__lt=when) | Q(listed_at=when, pk__lt=number))
        rows = list(older[: size + 1])
    else:
        rows = _first_listed(size + 1)
    if len(rows) <= size:
        return Listed(papers=rows)
    last = rows[size - 1]
    return Listed(
        papers=rows[:size],
        next=query.cursor("listed", (cast(datetime, last.listed_at).isoformat(), last.pk)),
    )


def _on_the_list() -> QuerySet[Paper]:
    listed_ones = public_papers().filter(listed_at__isnull=False)
    return listed_ones.order_by("-listed_at", "-pk").only(*LISTED_ROW)


@prepared
def _first_listed(size: int) -> QuerySet[Paper]:
    return _on_the_list()[:size]


def place_of(after: str, order: str) -> tuple[datetime, int] | None:
    """The moment and the id that an address names; None if it names none of this `order`."""
    key = query.place(after, order, (str, int))
    if key is None:
        return None
    try:
        when = datetime.fromisoformat(str(key[0]))
    except ValueError:
        return None
    return (when, int(key[1])) if when.tzinfo is not None else None


def annulled_listings() -> QuerySet[Listing]:
    """The listings that should not have been made, the last annulled first, with their papers."""
    annulled = Listing.objects.filter(ending=Ending.ANNULLED, paper__is_public=True)
    return annulled.select_related("paper").order_by("-closed_at", "-pk")


def public_listings() -> QuerySet[Listing]:
    """Every listing, open and closed, with the papers at which they are shown."""
    found = Listing.objects.filter(paper__is_public=True).select_related("paper__root")
    heavy = ("search", "abstract", "sources", "facts")
    return found.defer(*(f"paper__{name}" for name in heavy),
                       *(f"paper__root__{name}" for name in heavy))  # fmt: skip


@prepared
def newest_answers(size: int) -> QuerySet[Paper]:
    """The papers with the newest public answers, newest first."""
    answered = public_papers().filter(answered_at__isnull=False)
    return answered.order_by("-answered_at", "-pk").only(*ANSWERED_ROW)[:size]


@prepared_for
def listings_of(papers: Collection[int]) -> QuerySet[Listing]:
    """Every listing of the papers, the newest first."""
    return Listing.objects.filter(paper__among=papers)


@prepared_for
def identifiers_of(papers: Collection[int]) -> QuerySet[Identifier]:
    """The identifiers of the papers, in the order in which a page shows them."""
    return Identifier.objects.filter(paper__among=papers)


@prepared_for
def versions_of(papers: Collection[int]) -> QuerySet[PaperVersion]:
    """The versions that metadata knows of the papers."""
    return PaperVersion.objects.filter(paper__among=papers)


def notices_about(identifiers: Collection[Identifier]) -> list[Notice]:
    """What publishers said afterwards of the works with these identifiers, the newest first; each
    once, however many forms of the work it was said of."""
    (found,) = notices_about_each([identifiers])
    return found


def notices_about_each(works: Sequence[Collection[Identifier]]) -> list[list[Notice]]:
    """The same of each of these works, which have these identifiers, in their order."""
    named = [{(one.scheme, one.value) for one in identifiers} for identifiers in works]
    values = {value for names in named for _, value in names}
    found = _notices_of(values) if values else []
    found.sort(key=lambda one: (one.dated or date.min, one.pk), reverse=True)
    about: dict[tuple[str, str], list[int]] = {}
    for place, names in enumerate(named):
        for name in names:
            about.setdefault(name, []).append(place)
    said: list[dict[tuple[str, date | None, str], Notice]] = [{} for _ in works]
    for one in found:
        for place in about.get((one.scheme, one.value), ()):
            said[place][one.kind, one.dated, one.source] = one
    return [list(notices.values()) for notices in said]


@prepared_for
def _notices_of(values: Collection[str]) -> QuerySet[Notice]:
    return Notice.objects.filter(value__among=values).order_by()


def find_papers(text: str, limit: int = 10) -> list[Paper]:
    """The public papers that an identifier, an address, a title or words name; best first."""
    text = re.sub(r"[\x00-\x1f]", " ", text).strip()
    return search.find(query.read({"q": text}), limit).papers if text else []


def papers_of(identifiers: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Paper]:
    """The papers, public or not, that have these normalised identifiers."""
    wanted = set(identifiers)
    rows = Identifier.objects.filter(
        scheme__in={scheme for scheme, _ in wanted}, value__in={value for _, value in wanted}
    ).select_related("paper__root")
    found = {(row.scheme, row.value): row.paper for row in rows}
    return {one: paper for one, paper in found.items() if one in wanted}
