"""What is shared, as pages show it: who says so, and since when. Reads nothing; load the reports by
`selectors.with_contents`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from registry.models import Paper
from registry.shared import Item
from reports.models import Report
from reports.sharing import Said, Sides, newest


@dataclass(frozen=True, kw_only=True)
class Linked:
    """What metadata links to."""

    url: str
    source: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Row:
    """An item, and what each side says of it; None where a side says nothing."""

    item: Item
    reporter: Said | None
    author: Said | None
    metadata: Linked | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The rows of which somebody says something, and the other items, of which nothing is known."""

    rows: Sequence[Row]
    unsaid: Sequence[Item]

    @property
    def by_reporter(self) -> bool:
        """Whether there is a column of the reporters."""
        return any(row.reporter for row in self.rows)

    @property
    def by_author(self) -> bool:
        """Whether there is a column of the authors."""
        return any(row.author for row in self.rows)

    @property
    def by_metadata(self) -> bool:
        """Whether there is a column of the metadata."""
        return any(row.metadata for row in self.rows)


def of_report(report: Report) -> Shown:
    """What its reporter says, and what authors say beside this report."""
    return _shown([statement.said for statement in report.statements.all()], {})


def of_paper(paper: Paper, reports: Iterable[Report]) -> Shown:
    """What is said beside the public `reports` of the paper, and what its metadata links to."""
    said = [statement.said for report in reports for statement in report.statements.all()]
    links = {
        Item(name): Linked(url=link["url"], source=link["source"], since=parse_datetime(link["at"]))
        for name, link in (paper.shared_links or {}).items()
    }
    return _shown(said, links)


def _shown(said: Iterable[Said], links: dict[Item, Linked]) -> Shown:
    found = newest(said)
    rows = [
        Row(item=item, reporter=sides.reporter, author=sides.author, metadata=links.get(item))
        for item in Item
        if item in links or item in found
        for sides in [found.get(item, Sides())]
    ]
    spoken_of = {row.item for row in rows}
    return Shown(rows=rows, unsaid=[item for item in Item if item not in spoken_of])
