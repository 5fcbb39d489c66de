"""What moderators know beside a report: earlier reports on its paper, and who its reporter is, in a
fixed number of queries. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from accounts.models import User
from reports.models import Report, ReportEvent
from reports.states import State

MOST = 50
"""Earlier reports that are named; of more, the newest."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """How often a person reported, and what became of it; drafts count for nothing."""

    submitted: int
    accepted: int
    returned: int  # reports that were ever returned, whatever became of them
    declined: int
    withdrawn: int
    removed: int
    since: datetime

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Each count with its word."""
        names = ("submitted", "accepted", "returned", "declined", "withdrawn", "removed")
        return [(name, getattr(self, name)) for name in names]


def record_of(user: User) -> Record:
    """The record of a reporter."""
    counted = (
        Report.objects.filter(reporter=user)
        .exclude(state=State.DRAFT)
        .aggregate(
            submitted=Count("pk"),
            accepted=Count("pk", filter=Q(accepted_at__isnull=False)),
            **{
                str(state): Count("pk", filter=Q(state=state))
                for state in (State.DECLINED, State.WITHDRAWN, State.REMOVED)
            },
        )
    )
    returned = (
        ReportEvent.objects.filter(report__reporter=user, target=State.RETURNED)
        .order_by()
        .aggregate(n=Count("report", distinct=True))["n"]
    )
    return Record(**counted, returned=returned, since=user.date_joined)


def others_on(report: Report) -> Sequence[Report]:
    """The other reports on the paper, the newest first; nobody's drafts."""
    others = Report.objects.filter(paper=report.paper_id).exclude(state=State.DRAFT)
    return list(others.exclude(pk=report.pk).order_by("-submitted_at", "-pk")[:MOST])
