"""What comes in: each mail raw, before anything is read of it (architecture: incoming mail)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications.models.email import Email
from reports.models import Contact, Report


class Incoming(models.Model):
    """A mail that came in by one of the three ways. Stored first; read, matched and acted on later,
    in the order in which it came."""

    class Via(models.TextChoices):
        IMAP = "imap", "read from the mailbox"
        PIPE = "pipe", "handed in by the mail server"
        PROVIDER = "provider", "posted by the mail provider"

    class State(models.TextChoices):
        WAITING = "waiting", "stored, not read yet"
        BROKEN = "broken", "could not be read, tried again"
        HELD = "held", "waits for a moderator"
        DONE = "done", "nothing is left to do"

    digest = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of the recipient and the raw bytes."
    )
    content = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of what the sender wrote: copies share it."
    )
    raw = models.BinaryField(null=True, blank=True, help_text="Emptied on schedule.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    via = models.CharField(max_length=8, choices=Via.choices)
    sent_to = models.CharField(max_length=500, blank=True, help_text="Envelope, where known.")
    sent_by = models.CharField(max_length=500, blank=True, help_text="Envelope, where known.")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    kind = models.CharField(max_length=20, blank=True, help_text="classify.Kind.")
    why = models.TextField(blank=True, help_text="What decided the kind, and what came of it.")
    sender = models.CharField(max_length=254, blank=True, help_text="From; emptied on schedule.")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True, help_text="What a person newly wrote.")
    email = models.ForeignKey(
        Email, models.SET_NULL, null=True, blank=True, related_name="answers",
        help_text="The letter that it is about.",
    )  # fmt: skip
    matched_by = models.CharField(max_length=40, blank=True)
    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    suggestion = models.TextField(blank=True, help_text="What a moderator may want to do.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        verbose_name_plural = "incoming mail"
        constraints = [
            models.CheckConstraint(
                name="broken_is_tried_again",
                condition=~Q(state="broken") | Q(retry_at__isnull=False) & ~Q(error=""),
            ),
            models.CheckConstraint(
                name="decided_mail_is_done",
                condition=Q(decided_at=None, decision="") | Q(state="done") & ~Q(decision=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="incoming_waiting", condition=Q(state__in=["waiting", "broken"])
            ),
            models.Index(fields=["id"], name="incoming_held", condition=Q(state="held")),
            models.Index(fields=["content"], name="incoming_content"),
            models.Index(
                fields=["received_at"], name="incoming_kept", condition=Q(raw__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class Robot(models.Model):
    """A sender whose mail about a report is a robot's: decided once, it blocks no more."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="+", db_index=False)
    sender_hash = models.CharField(max_length=64, help_text="SHA-256 of the address.")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "sender_hash"], name="decided_once_a_report_and_sender"
            )
        ]

    def __str__(self) -> str:
        return f"robot of report {self.report_id}"


class Mailbox(models.Model):
    """A mailbox that is polled: when it was last read to its end, and what is left in it."""

    name = models.CharField(max_length=200, primary_key=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text="Last read to its end.")
    leftovers = models.PositiveIntegerField(default=0, help_text="Messages begun, not finished.")
    begun = models.JSONField(default=dict, help_text="Which they are, and since when (begun.py).")
    overdue = models.PositiveIntegerField(default=0, help_text="Of them, those that were alarmed.")
    error = models.TextField(blank=True, help_text="Why it could not be read; empty if it could.")
    error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return self.name
