"""`manage.py import_papers FILE`: papers from JSON Lines, gzip or plain."""

import os
import resource
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from registry.importing import load, records
from registry.importing.lines import LONGEST_LINE, Unreadable, lines
from registry.importing.load import Tally
from registry.importing.records import Broken, Record, Volume

BATCH = 2000  # lines in memory at a time


@dataclass
class Batch:
    """What some lines of a file came to; no lines at its end."""

    lines: int = 0
    broken: int = 0
    volumes: int = 0
    records: list[Record] = field(default_factory=list)
    said: list[tuple[int, str]] = field(default_factory=list)
    failure: str = ""


def _read(numbered: Iterator[tuple[int, bytes]]) -> Batch:
    """The next BATCH lines; fewer at the end, or where the file cannot be read further."""
    batch = Batch()
    try:
        for number, raw in islice(numbered, BATCH):
            batch.lines += 1
            if raw.strip():
                _read_line(batch, number, raw)
    except Unreadable as error:
        batch.failure = str(error)
    return batch


def _read_line(batch: Batch, number: int, raw: bytes) -> None:
    try:
        if len(raw) > LONGEST_LINE:
            raise Broken(f"it is longer than {LONGEST_LINE:,} bytes")
        batch.records.append(records.read(raw, number))
    except Volume:
        batch.volumes += 1
    except Broken as error:
        batch.broken += 1
        batch.said.append((number, f"skipped, because {error}"))


class Command(BaseCommand):
    """Import the papers of a file; running it again adds nothing."""

    help = (
        "Import papers from JSON Lines (gzip or plain; - for standard input). Fields: source, id, "
        "title, authors, venue, year, doi, arxiv, openreview, acl, url. Lines that cannot be read "
        "are named with their number, and the rest is imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *, file: str, quiet: bool, **options: Any) -> None:
        self.total, self.broken, self.volumes = Tally(), 0, 0
        self.lines = self.notes = 0
        started = time.monotonic()
        self.failure = ""
        try:
            stream: IO[bytes] = sys.stdin.buffer if file == "-" else Path(file).open("rb")  # noqa: SIM115
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
        with stream, self._bar(stream, quiet) as self.bar:
            self._import(stream)
        if self.total.added or self.total.identifiers:
            load.settle()
        self._summary(time.monotonic() - started)
        if self.failure:
            raise CommandError(
                f"{file} cannot be read beyond line {self.lines:,}: {self.failure}. "
                "What came before it was imported."
            )

    def _import(self, stream: IO[bytes]) -> None:
        """Store one batch while a thread reads the next; the database is this thread's alone."""
        numbered = enumerate(lines(stream, self.bar.update), 1)
        with ThreadPoolExecutor(1) as reader:
            ahead = reader.submit(_read, numbered)
            while (batch := ahead.result()).lines:
                ahead = reader.submit(_read, numbered)
                self._store(batch)
                self.failure = batch.failure
        self.failure = self.failure or batch.failure

    def _store(self, batch: Batch) -> None:
        said = batch.said
        if batch.records:
            tally = load.load(batch.records, timezone.now())
            self.total.add(tally)
            self.notes += len(tally.notes) + sum(len(record.notes) for record in batch.records)
            said += tally.notes
            said += [(record.line, note) for record in batch.records for note in record.notes]
        self.lines += batch.lines
        self.broken += batch.broken
        self.volumes += batch.volumes
        if said:
            with self.bar.external_write_mode(file=sys.stderr):
                for line, text in sorted(said):
                    self.stderr.write(f"line {line}: {text}")

    @staticmethod
    def _bar(stream: IO[bytes], quiet: bool) -> "tqdm[Any]":
        """Progress by bytes, on a terminal only."""
        try:
            size = os.fstat(stream.fileno()).st_size
        except (OSError, ValueError):
            size = 0
        return tqdm(
            total=size or None, unit="B", unit_scale=True, desc="papers", file=sys.stderr,
            disable=True if quiet else None,
        )  # fmt: skip

    def _summary(self, seconds: float) -> None:
        total = self.total
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.stdout.write(
            f"{total.added:,} papers added ({total.identifiers:,} identifiers, {total.authors:,} "
            f"authors), {total.known:,} known already, {total.joined:,} joined to a paper with the "
            f"same identifier, {total.private:,} left private, {self.volumes:,} volumes and "
            f"{self.broken:,} broken lines skipped, {self.notes:,} remarks; "
            f"{seconds:.1f} s, peak memory {peak:.0f} MB."
        )
