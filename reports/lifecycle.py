"""Changing a state: the only writer of `Report.state`.

Each change, its event, its to-do for letters, its listing and the paper's standing are one
transaction, under locks taken in one order: paper, report, then one's own rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, Self, overload

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from accounts.models import User
from registry import listing, rows
from registry.listing import NewListing, Stored
from registry.models import Ending, Ground, Paper
from reports.models import Contact, EventKind, Inquiry, Report, ReportEvent, ToDo
from reports.public_record import projections_of
from reports.states import LISTABLE, PUBLIC, Actor, Outcome, State, may


class Moving(NamedTuple):
    """What a change of state reads of a locked report; of many at once nothing else is fetched."""

    pk: int
    paper: Stored | None
    state: State
    outcome: str
    version: str

    @property
    def paper_id(self) -> int | None:
        """The id of its paper."""
        return self.paper.id if self.paper is not None else None

    @classmethod
    def of(cls, report: Report) -> Self:
        """What the object says that somebody has in hand."""
        paper = Stored.of(report.paper) if report.paper is not None else None
        return cls(report.pk, paper, State(report.state), report.outcome, report.version)


class Refused(Exception):
    """A change that the rules do not allow; its text is a sentence for the person who tried."""


@overload
def lock(report_id: int, known_paper: int | None = None) -> Report: ...
@overload
def lock(report_id: int, *, skip_locked: Literal[True]) -> Report | None: ...
def lock(
    report_id: int, known_paper: int | None = None, *, skip_locked: bool = False
) -> Report | None:
    """Lock the report's paper and the report, in that order, until the transaction ends.

    With `skip_locked`, None if somebody else holds either. Who has just read the id of the paper
    may say it.
    """
    paper_id = known_paper
    if paper_id is None:
        paper_id = Report.objects.values_list("paper_id", flat=True).get(pk=report_id)
    paper = None
    if paper_id is not None:
        paper = Paper.objects.select_for_update(skip_locked=skip_locked).filter(pk=paper_id).first()
        if paper is None:
            return None
    report = Report.objects.select_for_update(skip_locked=skip_locked).filter(pk=report_id).first()
    if report is None:
        return None
    if report.paper_id != paper_id:
        raise Refused("The report was changed at the same moment. Please try again.")
    if paper is not None:
        report.paper = paper
    return report


def lock_all(report_ids: Sequence[int]) -> list[Moving]:
    """Lock those of the reports, with their papers, that nobody else holds; in the order of ids.

    Never waits, so batches of sweeps cannot block one another or a person.
    """
    wanted = Report.objects.filter(pk__among=report_ids).values("paper_id")
    free = Paper.objects.select_for_update(skip_locked=True).filter(pk__in=wanted)
    found = map(Stored._make, free.order_by("pk").values_list(*Stored._fields))
    papers = {paper.id: paper for paper in found}
    reports = (
        Report.objects.select_for_update(skip_locked=True)
        .filter(pk__among=report_ids, paper__among=papers.keys())
        .order_by("pk")
        .values_list("pk", "paper_id", "state", "outcome", "version")
    )
    return [
        Moving(pk, papers[paper_id], State(state), outcome, version)
        for pk, paper_id, state, outcome, version in reports
        if paper_id is not None
    ]


def record(
    report: Report,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    user: User | None = None,
    contact: Contact | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
    to_do: bool = True,
) -> ReportEvent:
    """Write an event and, with `to_do`, the order to write its letters."""
    event = ReportEvent.objects.create(
        report=report, kind=kind, at=now, actor=actor, user=user, contact=contact, note=note,
        data=data or {},
    )  # fmt: skip
    if to_do:
        ToDo.objects.create(event=event)
    return event


def transition(
    report: Report,
    target: State,
    *,
    actor: Actor,
    now: datetime,
    user: User | None = None,
    contact: Contact | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
    annulled: bool = False,
) -> None:
    """Move the locked `report` to `target`; Refused if section 3 does not allow it.

    `annulled` ends its listing, if it has one, as one that should not have been made.
    """
    stored = transition_all(
        [Moving.of(report)], target, actor=actor, now=now, user=user, contact=contact, note=note,
        data={report.pk: data or {}}, annulled=annulled,
    )  # fmt: skip
    moments, first_times = _moments(target, now)
    report.state = target
    for name, moment in moments.items():
        setattr(report, name, moment)
    for name in first_times:
        setattr(report, name, getattr(report, name) or now)
    _show(stored, report.paper)


def transition_all(
    reports: Sequence[Moving],
    target: State,
    *,
    actor: Actor,
    now: datetime,
    user: User | None = None,
    contact: Contact | None = None,
    note: str = "",
    data: Mapping[int, dict[str, Any]],
    annulled: bool = False,
) -> list[dict[str, Any]]:
    """Move each of the locked `reports` to `target`, in as many statements as for one of them.

    `data` of each event is given by report id. Refused, and nothing is written, if section 3 does
    not allow it for one of them. Returns the public records of their papers that were stored.
    """
    for report in reports:
        if not may(actor, source=report.state, target=target):
            raise Refused(
                gettext("This report is {state} now, so it cannot become {target}.").format(
                    state=gettext(report.state), target=gettext(target)
                )
            )
        if target is State.CONFIRMED and report.outcome not in LISTABLE:
            raise Refused("Only a failed reproduction is confirmed.")
    _store_state(reports, target, now=now)
    if target not in (State.ASKING, State.UNREACHABLE):
        Inquiry.objects.filter(report__among=[r.pk for r in reports], closed_at=None).update(
            closed_at=now, letters_at=None, lapse_at=None
        )
    events = rows.insert_all(
        ReportEvent,
        [
            {"report_id": report.pk, "source": report.state, "data": data[report.pk]}
            for report in reports
        ],
        kind=EventKind.STATE, target=target, at=now, actor=actor, user_id=user and user.pk,
        contact_id=contact and contact.pk, note=note,
    )  # fmt: skip
    rows.insert_all(ToDo, [{"event_id": event} for event in events])
    for report in reports:
        _close_listing(report, target, note=note, annulled=annulled, now=now)
    listing.open_listings(_listings(reports, target), now=now)
    return _project(
        [report.paper for report in reports if report.state in PUBLIC or target in PUBLIC], now=now
    )


def _moments(target: State, now: datetime) -> tuple[dict[str, datetime | None], list[str]]:
    """The times that go with `target`, and the names of those that are kept if they are there."""
    moments: dict[str, datetime | None] = {"state_at": now, "updated_at": now}
    moments["forgotten_at"] = None  # addresses may have come anew
    if target is State.SUBMITTED:
        moments["submitted_at"] = now
    first_times = []
    if target in (State.PUBLISHED, State.ASKING, State.UNREACHABLE):
        first_times.append("accepted_at")
    if target in PUBLIC:
        first_times.append("public_at")
    return moments, first_times


def _store_state(reports: Sequence[Moving], target: State, *, now: datetime) -> None:
    """Write the state and the times that go with it, in one statement."""
    moments, first_times = _moments(target, now)
    Report.objects.filter(pk__among=[report.pk for report in reports]).update(
        state=target, **moments, **{name: Coalesce(name, Value(now)) for name in first_times}
    )


_ENDINGS = {
    State.UNREACHABLE: Ending.ANNULLED,
    State.WITHDRAWN: Ending.WITHDRAWN,
    State.REMOVED: Ending.REMOVED,
}


def _close_listing(
    report: Moving, target: State, *, note: str, annulled: bool, now: datetime
) -> None:
    """End the listing the report had."""
    source = report.state
    if source is State.LAPSED or source is State.CONFIRMED:
        ending = _ENDINGS.get(target, Ending.ANSWERED)
        if source is State.CONFIRMED and target is State.ANSWERED:
            ending = Ending.TAKEN_BACK
        if annulled:
            ending = Ending.ANNULLED
        listing.close_listing(report_id=report.pk, ending=ending, note=note, now=now)


def _listings(reports: Iterable[Moving], target: State) -> list[NewListing]:
    """The listings that the reports have in `target`."""
    return [
        NewListing(report.paper.id, report.pk, ground, report.version)
        for report in reports
        if report.outcome
        and report.paper is not None
        and (ground := ground_of(target, Outcome(report.outcome))) is not None
    ]


def ground_of(state: State, outcome: Outcome) -> Ground | None:
    """On which ground a report in `state` lists its paper, if on any."""
    if outcome in LISTABLE and state is State.LAPSED:
        return Ground.SILENCE
    if outcome in LISTABLE and state is State.CONFIRMED:
        return Ground.CONFIRMED
    return None


def refresh_standing(paper: Paper, *, now: datetime) -> None:
    """Derive the public record of the locked paper anew and store it."""
    _show(_project([Stored.of(paper)], now=now), paper)


def _project(papers: Iterable[Stored | None], *, now: datetime) -> list[dict[str, Any]]:
    """Derive the public records of the papers anew; what was stored."""
    known = {paper.id: paper for paper in papers if paper is not None}
    projections = projections_of(known.keys())
    return listing.project_all([(paper, projections[pk]) for pk, paper in known.items()], now=now)


def _show(stored: Iterable[Mapping[str, Any]], paper: Paper | None) -> None:
    """Let the object that somebody has in hand say what was stored."""
    for row in stored:
        for name, value in row.items():
            setattr(paper, name, value)
