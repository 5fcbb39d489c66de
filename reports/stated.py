"""What a paper's page states first: the dated facts of the one report that gives the standing.

Facts only: how it was reported, when the authors were asked, when they answered or had to. Reads
nothing; load the reports by `selectors.with_history`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from registry.models import Standing
from reports.models import Report
from reports.standing import PublicReport, standing
from reports.states import LISTABLE, Mode, Outcome, State
from reports.timeline import late_by


@dataclass(frozen=True, kw_only=True)
class Stated:
    """The facts of `report`; times in UTC, None where there is nothing to tell."""

    report: Report
    asked_at: datetime | None = None
    deadline: datetime | None = None
    answered_at: datetime | None = None  # the first answer
    late: str = ""  # how long after the deadline it came, if it ended a lapse

    @property
    def reported_as(self) -> str:
        """How the report found the paper's results, in a word for readers."""
        if self.report.outcome in LISTABLE:
            return "not reproduced"
        if self.report.outcome == Outcome.PARTIAL:
            return "matched in part"
        return "reproduced" if self.report.mode == Mode.RERUN else "replicated"


def giving(found: Standing | str, reports: Iterable[Report]) -> Report | None:
    """Of public `reports` the one that alone would give this standing; the earliest of several."""
    alone = [report for report in reports if standing([_public(report)]) == found]
    return min(alone, key=lambda report: (report.state_at, report.pk), default=None)


def _public(report: Report) -> PublicReport:
    return PublicReport(State(report.state), Outcome(report.outcome), Mode(report.mode))


def stated(report: Report) -> Stated:
    """The dated facts of a public report."""
    inquiry = getattr(report, "inquiry", None)
    first = min(report.answers.all(), key=lambda answer: answer.given_at, default=None)
    return Stated(
        report=report,
        asked_at=inquiry.opened_at if inquiry is not None else None,
        deadline=inquiry.deadline if inquiry is not None else None,
        answered_at=first.given_at if first is not None else None,
        late=late_by(report, first) if first is not None else "",
    )
