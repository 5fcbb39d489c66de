"""The public record of a paper, derived from its public reports for the registry's projection."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from registry.listing import Facts, Projection, Stored
from registry.models import Paper, Standing
from registry.shared import Item, Value
from reports.independence import parties
from reports.models import Answer, Contact, Report, Statement
from reports.sharing import Said, words
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
    group_key: str
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
    """Standing, counts and facts of each locked paper by its id, from public reports alone.

    Of papers that are one work the root has those of all; it is locked here, after those that are
    merged into it.
    """
    links = Paper.objects.filter(root__isnull=False).values_list("pk", "root_id")
    near = dict(links.filter(Q(pk__among=papers) | Q(root__among=papers)))
    if not near:
        return _records_of(papers)
    roots = {root for pk, root in near.items() if root is not None and pk in papers}
    stored = _locked(roots) if roots else {}
    # Whoever merges locks the root too, so from here on the groups stay as they are.
    root_of = {pk: root for pk, root in links.filter(root__among={*papers, *roots}) if root}
    merged: dict[int, list[int]] = defaultdict(list)
    for pk, root in sorted(root_of.items()):
        merged[root].append(pk)
    records = {
        pk: replace(record, merged=tuple(merged[pk]))
        for pk, record in _records_of({*papers, *roots} - root_of.keys(), root_of).items()
    }
    of_roots = {pk: (stored[root_of[pk]], records[root_of[pk]]) for pk in papers if pk in root_of}
    return records | {
        pk: Projection(standing=Standing.NONE, root=record) for pk, record in of_roots.items()
    }


def _locked(roots: Collection[int]) -> dict[int, Stored]:
    """What is stored of the roots, which are locked from now on."""
    locked = Paper.objects.select_for_update().filter(pk__among=roots).order_by("pk")
    return {row.id: row for row in map(Stored._make, locked.values_list(*Stored._fields))}


def _records_of(
    papers: Collection[int], under: Mapping[int, int] | None = None
) -> dict[int, Projection]:
    """The record of each of `papers`; a report on a paper in `under` counts for the paper there."""
    under = under or {}
    among = {*papers, *under}
    rows = public_reports().filter(paper__among=among).order_by("pk").values_list(*_Row._fields)
    by_paper: dict[int, list[_Row]] = {paper_id: [] for paper_id in papers}
    for row in map(_Row._make, rows):
        by_paper[under.get(row.paper_id, row.paper_id)].append(row)
    reports = [row.id for rows_ in by_paper.values() for row in rows_]
    answered: dict[int, datetime] = {}
    of_reports = Answer.reports.through.objects.filter(report__among=reports)
    answers = list(of_reports.values_list("report_id", "answer_id"))
    given_at = Answer.objects.filter(pk__among={answer for _, answer in answers})
    moments = dict(given_at.values_list("pk", "given_at")) if answers else {}
    for report_id, answer_id in answers:
        moment = moments[answer_id]
        answered[report_id] = max(moment, answered.get(report_id, moment))
    said = _said(reports)
    asked: dict[int, dict[int, str]] = defaultdict(dict)
    inquiries = [row.inquiry for rows_ in by_paper.values() for row in rows_ if row.inquiry]
    written = Contact.objects.filter(inquiry__among=inquiries, on_paper=True)
    contacts = written.exclude(state=Contact.State.LINKED).order_by()
    for inquiry, position, state in contacts.values_list("inquiry_id", "position", "state"):
        asked[inquiry][position] = state
    return {
        paper_id: _projection(found, answered, asked, said) for paper_id, found in by_paper.items()
    }


def _said(reports: list[int]) -> dict[int, list[Said]]:
    """What is said of what is shared beside these reports, by report."""
    found: dict[int, list[Said]] = defaultdict(list)
    rows = Statement.objects.filter(report__among=reports).order_by()
    for report, contact, item, value, url, at, number in rows.values_list(
        "report_id", "contact_id", "item", "value", "url", "said_at", "pk"
    ):
        found[report].append(
            Said(
                item=Item(item), value=Value(value), by_author=contact is not None, since=at,
                order=number, url=url,
            )
        )  # fmt: skip
    return found


def _projection(
    rows: list[_Row],
    answered: dict[int, datetime],
    asked: dict[int, dict[int, str]],
    said: dict[int, list[Said]],
) -> Projection:
    """The public record that `rows`, the public reports of a paper in the order of ids, make.

    `answered` has the newest answer by report, `asked` the state of each author by inquiry, `said`
    the statements by report.
    """
    party = parties((r.id, r.reporter_id, r.group_key) for r in rows)
    return Projection(
        standing=standing(
            PublicReport(State(r.state), Outcome(r.outcome), Mode(r.mode)) for r in rows
        ),
        report_count=len(set(party.values())),
        match_count=len({party[r.id] for r in rows if r.outcome == Outcome.MATCHED}),
        modes=sorted({r.mode for r in rows}),
        causes=sorted({cause for r in rows for cause in r.causes}),
        answered_at=max((answered[r.id] for r in rows if r.id in answered), default=None),
        facts=_facts(rows, asked),
        shared=words(one for r in rows for one in said.get(r.id, ())),
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
    contacts = inquiry.contacts.all() if inquiry is not None else ()
    contacts = [c for c in contacts if c.on_paper and c.state != Contact.State.LINKED]
    return len(contacts), sum(contact.state in REACHED for contact in contacts)
