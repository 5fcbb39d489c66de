"""The question put to the authors about one report, and its clock (product.md, section 4)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from registry.models import Paper
from reports.deadlines import Policy
from reports.models.report import Address, Report
from reports.reach import AuthorFact, LetterFact, LetterKind


class Inquiry(models.Model):
    """One a report. The two `*_at` columns that sweeps read are indexed where they are due."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="inquiry")
    frozen_policy = models.JSONField(help_text="deadlines.Policy: changed settings change nothing.")
    opened_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True, blank=True, help_text="In force; UTC.")
    extended = models.BooleanField(default=False, help_text="Its one extension was granted.")
    late_author = models.BooleanField(default=False, help_text="Moved once for a late author.")
    restarted = models.BooleanField(default=False, help_text="Its one restart was made.")
    closed_at = models.DateTimeField(null=True, blank=True)
    letters_at = models.DateTimeField(null=True, blank=True, help_text="Next look at its letters.")
    lapse_at = models.DateTimeField(null=True, blank=True, help_text="Next look at its lapse.")

    class Meta:
        verbose_name_plural = "inquiries"
        indexes = [
            models.Index(
                fields=["letters_at"],
                name="inquiry_letters_due",
                condition=Q(closed_at=None, letters_at__isnull=False),
            ),
            models.Index(
                fields=["lapse_at"],
                name="inquiry_lapse_due",
                condition=Q(closed_at=None, lapse_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="no_lapse_without_a_deadline",
                condition=Q(lapse_at=None) | Q(deadline__isnull=False, lapse_at__gte=F("deadline")),
            )
        ]

    def __str__(self) -> str:
        return f"inquiry of report {self.report_id}"

    @property
    def policy(self) -> Policy:
        """The frozen policy."""
        return Policy.from_json(self.frozen_policy)


class DeadlineChange(models.Model):
    """A change of a deadline with its reason; append-only (a database trigger keeps it so)."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="deadline_changes")
    at = models.DateTimeField()
    old = models.DateTimeField(null=True)
    new = models.DateTimeField(null=True, help_text="Null: the clock is void.")
    reason = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.old} -> {self.new}"


class Contact(models.Model):
    """Inquiry x author. The address in use is the first one that has not failed."""

    class State(models.TextChoices):
        UNKNOWN = "unknown", "not yet written to"
        HANDED_OVER = "handed_over", "letter handed over"
        DELIVERED = "delivered", "letter delivered"
        LINKED = "linked", "asked for a link, and has one"
        FAILED = "failed", "could not be reached"
        VOID = "void", "not an author, or the wrong person"
        OPTED_OUT = "opted_out", "asked not to be written to again"
        COMPLAINED = "complained", "reported a letter as spam"

    class Robots(models.TextChoices):
        AWAY = "away", "the author is away"
        ROBOT = "robot", "a robot answers beside the author"

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="contacts", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    on_paper = models.BooleanField(
        default=True, help_text="On the author list; who was named and is not never counts."
    )
    corresponding = models.BooleanField(default=False)
    first = models.BooleanField(default=False)
    last = models.BooleanField(default=False)
    counts_because = models.TextField(
        blank=True, help_text="Why reaching this author will do, by a moderator."
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNKNOWN)
    address = models.ForeignKey(
        Address, models.SET_NULL, null=True, blank=True, related_name="+", help_text="In use."
    )
    link_version = models.PositiveIntegerField(default=1)
    robots_are = models.CharField(
        max_length=5, choices=Robots.choices, blank=True,
        help_text="What a moderator says of the robots that answered every letter.",
    )  # fmt: skip

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "position"], name="one_contact_an_author")
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def counts(self) -> bool:
        """Whether reaching this author counts for condition 2."""
        return AuthorFact(*(getattr(self, name) for name in AuthorFact._fields)).counts


class Letter(models.Model):
    """A letter of the clock to one address of a contact, and the facts the mail told about it.

    Letters owed = handed over + cancelled with reason + failed with reason.
    """

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="letters")
    address = models.ForeignKey(Address, models.SET_NULL, null=True, related_name="+")
    event = models.OneToOneField("reports.ReportEvent", models.PROTECT, related_name="letter")
    kind = models.CharField(max_length=12, choices=[(str(k), str(k)) for k in LetterKind])
    owed_at = models.DateTimeField()
    printed = models.DateTimeField(null=True, blank=True, help_text="The deadline it named.")
    handed_over_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    robot_at = models.DateTimeField(null=True, blank=True, help_text="A robot answered it.")
    server = models.CharField(max_length=254, blank=True, help_text="Which one accepted it.")
    server_said = models.CharField(max_length=300, blank=True, help_text="For moderators.")
    reason = models.TextField(blank=True, help_text="Of the failure or the cancelling.")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(handed_over_at=None, failed_at=None, cancelled_at=None),
                name="one_pending_letter_a_contact",
            ),
            models.CheckConstraint(
                name="handed_over_names_a_deadline",
                condition=Q(handed_over_at=None) | Q(printed__isnull=False),
            ),
            models.CheckConstraint(
                name="delivered_only_if_handed_over",
                condition=Q(delivered_at=None) | Q(handed_over_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of contact {self.contact_id}"

    @property
    def fact(self) -> LetterFact:
        """What the pure rules of reach.py need."""
        return LetterFact(
            kind=LetterKind(self.kind),
            printed=self.printed,
            handed_over_at=self.handed_over_at,
            delivered_at=self.delivered_at,
            failed_at=self.failed_at,
            cancelled_at=self.cancelled_at,
            robot_at=self.robot_at,
        )


class Hold(models.Model):
    """A named reason for which nothing lapses."""

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="holds")
    reason = models.TextField()
    mail = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="The incoming mail that waits for a decision, by its id."
    )
    appeal = models.ForeignKey(
        "reports.Appeal", models.PROTECT, null=True, blank=True, related_name="holds",
        help_text="The appeal, or the author's wish for a link, that it waits for.",
    )  # fmt: skip
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes = [
            models.Index(fields=["inquiry"], name="hold_open", condition=Q(released_at=None)),
            models.Index(fields=["mail"], name="hold_of_mail", condition=Q(mail__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry", "mail"],
                name="one_open_hold_a_mail",
                condition=Q(released_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.reason


class OptOut(models.Model):
    """'Do not write to me again' about a paper; kept as a hash after the address is deleted."""

    email_hash = models.CharField(max_length=64)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email_hash", "paper"], name="one_opt_out_a_paper")
        ]

    def __str__(self) -> str:
        return f"opt-out {self.pk}"


class Probe(models.Model):
    """A mail the site sent to its own reply address: proof that it listens (condition 4)."""

    sent_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True, help_text="Came back and was routed.")

    class Meta:
        indexes = [
            models.Index(
                fields=["-sent_at"], name="probe_returned", condition=Q(returned_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"probe of {self.sent_at:%Y-%m-%d %H:%M}"
