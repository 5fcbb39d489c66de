"""`manage.py letters OUT/`: what do our letters look like?"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifications import gallery_folder


class Command(BaseCommand):
    """Writes every letter x language x content; asks the database nothing."""

    help = (
        "Write every letter in every language, with ordinary and with the worst content, as .eml "
        "and .html into a folder, with an index.html. People and papers are made up."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder."""
        parser.add_argument("out", type=Path, help="A folder: empty, new, or made by this command.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 with a sentence if the folder cannot be written to."""
        out: Path = options["out"]
        try:
            number = gallery_folder.write(out)
        except gallery_folder.Refused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}.") from error
        self.stdout.write(f"{number} letters: {out / 'index.html'}")
