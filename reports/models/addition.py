"""What either side adds after an answer (product.md, sections 3 and 8)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from reports.conversation import Side
from reports.models.answer import Answer
from reports.models.inquiry import Contact
from reports.models.report import Claim, Report


class Addition(models.Model):
    """A statement beside a report; append-only, and nothing that was published is changed by it.

    Its words are emptied only when a reporter erases what they wrote.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="additions")
    after = models.ForeignKey(
        Answer, models.PROTECT, related_name="additions", help_text="The newest answer then."
    )
    side = models.CharField(max_length=8, choices=[(str(s), str(s)) for s in Side])
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="additions"
    )
    text = models.TextField(blank=True, help_text="Markdown.")
    url = models.URLField(max_length=500, blank=True)
    name = models.CharField(max_length=200, blank=True, help_text="Of the author who writes.")
    role = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    form_key = models.UUIDField(unique=True, help_text="Of the form it was typed into: sent twice "
                                "it is stored once.")  # fmt: skip

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes = [models.Index(fields=["given_at"], name="addition_newest")]
        constraints = [
            models.CheckConstraint(
                name="an_author_adds_through_a_link_under_a_name",
                condition=Q(side="reporter", contact=None, name="", role="")
                | Q(side="authors", contact__isnull=False) & ~Q(name=""),
            )
        ]

    def __str__(self) -> str:
        return f"addition {self.pk}"


class AddedRun(models.Model):
    """The values of a new run for one claim of the report."""

    addition = models.ForeignKey(Addition, models.CASCADE, related_name="runs", db_index=False)
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="added")
    values = ArrayField(models.FloatField())

    class Meta:
        ordering: ClassVar[list[str]] = ["claim__position"]
        constraints = [
            models.UniqueConstraint(fields=["addition", "claim"], name="one_run_a_claim"),
            models.CheckConstraint(name="a_run_has_values", condition=Q(values__len__gt=0)),
        ]

    def __str__(self) -> str:
        return f"run for claim {self.claim_id}"
