"""The public record of a paper, derived from its public reports for the registry's projection."""

from collections.abc import Collection

from django.db.models import Prefetch

from registry.listing import Facts, Projection
from reports.models import Answer, Contact, Report
from reports.standing import PublicReport, standing
from reports.states import LISTABLE, Mode, Outcome, State
from reports.visibility import public_reports

REACHED = (Contact.State.HANDED_OVER, Contact.State.DELIVERED, Contact.State.OPTED_OUT)
ENVIRONMENT_LENGTH = 200  # characters of each environment on a list row


def projections_of(papers: Collection[int]) -> dict[int, Projection]:
    """Standing, counts and facts of each paper by its id, from public reports alone."""
    reports = (
        public_reports()
        .filter(paper__in=papers)
        .select_related("inquiry")
        .prefetch_related(
            "inquiry__contacts", Prefetch("answers", Answer.objects.order_by("given_at"))
        )
        .order_by("pk")
    )
    by_paper: dict[int, list[Report]] = {paper_id: [] for paper_id in papers}
    for report in reports:
        assert report.paper_id is not None
        by_paper[report.paper_id].append(report)
    return {paper_id: _projection(found) for paper_id, found in by_paper.items()}


def _projection(reports: list[Report]) -> Projection:
    """The public record that `reports`, the public ones of a paper in the order of ids, make."""
    return Projection(
        standing=standing(
            PublicReport(State(r.state), Outcome(r.outcome), Mode(r.mode)) for r in reports
        ),
        report_count=len({r.reporter_id for r in reports}),
        match_count=len({r.reporter_id for r in reports if r.outcome == Outcome.MATCHED}),
        modes=sorted({r.mode for r in reports}),
        causes=sorted({cause for r in reports for cause in r.causes}),
        answered_at=max((a.given_at for r in reports for a in r.answers.all()), default=None),
        facts=_facts(reports),
    )


def reach_of(report: Report) -> tuple[int, int]:
    """How many authors were asked about the report, and how many of them were reached."""
    inquiry = getattr(report, "inquiry", None)
    contacts = [c for c in inquiry.contacts.all() if c.on_paper] if inquiry is not None else []
    return len(contacts), sum(contact.state in REACHED for contact in contacts)


def _facts(reports: list[Report]) -> Facts:
    """What the row of the list shows of `reports`."""
    # "Asked on DATE, no answer by DATE" is said of the one report that lapsed first, so that its
    # two dates belong together and never to another report's inquiry.
    asked = [r for r in reports if hasattr(r, "inquiry")]
    listed = [r for r in asked if r.state == State.LAPSED and r.outcome in LISTABLE]
    first = min(listed, key=lambda r: (r.state_at, r.pk), default=None)
    inquiries = [first.inquiry] if first is not None else [r.inquiry for r in asked]
    contacts = {c.position: c for i in inquiries for c in i.contacts.all() if c.on_paper}
    deadlines = [i.deadline for i in inquiries if i.deadline is not None]
    return Facts(
        hours=round(sum(r.hours or 0 for r in reports)),
        environments=tuple(
            dict.fromkeys(r.environment[:ENVIRONMENT_LENGTH] for r in reports if r.environment)
        ),
        authors_asked=len(contacts),
        authors_reached=sum(c.state in REACHED for c in contacts.values()),
        asked_at=min(i.opened_at for i in inquiries).isoformat() if inquiries else "",
        deadline=max(deadlines).isoformat() if deadlines else "",
        outcomes=tuple(sorted({r.outcome for r in reports})),
    )
