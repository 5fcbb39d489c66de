"""`manage.py reconcile`: did we send all that we should have, and do we hear?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.reconciliation import findings


class Command(BaseCommand):
    """Prints what stands that should not; changes nothing. Exit code 1 if there is anything."""

    help = "Find letters that should exist and do not, stuck mail, and mailboxes nobody reads."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a finding."""
        found = findings(timezone.now())
        for finding in found:
            self.stdout.write(f"{finding}.")
        if found:
            raise CommandError(f"{len(found)} things to look at (docs/mail.md).")
        self.stdout.write("Nothing is missing, nothing is stuck.")
