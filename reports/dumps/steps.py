"""The time line as facts: each step that everybody reads, in fields instead of words.

The words of a report's `timeline` are made for people; a mirror makes them anew from these steps
(docs/data.md). Nothing is told here that the time line, the letters in it, or what stands beside an
answer does not tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reports import public_letters, timeline
from reports.api.told import Line, Whole
from reports.models import EventKind, Report, ReportEvent
from reports.states import PUBLIC, State

WITH_WORDS = (State.DISPUTED, State.RESOLVED)
"""Changes of state whose reason and author everybody reads."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step; what does not belong to its kind is empty or None. Times in UTC."""

    number: int
    report: int
    kind: str
    at: datetime
    state: str = ""
    before: str = ""
    by: str = ""
    who: str = ""
    note: str = ""
    answer: int | None = None
    beside: bool = False
    window: float | None = None
    until: datetime | None = None
    letter: str = ""
    fact: str = ""
    author: int | None = None
    authors: int | None = None
    item: str = ""
    value: str = ""


KINDS = {
    "state": "the report came into a state",
    "extension": "the authors were given more time",
    "appeal": "an appeal was received that waits for a decision",
    "letter": "a letter to an author left, arrived, came back or failed",
    "shared": "an author said, without an answer, whether something is shared",
}


def steps_of(seen: Whole | Line) -> list[Step]:
    """The steps of a report as everybody sees it, by kind and number."""
    report = seen.report
    if isinstance(seen, Line):
        return list(_of_line(report))
    return [*_of_events(report), *_of_letters(report), *_of_statements(report)]


def _of_line(report: Report) -> Iterator[Step]:
    """That it was withdrawn or removed; of a withdrawn one also which answer came late."""
    for event in timeline.told(report):
        if event.target in (State.WITHDRAWN, State.REMOVED):
            note = event.note if event.target == report.state else ""
            yield Step(
                number=event.pk, report=report.pk, kind="state", at=event.at, state=event.target,
                note=note,
            )  # fmt: skip
        elif report.state == State.WITHDRAWN and _ended_a_lapse(event):
            yield _changed(report, event)


def _of_events(report: Report) -> Iterator[Step]:
    waiting = set(timeline.appealed_at(report))
    for event in timeline.told(report):
        if event.kind == EventKind.EXTENSION:
            until = event.data.get("deadline", "")
            yield Step(
                number=event.pk, report=report.pk, kind="extension", at=event.at, note=event.note,
                until=datetime.fromisoformat(until) if until else None,
            )  # fmt: skip
        elif event.kind == EventKind.APPEAL:
            if event.data["step"] == "received" and event.at in waiting:
                yield Step(number=event.pk, report=report.pk, kind="appeal", at=event.at)
        elif event.target and timeline.is_told(event):
            yield _changed(report, event)


def _changed(report: Report, event: ReportEvent) -> Step:
    inquiry = getattr(report, "inquiry", None)
    said = event.target in WITH_WORDS
    late = _ended_a_lapse(event)
    asked = event.target == State.ASKING
    return Step(
        number=event.pk,
        report=report.pk,
        kind="state",
        at=event.at,
        state=event.target,
        before=event.source if event.source in PUBLIC else "",
        by=event.actor if said else "",
        note=event.note if said else "",
        answer=event.data.get("answer") if late else None,
        beside=bool(event.target == State.ANSWERED and event.data.get("beside")),
        window=inquiry.policy.window.total_seconds() if inquiry and asked else None,
        until=inquiry.deadline if inquiry and late else None,
    )


def _ended_a_lapse(event: ReportEvent) -> bool:
    return event.source == State.LAPSED and event.target == State.ANSWERED


def _of_letters(report: Report) -> Iterator[Step]:
    """Each letter at the time of its line: those of one hour are told together."""
    authors = timeline.authors_of(report)
    for line in public_letters.lines_of(timeline.told(report)):
        for event in line.events:
            assert event.contact is not None
            yield Step(
                number=event.pk, report=report.pk, kind="letter", at=line.at, letter=line.name,
                fact=line.fact, authors=authors,
                author=event.contact.position if event.contact.on_paper else 0,
            )  # fmt: skip


def _of_statements(report: Report) -> Iterator[Step]:
    for one in report.statements.all():
        if one.contact_id and not one.answer_id:
            yield Step(
                number=one.pk, report=report.pk, kind="shared", at=one.said_at, who=one.name,
                item=one.item, value=one.value,
            )  # fmt: skip
