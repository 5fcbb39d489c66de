"""What one moderator proposed and another one decides on."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reports.models.inquiry import Hold
from reports.models.report import Report, choices
from reports.states import State


class Proposal(models.Model):
    """Waits without an end for a second moderator; decided once (a database trigger keeps it)."""

    class Kind(models.TextChoices):
        REMOVE = "remove", "remove the report"
        RELEASE = "release", "release a hold after the deadline"

    report = models.ForeignKey(Report, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    hold = models.ForeignKey(Hold, models.PROTECT, null=True, blank=True, related_name="+")
    state_then = models.CharField(max_length=12, choices=choices(State))
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(null=True)
    decision = models.TextField(blank=True, help_text="Why it was rejected.")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes = [models.Index(fields=["at"], name="proposal_waits", condition=Q(decided_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "kind", "hold"],
                name="one_open_proposal_a_kind",
                condition=Q(decided_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="proposal_decided_whole",
                condition=Q(decided_at=None, decided_by=None, confirmed=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, confirmed__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_confirms_their_own_proposal",
                condition=Q(confirmed=None) | Q(confirmed=False) | ~Q(decided_by=F("by")),
            ),
            models.CheckConstraint(
                name="a_release_names_its_hold",
                condition=Q(kind="release", hold__isnull=False) | Q(kind="remove", hold=None),
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}: {self.get_kind_display()}"
