"""What publishers say of works afterwards."""

from typing import ClassVar

from django.db import models

from registry.models.identifier import Bucket, Scheme


class Notice(models.Model):
    """What its publisher says of a work afterwards: retracted, corrected. It goes by an identifier,
    so that it is known of works that are no paper here."""

    class Kind(models.TextChoices):
        RETRACTED = "retracted", "retracted"
        WITHDRAWN = "withdrawn", "withdrawn"
        CONCERN = "concern", "expression of concern"
        CORRECTED = "corrected", "corrected"
        REINSTATED = "reinstated", "reinstated"

    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    value = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    dated = models.DateField(null=True, blank=True)
    notice = models.CharField(max_length=300, blank=True, help_text="The notice's own DOI.")
    source = models.CharField(max_length=60, help_text="Who says so: Crossref, Retraction Watch.")
    found_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["dated", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["value", "scheme", "kind", "notice"], name="one_notice_a_kind"
            )
        ]
        indexes = [models.Index(Bucket("scheme", "value"), name="notice_bucket")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value} {self.kind}"
