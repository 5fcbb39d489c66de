"""What waits for moderators, the oldest first, in a fixed number of queries. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from reports import appeals, merging
from reports.contacts import GONE
from reports.deadlines import Policy
from reports.models import (
    Appeal,
    Contact,
    Hold,
    Letter,
    PaperEvent,
    Proposal,
    Reply,
    Report,
    Suggestion,
)
from reports.permitted import unasked_from
from reports.states import State
from reports.visibility import conflicts

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

    appeals: Sequence[Appeal]  # the first that is due at the top
    merging: Sequence[PaperEvent]  # proposals to merge papers
    proposals: Sequence[Proposal]  # that wait for a second moderator
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
        appeals=list(_appeals()),
        merging=list(merging.open_proposals().select_related("paper", "root", "user")[:MOST]),
        proposals=list(
            Proposal.objects.filter(decided_at=None)
            .exclude(report__state=State.REMOVED)
            .select_related("report__paper", "by")
            .order_by("at", "pk")[:MOST]
        ),
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
            Hold.objects.filter(released_at=None, suggestion=None, appeal=None)
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


def _appeals() -> QuerySet[Appeal]:
    waits = appeals.waiting().select_related("report", "paper", "decided_by")
    return waits.prefetch_related("holds")[:MOST]


def around(report: Report, user: User) -> tuple[int | None, int | None]:
    """The submitted reports before and after `report`, in the order of the queue, on which `user`
    is not known to have no say; after any other report comes the first that waits."""
    waiting = (
        Report.objects.filter(state=State.SUBMITTED)
        .exclude(pk=report.pk)
        .exclude(reporter=user)
        .exclude(pk__in=conflicts().filter(user=user).values("report"))
    )
    numbers = waiting.order_by("submitted_at", "pk").values_list("pk", flat=True)
    if report.state != State.SUBMITTED:
        return None, numbers.first()
    at = report.submitted_at
    before = Q(submitted_at__lt=at) | Q(submitted_at=at, pk__lt=report.pk)
    after = Q(submitted_at__gt=at) | Q(submitted_at=at, pk__gt=report.pk)
    return numbers.filter(before).last(), numbers.filter(after).first()


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
