"""What authors say, and the links through which they say it (product.md, section 8)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from reports.models.inquiry import Contact
from reports.models.link import LinkCheck
from reports.models.report import Report


class Answer(models.Model):
    """Shown in full beside the report; append-only. May serve several reports of the paper."""

    class Kind(models.TextChoices):
        EXPLAINS = "explains", "explains"
        PROVIDES = "provides", "provides code or data"
        CORRECTS = "corrects", "corrects, or points to a new version"
        CONTESTS = "contests", "contests"
        CANNOT_SHARE = "cannot_share", "cannot share"
        AGREES = "agrees", "agrees"
        EARLIER_STANDS = "earlier_stands", "my earlier answer stands"

    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="answers"
    )
    reports = models.ManyToManyField(Report, related_name="answers")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.TextField(blank=True, help_text="Markdown.")
    url = models.URLField(max_length=500, blank=True, help_text="Code, data or the new version.")
    url_check = models.ForeignKey(
        LinkCheck, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=200, help_text="Of the person answering.")
    role = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    form_key = models.UUIDField(unique=True, help_text="Of the form it was typed into: sent twice "
                                "it is stored once.")  # fmt: skip
    without_content = models.BooleanField(default=False, help_text="So marked by a moderator.")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes = [models.Index(fields=["-given_at", "-id"], name="answer_newest")]
        constraints = [
            models.CheckConstraint(
                name="answer_with_content",
                condition=~Q(text="") | Q(kind__in=["earlier_stands", "agrees"]),
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class Reply(models.Model):
    """An answer that came by mail: it waits, under a hold, until the author, or after seven days a
    moderator, has chosen its kind (product.md, section 4)."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="replies", db_index=False)
    mail = models.PositiveBigIntegerField(help_text="The incoming mail, by its id.")
    content = models.CharField(max_length=64, help_text="SHA-256 of what was sent.")
    text = models.TextField(blank=True, help_text="What was newly written, as far as understood.")
    received_at = models.DateTimeField()
    moderator_from = models.DateTimeField(help_text="From then on a moderator publishes it.")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.ForeignKey(
        Answer, models.PROTECT, null=True, blank=True, related_name="replies"
    )
    set_aside = models.TextField(blank=True, help_text="Why it is no answer, by a moderator.")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        verbose_name_plural = "replies"
        constraints = [
            models.UniqueConstraint(fields=["contact", "content"], name="one_reply_a_mail"),
            models.CheckConstraint(
                name="decided_as_an_answer_or_set_aside",
                condition=Q(decided_at=None, answer=None, set_aside="")
                | Q(decided_at__isnull=False) & (Q(answer__isnull=False) | ~Q(set_aside="")),
            ),
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}"


class Agreement(models.Model):
    """An answer of the kind *agrees* on its way to *confirmed*: confirmed through a second mail,
    then open to the objection of co-authors."""

    answer = models.OneToOneField(Answer, models.PROTECT, related_name="agreement")
    token_hash = models.CharField(max_length=64, unique=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    settles_at = models.DateTimeField(null=True, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    objected_by = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["settles_at"],
                name="agreement_due",
                condition=Q(settled_at=None, settles_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"agreement {self.pk}"


class AnswerLink(models.Model):
    """The link of a contact: HMAC(LINK_KEY, contact, version); only its hash is kept."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="links", db_index=False)
    version = models.PositiveIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "version"], name="one_link_a_version")
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"


class LinkUse(models.Model):
    """A use of a link, for the moderators' log. No address of a machine is kept."""

    link = models.ForeignKey(AnswerLink, models.CASCADE, related_name="uses")
    at = models.DateTimeField()
    what = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.what


class Suggestion(models.Model):
    """'Ask somebody else', or 'I am not an author': a moderator decides."""

    class Kind(models.TextChoices):
        OTHER_PERSON = "other_person", "another person should be asked"
        NOT_AN_AUTHOR = "not_an_author", "not an author of this paper"

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="suggestions")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    name = models.CharField(max_length=300, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    hold = models.OneToOneField("reports.Hold", models.PROTECT, related_name="suggestion")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    upheld = models.BooleanField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} by contact {self.contact_id}"
