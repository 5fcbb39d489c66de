"""What somebody writes from outside and confirms by mail (product.md, section 4): appeals against
decisions, legal complaints, words about privacy, and authors who ask for a link."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from registry.models import Paper
from reports.models.report import Report


class Appeal(models.Model):
    """What somebody wrote; it counts once they confirmed it by mail. Decided once.

    `report` and `paper` are what the words of `named` lead to, known to moderators alone. While it
    waits it may hold inquiries (`Hold.appeal`).
    """

    class Kind(models.TextChoices):
        APPEAL = "appeal", "appeal against a decision"
        LEGAL = "legal", "legal complaint"
        PRIVACY = "privacy", "privacy"
        AUTHOR = "author", "an author asks for a link"

    kind = models.CharField(max_length=7, choices=Kind.choices)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True, help_text="Emptied after 12 months.")
    email_hash = models.CharField(max_length=64, help_text="By which a second one is known.")
    language = models.CharField(max_length=8, default="en")
    named = models.CharField(max_length=500, help_text="The paper or report, as it was typed.")
    text = models.TextField(blank=True)
    report = models.ForeignKey(
        Report, models.PROTECT, null=True, blank=True, related_name="appeals"
    )
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The author of the paper that they say they are."
    )
    created_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 -- unique
    confirmed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="Promised for then at latest.")
    against = models.BigIntegerField(
        null=True, blank=True, help_text="The event of the decision that stood when it came."
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    upheld = models.BooleanField(null=True)
    decision = models.TextField(blank=True, help_text="The reason; public where the report is.")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "email_hash"],
                name="one_open_appeal_a_report_and_sender",
                condition=Q(confirmed_at__isnull=False, decided_at=None, report__isnull=False),
            ),
            models.CheckConstraint(
                name="appeal_confirmed_with_a_date",
                condition=Q(confirmed_at=None, due_at=None)
                | Q(confirmed_at__isnull=False, due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="appeal_position_of_an_author",
                condition=Q(position=None) | Q(kind="author"),
            ),
            models.CheckConstraint(
                name="appeal_decided_whole",
                condition=Q(decided_at=None, decided_by=None, upheld=None, decision="")
                | Q(
                    confirmed_at__isnull=False, decided_at__isnull=False,
                    decided_by__isnull=False, upheld__isnull=False,
                ) & ~Q(decision=""),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["due_at"], name="appeal_waits",
                condition=Q(confirmed_at__isnull=False, decided_at=None),
            ),
            models.Index(
                fields=["-decided_at", "-id"], name="appeal_decided",
                condition=Q(decided_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"appeal {self.pk}"
