"""What was taken back in public: removed and withdrawn reports, redacted passages, annulled
listings; and what became of appeals (section 9).

Of a removed report nothing but its date and the moderator's reason is left; a report that never
was public has no row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.db.models import Prefetch, Q

from registry import selectors
from registry.models import Listing, Paper
from reports.models import Appeal, Redaction, Report, ReportEvent
from reports.moments import Place, behind, cut, place_of
from reports.states import PUBLIC, State
from reports.visibility import LINES, public_lines

PAGE = 25  # corrections on a page


class Kind(IntEnum):
    """What was taken back; the order of rows of the same moment."""

    REPORT = 1
    LISTING = 2
    REDACTION = 3
    APPEAL = 4


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A row: what was taken back, when, by whom and why. `since` is when it became public."""

    at: datetime
    kind: Kind
    number: int
    word: str  # withdrawn, removed, annulled, redacted, upheld or refused
    paper: Paper
    report_id: int
    since: datetime
    reason: str
    withdrawn_at: datetime | None = None  # of a removed report that had been withdrawn before
    listing: Listing | None = None
    redaction: Redaction | None = None
    appeal: Appeal | None = None

    @property
    def place(self) -> Place:
        """Where it stands among all corrections."""
        return self.at, self.kind, self.number


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """A page, newest first; `next` is the place of the following one, if there is one."""

    rows: Sequence[Correction]
    next: str = ""


def corrections(after: str = "", size: int = PAGE) -> Corrections:
    """A page of all corrections; a made-up `after` gives the first page."""
    place = place_of(after, "corrections")
    taken_back = [
        *_reports(place, size + 1),
        *_listings(place, size + 1),
        *_redactions(place, size + 1),
        *_appeals(place, size + 1),
    ]
    rows, following = cut(taken_back, size, "corrections")
    return Corrections(rows=rows, next=following)


def _reports(place: Place | None, limit: int) -> list[Correction]:
    told = ReportEvent.objects.filter(target__in=LINES).order_by("pk")
    found = (
        public_lines()
        .filter(behind(place, Kind.REPORT, "state_at"))
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


def _listings(place: Place | None, limit: int) -> list[Correction]:
    found = selectors.annulled_listings().filter(behind(place, Kind.LISTING, "closed_at"))
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


def _of_public_reports() -> Q:
    """What is about a report of which everybody sees at least a dated line."""
    shown = Q(report__state__in=PUBLIC) | Q(
        report__state__in=LINES, report__public_at__isnull=False
    )
    return shown & Q(report__paper__is_public=True)


def _redactions(place: Place | None, limit: int) -> list[Correction]:
    found = (
        Redaction.objects.filter(_of_public_reports())
        .filter(behind(place, Kind.REDACTION))
        .select_related("report__paper")
        .order_by("-at", "-pk")
    )
    return [_of_redaction(redaction) for redaction in found[:limit]]


def _of_redaction(redaction: Redaction) -> Correction:
    report = redaction.report
    assert report.paper is not None
    assert report.public_at is not None
    return Correction(
        at=redaction.at,
        kind=Kind.REDACTION,
        number=redaction.pk,
        word="redacted",
        paper=report.paper,
        report_id=report.pk,
        since=report.public_at,
        reason=redaction.reason,
        redaction=redaction,
    )


def _appeals(place: Place | None, limit: int) -> list[Correction]:
    found = (
        Appeal.objects.filter(_of_public_reports(), decided_at__isnull=False)
        .filter(behind(place, Kind.APPEAL, "decided_at"))
        .select_related("report__paper")
        .order_by("-decided_at", "-pk")
    )
    return [_of_appeal(appeal) for appeal in found[:limit]]


def _of_appeal(appeal: Appeal) -> Correction:
    report = appeal.report
    assert report is not None
    assert report.paper is not None
    assert report.public_at is not None
    assert appeal.decided_at is not None
    return Correction(
        at=appeal.decided_at,
        kind=Kind.APPEAL,
        number=appeal.pk,
        word="upheld" if appeal.upheld else "refused",
        paper=report.paper,
        report_id=report.pk,
        since=report.public_at,
        reason=appeal.decision,
        appeal=appeal,
    )
