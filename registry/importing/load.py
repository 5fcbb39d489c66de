"""Records into the database, a batch at a time: look up all, decide in memory, COPY what is new.

A paper already known by its source key or by an identifier is the same paper. An import never
changes a known paper's title, year, venue or authors: reports, letters and the positions of
authors rely on them. It adds the identifiers that the paper lacks, and authors where it has none.
"""

import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from registry.identifiers import fold
from registry.importing.copying import copy_row
from registry.importing.records import AUTHOR_ROW, PAPER_ROW, Record

TURN = 7_265_001  # the advisory lock by which imports take turns, a batch each
TRIES = 3


@dataclass(slots=True)
class Tally:
    """What a batch, or a whole file, came to."""

    added: int = 0
    known: int = 0
    joined: int = 0  # lines that an identifier made one with an earlier line or paper
    private: int = 0
    identifiers: int = 0
    authors: int = 0
    notes: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add the counts of `other`; its notes stay where they are."""
        for name in ("added", "known", "joined", "private", "identifiers", "authors"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class _Paper:
    """A paper in the database, or about to be."""

    title_key: str
    names: str
    is_public: bool = True
    id: int = 0
    identifiers: dict[str, set[str]] = field(default_factory=dict)
    record: Record | None = None  # what to add as a new paper
    new_identifiers: list[tuple[str, str]] = field(default_factory=list)
    new_authors: Sequence[str] = ()  # rows
    publish: Record | None = None

    def claims(self, scheme: str, value: str) -> None:
        self.identifiers.setdefault(scheme, set()).add(value)
        self.new_identifiers.append((scheme, value))


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
        self.by_key: dict[str, _Paper] = {}
        self.by_identifier: dict[tuple[str, str], _Paper] = {}
        self.papers: list[_Paper] = []

    def store(self, records: Sequence[Record]) -> Tally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
        self._look_up(records)
        for record in records:
            self._decide(record)
        self._write()
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
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, source_key, title_key, names, is_public FROM registry_paper"  # noqa: S608
                " WHERE id IN (SELECT id FROM registry_paper WHERE source_key = ANY(%s)"
                f"{by_identifier * len(values)})",
                asked,
            )
            known: dict[int, _Paper] = {}
            for paper_id, key, title_key, names, is_public in cursor.fetchall():
                known[paper_id] = _Paper(title_key, names, is_public, paper_id)
                if key:
                    self.by_key[key] = known[paper_id]
            cursor.execute(
                "SELECT paper_id, scheme, value FROM registry_identifier WHERE paper_id = ANY(%s)",
                [list(known)],
            )
            for paper_id, scheme, value in cursor.fetchall():
                known[paper_id].identifiers.setdefault(scheme, set()).add(value)
                self.by_identifier[scheme, value] = known[paper_id]

    def _decide(self, record: Record) -> None:
        paper = self.by_key.get(record.source_key)
        if paper is None and (paper := self._by_identifier(record)) is not None:
            self.tally.joined += 1
        elif paper is not None:
            self.tally.known += 1
        else:
            paper = _Paper(record.title_key, record.names, record=record)
            paper.new_authors = record.author_rows
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
        for scheme, value in record.identifiers.items():
            owner = self.by_identifier.setdefault((scheme, value), paper)
            if owner is not paper:
                self._note(
                    record, f"imported without its {scheme} {value}, which is another paper's"
                )
            elif value not in paper.identifiers.get(scheme, ()):
                paper.claims(scheme, value)
                self.papers.append(paper)

    def _by_identifier(self, record: Record) -> _Paper | None:
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

    def _may_be_public(self, paper: _Paper, record: Record) -> bool:
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

    def _write(self) -> None:
        papers = list({id(paper): paper for paper in self.papers}.values())
        new = [paper for paper in papers if not paper.id]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('registry_paper', 'id'))"
                " FROM generate_series(1, %s)",
                [len(new)],
            )
            for paper, (number,) in zip(new, cursor.fetchall(), strict=True):
                paper.id = number
        now = self.now.isoformat()
        _copy(
            "registry_paper",
            f"id, created_at, {PAPER_ROW}",
            [f"{p.id}\t{now}\t{p.record.row}" for p in new if p.record is not None],
        )
        self.tally.identifiers = _copy(
            "registry_identifier",
            "paper_id, scheme, value",
            [copy_row([p.id, *pair]) for p in papers for pair in p.new_identifiers],
        )
        self.tally.authors = _copy(
            "registry_paperauthor",
            f"paper_id, {AUTHOR_ROW}",
            [f"{p.id}\t{row}" for p in papers for row in p.new_authors],
        )
        self._update([paper for paper in papers if paper.record is None])

    def _update(self, papers: Sequence[_Paper]) -> None:
        """Names of papers that had no authors; metadata of papers that become public."""
        with connection.cursor() as cursor:
            named = [paper for paper in papers if paper.new_authors]
            if named:
                cursor.execute(
                    "UPDATE registry_paper SET names = new.names"
                    " FROM unnest(%s::bigint[], %s::text[]) AS new(id, names)"
                    " WHERE registry_paper.id = new.id",
                    [[paper.id for paper in named], [paper.names for paper in named]],
                )
            for paper in papers:
                if (record := paper.publish) is not None:
                    cursor.execute(
                        "UPDATE registry_paper SET is_public = true, title = %s, venue = %s,"
                        " year = %s, url = %s, source_key = %s WHERE id = %s",
                        [record.title, record.venue, record.year, record.url, record.source_key,
                         paper.id],
                    )  # fmt: skip


CHUNK = 1 << 20  # bytes that COPY hands over at once


def _copy(table: str, columns: str, rows: Sequence[str]) -> int:
    """COPY `rows` into `table`; how many there were."""
    if rows:
        data = io.BytesIO(("\n".join(rows) + "\n").encode())
        # Django wraps the errors of execute(), not those of copy_expert().
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", data, CHUNK)
    return len(rows)


def settle() -> None:
    """After a large import: fresh statistics, and the index's waiting list worked in."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registry_paper, registry_identifier, registry_paperauthor")
        cursor.execute("SELECT gin_clean_pending_list('paper_search')")
