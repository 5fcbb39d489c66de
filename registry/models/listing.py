"""Being on the list Not reproducible."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from registry.models.paper import Paper


class Ground(models.TextChoices):
    """Why a paper is on the list Not reproducible."""

    SILENCE = "silence", "no answer"
    CONFIRMED = "confirmed", "confirmed by the authors"


class Ending(models.TextChoices):
    """Why a listing ended."""

    ANSWERED = "answered", "the authors answered"
    ANNULLED = "annulled", "annulled: it should not have been made"
    WITHDRAWN = "withdrawn", "the report was withdrawn"
    REMOVED = "removed", "the report was removed"
    TAKEN_BACK = "taken_back", "the authors took their agreement back"


class Listing(models.Model):
    """A period in which a report kept a paper on the list. Append-only: closed once, never changed
    otherwise (a database trigger keeps it so)."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="listings", db_index=False)
    report_id = models.BigIntegerField(help_text="The report; registry does not know its table.")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    version = models.CharField(max_length=60, help_text="The version of the paper reported on.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    note = models.TextField(blank=True, help_text="The reason, in public words.")

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report_id"], condition=Q(closed_at=None), name="one_open_listing_a_report"
            ),
            models.CheckConstraint(
                name="closed_with_an_ending",
                condition=Q(closed_at=None, ending="")
                | Q(closed_at__isnull=False, closed_at__gte=F("opened_at")) & ~Q(ending=""),
            ),
        ]
        indexes = [
            models.Index(fields=["paper", "-opened_at"], name="listing_of_paper"),
            models.Index(
                fields=["-closed_at", "-id"],
                name="listing_annulled",
                condition=Q(ending="annulled"),
            ),
            models.Index(
                Coalesce("closed_at", "opened_at").desc(), F("id").desc(), name="listing_changed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.ground} {self.opened_at:%Y-%m-%d}"

    @property
    def annulled_because(self) -> str:
        """The reason of one that should not have been made, which the corrections tell; else
        empty."""
        return self.note if self.ending == Ending.ANNULLED else ""


class ListVersion(models.Model):
    """One row: raised in every transaction that changes a standing; keys cached pages."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="one_list_version", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.number)
