"""Who watches what by mail (product.md, section 7). A row lives as long as somebody wants it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from registry.models import Paper

ASKED_LENGTH = 1000  # characters of a search as an address carries it


class Rhythm(models.TextChoices):
    """How often a digest may come."""

    DAILY = "daily", "Every day on which something happened"
    WEEKLY = "weekly", "Once a week, if something happened"


class Subscriber(models.Model):
    """An address, and how it is written to; deleted with the last thing that it watches."""

    email = models.EmailField(max_length=254)
    email_hash = models.CharField(max_length=64, unique=True)
    token_hash = models.CharField(  # noqa: DJ001 -- unique
        max_length=64, unique=True, null=True, help_text="Of the link in each letter."
    )
    language = models.CharField(max_length=8, default="en")
    rhythm = models.CharField(max_length=6, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    created_at = models.DateTimeField()
    told_until = models.DateTimeField(
        null=True, blank=True, help_text="All that became public up to then was told."
    )
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When to look for the next digest; none before the "
        "address is confirmed.",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="due_once_confirmed",
                condition=Q(due_at=None, told_until=None)
                | Q(due_at__isnull=False, told_until__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="subscriber_due", condition=Q(due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class Subscription(models.Model):
    """One thing that is watched, or, without `confirmed_at`, that somebody asked to watch.

    `rhythm` and `language` are the wish that came with it; they hold once it is confirmed.
    """

    class Kind(models.TextChoices):
        LIST = "list", "the list Not reproducible"
        VENUE = "venue", "the list Not reproducible, papers of one venue"
        SEARCH = "search", "a search of papers"
        PAPER = "paper", "a paper"

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    paper = models.ForeignKey(Paper, models.CASCADE, null=True, blank=True, related_name="+")
    asked = models.CharField(
        max_length=ASKED_LENGTH, blank=True, help_text="The question, as an address carries it."
    )
    rhythm = models.CharField(max_length=6, choices=Rhythm.choices)
    language = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.CheckConstraint(
                name="a_paper_is_watched_as_a_paper",
                condition=Q(kind="paper", paper__isnull=False, asked="")
                | ~Q(kind="paper") & Q(paper=None),
            ),
            models.CheckConstraint(
                name="a_question_is_watched_as_a_question",
                condition=Q(kind__in=["list", "paper"], asked="")
                | Q(kind__in=["venue", "search"]) & ~Q(asked=""),
            ),
            models.UniqueConstraint(
                fields=["subscriber", "paper"], name="a_paper_is_watched_once",
                condition=Q(paper__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["subscriber", "kind", "asked"], name="a_question_is_watched_once",
                condition=Q(paper=None),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["created_at"], name="subscription_waits", condition=Q(confirmed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class NoMore(models.Model):
    """'Do not write to me again', whoever asks: kept as a hash after the address is deleted."""

    email_hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"no more {self.pk}"
