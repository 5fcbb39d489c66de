"""Reading reports. Functions give querysets or rows and change nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.models import User
from registry.identifiers import title_key
from registry.models import Paper
from registry.prepared import attach, keep, prepared_for
from reports.models import Answer, EventKind, Evidence, Report, ReportEvent
from reports.persons import folded
from reports.public_letters import TOLD
from reports.states import PUBLIC, State
from reports.visibility import (
    ANYBODY,
    UNDER_INQUIRY,
    Level,
    beside_answers,
    level,
    public_reports,
    visible_reports,
)

CONTENTS = ("claims", "files", "statements")
"""What points to a report and is shown with it, as it stands in its table."""


def with_contents(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with all that templates/reports/parts/report.html and answer.html show."""
    return _joined(reports).prefetch_related(*CONTENTS)


def with_history(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with their contents and all that timeline.py tells of them."""
    told = with_contents(reports).select_related("inquiry")
    return told.prefetch_related(_events(), "inquiry__contacts", "additions__runs__claim")


@prepared_for
def _seen_on(papers: Collection[int]) -> QuerySet[Report]:
    seen = _without_others(visible_reports(ANYBODY)).filter(paper__among=papers)
    return seen.select_related("inquiry").order_by("public_at", "pk")


@prepared_for
def _evidence_of(reports: Collection[int]) -> QuerySet[Evidence]:
    return _evidence().filter(report__among=reports)


@prepared_for
def _events_of(reports: Collection[int]) -> QuerySet[ReportEvent]:
    return _told_events().filter(report__among=reports)


@prepared_for
def _answered(reports: Collection[int]) -> QuerySet[Any]:
    """Which of the reports have which answers, with the answers."""
    found = Answer.reports.through._default_manager.filter(report__among=reports).order_by("answer")
    return found.select_related("answer__url_check", "answer__agreement")


@prepared_for
def _numbered(ids: Collection[int]) -> QuerySet[Report]:
    return _without_others(Report.objects.filter(pk__among=ids)).select_related("inquiry")


def history_of(report_id: int) -> Report | None:
    """The report of that number, whoever may see it, as `with_history` reads it: prepared SQL."""
    return next(iter(_with_all(_numbered([report_id]))), None)


def histories(work: Collection[int]) -> list[Report]:
    """What everybody sees of the reports of a work, which has these entries, with all that
    `with_history` reads. By prepared SQL, since everybody opens the page of a paper."""
    return _with_all(_seen_on(work))


def _with_all(found: list[Report]) -> list[Report]:
    for name in (*CONTENTS, "additions"):
        attach(found, name)
    attach(found, "evidence", _evidence_of)
    attach(found, "events", _events_of)
    answers: dict[int, list[Answer]] = {report.pk: [] for report in found}
    for row in _answered(answers.keys()) if answers else ():
        answers[row.report_id].append(row.answer)
    for report in found:
        keep(report, "answers", answers[report.pk])
    attach([answer for some in answers.values() for answer in some], "files")
    attach([report.inquiry for report in found if hasattr(report, "inquiry")], "contacts")
    if added := [one for report in found for one in report.additions.all()]:
        prefetch_related_objects(added, "runs__claim")
    return found


@dataclass(frozen=True, kw_only=True)
class OnPaper:
    """What everybody sees of the reports of a paper, the oldest first: `reports` in full, `lines`
    as a dated line."""

    reports: list[Report]
    lines: list[Report]


def on_paper(work: Collection[int]) -> OnPaper:
    """The reports of a work, which has these entries, with their histories."""
    seen = histories(work)
    full, lines = (
        [report for report in seen if level(ANYBODY, report) is wanted]
        for wanted in (Level.FULL, Level.LINE)
    )
    return OnPaper(reports=full, lines=lines)


def rows_of(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with what a row of the API tells of each."""
    ids = Prefetch("answers", Answer.objects.only("pk"))
    return _light(reports).prefetch_related("claims", ids, "inquiry__contacts")


def answers_told(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """The answers with their files and, as `beside`, the reports beside which everybody reads
    them."""
    beside = _light(beside_answers()).prefetch_related(_events()).order_by("pk")
    told = answers.select_related("url_check")
    return told.prefetch_related(Prefetch("reports", beside, to_attr="beside"), "files")


def _light(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with inquiry and paper, without what is long and not told in a row."""
    paper = ("search", "abstract", "sources", "facts")
    heavy = [f"{place}__{name}" for place in ("paper", "paper__root") for name in paper]
    long = ("typed", "summary", "environment", "differences", "looked_for", "missing", "data_used")
    return reports.select_related("paper__root", "inquiry").defer(*long, *heavy)


def _joined(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with what is read through joins."""
    return _without_others(reports).prefetch_related(
        Prefetch("evidence", _evidence()),
        Prefetch("answers", Answer.objects.select_related("url_check", "agreement")),
        "answers__files",
    )


def _without_others(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with their paper, without what is long and not shown."""
    return reports.select_related("paper").defer("typed", "paper__search", "paper__abstract")


def _evidence() -> QuerySet[Evidence]:
    return Evidence.objects.select_related("url_check")


def _events() -> "Prefetch[str, QuerySet[ReportEvent], str]":
    return Prefetch("events", _told_events())


def _told_events() -> QuerySet[ReportEvent]:
    """The events that the time line tells everybody of."""
    told = Q(kind__in=[EventKind.STATE, EventKind.EXTENSION, EventKind.APPEAL])
    told |= Q(kind=EventKind.LETTER_FACT, data__fact__in=TOLD)
    return ReportEvent.objects.filter(told).select_related("contact")


STANDS = UNDER_INQUIRY | PUBLIC | {State.SUBMITTED, State.RETURNED}
"""States of a report that is open or public."""


def reports_alike(
    user: User, *, paper: Paper | None, title: str, version: str, mode: str, but: int | None
) -> list[Report]:
    """The person's open and public reports on the same paper, version and mode, newest first.

    A paper entered by hand is known by its title. `but` is the report that is being written.
    """
    if not version.strip() or not mode:
        return []
    same = Q(paper=paper) if paper is not None else Q(paper__title_key=title_key(title))
    found = Report.objects.filter(same, reporter=user, mode=mode, state__in=STANDS).order_by("-pk")
    return [
        report for report in found if report.pk != but and folded(report.version) == folded(version)
    ]


def last_shown_as(user: User) -> str:
    """The name under which the person's last report appears; of what was removed nothing stays."""
    named = Report.objects.filter(reporter=user).exclude(shown_as="").exclude(state=State.REMOVED)
    last = named.order_by("-pk").first()
    return last.shown_as if last is not None else ""


REPORTED = 20
"""Public reports of a paper that its form names."""


@dataclass(frozen=True, kw_only=True)
class Reported:
    """What somebody who begins a report on a paper should know of others."""

    public: Sequence[Report]
    more: int
    own: Sequence[Report]


def reported_on(paper: Paper | None, user: User | None) -> Reported:
    """The newest public reports of `paper`, how many more there are, and those of `user`."""
    if paper is None:
        return Reported(public=[], more=0, own=[])
    public = list(public_reports().filter(paper=paper).order_by("-public_at", "-pk"))
    mine = Report.objects.filter(paper=paper, reporter=user).exclude(state=State.DRAFT)
    return Reported(
        public=public[:REPORTED],
        more=len(public[REPORTED:]),
        own=list(mine.order_by("pk")) if user is not None else [],
    )


@dataclass(frozen=True)
class OwnReport:
    """A row of *my reports*: a draft has the title that was typed or chosen."""

    report: Report
    title: str


def own_reports(user: User) -> list[OwnReport]:
    """The reports of a person, the last changed first, in a fixed number of queries."""
    reports = list(
        Report.objects.filter(reporter=user)
        .select_related("paper", "inquiry")
        .order_by("-updated_at", "-pk")
    )
    chosen = {report.pk: _typed(report, "paper") for report in reports if report.paper is None}
    titles = _titles(chosen.values())
    return [
        OwnReport(report, report.paper.title if report.paper else _draft_title(report, titles))
        for report in reports
    ]


def _titles(chosen: Iterable[str]) -> dict[str, str]:
    ids = [int(value) for value in chosen if value.isascii() and value.isdigit()]
    known = Paper.objects.filter(pk__in=ids, is_public=True).values_list("pk", "title")
    return {str(pk): title for pk, title in known}


def _draft_title(report: Report, titles: dict[str, str]) -> str:
    return titles.get(_typed(report, "paper"), "") or _typed(report, "title") or _typed(report, "q")


def _typed(report: Report, name: str) -> str:
    values = report.typed.get(name) or [""]
    return " ".join(str(values[0]).split())
