"""Passages that a moderator covered, and the texts as they were before."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from reports.models.report import Report


class Redaction(models.Model):
    """A passage of a public report, or of an answer beside it, that everybody reads as a mark.

    Append-only, but for the second act that takes it back (a database trigger keeps it so).
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="redactions")
    passage = models.TextField(help_text="The exact words; for moderators only.")
    reason = models.CharField(max_length=300, help_text="Public.")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_reason = models.CharField(max_length=300, blank=True, help_text="Public.")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes = [models.Index(fields=["-at", "-id"], name="redaction_newest")]
        constraints = [
            models.CheckConstraint(
                name="undone_by_somebody_with_a_reason",
                condition=Q(undone_at=None, undone_by=None, undone_reason="")
                | Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason=""),
            )
        ]

    def __str__(self) -> str:
        return f"redaction {self.pk}"


class Original(models.Model):
    """A text as it was written, of which a passage is or was covered; for moderators only.

    What is shown stands in the text's own column, so that no page, letter, feed or export can
    show the original. Only while a row of it is here may the text of an answer, event, statement
    or addition change.
    """

    class Kind(models.TextChoices):
        REPORT = "report", "report"
        CLAIM = "claim", "claim"
        EVIDENCE = "evidence", "evidence"
        ANSWER = "answer", "answer"
        EVENT = "event", "words on the answer"
        FILE = "file", "name or note of a file"
        STATEMENT = "statement", "word on what is shared"
        ADDITION = "addition", "addition after an answer"

    report = models.ForeignKey(Report, models.PROTECT, related_name="originals")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    number = models.BigIntegerField(help_text="The id of the row in which the text stands.")
    field = models.CharField(max_length=30)
    text = models.TextField(help_text="Emptied when the reporter's words are erased.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number", "field"], name="one_original_a_text")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}, {self.field}"
