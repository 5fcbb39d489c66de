"""What a batch of an import adds and changes, written: COPY of what is new, few statements for
the rest."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from registry.importing.copying import copy_row
from registry.importing.records import AUTHOR_ROW, PAPER_ROW, Record
from registry.shared import KNOWN


@dataclass(slots=True)
class Stated:
    """A paper in the database, or about to be."""

    title_key: str
    names: str
    is_public: bool = True
    id: int = 0
    year: int | None = None
    url: str = ""
    identifiers: dict[str, set[str]] = field(default_factory=dict)
    record: Record | None = None  # what to add as a new paper
    new_identifiers: list[tuple[str, str]] = field(default_factory=list)
    new_authors: Sequence[str] = ()  # rows
    publish: Record | None = None
    shared: dict[str, dict[str, str]] = field(default_factory=dict)  # links to what is shared

    def claims(self, scheme: str, value: str) -> None:
        self.identifiers.setdefault(scheme, set()).add(value)
        self.new_identifiers.append((scheme, value))


def write(stated: Sequence[Stated], now: datetime) -> tuple[int, int]:
    """Store what is new of `stated`; the number of identifiers and of authors that were added."""
    papers = list({id(paper): paper for paper in stated}.values())
    new = [paper for paper in papers if not paper.id]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('registry_paper', 'id'))"
            " FROM generate_series(1, %s)",
            [len(new)],
        )
        for paper, (number,) in zip(new, cursor.fetchall(), strict=True):
            paper.id = number
    at = now.isoformat()
    _copy(
        "registry_paper",
        f"id, created_at, {PAPER_ROW}",
        [f"{p.id}\t{at}\t{p.record.row}" for p in new if p.record is not None],
    )
    identifiers = _copy(
        "registry_identifier",
        "paper_id, scheme, value",
        [copy_row([p.id, *pair]) for p in papers for pair in p.new_identifiers],
    )
    authors = _copy(
        "registry_paperauthor",
        f"paper_id, {AUTHOR_ROW}",
        [f"{p.id}\t{row}" for p in papers for row in p.new_authors],
    )
    _update([paper for paper in papers if paper.record is None])
    _share([paper for paper in papers if paper.shared], now)
    return identifiers, authors


def _update(papers: Sequence[Stated]) -> None:
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


def _share(papers: Sequence[Stated], now: datetime) -> None:
    """Links to what is shared. For the filter they count where nobody said anything else."""
    if not papers:
        return
    at = now.isoformat()
    links = {
        paper.id: {item: link | {"at": at} for item, link in paper.shared.items()}
        for paper in papers
    }
    known = ", ".join(f"item || ':{value.value}'" for value in KNOWN)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM registry_paper WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [list(links)],
        )
        cursor.execute(
            "UPDATE registry_paper AS paper SET"  # noqa: S608 -- words of our own
            " shared_links = new.links || coalesce(shared_links, '{}'),"
            " shared = ARRAY(SELECT unnest(shared) UNION SELECT item || ':yes'"
            "   FROM jsonb_object_keys(new.links) AS item"
            f"   WHERE NOT shared && ARRAY[{known}]::varchar[] ORDER BY 1)"
            " FROM (SELECT key::bigint AS id, value AS links FROM jsonb_each(%s::jsonb)) AS new"
            " WHERE paper.id = new.id AND NOT coalesce(shared_links, '{}')"
            "   ?& ARRAY(SELECT jsonb_object_keys(new.links))",
            [json.dumps(links)],
        )


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
