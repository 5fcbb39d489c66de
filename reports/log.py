"""What moderators did, the newest first: one line an act, for moderators. Reads only.

Whoever may not decide on a report reads that something was done, and neither what nor by whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from accounts.models import User
from registry.languages import word
from registry.models import Paper
from reports import merging
from reports.models import EventKind, PaperEvent, Proposal, Report, ReportEvent
from reports.moments import Place, behind, cut, place_of
from reports.states import Actor
from reports.visibility import may_moderate, with_people

PAGE = 50  # acts on a page


@dataclass(frozen=True)
class Line:
    """An event of the log, and what it was in words."""

    event: ReportEvent
    what: str


def line_of(event: ReportEvent) -> Line:
    """The event as the log tells it."""
    data, kind = event.data, event.get_kind_display()
    match event.kind:
        case EventKind.STATE:
            return Line(event, f"{word(event.source)} → {word(event.target)}")
        case EventKind.LETTER:
            return Line(event, gettext("{letter} owed").format(letter=_name(data["letter"])))
        case EventKind.LETTER_FACT:
            return Line(event, f"{_name(data['kind'])} {word(data['fact'])}")
        case EventKind.DECISION:
            return Line(event, gettext("decision: {what}").format(what=word(data["what"])))
        case EventKind.AGREEMENT:
            return Line(event, f"agreement {data['step']}")
        case EventKind.ADDITION:
            return Line(event, f"{data['step']} a statement")
        case EventKind.APPEAL:
            return Line(event, f"appeal {data['step']}")
        case EventKind.PROPOSAL:
            return Line(event, f"{word(data['step'])}: {word(Proposal.Kind(data['kind']).label)}")
        case EventKind.REDACTION:
            return Line(event, "redaction taken back" if data["undone"] else "passage redacted")
        case EventKind.DECLARATION if data["conflict"]:
            return Line(event, "declared a conflict of interest")
        case EventKind.DECLARATION:
            return Line(event, "declared to have no conflict of interest")
    return Line(event, kind)


def _name(letter: str) -> str:
    return word(letter.replace("_", " "))


@dataclass(frozen=True, kw_only=True)
class Act:
    """A row: what a moderator did to a report, or a paper. Where `why_not` says why it may not be
    read, only its date."""

    place: Place  # among all acts
    report: Report | None = None
    paper: Paper | None = None
    why_not: str = ""
    who: User | None = None
    what: str = ""
    note: str = ""

    @property
    def at(self) -> datetime:
        """When it was done (UTC)."""
        return self.place[0]


@dataclass(frozen=True, kw_only=True)
class Log:
    """A page of acts, newest first; `next` is the place of the following one, if there is one."""

    rows: Sequence[Act]
    next: str = ""


ON_REPORT, ON_PAPER = 1, 2
"""The order of acts of the same moment."""


def acts() -> QuerySet[ReportEvent]:
    """Everything that moderators did on reports."""
    return ReportEvent.objects.filter(actor=Actor.MODERATOR, user__isnull=False)


def log_for(
    reader: User, *, moderator: int | None = None, report: int | None = None, after: str = ""
) -> Log:
    """A page of the log, of one moderator or on one report where they are named."""
    place = place_of(after, "log")
    on_reports, on_papers = acts(), PaperEvent.objects.all()
    if moderator is not None:
        on_reports, on_papers = on_reports.filter(user=moderator), on_papers.filter(user=moderator)
    if report is not None:
        on_reports, on_papers = on_reports.filter(report=report), on_papers.none()
    acts_ = [*_on_reports(reader, on_reports, place), *_on_papers(reader, on_papers, place)]
    rows, following = cut(acts_, PAGE, "log")
    if moderator is not None:  # the row alone would tell who it was
        rows = [row for row in rows if not row.why_not]
    return Log(rows=rows, next=following)


def _on_reports(reader: User, events: QuerySet[ReportEvent], place: Place | None) -> list[Act]:
    found = events.filter(behind(place, ON_REPORT)).select_related("user", "contact")
    page = list(found.order_by("-at", "-pk")[: PAGE + 1])
    wanted = Report.objects.filter(pk__in={event.report_id for event in page})
    reports = {one.pk: one for one in with_people(wanted)}
    why_not = {pk: may_moderate(reader, one) for pk, one in reports.items()}
    return [_act(event, reports[event.report_id], why_not[event.report_id]) for event in page]


def _act(event: ReportEvent, report: Report, why_not: str) -> Act:
    place = (event.at, ON_REPORT, event.pk)
    if why_not:
        return Act(place=place, report=report, why_not=why_not)
    who = f" ({event.contact.name})" if event.contact is not None else ""
    return Act(
        place=place, report=report, who=event.user, what=line_of(event).what + who,
        note=event.note,
    )  # fmt: skip


def _on_papers(reader: User, events: QuerySet[PaperEvent], place: Place | None) -> list[Act]:
    found = events.filter(behind(place, ON_PAPER)).select_related("user", "paper", "root")
    page = list(found.order_by("-at", "-pk")[: PAGE + 1])
    papers = {paper for event in page for paper in (event.paper, event.root) if paper is not None}
    why_not = merging.why_not_each(reader, list(papers))
    return [
        _act_on_paper(event, why_not[event.paper_id] or why_not.get(event.root_id or 0, ""))
        for event in page
    ]


def _act_on_paper(event: PaperEvent, why_not: str) -> Act:
    place = (event.at, ON_PAPER, event.pk)
    if why_not:
        return Act(place=place, paper=event.paper, why_not=why_not)
    return Act(
        place=place, paper=event.paper, who=event.user, note=event.note, what=event.what,
    )  # fmt: skip


def moderators() -> QuerySet[User]:
    """Who moderates, or ever did something as a moderator; by name."""
    ever = Exists(acts().filter(user=OuterRef("pk")))
    return User.objects.filter(Q(is_staff=True) | ever).order_by("name", "pk")
