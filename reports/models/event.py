"""What happened to a report, append-only, and the to-do that orders its letters."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from reports.models.report import Report, choices
from reports.states import Actor, State


class EventKind(models.TextChoices):
    """A change of state, or something beside it that is recorded or written about."""

    STATE = "state", "state changed"
    LETTER = "letter", "letter owed"
    LETTER_FACT = "letter_fact", "letter accepted, delivered, failed or cancelled"
    DEADLINE = "deadline", "deadline changed"
    EXTENSION = "extension", "more time granted"
    HOLD = "hold", "hold opened"
    RELEASE = "release", "hold released"
    SUGGESTION = "suggestion", "another person named, or authorship denied"
    DECISION = "decision", "a moderator decided"
    OPT_OUT = "opt_out", "an author asked not to be written to again"
    ANSWER = "answer", "an author answered or added to an answer"
    REPLY = "reply", "an author answered by mail"
    AGREEMENT = "agreement", "an agreement was given, confirmed, objected to or taken back"
    SEARCH = "search", "a search for addresses was recorded"
    REDACTION = "redaction", "a passage was redacted, or shown again"
    PROPOSAL = "proposal", "a moderator proposed, confirmed or rejected"
    APPEAL = "appeal", "an appeal was received, or decided"
    DECLARATION = "declaration", "a moderator declared whether they have a conflict of interest"
    ADDITION = "addition", "a statement was added after the answer"


class ReportEvent(models.Model):
    """One event; never edited or deleted (a database trigger keeps it so)."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="events", db_index=False)
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    at = models.DateTimeField()
    source = models.CharField(max_length=12, choices=choices(State), blank=True)
    target = models.CharField(max_length=12, choices=choices(State), blank=True)
    actor = models.CharField(max_length=10, choices=[(str(a), str(a)) for a in Actor])
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    contact = models.ForeignKey(
        "reports.Contact", models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    note = models.TextField(blank=True, help_text="The reason, in words for the people concerned.")
    data = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes = [
            models.Index(fields=["report", "id"], name="event_of_report"),
            models.Index(fields=["user"], name="event_of_user", condition=Q(user__isnull=False)),
            models.Index(
                fields=["contact"], name="event_of_contact", condition=Q(contact__isnull=False)
            ),
            models.Index(
                fields=["-at", "-id"],
                name="event_of_moderators",
                condition=Q(actor=Actor.MODERATOR, user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}->{self.target}" if self.target else self.kind


class ToDo(models.Model):
    """The order to write the letters of an event; notifications takes it and deletes it."""

    event = models.OneToOneField(ReportEvent, models.CASCADE, primary_key=True)

    def __str__(self) -> str:
        return f"to-do of event {self.pk}"
