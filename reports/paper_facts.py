"""A moderator corrects what is told of a paper: with a reason, logged, and for good."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from registry import merging, metadata
from registry.models import Paper
from registry.provenance import FIELDS
from reports.deciding import must, words
from reports.lifecycle import Refused
from reports.merging import why_not
from reports.models import PaperEvent

CORRECTED = ("title", "venue", "year", "url")
"""What is corrected so. The authors are not: letters went to them under the names there."""
REASON = "Give the reason: how do you know it?"


def correct(
    *, paper_id: int, moderator: User, reason: str, now: datetime, **values: Any
) -> PaperEvent:
    """Store `values` of CORRECTED that differ; no source or file changes them again.

    Refused where the moderator is concerned, without a reason, and where nothing differs.
    """
    with transaction.atomic():
        paper = merging.lock(paper_id)[paper_id]
        must(why_not(moderator, *Paper.objects.filter(pk__in=merging.group_of(paper))))
        reason = words(reason, REASON)
        before = {field: getattr(paper, field) for field in CORRECTED}
        differ = {field: values[field] for field in CORRECTED if values[field] != before[field]}
        if not differ:
            raise Refused("Nothing differs from what is there: there is nothing to correct.")
        metadata.correct(paper_id, now=now, **differ)
        changes = [f"{FIELDS[field]}: “{before[field] or ''}” is now “{value or ''}”."
                   for field, value in differ.items()]  # fmt: skip
        return PaperEvent.objects.create(
            kind=PaperEvent.Kind.CORRECTED, paper=paper, user=moderator, at=now,
            note="\n".join([reason, *changes]),
        )  # fmt: skip


def facts_of(paper: Paper) -> dict[str, Any]:
    """What a form to correct them begins with."""
    return {field: getattr(paper, field) or "" for field in CORRECTED}
