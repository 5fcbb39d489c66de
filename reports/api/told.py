"""Reports and answers with all that everybody sees of them, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from reports import shared_shown, timeline
from reports.citations import works
from reports.citing import Work
from reports.conversation import Side
from reports.models import Addition, Answer, File, Inquiry, Report, ReportEvent
from reports.public_record import reach_of
from reports.selectors import rows_of, with_history
from reports.states import State
from reports.timeline import Entry
from reports.visibility import ANYBODY, Level, level


@dataclass(frozen=True, kw_only=True)
class AnswerTold:
    """An answer; `late` is how long after the deadline it came, of the report it is told beside."""

    answer: Answer
    files: Sequence["FileTold"] = ()
    late: str = ""
    reports: Sequence["Beside"] = ()


@dataclass(frozen=True, kw_only=True)
class FileTold:
    """A file, and the report under which its address is."""

    file: File
    report: int


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A report beside which an answer stands."""

    report: Report
    late: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A public report in a list."""

    report: Report
    inquiry: "Asked | None"

    @property
    def answers(self) -> int:
        """How many answers there are."""
        return len(self.report.answers.all())


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The question put to the authors."""

    inquiry: Inquiry
    asked: int
    reached: int


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A public report alone."""

    report: Report
    inquiry: Asked | None
    answers: Sequence[AnswerTold]
    words: Sequence[ReportEvent]
    additions: Sequence[Addition]
    files: Sequence[FileTold]
    shared: Sequence[shared_shown.Row]
    appealed_at: Sequence[datetime]
    timeline: Sequence[Entry]
    cited: Sequence[Work]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is left of a report that was public: a dated line, the reason, and of a withdrawn one
    what the authors said."""

    report: Report
    reason: str
    answers: Sequence[AnswerTold]
    additions: Sequence[Addition]


def rows(reports: QuerySet[Report]) -> list[Row]:
    """The public reports, as rows tell them."""
    return [Row(report=report, inquiry=_asked(report)) for report in rows_of(reports)]


def one(report_id: int, now: datetime) -> Whole | Line | None:
    """What everybody sees of a report: all of it, its dated line, or nothing."""
    return next(iter(all_of(Report.objects.filter(pk=report_id), now)), None)


def all_of(reports: QuerySet[Report], now: datetime) -> list[Whole | Line]:
    """The same of each of these reports, by their numbers; one of which nothing is seen is left
    out."""
    found = [(report, level(ANYBODY, report)) for report in with_history(reports).order_by("pk")]
    return [
        _line(report) if seen is Level.LINE else _whole(report, now)
        for report, seen in found
        if seen is not Level.NONE
    ]


def answers(found: Sequence[Answer]) -> list[AnswerTold]:
    """Answers that were read by `selectors.answers_told`, each with the reports it is beside."""
    return [_answer_alone(answer) for answer in found]


def _whole(report: Report, now: datetime) -> Whole:
    said = timeline.said(report, now)
    return Whole(
        report=report,
        inquiry=_asked(report),
        answers=[
            AnswerTold(
                answer=one.answer, late=one.late, files=_files(one.answer.files.all(), report.pk)
            )
            for one in said
            if one.answer is not None
        ],
        words=[one.event for one in said if one.event is not None],
        additions=[one.addition for one in said if one.addition is not None],
        files=_files(report.files.all(), report.pk),
        shared=shared_shown.of_report(report).rows,
        appealed_at=timeline.appealed_at(report),
        timeline=timeline.entries([report], now=now),
        cited=works(report),
    )


def _line(report: Report) -> Line:
    withdrawn = report.state == State.WITHDRAWN
    last = [event for event in timeline.told(report) if event.target == report.state][-1]
    return Line(
        report=report,
        reason=last.note,
        answers=[AnswerTold(answer=one) for one in report.answers.all()] if withdrawn else [],
        additions=[one for one in report.additions.all() if one.side == Side.AUTHORS]
        if withdrawn
        else [],
    )


def _asked(report: Report) -> Asked | None:
    inquiry = getattr(report, "inquiry", None)
    if inquiry is None:
        return None
    asked, reached = reach_of(report)
    return Asked(inquiry=inquiry, asked=asked, reached=reached)


def _answer_alone(answer: Answer) -> AnswerTold:
    beside: list[Report] = getattr(answer, "beside")  # noqa: B009 -- of answers_told
    whole = next((one for one in beside if level(ANYBODY, one) is Level.FULL), None)
    return AnswerTold(
        answer=answer,
        files=_files(answer.files.all(), whole.pk) if whole is not None else (),
        reports=[Beside(report=one, late=timeline.late_by(one, answer)) for one in beside],
    )


def _files(files: Any, report: int) -> list[FileTold]:
    return [FileTold(file=file, report=report) for file in files]
