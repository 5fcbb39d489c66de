"""Changing a state: the only writer of `Report.state`.

Each change, its event, its to-do for letters, its listing and the paper's standing are one
transaction, under locks taken in one order: paper, report, then one's own rows.
"""

from datetime import datetime
from typing import Any, Literal, overload

from accounts.models import User
from registry import listing
from registry.models import Ending, Ground, Paper
from reports.models import Contact, EventKind, Inquiry, Report, ReportEvent, ToDo
from reports.public_record import projection_of
from reports.states import LISTABLE, PUBLIC, Actor, Outcome, State, may


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
    source: State | None = None,
    target: State | None = None,
) -> ReportEvent:
    """Write an event and, with `to_do`, the order to write its letters."""
    event = ReportEvent.objects.create(
        report=report,
        kind=kind,
        at=now,
        actor=actor,
        user=user,
        contact=contact,
        note=note,
        data=data or {},
        source=source or "",
        target=target or "",
    )
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
) -> ReportEvent:
    """Move the locked `report` to `target`; Refused if section 3 does not allow it.

    `annulled` ends its listing, if it has one, as one that should not have been made.
    """
    source = State(report.state)
    if not may(actor, source=source, target=target):
        raise Refused(f"This report is {source} now, so it cannot become {target}.")
    if target is State.CONFIRMED and report.outcome not in LISTABLE:
        raise Refused("Only a failed reproduction is confirmed.")
    report.state, report.state_at, report.updated_at = target, now, now
    report.forgotten_at = None  # addresses may have come anew
    if target is State.SUBMITTED:
        report.submitted_at = now
    if target in (State.PUBLISHED, State.ASKING, State.UNREACHABLE):
        report.accepted_at = report.accepted_at or now
    if target in PUBLIC:
        report.public_at = report.public_at or now
    report.save(
        update_fields=[
            "state",
            "state_at",
            "updated_at",
            "submitted_at",
            "accepted_at",
            "public_at",
            "forgotten_at",
        ]
    )
    if target not in (State.ASKING, State.UNREACHABLE):
        Inquiry.objects.filter(report=report, closed_at=None).update(
            closed_at=now, letters_at=None, lapse_at=None
        )
    event = record(
        report, EventKind.STATE, actor=actor, now=now, user=user, contact=contact, note=note,
        data=data, source=source, target=target,
    )  # fmt: skip
    _move_listing(report, source, target, note=note, annulled=annulled, now=now)
    if source in PUBLIC or target in PUBLIC:
        refresh_standing(report.paper, now=now)
    return event


_ENDINGS = {
    State.UNREACHABLE: Ending.ANNULLED,
    State.WITHDRAWN: Ending.WITHDRAWN,
    State.REMOVED: Ending.REMOVED,
}


def _move_listing(
    report: Report, source: State, target: State, *, note: str, annulled: bool, now: datetime
) -> None:
    """End the listing the report had in `source`; open the one it has in `target`."""
    if source is State.LAPSED or source is State.CONFIRMED:
        ending = _ENDINGS.get(target, Ending.ANSWERED)
        if source is State.CONFIRMED and target is State.ANSWERED:
            ending = Ending.TAKEN_BACK
        if annulled:
            ending = Ending.ANNULLED
        listing.close_listing(report_id=report.pk, ending=ending, note=note, now=now)
    ground = ground_of(target, Outcome(report.outcome)) if report.outcome else None
    if ground is not None:
        assert report.paper is not None
        listing.open_listing(
            paper=report.paper, report_id=report.pk, ground=ground, version=report.version, now=now
        )


def ground_of(state: State, outcome: Outcome) -> Ground | None:
    """On which ground a report in `state` lists its paper, if on any."""
    if outcome in LISTABLE and state is State.LAPSED:
        return Ground.SILENCE
    if outcome in LISTABLE and state is State.CONFIRMED:
        return Ground.CONFIRMED
    return None


def refresh_standing(paper: Paper | None, *, now: datetime) -> None:
    """Derive the locked paper's public record anew and store it."""
    if paper is not None:
        listing.project(paper=paper, projection=projection_of(paper), now=now)
