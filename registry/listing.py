"""Being on or leaving the list: the only writer of listings and of the public projection."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db.models import F

from registry.models import Ending, Ground, Listing, ListVersion, Paper, Standing


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a row of the list shows beside the standing; dates as ISO 8601 strings in UTC."""

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


def open_listing(
    *, paper: Paper, report_id: int, ground: Ground, version: str, now: datetime
) -> Listing:
    """Put the locked `paper` on the list for the report; its own constraint refuses a second."""
    return Listing.objects.create(
        paper=paper, report_id=report_id, ground=ground, version=version, opened_at=now
    )


def close_listing(*, report_id: int, ending: Ending, note: str, now: datetime) -> bool:
    """End the open listing of the report, if there is one; true if there was."""
    return bool(
        Listing.objects.filter(report_id=report_id, closed_at=None).update(
            closed_at=now, ending=ending, note=note
        )
    )


def project(*, paper: Paper, projection: Projection, now: datetime) -> None:
    """Store the public record of the locked `paper` and raise the list version.

    Call it after listings were opened or closed, in the same transaction.
    """
    listed_at = (
        Listing.objects.filter(paper=paper, closed_at=None)
        .order_by("opened_at")
        .values_list("opened_at", flat=True)
        .first()
    )
    if paper.standing != projection.standing:
        paper.standing_at = now
    paper.standing = projection.standing
    paper.listed_at = listed_at
    paper.answered_at = projection.answered_at
    paper.report_count = projection.report_count
    paper.match_count = projection.match_count
    paper.modes = list(projection.modes)
    paper.causes = list(projection.causes)
    paper.facts = asdict(projection.facts) if projection.report_count else None
    paper.is_public = paper.is_public or projection.report_count > 0
    paper.save(
        update_fields=[
            "standing", "standing_at", "listed_at", "answered_at", "report_count",
            "match_count", "modes", "causes", "facts", "is_public",
        ]
    )  # fmt: skip
    ListVersion.objects.filter(id=1).update(number=F("number") + 1)


def version() -> int:
    """The list version, read from the primary."""
    return ListVersion.objects.values_list("number", flat=True).get(id=1)
