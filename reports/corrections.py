"""What was taken back in public: removed and withdrawn reports, annulled listings (section 9).

Of a removed report nothing but its date and the moderator's reason is left; a report that never
was public has no row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.db.models import Prefetch, Q

from registry import query, selectors
from registry.models import Listing, Paper
from reports.models import Report, ReportEvent
from reports.states import State
from reports.visibility import LINES, public_lines

PAGE = 25  # corrections on a page


class Kind(IntEnum):
    """What was taken back; the order of rows of the same moment."""

    REPORT = 1
    LISTING = 2


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A row: what was taken back, when, by whom and why. `since` is when it became public."""

    at: datetime
    kind: Kind
    number: int
    word: str  # withdrawn, removed or annulled
    paper: Paper
    report_id: int
    since: datetime
    reason: str
    withdrawn_at: datetime | None = None  # of a removed report that had been withdrawn before
    listing: Listing | None = None

    @property
    def place(self) -> tuple[datetime, int, int]:
        """Where it stands among all corrections."""
        return self.at, self.kind, self.number


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """A page, newest first; `next` is the place of the following one, if there is one."""

    rows: Sequence[Correction]
    next: str = ""


def corrections(after: str = "", size: int = PAGE) -> Corrections:
    """A page of all corrections; a made-up `after` gives the first page."""
    place = _place(after)
    found = sorted(
        [*_reports(place, size + 1), *_listings(place, size + 1)],
        key=lambda row: row.place,
        reverse=True,
    )
    rows = found[:size]
    if len(found) <= size:
        return Corrections(rows=rows)
    at, kind, number = rows[-1].place
    key = query.cursor("corrections", (at.isoformat(), int(kind), number))
    return Corrections(rows=rows, next=key)


def _place(after: str) -> tuple[datetime, int, int] | None:
    key = query.place(after, "corrections", (str, int, int))
    if key is None:
        return None
    try:
        at = datetime.fromisoformat(str(key[0]))
    except ValueError:
        return None
    return (at, int(key[1]), int(key[2])) if at.tzinfo is not None else None


def before(kind: Kind, column: str, place: tuple[datetime, int, int] | None) -> Q:
    """The rows of one kind that stand after `place` in the order of the page."""
    if place is None:
        return Q()
    at, last_kind, number = place
    older = Q(**{f"{column}__lt": at})
    if kind < last_kind:
        return older | Q(**{column: at})
    if kind == last_kind:
        return older | Q(**{column: at, "pk__lt": number})
    return older


def _reports(place: tuple[datetime, int, int] | None, limit: int) -> list[Correction]:
    told = ReportEvent.objects.filter(target__in=LINES).order_by("pk")
    found = (
        public_lines()
        .filter(before(Kind.REPORT, "state_at", place))
        .select_related("paper")
        .prefetch_related(Prefetch("events", told, to_attr="told"))
        .order_by("-state_at", "-pk")[:limit]
    )
    return [_of_report(report, getattr(report, "told")) for report in found]  # noqa: B009


def _of_report(report: Report, told: list[ReportEvent]) -> Correction:
    at = {event.target: event.at for event in told}
    notes = {event.target: event.note for event in told}
    assert report.paper is not None
    assert report.public_at is not None
    return Correction(
        at=report.state_at,
        kind=Kind.REPORT,
        number=report.pk,
        word=report.state,
        paper=report.paper,
        report_id=report.pk,
        since=report.public_at,
        reason=notes.get(report.state, ""),
        withdrawn_at=at.get(State.WITHDRAWN) if report.state == State.REMOVED else None,
    )


def _listings(place: tuple[datetime, int, int] | None, limit: int) -> list[Correction]:
    found = selectors.annulled_listings().filter(before(Kind.LISTING, "closed_at", place))
    return [_of_listing(listing) for listing in found[:limit]]


def _of_listing(listing: Listing) -> Correction:
    assert listing.closed_at is not None
    return Correction(
        at=listing.closed_at,
        kind=Kind.LISTING,
        number=listing.pk,
        word="annulled",
        paper=listing.paper,
        report_id=listing.report_id,
        since=listing.opened_at,
        reason=listing.note,
        listing=listing,
    )
