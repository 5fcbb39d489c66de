"""Papers and listings with all that is told of them, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from registry import asked, selectors
from registry.identifiers import url
from registry.merging import group_of, groups_of, roots_of
from registry.models import Identifier, Listing, Notice, Paper, PaperVersion
from registry.problems import Problem
from registry.provenance import Origin, origins

Row = TypeVar("Row", Identifier, Listing, PaperVersion)


@dataclass(kw_only=True)
class Record:
    """A paper as a row tells it."""

    paper: Paper
    identifiers: list[dict[str, str]]
    being_asked: bool

    @property
    def facts(self) -> dict[str, Any] | None:
        """What stands beside the standing."""
        facts = self.paper.facts
        if facts is None:
            return None
        numbers = {name: facts.get(name, 0) for name in NUMBERS}
        texts = {name: facts.get(name, ()) for name in ("environments", "outcomes")}
        return (
            numbers | texts | {name: facts.get(name) or None for name in ("asked_at", "deadline")}
        )

    @property
    def shared(self) -> dict[str, str]:
        """What authors share, by item."""
        return dict(word.split(":", 1) for word in self.paper.shared)


NUMBERS = ("hours", "authors_asked", "authors_reached")


@dataclass(kw_only=True)
class Whole(Record):
    """A paper as it is told alone."""

    entries: list[int]
    listings: list[Listing]
    versions: list[PaperVersion]
    notices: list[Notice]
    links: list[dict[str, Any]]
    metadata: list[Origin]


def records_of(papers: Sequence[Paper]) -> list[Record]:
    """What rows tell of the papers, each under its root, in their order."""
    ids = [paper.pk for paper in papers]
    root_of = roots_of(ids)
    named: dict[int, list[Identifier]] = defaultdict(list)
    for identifier in selectors.identifiers_of({*ids, *root_of}):
        named[root_of.get(identifier.paper_id, identifier.paper_id)].append(identifier)
    being_asked = asked.among(ids)
    return [
        Record(
            paper=paper,
            identifiers=_named(named[paper.pk]),
            being_asked=paper.pk in being_asked,
        )
        for paper in papers
    ]


def whole_of(paper: Paper) -> Whole:
    """All that is told of a public paper, a root."""
    (whole,) = wholes_of([paper])
    return whole


def wholes_of(papers: Sequence[Paper]) -> list[Whole]:
    """All that is told of each of these public papers, roots, in their order."""
    groups = groups_of([paper.pk for paper in papers])
    root_of = {entry: root for root, entries in groups.items() for entry in entries}
    identifiers = _by_root(selectors.identifiers_of(root_of.keys()), root_of)
    listings = _by_root(selectors.listings_of(root_of.keys()), root_of)
    versions = _by_root(selectors.versions_of(root_of.keys()), root_of)
    notices = selectors.notices_about_each([identifiers[paper.pk] for paper in papers])
    being_asked = asked.among(groups.keys())
    for paper in papers:
        for listing in listings[paper.pk]:
            listing.paper = paper
    return [
        Whole(
            paper=paper,
            identifiers=_named(identifiers[paper.pk]),
            being_asked=paper.pk in being_asked,
            entries=groups[paper.pk],
            listings=listings[paper.pk],
            versions=[one for one in versions[paper.pk] if one.released_on or one.url],
            notices=said,
            links=[
                {"item": item, "url": link["url"], "source": link["source"], "since": link["at"]}
                for item, link in (paper.shared_links or {}).items()
            ],
            metadata=origins(paper.sources),
        )
        for paper, said in zip(papers, notices, strict=True)
    ]


def _by_root(rows: Iterable[Row], root_of: Mapping[int, int]) -> dict[int, list[Row]]:
    """The rows by the root of their paper, in their order."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[root_of[row.paper_id]].append(row)
    return found


def entries_of(number: int) -> list[int]:
    """The ids of all entries of the work that a public paper belongs to. Raises Problem (404)."""
    paper = Paper.objects.filter(pk=number, is_public=True).only("root").first()
    if paper is None:
        raise Problem(f"No paper has the number {number} here: leave “paper” out, or look its "
                      "number up with /api/v1/papers?q=.", 404)  # fmt: skip
    return group_of(paper)


def _named(identifiers: Iterable[Identifier]) -> list[dict[str, str]]:
    return [
        {"scheme": one.scheme, "value": one.value, "url": url(one.scheme, one.value)}
        for one in identifiers
    ]
