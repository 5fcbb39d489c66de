"""What was counted for the page of statistics, as it was last computed."""

from django.db import models
from django.db.models import Q


class Statistics(models.Model):
    """One row, which the page reads and `statistics.computing` writes.

    `parts` has by name what each part counted (`data`) and when (`at`: ISO 8601, UTC); a part that
    failed keeps what it had before. A row that another version of the code wrote counts as none.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.PositiveIntegerField()
    computed_at = models.DateTimeField()
    parts = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "statistics"
        constraints = [models.CheckConstraint(name="one_row_of_statistics", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.computed_at:%Y-%m-%d %H:%M}"
