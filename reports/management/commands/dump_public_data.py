"""`manage.py dump_public_data`: the dump of today, written now."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import reset_queries
from django.utils import timezone
from tqdm import tqdm

from reports.dumps import folder, writing


class Command(BaseCommand):
    """Writes as the sweep does; a second run on the same day (UTC) writes nothing."""

    help = (
        "Write today's dump of the public record below DATA_DIR (docs/data.md), take dumps off the "
        "site that hold what was taken back, and delete those whose time is over. The sweep does "
        "the same every night."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--again` and `--quiet`."""
        parser.add_argument(
            "--again", action="store_true", help="write it anew if today's is there already"
        )
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, again: bool, quiet: bool, **options: Any) -> None:
        """Write, and say what was written and how much room it takes."""
        with tqdm(unit=" records", file=sys.stderr, disable=True if quiet else None) as bar:

            def progress(name: str, records: int) -> None:
                bar.set_description(name, refresh=False)
                bar.update(records)
                reset_queries()  # which DEBUG keeps

            try:
                written = writing.dump(timezone.now(), again=again, progress=progress)
            except writing.Busy as error:
                raise CommandError(str(error)) from error
            except OSError as error:
                raise CommandError(
                    f"The dump cannot be written below {folder.root()}: {error.strerror}. Nothing "
                    "half-written is shown; make room or set DATA_DIR, and run this again."
                ) from error
        if written is None:
            self.stdout.write("Today's dump is there already; --again writes it anew.")
            return
        counts = ", ".join(f"{number:,} {name}" for name, number in written.counts.items())
        self.stdout.write(f"{written.path}: {counts}; {written.size / 1e6:,.1f} MB.")
