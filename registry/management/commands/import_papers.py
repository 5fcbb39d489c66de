"""`manage.py import_papers FILE`: papers from JSON Lines and other formats, gzip or plain."""

import resource
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import reset_queries
from django.utils import timezone

from registry.importing import code_links, formats, load
from registry.importing.entries import Item
from registry.importing.lines import Unreadable, opened
from registry.importing.load import Tally
from registry.importing.progress import Remarks, bar
from registry.importing.records import Record
from registry.importing.writing import settle

BATCH = 2000  # records in memory at a time


@dataclass
class Batch:
    """What a part of a file came to; `last` is the number of its last line or record."""

    last: int = 0
    broken: int = 0
    volumes: int = 0
    others: int = 0
    """Links to code that is not the authors' own."""
    records: list[Record] = field(default_factory=list)
    said: list[tuple[int, str]] = field(default_factory=list)
    failure: str = ""


def _read(items: Iterator[Item]) -> Batch:
    """The next BATCH papers; fewer at the end, or where the file cannot be read further."""
    batch = Batch()
    try:
        for one in islice(items, BATCH):
            batch.last = one.line
            if isinstance(one, Record):
                batch.records.append(one)
            elif not one.why:
                batch.volumes += 1
            elif one.why == code_links.NOT_THE_AUTHORS:
                batch.others += 1
            else:
                batch.broken += 1
                batch.said.append((one.line, one.why))
    except Unreadable as error:
        batch.failure = str(error)
    return batch


class Command(BaseCommand):
    """Import the papers of a file; running it again adds nothing."""

    help = (
        "Import papers from a file (gzip or plain; - for standard input). Its content tells the "
        "format: JSON Lines, BibTeX, RIS, nbib and its relatives, JSON (CSL, Crossref, OpenAlex, "
        "DataCite, Papers with Code), XML (ACL Anthology, arXiv Atom and OAI-PMH, PubMed, "
        "Crossref, DataCite). Fields of our own JSON Lines: source, id, title, authors, venue, "
        "year, doi, arxiv, openreview, acl, url, and shared: an object of links by what they lead "
        "to, such as code or data. What cannot be read is named with its line, and the rest is "
        "imported. The papers are public at once, as bare metadata: docs/sources.md, “Importing”."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *, file: str, quiet: bool, **options: Any) -> None:
        self.total, self.counts = Tally(), Counter[str]()
        self.remarks = Remarks()
        self.last = 0
        self.failure = ""
        self.place = "line"
        started = time.monotonic()
        try:
            stream: IO[bytes] = sys.stdin.buffer if file == "-" else Path(file).open("rb")  # noqa: SIM115
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
        with stream, bar(stream, "papers", quiet=quiet) as self.bar:
            try:
                head, whole = opened(stream, self.bar.update)
                format = formats.of(head)
            except Unreadable as error:
                raise CommandError(f"{file} cannot be imported: {error}.") from error
            self.place = format.place
            self._import(format.items(whole))
        if self.total.added or self.total.identifiers:
            settle()
        self._summary(format.name, time.monotonic() - started)
        if self.failure:
            raise CommandError(
                f"{file} cannot be read beyond {self.place} {self.last:,}: {self.failure}. "
                "What came before it was imported."
            )

    def _import(self, items: Iterator[Item]) -> None:
        """Store one batch while a thread reads the next; the database is this thread's alone."""
        with ThreadPoolExecutor(1) as reader:
            ahead = reader.submit(_read, items)
            while (batch := ahead.result()).last:
                ahead = reader.submit(_read, items)
                self._store(batch)
                self.failure = batch.failure
        self.failure = self.failure or batch.failure

    def _store(self, batch: Batch) -> None:
        said = batch.said
        if batch.records:
            tally = load.load(batch.records, timezone.now())
            self.total.add(tally)
            self.counts["notes"] += len(tally.notes)
            self.counts["notes"] += sum(len(record.notes) for record in batch.records)
            said += tally.notes
            said += [(record.line, note) for record in batch.records for note in record.notes]
        self.last = batch.last
        for name in ("broken", "volumes", "others"):
            self.counts[name] += getattr(batch, name)
        reset_queries()  # which DEBUG keeps
        self.remarks.say(
            ((f"{self.place} {line}", text) for line, text in sorted(said)),
            progress=self.bar, write=self.stderr.write,
        )  # fmt: skip

    def _summary(self, format: str, seconds: float) -> None:
        for line in self.remarks.rest():
            self.stderr.write(line)
        total, counts = self.total, self.counts
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        links = (
            f"{total.unknown:,} links of papers that are not here and {counts['others']:,} to code "
            "of others skipped, "
            if total.unknown or counts["others"]
            else ""
        )
        titled = (
            f"{total.titled:,} to one with the same title, first author and year, "
            if total.titled
            else ""
        )
        self.stdout.write(
            f"{total.added:,} papers added ({total.identifiers:,} identifiers, {total.authors:,} "
            f"authors), {total.known:,} known already, {total.joined:,} joined to a paper with the "
            f"same identifier, {titled}{total.private:,} left private, {links}"
            f"{counts['volumes']:,} volumes and {counts['broken']:,} broken {self.place}s skipped, "
            f"{counts['notes']:,} remarks; {format}, {seconds:.1f} s, peak memory {peak:.0f} MB."
        )
