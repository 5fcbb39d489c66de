"""Changing a state: the only writer of `Report.state`.

Each change, its event, its to-do for letters, its listing and the paper's standing are one
transaction, under locks taken in one order: paper, report, then one's own rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, overload

from django.db.models import Value
from django.db.models.functions import Coalesce

from accounts.models import User
from registry import listing, rows
from registry.listing import NewListing
from registry.models import Ending, Ground, Paper
from reports.models import Contact, EventKind, Inquiry, Report, ReportEvent, ToDo
from reports.public_record import projections_of
from reports.states import LISTABLE, PUBLIC, Actor, Outcome, State, may

REPORT_READ = ("paper", "state", "outcome", "version", "accepted_at", "public_at")
PAPER_READ = ("standing", "standing_at", "is_public")
"""What a change of state reads; of many reports at once nothing else is fetched."""


class Refused(Exception):
    """A change that the rules do not allow; its text is a sentence for the person who tried."""


@overload
def lock(report_id: int) -> Report: ...
@overload
def lock(report_id: int, *, skip_locked: Literal[True]) -> Report | None: ...
def lock(report_id: int, *, skip_locked: bool = False) -> Report | None:
    """Lock the report's paper and the report, in that order, until the transaction ends.

    With `skip_locked`, None if somebody else holds either.
    """
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


def lock_all(report_ids: Sequence[int]) -> list[Report]:
    """Lock those of the reports, with their papers, that nobody else holds; in the order of ids.

    Never waits, so batches of sweeps cannot block one another or a person.
    """
    wanted = Report.objects.filter(pk__among=report_ids).values("paper_id")
    free = Paper.objects.select_for_update(skip_locked=True).filter(pk__in=wanted)
    papers = {paper.pk: paper for paper in free.only(*PAPER_READ).order_by("pk")}
    reports = list(
        Report.objects.select_for_update(skip_locked=True)
        .filter(pk__among=report_ids, paper__among=papers.keys())
        .only(*REPORT_READ)
        .order_by("pk")
    )
    for report in reports:
        assert report.paper_id is not None
        report.paper = papers[report.paper_id]
    return reports


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
    transition_all(
        [report], target, actor=actor, now=now, user=user, contact=contact, note=note,
        data={report.pk: data or {}}, annulled=annulled,
    )  # fmt: skip


def transition_all(
    reports: Sequence[Report],
    target: State,
    *,
    actor: Actor,
    now: datetime,
    user: User | None = None,
    contact: Contact | None = None,
    note: str = "",
    data: Mapping[int, dict[str, Any]],
    annulled: bool = False,
) -> None:
    """Move each of the locked `reports` to `target`, in as many statements as for one of them.

    `data` of each event is given by report id. Refused, and nothing is written, if section 3 does
    not allow it for one of them.
    """
    sources = [State(report.state) for report in reports]
    for report, source in zip(reports, sources, strict=True):
        if not may(actor, source=source, target=target):
            raise Refused(f"This report is {source} now, so it cannot become {target}.")
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
            {"report_id": report.pk, "source": source, "data": data[report.pk]}
            for report, source in zip(reports, sources, strict=True)
        ],
        kind=EventKind.STATE, target=target, at=now, actor=actor, user_id=user and user.pk,
        contact_id=contact and contact.pk, note=note,
    )  # fmt: skip
    rows.insert_all(ToDo, [{"event_id": event} for event in events])
    for report, source in zip(reports, sources, strict=True):
        _close_listing(report, source, target, note=note, annulled=annulled, now=now)
    listing.open_listings(_listings(reports), now=now)
    refresh_standings(
        [
            report.paper
            for report, source in zip(reports, sources, strict=True)
            if source in PUBLIC or target in PUBLIC
        ],
        now=now,
    )


def _store_state(reports: Sequence[Report], target: State, *, now: datetime) -> None:
    """Write the state and the times that go with it, in one statement."""
    moments: dict[str, datetime | None] = {"state_at": now, "updated_at": now}
    moments["forgotten_at"] = None  # addresses may have come anew
    if target is State.SUBMITTED:
        moments["submitted_at"] = now
    first_times = []
    if target in (State.PUBLISHED, State.ASKING, State.UNREACHABLE):
        first_times.append("accepted_at")
    if target in PUBLIC:
        first_times.append("public_at")
    for report in reports:
        report.state = target
        for name, moment in moments.items():
            setattr(report, name, moment)
        for name in first_times:
            setattr(report, name, getattr(report, name) or now)
    Report.objects.filter(pk__among=[report.pk for report in reports]).update(
        state=target, **moments, **{name: Coalesce(name, Value(now)) for name in first_times}
    )


_ENDINGS = {
    State.UNREACHABLE: Ending.ANNULLED,
    State.WITHDRAWN: Ending.WITHDRAWN,
    State.REMOVED: Ending.REMOVED,
}


def _close_listing(
    report: Report, source: State, target: State, *, note: str, annulled: bool, now: datetime
) -> None:
    """End the listing the report had in `source`."""
    if source is State.LAPSED or source is State.CONFIRMED:
        ending = _ENDINGS.get(target, Ending.ANSWERED)
        if source is State.CONFIRMED and target is State.ANSWERED:
            ending = Ending.TAKEN_BACK
        if annulled:
            ending = Ending.ANNULLED
        listing.close_listing(report_id=report.pk, ending=ending, note=note, now=now)


def _listings(reports: Iterable[Report]) -> list[NewListing]:
    """The listings that the reports have in their states."""
    return [
        NewListing(report.paper_id, report.pk, ground, report.version)
        for report in reports
        if report.outcome
        and report.paper_id is not None
        and (ground := ground_of(State(report.state), Outcome(report.outcome))) is not None
    ]


def ground_of(state: State, outcome: Outcome) -> Ground | None:
    """On which ground a report in `state` lists its paper, if on any."""
    if outcome in LISTABLE and state is State.LAPSED:
        return Ground.SILENCE
    if outcome in LISTABLE and state is State.CONFIRMED:
        return Ground.CONFIRMED
    return None


def refresh_standings(papers: Iterable[Paper | None], *, now: datetime) -> None:
    """Derive the public records of the locked papers anew and store them."""
    known = {paper.pk: paper for paper in papers if paper is not None}
    projections = projections_of(known.keys())
    listing.project_all([(paper, projections[pk]) for pk, paper in known.items()], now=now)
