"""What a mail provider told us already."""

from django.db import models


class ProviderEvent(models.Model):
    """An event that a provider told, and that was acted on: told again, it does nothing more."""

    key = models.CharField(max_length=64, primary_key=True, help_text="tracking.keys")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="provider_event_kept")]

    def __str__(self) -> str:
        return self.key
