"""`manage.py compute_statistics`: what the page of statistics shows, computed now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.statistics import computing


class Command(BaseCommand):
    """Computes as the sweep does; exit code 1 if a part failed."""

    help = "Compute the statistics of /statistics/ now, without waiting for the sweep."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute all parts, and say which failed."""
        failed = computing.compute(timezone.now())
        if failed:
            raise CommandError(
                f"Failed, and as they were before: {', '.join(failed)}. See the log."
            )
        self.stdout.write("The statistics are computed.")
