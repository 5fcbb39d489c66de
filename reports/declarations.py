"""What moderators declare of themselves before they act on a case: whether they have a conflict of
interest. Each declaration is an event with its date; a conflict keeps its moderator out for good
(visibility.may_moderate)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from reports import lifecycle
from reports.deciding import must
from reports.models import EventKind, Report, ReportEvent
from reports.states import Actor, State
from reports.visibility import may_moderate

ASKED = (
    "Tick that you have no conflict of interest in this case. If you have one, say so further "
    "down: another moderator decides then."
)
"""What the first act on a case asks for."""


def has_declared(user: User, report: Report) -> bool:
    """Whether the moderator declared to have no conflict of interest in the case."""
    return report.events.filter(
        kind=EventKind.DECLARATION, user=user, data__conflict=False
    ).exists()


def have_declared(user: User, reports: Collection[Report]) -> bool:
    """Whether the moderator declared that in each of the cases, in one query."""
    declared = ReportEvent.objects.filter(
        report__in=reports, kind=EventKind.DECLARATION, user=user, data__conflict=False
    )
    return declared.values("report").distinct().count() == len(reports)


def why_not_declared(report: Report) -> str:
    """Empty, or why nobody gives the case away any more."""
    if report.state in (State.DECLINED, State.REMOVED):
        return gettext("The report is {state}: nothing is left to decide.").format(
            state=gettext(report.state)
        )
    return ""


def declare_none(*, report_id: int, moderator: User, now: datetime) -> None:
    """Record that the moderator has no conflict of interest in the case; once is enough."""
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        must(may_moderate(moderator, report))
        if not has_declared(moderator, report):
            _record(report, moderator, conflict=False, now=now)


def declare_conflict(*, report_id: int, moderator: User, now: datetime) -> None:
    """Take the case out of the moderator's hands; from now on they see it as readers would."""
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        must(may_moderate(moderator, report))
        must(why_not_declared(report))
        _record(report, moderator, conflict=True, now=now)


def _record(report: Report, moderator: User, *, conflict: bool, now: datetime) -> None:
    lifecycle.record(
        report, EventKind.DECLARATION, actor=Actor.MODERATOR, now=now, user=moderator,
        data={"conflict": conflict}, to_do=False,
    )  # fmt: skip
