"""The feed of public answers. An answer is one entry for ever: when its report is withdrawn or
removed the same entry says so, as the paper's page does, so no reader of a feed keeps more of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from django.conf import settings
from django.db.models import Max, Prefetch, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from registry.feeds import MOST, Entry, Feed
from registry.merging import whole
from registry.selectors import address_of
from reports import text
from reports.models import Answer, Report
from reports.moments import Place, behind, cut, place_of
from reports.states import State
from reports.visibility import public_lines, public_reports


class Kind(IntEnum):
    """What happened to an answer; the order of entries of the same moment."""

    GIVEN = 1
    TAKEN_BACK = 2


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer, and the report through which everybody sees it, or saw it."""

    answer: Answer
    report: Report
    kind: Kind
    at: datetime

    @property
    def place(self) -> Place:
        """Where it stands among all."""
        return self.at, self.kind, self.answer.pk

    @property
    def removed(self) -> bool:
        """Whether nothing but that it was there is left."""
        return self.report.state == State.REMOVED

    @property
    def updated(self) -> datetime:
        """When what everybody reads of it changed last: covered passages count."""
        covered = self.report.redactions.all()
        return max([self.at, *(one.undone_at or one.at for one in covered)])


def answers(after: str = "") -> Feed:
    """The public answers of authors, and what became of them; the newest first."""
    place = place_of(after, "answers")
    rows, following = cut(
        [*_given(place, MOST + 1), *_taken_back(place, MOST + 1)], MOST, "answers"
    )
    return Feed(
        key="answers",
        title=f"Answers of authors · {settings.SITE_NAME}",
        about="What authors say about reports on their papers, in full.",
        view="answers_feed",
        page=reverse("registry:list"),
        entries=list(map(_entry, rows)),
        query=f"?after={after}" if place is not None else "",
        following=f"?after={following}" if following else "",
    )


def _given(place: Place | None, limit: int) -> Sequence[Told]:
    """The answers beside a report that everybody sees in full."""
    found = _beside(public_reports()).filter(behind(place, Kind.GIVEN, "given_at"))
    return [
        Told(answer=answer, report=_reports(answer)[0], kind=Kind.GIVEN, at=answer.given_at)
        for answer in found.order_by("-given_at", "-pk")[:limit]
    ]


def _taken_back(place: Place | None, limit: int) -> Sequence[Told]:
    """The answers beside reports of which no more than a dated line is left."""
    lines = public_lines()
    taken = (
        _beside(lines)
        .exclude(pk__in=_ids(public_reports()))
        .annotate(taken_at=Max("reports__state_at", filter=Q(reports__in=lines)))
        .filter(behind(place, Kind.TAKEN_BACK, "taken_at"))
        .order_by("-taken_at", "-pk")
    )
    rows = []
    for answer in taken[:limit]:
        # What one withdrawn report leaves is shown, though another one was removed.
        shown = min(_reports(answer), key=lambda report: report.state == State.REMOVED)
        told = Told(answer=answer, report=shown, kind=Kind.TAKEN_BACK, at=answer.taken_at)
        rows.append(told)
    return rows


def _ids(reports: QuerySet[Report]) -> QuerySet[Any, Any]:
    return Answer.reports.through.objects.filter(report__in=reports).values("answer")


def _beside(reports: QuerySet[Report]) -> QuerySet[Answer]:
    """The answers to any of `reports`, each with those of them that it names."""
    named = reports.select_related("paper__root").prefetch_related("redactions").order_by("pk")
    return Answer.objects.filter(pk__in=_ids(reports)).prefetch_related(
        Prefetch("reports", named, to_attr="seen")
    )


def _reports(answer: Answer) -> list[Report]:
    seen: list[Report] = getattr(answer, "seen")  # noqa: B009 - put there by the prefetch
    return seen


def _entry(told: Told) -> Entry:
    answer, report = told.answer, told.report
    assert report.paper is not None
    paper = whole(report.paper)
    gone = {State.REMOVED: "report removed", State.WITHDRAWN: "report withdrawn"}
    what = gone.get(State(report.state), answer.get_kind_display())
    context = {
        "told": told,
        "answer": answer,
        "report": report,
        "paper": paper,
        "words": "" if told.removed else text.render_letter(answer.text),
    }
    return Entry(
        key=f"answer-{answer.pk}",
        url=f"{address_of(paper)}#lines-title"
        if told.kind is Kind.TAKEN_BACK
        else f"{reverse('reports:report', args=[report.pk])}#answer-{answer.pk}",
        title=f"Answer to report {report.pk}: {what} – {paper.title}",
        html=render_to_string("reports/feed_answer.html", context),
        published=answer.given_at,
        updated=told.updated,
        author="" if told.removed else answer.name,
    )
