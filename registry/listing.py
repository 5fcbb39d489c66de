"""Being on or leaving the list: the only writer of listings and of the public projection."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db.models import F

from registry import rows, shared
from registry.models import Ending, Ground, Listing, ListVersion, Paper, Standing


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
    shared: Sequence[str] = ()
    """What people say is shared, in words of registry/shared.py."""
    merged: Sequence[int] = ()
    """Papers merged into this one: their open listings are this one's."""
    root: "tuple[Stored, Projection] | None" = None
    """The locked paper that this one is merged into, and its record; this one then says nothing."""


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


class Stored(NamedTuple):
    """What is stored of a locked paper and decides what is stored next."""

    id: int
    standing: str
    standing_at: datetime | None
    is_public: bool
    shared_links: dict[str, Any] | None

    @classmethod
    def of(cls, paper: Paper) -> Self:
        """What the object says that somebody has in hand."""
        return cls(*(getattr(paper, name) for name in cls._fields))


def project_all(
    records: Iterable[tuple[Stored, Projection]], *, now: datetime
) -> list[dict[str, Any]]:
    """Store the public records of the locked papers, and of those they are merged into, and raise
    the list version; what was stored of the papers of `records`, in their order.

    Call it after listings were opened or closed, in the same transaction.
    """
    records = list(records)
    if not records:
        return []
    known = {stored.id for stored, _ in records}
    roots = {projection.root[0].id: projection.root for _, projection in records if projection.root}
    records += [record for pk, record in roots.items() if pk not in known]
    shown_at = {stored.id: stored.id for stored, _ in records}
    shown_at |= {pk: stored.id for stored, projection in records for pk in projection.merged}
    opened: dict[int, list[_Open]] = {stored.id: [] for stored, _ in records}
    listings = Listing.objects.filter(paper__among=shown_at.keys(), closed_at=None)
    for paper_id, *shown in listings.order_by("opened_at", "pk").values_list(
        "paper_id", *_Open._fields
    ):
        opened[shown_at[paper_id]].append(_Open(*shown))
    new = [
        _projected(stored, projection, [] if projection.root else opened[stored.id], now=now)
        for stored, projection in records
    ]
    rows.update_all(Paper, new)
    ListVersion.objects.filter(id=1).update(number=F("number") + 1)
    return new[: len(known)]


def _projected(
    stored: Stored, projection: Projection, opened: Sequence["_Open"], *, now: datetime
) -> dict[str, Any]:
    """The public projection of a paper, as a row."""
    facts = None
    if projection.report_count:
        facts = vars(projection.facts) | {"listings": list(map(_row, opened))}
    return {
        "id": stored.id,
        "standing": projection.standing,
        "standing_at": stored.standing_at if stored.standing == projection.standing else now,
        "listed_at": min((listing.opened_at for listing in opened), default=None),
        "answered_at": projection.answered_at,
        "report_count": projection.report_count,
        "match_count": projection.match_count,
        "modes": list(projection.modes),
        "causes": list(projection.causes),
        "facts": facts,
        "shared": shared.with_metadata(projection.shared, stored.shared_links),
        "is_public": stored.is_public or projection.report_count > 0,
    }


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
