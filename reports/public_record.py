"""The public record of a paper, derived from its public reports for the registry's projection."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from registry.listing import Facts, Projection
from reports.models import Answer, Contact, Report
from reports.standing import PublicReport, standing
from reports.states import LISTABLE, Mode, Outcome, State
from reports.visibility import public_reports

REACHED = (Contact.State.HANDED_OVER, Contact.State.DELIVERED, Contact.State.OPTED_OUT)
ENVIRONMENT_LENGTH = 200  # characters of each environment on a list row


class _Row(NamedTuple):
    """What the public record takes of a public report and of its inquiry, if it had one."""

    id: int
    paper_id: int
    reporter_id: int
    state: str
    state_at: datetime
    outcome: str
    mode: str
    causes: list[str]
    hours: Decimal | None
    environment: str
    inquiry: int | None
    inquiry__opened_at: datetime | None
    inquiry__deadline: datetime | None


def projections_of(papers: Collection[int]) -> dict[int, Projection]:
    """Standing, counts and facts of each paper by its id, from public reports alone."""
    rows = public_reports().filter(paper__among=papers).order_by("pk").values_list(*_Row._fields)
    by_paper: dict[int, list[_Row]] = {paper_id: [] for paper_id in papers}
    for row in map(_Row._make, rows):
        by_paper[row.paper_id].append(row)
    reports = [row.id for rows_ in by_paper.values() for row in rows_]
    answered: dict[int, datetime] = {}
    of_reports = Answer.reports.through.objects.filter(report__among=reports)
    answers = list(of_reports.values_list("report_id", "answer_id"))
    given_at = Answer.objects.filter(pk__among={answer for _, answer in answers})
    moments = dict(given_at.values_list("pk", "given_at")) if answers else {}
    for report_id, answer_id in answers:
        moment = moments[answer_id]
        answered[report_id] = max(moment, answered.get(report_id, moment))
    asked: dict[int, dict[int, str]] = defaultdict(dict)
    inquiries = [row.inquiry for rows_ in by_paper.values() for row in rows_ if row.inquiry]
    contacts = Contact.objects.filter(inquiry__among=inquiries, on_paper=True).order_by()
    for inquiry, position, state in contacts.values_list("inquiry_id", "position", "state"):
        asked[inquiry][position] = state
    return {paper_id: _projection(found, answered, asked) for paper_id, found in by_paper.items()}


def _projection(
    rows: list[_Row], answered: dict[int, datetime], asked: dict[int, dict[int, str]]
) -> Projection:
    """The public record that `rows`, the public reports of a paper in the order of ids, make.

    `answered` has the newest answer by report, `asked` the state of each author by inquiry.
    """
    return Projection(
        standing=standing(
            PublicReport(State(r.state), Outcome(r.outcome), Mode(r.mode)) for r in rows
        ),
        report_count=len({r.reporter_id for r in rows}),
        match_count=len({r.reporter_id for r in rows if r.outcome == Outcome.MATCHED}),
        modes=sorted({r.mode for r in rows}),
        causes=sorted({cause for r in rows for cause in r.causes}),
        answered_at=max((answered[r.id] for r in rows if r.id in answered), default=None),
        facts=_facts(rows, asked),
    )


def _facts(rows: list[_Row], asked: dict[int, dict[int, str]]) -> Facts:
    """What the row of the list shows of `rows`."""
    # "Asked on DATE, no answer by DATE" is said of the one report that lapsed first, so that its
    # two dates belong together and never to another report's inquiry.
    with_inquiry = [r for r in rows if r.inquiry is not None]
    listed = [r for r in with_inquiry if r.state == State.LAPSED and r.outcome in LISTABLE]
    first = min(listed, key=lambda r: (r.state_at, r.id), default=None)
    shown = [first] if first is not None else with_inquiry
    authors: dict[int, str] = {}
    for row in shown:
        authors |= asked.get(row.inquiry or 0, {})
    opened = [r.inquiry__opened_at for r in shown if r.inquiry__opened_at is not None]
    deadlines = [r.inquiry__deadline for r in shown if r.inquiry__deadline is not None]
    return Facts(
        hours=round(sum(r.hours or 0 for r in rows)),
        environments=tuple(
            dict.fromkeys(r.environment[:ENVIRONMENT_LENGTH] for r in rows if r.environment)
        ),
        authors_asked=len(authors),
        authors_reached=sum(state in REACHED for state in authors.values()),
        asked_at=min(opened).isoformat() if opened else "",
        deadline=max(deadlines).isoformat() if deadlines else "",
        outcomes=tuple(sorted({r.outcome for r in rows})),
    )


def reach_of(report: Report) -> tuple[int, int]:
    """How many authors were asked about the report, and how many of them were reached."""
    inquiry = getattr(report, "inquiry", None)
    contacts = [c for c in inquiry.contacts.all() if c.on_paper] if inquiry is not None else []
    return len(contacts), sum(contact.state in REACHED for contact in contacts)
