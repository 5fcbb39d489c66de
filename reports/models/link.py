"""Whether a link opens, as the site found it."""

from django.db import models
from django.db.models import Q


class LinkCheck(models.Model):
    """One address that somebody gave, and what came of opening it once (link_checks.py)."""

    class Outcome(models.TextChoices):
        OPENS = "opens", "opens"
        GONE = "gone", "gone"
        UNSURE = "unsure", "not sure"
        LEADS_ELSEWHERE = "elsewhere", "leads to a host that is not checked"

    url = models.URLField(max_length=500, unique=True)
    host = models.CharField(max_length=253, help_text="The named host it belongs to.")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of HTTP.")
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="Of the next try, if one is due."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="what_was_found_has_a_date",
                condition=Q(outcome="") | Q(tried_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="link_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["host", "tried_at"], name="link_tried_at_host"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"
