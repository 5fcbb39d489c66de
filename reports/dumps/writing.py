"""Writing a dump: all files from one snapshot of the database, shown when they are complete."""

import csv
import gzip
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from rest_framework.utils.encoders import JSONEncoder

from registry import listing
from reports.dumps import described, folder, taken_back
from reports.dumps.columns import TABLES
from reports.dumps.folder import KNOWN, PACKAGE, SUMS, Dump
from reports.dumps.records import SOURCES

TURN = 7_265_004  # the advisory lock by which one dump is written at a time
WRITING, OLD = ".writing", ".old"
LEVEL = 6  # of gzip
ENDS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"})
"""What some programs take for the end of a line, and how JSON writes it."""
Progress = Callable[[str, int], object]
"""Called with the name of a file and the number of records that were added to it."""


class Busy(Exception):
    """Another process writes a dump now. The text is a sentence for the person."""


def dump(now: datetime, *, again: bool = False, progress: Progress | None = None) -> Dump | None:
    """Write the dump of the day of `now` (UTC), unless it is there, and clear up; None if it was.

    First the dumps that hold what was taken back go off the site; if today's is one of them, or
    with `again`, it is written anew. Twice at once is once: raises Busy. A run that is killed
    leaves nothing that is shown, and the next one clears it.
    """
    with _turn():
        root = folder.root()
        root.mkdir(mode=0o755, parents=True, exist_ok=True)
        for left in (WRITING, OLD):
            shutil.rmtree(root / left, ignore_errors=True)
        taken_back.take_off(now)
        there = folder.of_day(now.date().isoformat())
        wanted = again or there is None or there.withdrawn is not None
        if wanted:
            with snapshot():
                write(root / WRITING, now, progress)
            _show(root, now)
        _forget(now)
        return folder.of_day(now.date().isoformat()) if wanted else None


@contextmanager
def _turn() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [TURN])
        (mine,) = cursor.fetchone()
    if not mine:
        raise Busy("Another process writes a dump now. Wait until it is done.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction that sees one moment, whatever is committed meanwhile, and writes nothing."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def write(into: Path, now: datetime, progress: Progress | None = None) -> None:
    """All files of a dump of the moment `now`, in the new folder `into`, whole and on the disk.

    Call it in a `snapshot`; memory does not grow with the number of rows.
    """
    into.mkdir(mode=0o755)
    rows = _write_data(into, now, progress)
    for name in described.RECORDS:
        _write_json(into / f"{name}.schema.json", described.schema_of(name))
    _write_text(into / "README.md", described.readme(now, rows))
    _write_text(into / "LICENSE.txt", described.licence(now))
    files = {name: {"bytes": _size(into / name), "hash": f"sha256:{_digest(into / name)}"}
             for name in rows}  # fmt: skip
    _write_json(into / PACKAGE, described.package(now, files, rows, listing.version()))
    _write_json(into / KNOWN, taken_back.known_at(now))
    (into / KNOWN).chmod(0o600)  # it may name reports that are secret again
    named = [*rows, *sorted(p.name for p in into.iterdir() if p.name not in (*rows, KNOWN))]
    _write_text(into / SUMS, "".join(f"{_digest(into / name)}  {name}\n" for name in named))
    _sync(into)


def _write_data(into: Path, now: datetime, progress: Progress | None) -> dict[str, int]:
    """The JSON Lines files and the tables; how many records or lines each has, by its name."""
    with ExitStack() as opened:
        files = {name: opened.enter_context(_Lines(into / f"{name}.jsonl.gz"))
                 for name in described.RECORDS}  # fmt: skip
        tables = [(table, opened.enter_context(_Lines(into / f"{table.name}.csv.gz")))
                  for table in TABLES]  # fmt: skip
        for table, file in tables:
            file.write_row(column.name for column in table.columns)
        for source in SOURCES:
            for batch in source.batches(now):
                for name, records in batch.items():
                    made = [(table, file) for table, file in tables if name in table.rows]
                    for record in records:
                        files[name].add(as_line(record))
                        for table, file in made:
                            file.add_rows(table.lines(name, record))
                    if progress is not None:
                        progress(name, len(records))
        return {file.path.name: file.count for file in [*files.values(), *(f for _, f in tables)]}


def as_line(record: Any) -> str:
    """The record as a line of JSON Lines."""
    text = json.dumps(record, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return text.translate(ENDS) + "\n"


class _Lines:
    """A file of lines, gzip; the same lines make the same bytes. On the disk when it is closed."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0

    def __enter__(self) -> "_Lines":
        self._raw = self.path.open("xb")
        self._gzip = gzip.GzipFile("", "wb", LEVEL, self._raw, mtime=0)
        self._text = io.TextIOWrapper(self._gzip, "utf-8", newline="", write_through=False)
        self._csv = csv.writer(self._text)
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()

    def add(self, line: str) -> None:
        """One more record."""
        self._text.write(line)
        self.count += 1

    def write_row(self, cells: Iterable[str]) -> None:
        """A line that is no record: the names of the columns."""
        self._csv.writerow(cells)

    def add_rows(self, rows: Iterable[list[str]]) -> None:
        """More rows of a table."""
        for row in rows:
            self._csv.writerow(row)
            self.count += 1


def _write_json(path: Path, value: Any) -> None:
    _write_text(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False) + "\n")


def _write_text(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _size(path: Path) -> int:
    return path.stat().st_size


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """The names in a folder on the disk, too."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _show(root: Path, now: datetime) -> None:
    """Put the dump in its place; one of the same day makes room first."""
    place = root / now.date().isoformat()
    if place.exists():
        place.rename(root / OLD)
    (root / WRITING).rename(place)
    _sync(root)
    shutil.rmtree(root / OLD, ignore_errors=True)


def _forget(now: datetime) -> None:
    """Delete the dumps whose time is over, and what a crash left of one that was taken off."""
    found = folder.dumps()
    offered = [one for one in found if one.withdrawn is None]
    stay = folder.kept([one.day for one in offered], now.date())
    for one in found:
        if one.withdrawn is not None:
            taken_back.clear(one)
        elif one.day not in stay:
            shutil.rmtree(one.path)
