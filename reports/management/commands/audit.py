"""`manage.py audit`: does every listing stand on its ground?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.audit import audit


class Command(BaseCommand):
    """Prints what is wrong and a count; with `--all` every finding. Exit code 1 if one is wrong."""

    help = "Check every listing against the recorded events, and say which are right, and why."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--all`."""
        parser.add_argument("--all", action="store_true", help="Also print what is right.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read everything, change nothing."""
        right = wrong = 0
        for finding in audit():
            right, wrong = right + finding.right, wrong + (not finding.right)
            if options["all"] or not finding.right:
                self.stdout.write(str(finding))
        summary = f"Listings: {right} right, {wrong} wrong."
        if wrong:
            raise CommandError(summary + " Hold these reports, and look at their logs.")
        self.stdout.write(summary)
