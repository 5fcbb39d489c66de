"""Deleting files that nobody may see any more, and contents that belong to nothing.

Running a sweep twice, in parallel or late changes nothing but the time.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from reports import files
from reports.models import File, Report
from reports.states import State

logger = logging.getLogger(__name__)
WAITING = timedelta(days=7)
"""How long a file waits for the answer of an author."""
ORPHANED = timedelta(days=1)
"""How old a content without a row is when it is swept away: its row may still be on its way."""


def forget_files(*, now: datetime, limit: int = 200) -> int:
    """Forget up to `limit` files of removed reports and of answers never sent; returns how many."""
    of_removed = Q(report__state=State.REMOVED)
    still_there = Report.objects.exclude(state=State.REMOVED)
    of_answers = Q(answer__isnull=False) & ~Q(answer__reports__in=still_there)
    never_sent = Q(report=None, answer=None, stored_at__lte=now - WAITING)
    with transaction.atomic():
        due = File.objects.filter(of_removed | of_answers | never_sent).values_list("pk", flat=True)
        locked = File.objects.select_for_update(skip_locked=True, of=("self",))
        ids = [file.pk for file in locked.filter(pk__in=list(due[:limit]))]
        return files.forget(File.objects.filter(pk__in=ids))


def sweep_orphans(*, now: datetime) -> int:
    """Delete contents without a row that are older than a day; returns how many."""
    storage = files.storage()
    try:
        folders, _ = storage.listdir("")
    except FileNotFoundError:  # nothing was ever stored
        return 0
    swept = 0
    for folder in sorted(folders):
        keys = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
        known = set(File.objects.filter(key__in=keys).values_list("key", flat=True))
        for key in keys:
            if key not in known and storage.get_modified_time(key) <= now - ORPHANED:
                files.delete_contents([key])
                swept += 1
    if swept:
        logger.info("Swept away %d files that belong to nothing.", swept)
    return swept
