"""What became public about papers, and when: for those who are told of it by mail.

Every piece is one row as it is now, through visibility.py: read again later it is not there any
more, if its report was withdrawn or removed, or its listing ended, in between.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from registry.merging import whole
from registry.models import Ending, Ground, Listing, Paper
from registry.selectors import public_listings
from reports.models import Addition, Answer, Inquiry, Report, Statement
from reports.states import State
from reports.visibility import public_lines, public_reports

STATED = (State.DISPUTED, State.RESOLVED, State.CONFIRMED)
"""States of a report that are news by themselves; the others come with what made them."""
NEVER_WAS = (Ending.ANNULLED, Ending.REMOVED)
"""Endings of listings that say: it is not to be told any more that the paper was listed."""


class What(StrEnum):
    """What happened; the first part of a key is the table that says so."""

    LISTED = "listed"
    LEFT = "left"
    PUBLISHED = "published"
    ANSWERED = "answered"
    ADDED = "added"
    SHARED = "shared"
    STATED = "stated"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, kw_only=True)
class News:
    """One thing that became public at `at` (UTC) about a paper, which is its root.

    `word` says more, by `what`: the ground or the ending of a listing, the outcome of a report, the
    kind of an answer, the side that added, the state that was stated or taken back.
    """

    key: str
    what: What
    at: datetime
    paper: Paper
    report_id: int
    word: str = ""
    mode: str = ""
    state: str = ""
    deadline: datetime | None = None
    """Of an inquiry that ended in silence."""
    begun: datetime | None = None
    """Of what was taken back: since when it had been public. Who never heard of it is not told."""

    def new_to(self, since: datetime, until: datetime) -> bool:
        """Whether it is new to somebody who was told all until `since`, at `until`."""
        return since < self.at <= until and (self.begun is None or self.begun <= since)


def between(since: datetime, until: datetime) -> list[News]:
    """All that became public after `since` and up to `until`, the newest first; in a fixed number
    of queries."""
    return _told(_Asked(since=since, until=until))


def again(keys: Iterable[str], until: datetime) -> list[News]:
    """Those of the pieces with these keys that can still be told, as they are now."""
    ids: dict[str, list[int]] = defaultdict(list)
    for key in keys:
        table, _, number = key.rpartition("-")
        ids[table].append(int(number))
    return _told(_Asked(until=until, ids=ids))


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Which rows are asked for: of a span, or some by their ids."""

    until: datetime
    since: datetime | None = None
    ids: dict[str, list[int]] | None = None

    def wants(self, table: str) -> bool:
        """Whether anything of a table is asked for."""
        return self.ids is None or table in self.ids

    def rows(self, table: str, column: str) -> Q:
        """The condition on its rows, which are dated by `column`."""
        dated = Q(**{f"{column}__lte": self.until})
        if self.since is not None:
            dated &= Q(**{f"{column}__gt": self.since})
        return dated if self.ids is None else dated & Q(pk__in=self.ids[table])


def _told(asked: _Asked) -> list[News]:
    tables = {
        "listing": _listings,
        "report": _published,
        "answer": _answers,
        "addition": _additions,
        "statement": _shared,
        "state": _stated,
        "line": _taken_back,
    }
    found = chain.from_iterable(read(asked) for table, read in tables.items() if asked.wants(table))
    return sorted(found, key=lambda news: (news.at, news.key), reverse=True)


LONG = ("typed", "summary", "environment", "differences", "looked_for", "missing", "data_used")
HEAVY = ("search", "abstract", "sources", "facts")


