"""What is sent: one row a letter and recipient (architecture: outbox)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications.models.subscriber import Subscriber
from reports.models import Letter, ReportEvent


class Email(models.Model):
    """A letter owed to one recipient. Owed = accepted + cancelled + failed with reason.

    Letters about reports are rendered at each try; `raw` holds sign-in and confirmation mail,
    which is erased once accepted.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENDING = "sending", "claimed by a worker"
        ACCEPTED = "accepted", "accepted by the server"
        CANCELLED = "cancelled", "cancelled"
        FAILED = "failed", "failed"

    class Lane(models.TextChoices):
        PRIORITY = "priority", "priority"
        NORMAL = "normal", "normal"
        DIGEST = "digest", "digest: behind all letters"

    key = models.CharField(max_length=200, unique=True, help_text="Source, kind and recipient.")
    lane = models.CharField(max_length=8, choices=Lane.choices, default=Lane.NORMAL)
    kind = models.CharField(max_length=40)
    event = models.ForeignKey(
        ReportEvent, models.PROTECT, null=True, blank=True, related_name="emails"
    )
    letter = models.OneToOneField(
        Letter, models.PROTECT, null=True, blank=True, related_name="mail"
    )
    contact = models.ForeignKey(
        "reports.Contact", models.PROTECT, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    subscriber = models.ForeignKey(
        Subscriber, models.SET_NULL, null=True, blank=True, related_name="emails"
    )
    recipient = models.EmailField(
        max_length=254, blank=True, help_text="Emptied with the address it copies (retention.py)."
    )
    language = models.CharField(max_length=8, default="en")
    message_id = models.CharField(max_length=250, unique=True, help_text="Fixed before any try.")
    provider_id = models.CharField(
        max_length=250, blank=True, help_text="The id that the server or provider gave it."
    )
    domain = models.CharField(max_length=254, blank=True, help_text="Of the recipient, for limits.")
    raw = models.BinaryField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    give_up_at = models.DateTimeField(help_text="Not tried again after this.")
    attempts = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    server = models.CharField(max_length=254, blank=True, help_text="Which one accepted it.")
    server_said = models.CharField(max_length=300, blank=True, help_text="When it accepted it.")
    bounced_at = models.DateTimeField(null=True, blank=True, help_text="It came back for good.")
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="Of the last failure, or the cancelling.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accepted_when_the_server_said_so",
                condition=Q(state="accepted", accepted_at__isnull=False)
                | ~Q(state="accepted") & Q(accepted_at=None),
            ),
            models.CheckConstraint(
                name="sending_under_a_lease",
                condition=Q(state="sending", lease__isnull=False, leased_until__isnull=False)
                | ~Q(state="sending") & Q(lease=None, leased_until=None),
            ),
            models.CheckConstraint(
                name="ended_with_a_reason",
                condition=~Q(state__in=["cancelled", "failed"])
                | Q(ended_at__isnull=False) & ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "not_before", "id"],
                name="email_queued",
                condition=Q(state="queued"),
            ),
            models.Index(
                fields=["leased_until"], name="email_leased", condition=Q(state="sending")
            ),
            models.Index(fields=["event"], name="email_remembered", condition=~Q(recipient="")),
            models.Index(
                fields=["provider_id"], name="email_provider_id", condition=~Q(provider_id="")
            ),
            models.Index(
                fields=["accepted_at", "domain"],  # what limits count, of the last hour or day
                name="email_accepted_lately",
                condition=Q(accepted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
