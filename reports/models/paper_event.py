"""What moderators did with papers, append-only."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from registry.models import Paper


class PaperEvent(models.Model):
    """A paper was merged into its root, or that was proposed, rejected or undone; or a moderator
    corrected what is told of it."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", "merging was proposed"
        REJECTED = "rejected", "merging was rejected"
        MERGED = "merged", "merged"
        UNMERGED = "unmerged", "not merged any more"
        CORRECTED = "corrected", "its facts were corrected"

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="events")
    root = models.ForeignKey(
        Paper, models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Null where it is not about merging.",
    )  # fmt: skip
    kind = models.CharField(max_length=9, choices=Kind.choices)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(help_text="The reason; for moderators.")
    proposal = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="decision",
        help_text="The proposal that this one decides on.",
    )  # fmt: skip

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        into = f" into {self.root_id}" if self.root_id else ""
        return f"{self.kind}: paper {self.paper_id}{into}"

    @property
    def into(self) -> int:
        """The root's id, of what is about merging."""
        assert self.root_id is not None
        return self.root_id

    @property
    def what(self) -> str:
        """What was done, in words."""
        into = f", into paper {self.root_id}" if self.root_id else ""
        return f"{self.get_kind_display()}{into}"
