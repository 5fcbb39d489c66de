"""`manage.py load_sample`: made-up papers and people, and a report in every state."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry import spelling
from reports.statistics import computing
from sample.load import Refused, load


class Command(BaseCommand):
    """Loads the sample once; a second run changes nothing."""

    help = "Load made-up papers with a report in every state, for trying; into an empty registry."

    def add_arguments(self, parser: CommandParser) -> None:
        """How the program that starts a trial run tells a refusal from a failure."""
        parser.add_argument(
            "--refusal-code", type=int, default=1, metavar="N",
            help="exit code where the sample does not belong (default: 1)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, or say why not."""
        try:
            loaded = load(clock=timezone.now)
        except Refused as error:
            raise CommandError(str(error), returncode=options["refusal_code"]) from error
        if loaded:
            spelling.gather()
            computing.compute(timezone.now())
        self.stdout.write(
            "The sample is loaded: one inquiry ends in two minutes."
            if loaded
            else "The sample is here already."
        )
