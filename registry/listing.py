"""Being on or leaving the list: the only writer of listings and of the public projection."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db.models import F

from registry import rows
from registry.models import Ending, Ground, Listing, ListVersion, Paper, Standing

PROJECTED = (
    "standing", "standing_at", "listed_at", "answered_at", "report_count", "match_count", "modes",
    "causes", "facts", "is_public",
)  # fmt: skip
"""The fields of `Paper` that only this module writes."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a row of the list shows beside the standing; dates as ISO 8601 strings in UTC.

    `project_all` adds `listings`: version, `opened_at` and ground in words of each open listing.
    """

    hours: int = 0
    environments: tuple[str, ...] = ()
    authors_asked: int = 0
    authors_reached: int = 0
    asked_at: str = ""
    deadline: str = ""
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Projection:
    """The public record of one paper, derived from its public reports."""

    standing: Standing
    report_count: int = 0
    match_count: int = 0
    modes: Sequence[str] = ()
    causes: Sequence[str] = ()
    answered_at: datetime | None = None
    facts: Facts = field(default_factory=Facts)


class NewListing(NamedTuple):
    """What a listing begins with."""

    paper_id: int
    report_id: int
    ground: Ground
    version: str


def open_listings(listings: Iterable[NewListing], *, now: datetime) -> None:
    """Put the locked papers of `listings` on the list; a constraint refuses a report's second."""
    new = [listing._asdict() for listing in listings]
    rows.insert_all(Listing, new, opened_at=now, ending="", note="")


def close_listing(*, report_id: int, ending: Ending, note: str, now: datetime) -> bool:
    """End the open listing of the report, if there is one; true if there was."""
    return bool(
        Listing.objects.filter(report_id=report_id, closed_at=None).update(
            closed_at=now, ending=ending, note=note
        )
    )


def project_all(records: Iterable[tuple[Paper, Projection]], *, now: datetime) -> None:
    """Store the public records of the locked papers and raise the list version.

    Call it after listings were opened or closed, in the same transaction.
    """
    records = list(records)
    if not records:
        return
    papers = [paper for paper, _ in records]
    opened: dict[int, list[_Open]] = {paper.pk: [] for paper in papers}
    listings = Listing.objects.filter(paper__among=opened.keys(), closed_at=None)
    for paper_id, *shown in listings.order_by("opened_at", "pk").values_list(
        "paper_id", *_Open._fields
    ):
        opened[paper_id].append(_Open(*shown))
    for paper, projection in records:
        if paper.standing != projection.standing:
            paper.standing_at = now
        paper.standing = projection.standing
        paper.listed_at = min((x.opened_at for x in opened[paper.pk]), default=None)
        paper.answered_at = projection.answered_at
        paper.report_count = projection.report_count
        paper.match_count = projection.match_count
        paper.modes = list(projection.modes)
        paper.causes = list(projection.causes)
        paper.facts = None
        if projection.report_count:
            paper.facts = vars(projection.facts) | {"listings": list(map(_row, opened[paper.pk]))}
        paper.is_public = paper.is_public or projection.report_count > 0
    names = ("id", *PROJECTED)
    rows.update_all(Paper, [{name: getattr(paper, name) for name in names} for paper in papers])
    ListVersion.objects.filter(id=1).update(number=F("number") + 1)


class _Open(NamedTuple):
    """What a row of the list says of an open listing."""

    version: str
    opened_at: datetime
    ground: str


def _row(listing: _Open) -> dict[str, str]:
    return {
        "version": listing.version,
        "opened_at": listing.opened_at.isoformat(),
        "ground": Ground(listing.ground).label,
    }


def version() -> int:
    """The list version, read from the primary."""
    return ListVersion.objects.values_list("number", flat=True).get(id=1)
