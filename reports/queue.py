"""What waits for moderators, the oldest first, in a fixed number of queries. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from reports.contacts import GONE
from reports.deadlines import Policy
from reports.models import Contact, Hold, Letter, Reply, Report, Suggestion
from reports.permitted import unasked_from
from reports.states import State

MOST = 200
"""Rows of one kind; with more the page says that these are the first."""


@dataclass(frozen=True)
class Unreachable:
    """A report that nobody could be asked about, and from when it may be made public."""

    report: Report
    searches: int  # recorded since it is unreachable
    earliest: datetime


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Rows by what is to be done about them."""

    suggestions: Sequence[Suggestion]
    submitted: Sequence[Report]
    overdue: Sequence[Report]  # the deadline has passed, and the report did not lapse
    held: Sequence[Hold]
    unreachable: Sequence[Unreachable]
    replies: Sequence[Reply]  # answers by mail whose kind a moderator chooses now
    robots: Sequence[Contact]  # robots alone answered, and the deadline is near
    running: Sequence[Report]
    most: int = MOST


def queue_at(now: datetime) -> Queue:
    """The queue as it stands at `now`."""
    asking = _with_paper(Report.objects.filter(state=State.ASKING)).select_related("inquiry")
    return Queue(
        suggestions=list(
            Suggestion.objects.filter(decided_at=None)
            .exclude(contact__inquiry__report__state__in=[State.WITHDRAWN, State.REMOVED])
            .select_related("contact__inquiry__report__paper")
            .order_by("at")[:MOST]
        ),
        submitted=list(
            _with_paper(Report.objects.filter(state=State.SUBMITTED)).order_by("submitted_at")[
                :MOST
            ]
        ),
        overdue=list(asking.filter(inquiry__deadline__lt=now).order_by("inquiry__deadline")[:MOST]),
        held=list(
            Hold.objects.filter(released_at=None, suggestion=None)
            .exclude(inquiry__report__state__in=[State.WITHDRAWN, State.REMOVED])
            .select_related("inquiry__report__paper")
            .order_by("opened_at")[:MOST]
        ),
        unreachable=_unreachable(),
        replies=list(
            Reply.objects.filter(decided_at=None, moderator_from__lte=now)
            .exclude(contact__inquiry__report__state__in=[State.WITHDRAWN, State.REMOVED])
            .select_related("contact__inquiry__report__paper")
            .order_by("moderator_from", "pk")[:MOST]
        ),
        robots=_robots(now),
        running=list(
            asking.exclude(inquiry__deadline__lt=now).order_by(
                F("inquiry__deadline").asc(nulls_first=True), "pk"
            )[:MOST]
        ),
    )


def _with_paper(reports: QuerySet[Report]) -> QuerySet[Report]:
    return reports.select_related("paper")


def _robots(now: datetime) -> list[Contact]:
    """The authors whose every letter a robot answered (contacts.no_robots), once the final notice
    is due: nobody said what the robots are, so these authors do not count as reached."""
    near = now + Policy.of(settings.RESPONSE_WINDOW).final_notice
    standing = Letter.objects.filter(
        contact=OuterRef("pk"), address=OuterRef("address"), handed_over_at__isnull=False,
        failed_at=None,
    )  # fmt: skip
    return list(
        Contact.objects.filter(
            Exists(standing.filter(robot_at__isnull=False)),
            ~Exists(standing.filter(robot_at=None)),
            robots_are="", inquiry__report__state=State.ASKING, inquiry__deadline__lte=near,
        )
        .exclude(state__in=GONE)
        .select_related("inquiry__report__paper")
        .order_by("inquiry__deadline", "pk")[:MOST]
    )  # fmt: skip


def _unreachable() -> list[Unreachable]:
    reports = (
        _with_paper(Report.objects.filter(state=State.UNREACHABLE))
        .select_related("inquiry")
        .annotate(made=Count("searches", filter=Q(searches__at__gte=F("state_at"))))
        .order_by("state_at")[:MOST]
    )
    return [
        Unreachable(report, report.made, unasked_from(report, report.inquiry)) for report in reports
    ]
