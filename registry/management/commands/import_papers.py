"""`manage.py import_papers FILE`: papers from JSON Lines, gzip or plain."""

import os
import resource
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
        records = self._records(stream)

        def batch() -> list[Record]:
            return list(islice(records, BATCH))

        with ThreadPoolExecutor(1) as reader:
            ahead = reader.submit(batch)
            while read := ahead.result():
                ahead = reader.submit(batch)
                self._load(read)

    def _records(self, stream: IO[bytes]) -> Iterator[Record]:
        for number, raw in enumerate(self._lines(stream), 1):
            self.lines = number
            if not raw.strip():
                continue
            try:
                if len(raw) > LONGEST_LINE:
                    raise Broken(f"it is longer than {LONGEST_LINE:,} bytes")
                record = records.read(raw, number)
            except Volume:
                self.volumes += 1
            except Broken as error:
                self.broken += 1
                self._say(f"line {number}: skipped, because {error}")
            else:
                for note in record.notes:
                    self._note(number, note)
                yield record

    def _lines(self, stream: IO[bytes]) -> Iterator[bytes]:
        try:
            yield from lines(stream, self.bar.update)
        except Unreadable as error:
            self.failure = str(error)

    def _load(self, batch: list[Record]) -> None:
        tally = load.load(batch, timezone.now())
        self.total.add(tally)
        for line, note in tally.notes:
            self._note(line, note)

    def _note(self, line: int, note: str) -> None:
        self.notes += 1
        self._say(f"line {line}: {note}")

    def _say(self, text: str) -> None:
        with self.bar.external_write_mode(file=sys.stderr):
            self.stderr.write(text)

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
