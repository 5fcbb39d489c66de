"""Records into the database, a batch at a time: look up all, decide in memory, COPY what is new.

A paper already known by its source key or by an identifier is the same paper. An import never
changes a known paper's title, year, venue or authors: reports, letters and the positions of
authors rely on them. It adds the identifiers that the paper lacks, authors where it has none, and
links to what is shared where it has no such link.

Titles alone make nothing one, but for two kinds of records. What somebody's list of references
states without an identifier is the public paper of the same title, first author's family name and
year (or the year beside it), so that the lists of many people do not make many papers. A link to
code that brings no paper finds its own by title and address.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from registry.identifiers import fold
from registry.importing.records import Record, family
from registry.importing.writing import Stated, write

TURN = 7_265_001  # the advisory lock by which imports take turns, a batch each
TRIES = 3


@dataclass(slots=True)
class Tally:
    """What a batch, or a whole file, came to."""

    added: int = 0
    known: int = 0
    joined: int = 0  # lines that an identifier made one with an earlier line or paper
    titled: int = 0  # entries that their title made one with an earlier entry or paper
    private: int = 0
    unknown: int = 0  # links of papers that are not here
    identifiers: int = 0
    authors: int = 0
    notes: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add the counts of `other`; its notes stay where they are."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


COUNTS = (
    "added", "known", "joined", "titled", "private", "unknown", "identifiers", "authors",
)  # fmt: skip


def _goes_by_title(record: Record) -> bool:
    return record.by_title and not record.identifiers


def load(records: Sequence[Record], now: datetime) -> Tally:
    """Store a batch in one transaction. Somebody entering the same paper at once makes it look
    again; it raises IntegrityError when that happened three times."""
    for again in range(TRIES - 1, -1, -1):
        try:
            with transaction.atomic():
                return _Batch(now).store(records)
        except (IntegrityError, OperationalError):
            if not again or connection.needs_rollback:
                raise
    raise AssertionError("unreachable")


class _Batch:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.tally = Tally()
        self.by_key: dict[str, Stated] = {}
        self.by_identifier: dict[tuple[str, str], Stated] = {}
        self.by_title: dict[str, list[Stated]] = defaultdict(list)
        self.papers: list[Stated] = []

    def store(self, records: Sequence[Record]) -> Tally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
        self._look_up(records)
        for record in records:
            self._decide(record)
        self.tally.identifiers, self.tally.authors = write(self.papers, self.now)
        return self.tally

    def _look_up(self, records: Sequence[Record]) -> None:
        """The papers that the batch may be about, with all their identifiers."""
        values: dict[str, list[str]] = defaultdict(list)
        for record in records:
            for scheme, value in record.identifiers.items():
                values[scheme].append(value)
        # One index scan for each: a join with an array of pairs reads the whole table.
        asked: list[Any] = [[record.source_key for record in records]]
        asked += chain.from_iterable(values.items())
        by_identifier = (
            " UNION SELECT paper_id FROM registry_identifier WHERE scheme = %s AND value = ANY(%s)"
        )
        by_title = ""
        titles = [one.title_key for one in records if one.links_only or _goes_by_title(one)]
        if titles:
            by_title = (
                " UNION SELECT id FROM registry_paper WHERE is_public AND title_key = ANY(%s)"
            )
            asked.append(titles)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, source_key, title_key, names, is_public, year, url"  # noqa: S608
                " FROM registry_paper WHERE id IN"
                " (SELECT id FROM registry_paper WHERE source_key = ANY(%s)"
                f"{by_identifier * len(values)}{by_title}) ORDER BY id",
                asked,
            )
            known: dict[int, Stated] = {}
            for paper_id, key, title_key, names, is_public, year, url in cursor.fetchall():
                paper = Stated(title_key, names, is_public, paper_id, year, url)
                known[paper_id] = paper
                if key:
                    self.by_key[key] = paper
                if titles and is_public:
                    self.by_title[title_key].append(paper)
            cursor.execute(
                "SELECT paper_id, scheme, value FROM registry_identifier WHERE paper_id = ANY(%s)",
                [list(known)],
            )
            for paper_id, scheme, value in cursor.fetchall():
                known[paper_id].identifiers.setdefault(scheme, set()).add(value)
                self.by_identifier[scheme, value] = known[paper_id]

    def _link(self, record: Record) -> None:
        """What is shared of a public paper that is known; of any other it is nothing."""
        paper = self.by_key.get(record.source_key) or next(
            (self.by_identifier[pair] for pair in record.identifiers.items()
             if pair in self.by_identifier),
            None,
        ) or next(
            (one for one in self.by_title.get(record.title_key, ())
             if record.url and one.url == record.url),
            None,
        )  # fmt: skip
        if paper is None or not paper.is_public:
            self.tally.unknown += 1
            return
        self.tally.known += 1
        paper.shared = record.shared | paper.shared
        self.papers.append(paper)

    def _decide(self, record: Record) -> None:
        if record.links_only:
            self._link(record)
            return
        paper = self.by_key.get(record.source_key)
        if paper is None and (paper := self._by_identifier(record)) is not None:
            self.tally.joined += 1
        elif paper is None and (paper := self._by_title(record)) is not None:
            self.tally.titled += 1
        elif paper is not None:
            self.tally.known += 1
        else:
            paper = Stated(record.title_key, record.names, record=record, year=record.year)
            paper.new_authors = record.author_rows
            if record.by_title:
                self.by_title[record.title_key].append(paper)
            self.papers.append(paper)
            self.tally.added += 1
        self.by_key.setdefault(record.source_key, paper)
        if not self._may_be_public(paper, record):
            self.tally.private += 1
            self._note(record, "a report that is not public yet states this paper with another "
                               "title or other authors: it was left as it is")  # fmt: skip
            return
        if paper.id and not paper.names and not paper.new_authors and record.authors:
            paper.new_authors, paper.names = record.author_rows, record.names
            self.papers.append(paper)
        if record.shared:
            paper.shared = record.shared | paper.shared
            self.papers.append(paper)
        for scheme, value in record.identifiers.items():
            owner = self.by_identifier.setdefault((scheme, value), paper)
            if owner is not paper:
                self._note(
                    record, f"imported without its {scheme} {value}, which is another paper's"
                )
            elif value not in paper.identifiers.get(scheme, ()):
                paper.claims(scheme, value)
                self.papers.append(paper)

    def _by_identifier(self, record: Record) -> Stated | None:
        """The paper that one of the record's identifiers names, unless the rest speaks against it:
        another title, and another identifier of one scheme."""
        for scheme, value in record.identifiers.items():
            paper = self.by_identifier.get((scheme, value))
            if paper is None:
                continue
            differs = any(
                other in paper.identifiers and name not in paper.identifiers[other]
                for other, name in record.identifiers.items()
            )
            if paper.title_key == record.title_key or not differs:
                if paper.title_key != record.title_key:
                    self._note(
                        record,
                        f"taken as the known paper with its {scheme} {value}, whose title differs",
                    )
                return paper
        return None

    def _by_title(self, record: Record) -> Stated | None:
        """The paper that an entry without an identifier states, in whichever dress."""
        if not _goes_by_title(record) or not record.authors or record.year is None:
            return None
        return next(
            (
                paper
                for paper in self.by_title.get(record.title_key, ())
                if paper.year is not None
                and abs(paper.year - record.year) <= 1
                and family(paper.names.split("; ")) == family(record.authors)
            ),
            None,
        )

    def _may_be_public(self, paper: Stated, record: Record) -> bool:
        """Whether `paper` is public, or can be: what a reporter typed agrees with the file."""
        if paper.is_public:
            return True
        if paper.title_key != record.title_key or (
            paper.names and fold(paper.names) != fold(record.names)
        ):
            return False
        paper.is_public, paper.publish = True, record
        self.papers.append(paper)
        return True

    def _note(self, record: Record, text: str) -> None:
        self.tally.notes.append((record.line, text))
