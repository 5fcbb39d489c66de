"""`manage.py import_notices FILE`: what publishers say of works afterwards, from Retraction Watch.

A newer file that no longer contains a row removes nothing: what was said once stays said, with its
source, and a reinstatement is a notice of its own.
"""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry import notices
from registry.importing import retractions
from registry.importing.lines import Unreadable, opened
from registry.importing.progress import Remarks, bar
from registry.importing.retractions import Line
from registry.models import Notice

BATCH = 1000  # lines in memory at a time
LONGEST_SOURCE = Notice._meta.get_field("source").max_length


class Command(BaseCommand):
    """Import notices about works; running it again adds nothing, and nothing is ever removed."""

    help = (
        "Import retractions, corrections, expressions of concern and reinstatements from the CSV "
        "of Retraction Watch (gzip or plain, UTF-8 or Latin-1; - for standard input), or from a "
        "list of identifiers. Lines without a DOI and without a PubMed id are counted, others that "
        "cannot be read are named with their number. A newer file that lacks a line removes "
        "nothing: docs/sources.md, “Importing”."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--retracted-dois", action="store_true",
            help="FILE is a list, one identifier a line, of what is retracted",
        )  # fmt: skip
        parser.add_argument("--source", default="Retraction Watch", help="who says so")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(
        self, *, file: str, retracted_dois: bool, source: str, quiet: bool, **options: Any
    ) -> None:
        if not 0 < len(source) <= (LONGEST_SOURCE or 0):
            raise CommandError(f"Name the source in at most {LONGEST_SOURCE} characters.")
        self.source = source
        self.remarks = Remarks()
        self.last = self.stated = self.added = self.unnamed = self.broken = self.notes = 0
        started = time.monotonic()
        try:
            stream: IO[bytes] = sys.stdin.buffer if file == "-" else Path(file).open("rb")  # noqa: SIM115
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from error
        with stream, bar(stream, "notices", quiet=quiet) as self.bar:
            try:
                text = retractions.text_of(*opened(stream, self.bar.update))
                lines = retractions.plain(text) if retracted_dois else retractions.table(text)
                while batch := list(islice(lines, BATCH)):
                    self._store(batch)
            except Unreadable as error:
                if not self.last:
                    raise CommandError(f"{file} cannot be imported: {error}.") from error
                raise CommandError(
                    f"{file} cannot be read beyond line {self.last:,}: {error}. "
                    "What came before it was imported."
                ) from error
        for line in self.remarks.rest():
            self.stderr.write(line)
        self.stdout.write(
            f"{self.added:,} notices added, {self.stated - self.added:,} known already or told "
            f"twice, {self.unnamed:,} lines without an identifier and {self.broken:,} that cannot "
            f"be read skipped, {self.notes:,} remarks; {time.monotonic() - started:.1f} s."
        )

    def _store(self, batch: list[Line]) -> None:
        new = [notice for line in batch for notice in line.notices]
        self.added += notices.keep(new, source=self.source, now=timezone.now())
        self.stated += len(new)
        self.last = batch[-1].number
        self.unnamed += sum(line.unnamed for line in batch)
        self.broken += sum(bool(line.why) for line in batch)
        self.notes += sum(len(line.notes) for line in batch)
        said = ((f"line {line.number}", text) for line in batch for text in _said(line))
        self.remarks.say(said, progress=self.bar, write=self.stderr.write)


def _said(line: Line) -> Iterator[str]:
    if line.why:
        yield f"skipped, because {line.why}"
    yield from line.notes
