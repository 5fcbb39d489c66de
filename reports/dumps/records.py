"""The records of a dump, batch by batch: what everybody may read, and nothing else.

Read in one transaction whose snapshot does not move (writing.py); memory does not grow with the
number of rows.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from rest_framework import serializers

from registry.api.records import wholes_of
from registry.api.shown import ListingRow
from registry.feeds import absolute
from registry.models import Notice
from registry.selectors import public_listings, public_papers
from reports.api import told
from reports.api.said_shown import AnswerRow
from reports.api.shown import ReportLine, ReportWhole
from reports.corrections import corrections
from reports.dumps.shown import CorrectionShown, NoticeDumped, PaperDumped, StepShown
from reports.dumps.steps import steps_of
from reports.models import Answer, Report
from reports.selectors import answers_told
from reports.visibility import ANYBODY, public_answers, visible_reports

Record = dict[str, Any]
Batch = dict[str, list[Record]]
"""The next records by the name of their file."""
Row = TypeVar("Row")
CHUNK = 500  # rows in memory at a time
FEW = 100  # reports, each with all that stands beside it


class Site:
    """Stands for the request by which the API knows the address of the site."""

    @staticmethod
    def build_absolute_uri(path: str) -> str:
        """The public address."""
        return absolute(path)


CONTEXT = {"request": Site()}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Something that is read once, for one file or for several."""

    files: tuple[str, ...]
    batches: Callable[[datetime], Iterator[Batch]]


def in_batches(rows: Iterable[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    """The rows, so many at a time."""
    each = iter(rows)
    while batch := list(islice(each, size)):
        yield batch


def _told(shown: type[serializers.Serializer[Any]], rows: Iterable[Any]) -> list[Record]:
    return list(shown(rows, many=True, context=CONTEXT).data)


def _papers(now: datetime) -> Iterator[Batch]:
    found = public_papers().defer("search", "abstract").order_by("pk")
    for papers in in_batches(found.iterator(CHUNK)):
        yield {"papers": _told(PaperDumped, wholes_of(papers))}


def _listings(now: datetime) -> Iterator[Batch]:
    for listings in in_batches(public_listings().order_by("pk").iterator(CHUNK)):
        yield {"listings": _told(ListingRow, listings)}


def _reports(now: datetime) -> Iterator[Batch]:
    ids = visible_reports(ANYBODY).order_by("pk").values_list("pk", flat=True)
    for some in in_batches(ids.iterator(CHUNK), FEW):
        seen = told.all_of(Report.objects.filter(pk__among=some), now)
        steps = [step for one in seen for step in steps_of(one)]
        yield {"reports": [_report(one) for one in seen], "steps": _told(StepShown, steps)}


def _report(seen: told.Whole | told.Line) -> Record:
    shown = ReportWhole if isinstance(seen, told.Whole) else ReportLine
    return dict(shown(seen, context=CONTEXT).data)


def _answers(now: datetime) -> Iterator[Batch]:
    ids = public_answers().order_by("pk").values_list("pk", flat=True)
    for some in in_batches(ids.iterator(CHUNK), FEW):
        found = answers_told(Answer.objects.filter(pk__among=some)).order_by("pk")
        yield {"answers": _told(AnswerRow, told.answers(list(found)))}


def _corrections(now: datetime) -> Iterator[Batch]:
    after = ""
    while True:
        page = corrections(after, CHUNK)
        yield {"corrections": _told(CorrectionShown, page.rows)}
        if not page.next:
            return
        after = page.next


def _notices(now: datetime) -> Iterator[Batch]:
    for notices in in_batches(Notice.objects.order_by("pk").iterator(CHUNK)):
        yield {"notices": _told(NoticeDumped, notices)}


SOURCES = (
    Source(files=("papers",), batches=_papers),
    Source(files=("listings",), batches=_listings),
    Source(files=("reports", "steps"), batches=_reports),
    Source(files=("answers",), batches=_answers),
    Source(files=("corrections",), batches=_corrections),
    Source(files=("notices",), batches=_notices),
)
"""All of a dump, in the order in which it is written."""
