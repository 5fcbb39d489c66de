"""Reading reports. Functions give querysets or rows and change nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import User
from registry.models import Paper
from reports.models import EventKind, Report, ReportEvent
from reports.public_letters import TOLD


def with_contents(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with all that templates/reports/parts/report.html and answer.html show."""
    return reports.select_related("paper").prefetch_related(
        "claims", "evidence", "answers", "answers__agreement"
    )


def with_history(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with their contents and all that timeline.py tells of them."""
    told = Q(kind__in=[EventKind.STATE, EventKind.EXTENSION])
    told |= Q(kind=EventKind.LETTER_FACT, data__fact__in=TOLD)
    events = ReportEvent.objects.filter(told).select_related("contact")
    return (
        with_contents(reports)
        .select_related("inquiry")
        .prefetch_related(Prefetch("events", events), "inquiry__contacts", "paper__authors")
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
