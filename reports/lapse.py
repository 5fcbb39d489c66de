"""May this report lapse: the five conditions of product.md, section 4, checked under row locks in
the transaction that lists the paper."""

import re
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from reports import inquiry as clock
from reports import lifecycle
from reports.contacts import GONE, SILENCED, facts_of
from reports.models import Inquiry, Letter, Probe, Report
from reports.reach import LetterKind, reached
from reports.states import Actor, State

ANSWER_STANDS = (State.ANSWERED, State.DISPUTED, State.RESOLVED, State.CONFIRMED)


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """Each of the five, true where it holds."""

    due: bool
    reached: bool
    silent: bool
    listening: bool
    new: bool

    @property
    def all_hold(self) -> bool:
        """Whether the report may lapse."""
        return not self.unmet

    @property
    def unmet(self) -> list[str]:
        """The names of those that do not hold."""
        return [f.name for f in fields(self) if not getattr(self, f.name)]


def conditions(inquiry: Inquiry, now: datetime) -> Conditions:
    """The five conditions for the locked report of `inquiry`."""
    deadline = inquiry.deadline
    running = inquiry.report.state == State.ASKING and deadline is not None
    if not running or deadline is None:
        return Conditions(due=False, reached=False, silent=False, listening=False, new=False)
    return Conditions(
        due=now > deadline and not _more_time_is_promised(inquiry),
        reached=_reached(inquiry, deadline, now),
        silent=not inquiry.report.answers.exists() and not clock.has_open_hold(inquiry),
        listening=settings.TRIAL_MODE
        or Probe.objects.filter(sent_at__gt=deadline, returned_at__lte=now).exists(),
        new=not earlier_answer_stands(inquiry.report),
    )


def _more_time_is_promised(inquiry: Inquiry) -> bool:
    """Whether a notice that would move the deadline is owed: a server may have it already, and
    then it names a later deadline than the one in force."""
    return (
        not inquiry.late_author
        and Letter.objects.filter(
            contact__inquiry=inquiry, kind=LetterKind.NOTICE,
            handed_over_at=None, failed_at=None, cancelled_at=None,
        ).exclude(contact__state__in=SILENCED).exists()
    )  # fmt: skip


def _reached(inquiry: Inquiry, deadline: datetime, now: datetime) -> bool:
    ear = clock.ear(now)
    return any(
        reached(facts_of(contact), inquiry.policy, deadline, ear)
        for contact in inquiry.contacts.exclude(state__in=GONE).prefetch_related("letters")
        if contact.counts
    )


def _folded(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def same_claims(report: Report, other: Report) -> bool:
    """Whether two reports share a claim: its place, or its quoted words, spelling folded."""
    mine, theirs = (
        {(kind, _folded(getattr(c, kind))) for c in claims for kind in ("place", "quote")}
        for claims in (report.claims.all(), other.claims.all())
    )
    return bool(mine & theirs)


def earlier_answer_stands(report: Report) -> Report | None:
    """Another report of the paper on the same claims on which an answer of the authors stands."""
    others = (
        Report.objects.filter(paper=report.paper_id, state__in=ANSWER_STANDS, answers__isnull=False)
        .exclude(pk=report.pk)
        .distinct()
        .prefetch_related("claims")
    )
    return next((other for other in others if same_claims(report, other)), None)


def lapse(report_id: int, *, now: datetime) -> Conditions | None:
    """Lapse the report if all five conditions hold; None if somebody else holds its lock."""
    with transaction.atomic():
        report = lifecycle.lock(report_id, skip_locked=True)
        if report is None:
            return None
        inquiry = Inquiry.objects.select_for_update().get(report=report)
        inquiry.report = report
        found = conditions(inquiry, now)
        if found.all_hold:
            assert inquiry.deadline is not None
            lifecycle.transition(
                report,
                State.LAPSED,
                actor=Actor.SWEEP,
                now=now,
                data={"deadline": inquiry.deadline.isoformat(), "trial": settings.TRIAL_MODE},
            )
        elif inquiry.lapse_at is not None and inquiry.lapse_at <= now:
            inquiry.lapse_at = now + _pause(inquiry.policy.window)
            inquiry.save(update_fields=["lapse_at"])
    return found


def _pause(window: timedelta) -> timedelta:
    """How long an overdue inquiry whose conditions do not hold is left alone: about an hour."""
    return max(timedelta(seconds=1), min(timedelta(hours=1), window / 60))


def lapse_due(*, now: datetime, limit: int = 200) -> int:
    """Lapse what is due and may lapse; returns how many reports lapsed.

    Running it twice, in parallel or late changes nothing but the time.
    """
    due = (
        Inquiry.objects.filter(closed_at=None, lapse_at__lt=now)
        .order_by("lapse_at")
        .values_list("report_id", flat=True)[:limit]
    )
    found = [lapse(report_id, now=now) for report_id in list(due)]
    return sum(1 for conditions_ in found if conditions_ is not None and conditions_.all_hold)


def annul_unless_reached(
    inquiry: Inquiry,
    *,
    note: str,
    now: datetime,
    actor: Actor = Actor.MAIL,
    user: User | None = None,
) -> bool:
    """Annul the lapse of the locked report if no author it could stand on counts any more."""
    deadline = inquiry.deadline
    if inquiry.report.state != State.LAPSED or deadline is None:
        return False
    if _reached(inquiry, deadline, now):
        return False
    lifecycle.transition(
        inquiry.report, State.UNREACHABLE, actor=actor, now=now, user=user, note=note,
        annulled=True,
    )  # fmt: skip
    clock.void_clock(inquiry, reason="The lapse was annulled: the clock is void.", now=now)
    return True