def _with_paper(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with what a piece of news reads of them."""
    heavy = [f"{place}__{name}" for place in ("paper", "paper__root") for name in HEAVY]
    return reports.select_related("paper__root", "inquiry").defer(*LONG, *heavy)


def _paper_of(report: Report) -> Paper:
    assert report.paper is not None
    return whole(report.paper)


def _deadline_of(report: Report | None) -> datetime | None:
    inquiry: Inquiry | None = getattr(report, "inquiry", None)
    return inquiry.deadline if inquiry is not None else None


def _listings(asked: _Asked) -> Iterator[News]:
    """A listing is told once as begun and, whatever happened between, once as ended."""
    dated = public_listings().alias(moment=Coalesce("closed_at", "opened_at"))
    rows = list(dated.filter(asked.rows("listing", "moment")).order_by())
    silent = [row.report_id for row in rows if row.closed_at is None]
    reports = _with_paper(public_reports()).in_bulk(silent) if silent else {}
    for row in rows:
        if row.closed_at is None:
            yield _listed(row, reports.get(row.report_id))
        else:
            yield News(
                key=f"listing-{row.pk}", what=What.LEFT, at=row.closed_at, paper=whole(row.paper),
                report_id=row.report_id, word=row.ending,
                begun=row.opened_at if row.ending in NEVER_WAS else None,
            )  # fmt: skip


def _listed(row: Listing, report: Report | None) -> News:
    silent = row.ground == Ground.SILENCE
    return News(
        key=f"listing-{row.pk}", what=What.LISTED, at=row.opened_at, paper=whole(row.paper),
        report_id=row.report_id, word=row.ground, deadline=_deadline_of(report) if silent else None,
    )  # fmt: skip


def _published(asked: _Asked) -> Iterator[News]:
    for report in _with_paper(public_reports()).filter(asked.rows("report", "public_at")):
        assert report.public_at is not None
        silent = report.state == State.LAPSED
        yield News(
            key=f"report-{report.pk}", what=What.PUBLISHED, at=report.public_at,
            paper=_paper_of(report), report_id=report.pk, word=report.outcome, mode=report.mode,
            state=report.state, deadline=_deadline_of(report) if silent else None,
        )  # fmt: skip


def _answers(asked: _Asked) -> Iterator[News]:
    beside = Answer.reports.through.objects.filter(report__in=public_reports())
    rows = Answer.objects.filter(asked.rows("answer", "given_at"), pk__in=beside.values("answer"))
    named = _with_paper(public_reports()).order_by("pk")
    for answer in rows.order_by().prefetch_related(Prefetch("reports", named, to_attr="seen")):
        seen: Collection[Report] = getattr(answer, "seen")  # noqa: B009 - put there by the prefetch
        for report in list(seen)[:1]:
            yield News(
                key=f"answer-{answer.pk}", what=What.ANSWERED, at=answer.given_at,
                paper=_paper_of(report), report_id=report.pk, word=answer.kind,
            )  # fmt: skip


def _additions(asked: _Asked) -> Iterator[News]:
    dated = asked.rows("addition", "given_at")
    rows = Addition.objects.filter(dated, report__in=public_reports()).order_by()
    reports = _reports_of(rows.values_list("report_id", flat=True))
    for row in rows.only("pk", "given_at", "side", "report_id"):
        if (report := reports.get(row.report_id)) is not None:
            yield News(
                key=f"addition-{row.pk}", what=What.ADDED, at=row.given_at, word=row.side,
                paper=_paper_of(report), report_id=report.pk,
            )  # fmt: skip


def _shared(asked: _Asked) -> Iterator[News]:
    """What authors said of what is shared without an answer: one piece for all that was said at
    once."""
    dated = asked.rows("statement", "said_at")
    alone = Statement.objects.filter(dated, contact__isnull=False, answer=None)
    rows = alone.filter(report__in=public_reports()).order_by("pk")
    reports = _reports_of(rows.values_list("report_id", flat=True))
    told: set[tuple[int, datetime]] = set()
    for row in rows.only("pk", "said_at", "report_id"):
        report = reports.get(row.report_id)
        if report is not None and (report.pk, row.said_at) not in told:
            told.add((report.pk, row.said_at))
            yield News(
                key=f"statement-{row.pk}", what=What.SHARED, at=row.said_at,
                paper=_paper_of(report), report_id=report.pk,
            )  # fmt: skip


def _reports_of(numbers: Iterable[int]) -> dict[int, Report]:
    return _with_paper(public_reports()).in_bulk(set(numbers))


def _stated(asked: _Asked) -> Iterator[News]:
    """Only the state that holds now: what was stated between is history of the paper's page."""
    stated = public_reports().filter(asked.rows("state", "state_at"), state__in=STATED)
    for report in _with_paper(stated):
        yield News(
            key=f"state-{report.pk}", what=What.STATED, at=report.state_at, word=report.state,
            paper=_paper_of(report), report_id=report.pk,
        )  # fmt: skip


def _taken_back(asked: _Asked) -> Iterator[News]:
    for report in _with_paper(public_lines()).filter(asked.rows("line", "state_at")):
        yield News(
            key=f"line-{report.pk}", what=What.TAKEN_BACK, at=report.state_at, word=report.state,
            paper=_paper_of(report), report_id=report.pk, begun=report.public_at,
        )  # fmt: skip
