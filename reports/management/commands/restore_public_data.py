"""`manage.py restore_public_data FOLDER`: a mirror of the public record, from a dump alone."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import reset_queries
from django.utils import timezone
from tqdm import tqdm

from reports.dumps import checked, restoring


class Command(BaseCommand):
    """All of the dump or nothing of it; only in an empty database."""

    help = (
        "Build a mirror of the public record in an empty database, from the folder of a dump. "
        "Checksums and every record are checked first. The mirror can only be read: it writes to "
        "nobody and no clock of it runs. What is in no dump cannot come back: accounts, addresses, "
        "letters, files, whatever is not public (docs/data.md)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, and `--quiet`."""
        parser.add_argument("folder", metavar="FOLDER", type=Path)
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, folder: Path, quiet: bool, **options: Any) -> None:
        """Restore, and say what is there now."""
        with tqdm(unit=" records", file=sys.stderr, disable=True if quiet else None) as bar:

            def progress(what: str, records: int) -> None:
                bar.set_description(what, refresh=False)
                bar.update(records)
                reset_queries()  # which DEBUG keeps

            try:
                counts = restoring.restore(folder, timezone.now(), progress)
            except (checked.Broken, restoring.NotEmpty) as error:
                raise CommandError(f"{error} Nothing was stored.") from error
        told = ", ".join(f"{number:,} {name}" for name, number in counts.items())
        self.stdout.write(f"The mirror holds {told}. It can be read and not be written to.")
