"""Whether this database is a mirror of another site's public record."""

from django.db import models
from django.db.models import Q


class Mirror(models.Model):
    """One row in a database that was built from a dump (docs/data.md), none in any other.

    While it is there triggers refuse every new or changed report, inquiry, contact, letter, to-do,
    appeal and mail: a mirror asks nobody, and no clock of it can run.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    site = models.CharField(max_length=500, help_text="The address of the site it mirrors.")
    moment = models.DateTimeField(help_text="Of the dump.")
    restored_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="one_mirror", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.site} at {self.moment:%Y-%m-%d %H:%M}"
