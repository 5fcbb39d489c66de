"""Identifiers that sources are asked about."""

from django.db import models
from django.db.models import Q

from registry.models.identifier import Scheme
from registry.models.paper import Paper


class LookUp(models.Model):
    """An identifier that sources are asked about: one that somebody wanted and no paper here had,
    or one of a paper whose metadata are asked for again (registry/look_ups.py)."""

    class State(models.TextChoices):
        WANTED = "wanted", "not answered yet"
        FOUND = "found", "found"
        UNKNOWN = "unknown", "the sources do not know it"
        APART = "apart", "no paper can be made of it"

    class Turn(models.IntegerChoices):
        WANTED = 0, "somebody waits for it"
        REPORTED = 1, "of a paper with a report"
        OTHER = 2, "other"

    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    value = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WANTED)
    turn = models.PositiveSmallIntegerField(choices=Turn.choices, default=Turn.WANTED)
    paper = models.ForeignKey(
        Paper, models.CASCADE, null=True, blank=True, related_name="look_ups",
        help_text="The paper that was found, or that a source calls the same work.",
    )  # fmt: skip
    said = models.CharField(max_length=500, blank=True, help_text="What the source said instead.")
    asked_at = models.DateTimeField(help_text="When it was last wanted.")
    tried_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="In vain, one after another.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="When it is asked again.")
    leased_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when whoever asks now may take."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["value", "scheme"], name="one_look_up_an_identifier")
        ]
        indexes = [
            models.Index(
                fields=["turn", "due_at"], name="look_up_due", condition=Q(due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value} {self.state}"
