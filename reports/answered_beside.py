"""Two entries turn out to be one work: a report beside one had lapsed, though the authors had
answered the same claims beside the other. It was listed wrongly, and stands as answered from now
on."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.models import User
from reports import lifecycle
from reports.lapse import same_claims
from reports.lifecycle import Refused
from reports.models import Answer, EventKind, Report, ReportEvent
from reports.states import Actor, State

ANSWERED_BESIDE = (
    "The authors had answered these claims before, beside another entry of the same work."
)
CHANGES = "A report of these papers changes right now. Please try again."


def annul(papers: Collection[int], *, moderator: User, now: datetime) -> None:
    """Annul the listings of the lapsed reports beside the locked `papers`, now one work, whose
    claims had been answered before; the earlier answers stand beside those reports, too.

    Refused if somebody changes such a report at this moment.
    """
    lapsed = Report.objects.filter(paper__among=papers, state=State.LAPSED).order_by("pk")
    for report in lapsed.prefetch_related("claims"):
        answers = _before(report, papers)
        if not answers:
            continue
        locked = lifecycle.lock(report.pk, skip_locked=True)
        if locked is None:
            raise Refused(CHANGES)
        lifecycle.transition(
            locked, State.ANSWERED, actor=Actor.MODERATOR, now=now, user=moderator,
            note=ANSWERED_BESIDE, data={"answer": answers[-1].pk, "beside": True}, annulled=True,
        )  # fmt: skip
        for answer in answers:
            answer.reports.add(locked)
            lifecycle.record(
                locked, EventKind.ANSWER, actor=Actor.AUTHOR, now=now,
                data={"answer": answer.pk, "kind": answer.kind},
            )  # fmt: skip


def _before(report: Report, papers: Collection[int]) -> list[Answer]:
    """The answers to the claims of the report that stood when it lapsed, the oldest first."""
    gone = ReportEvent.objects.filter(
        report=OuterRef("pk"), target__in=(State.WITHDRAWN, State.REMOVED), at__lte=report.state_at
    )
    others = Report.objects.filter(
        ~Exists(gone), paper__among=papers, answers__given_at__lte=report.state_at
    )
    same = [x for x in others.distinct().prefetch_related("claims") if same_claims(report, x)]
    given = Answer.objects.filter(reports__in=same, given_at__lte=report.state_at)
    return list(given.distinct().order_by("given_at", "pk"))
