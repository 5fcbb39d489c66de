"""What a digest tells: the claim on a span of time, by which no two digests tell the same."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from notifications.models.email import Email
from notifications.models.subscriber import Subscriber


class Digest(models.Model):
    """What one subscriber is told of the time up to `until`, once; its words are read again at
    each try to send it."""

    email = models.OneToOneField(Email, models.CASCADE, related_name="digest")
    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="digests", db_index=False
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    keys = ArrayField(models.CharField(max_length=40), help_text="What is told (reports/news.py).")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "until"], name="one_digest_a_period")
        ]

    def __str__(self) -> str:
        return f"digest {self.pk}"
