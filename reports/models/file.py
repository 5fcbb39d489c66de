"""Files that people attach: evidence of a report, or a part of an author's answer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from reports.file_names import saved_name
from reports.models.answer import Answer
from reports.models.inquiry import Contact
from reports.models.report import Evidence, Report
from reports.sniffing import NOTEBOOK, TEXT, WORDS


class File(models.Model):
    """One file: what is said of it. Its content lies in `STORAGES["uploads"]` under `key`.

    Evidence belongs to its report. A file of an author belongs to the contact, and waits (`answer`
    is empty) until it is published with an answer.
    """

    report = models.ForeignKey(
        Report, models.CASCADE, null=True, blank=True, related_name="files", db_index=False
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="files", db_index=False
    )
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, blank=True, related_name="files")
    kind = models.CharField(
        max_length=14, choices=Evidence.Kind.choices, default=Evidence.Kind.OTHER
    )
    note = models.TextField(blank=True, help_text="What it shows, as typed.")
    name = models.CharField(max_length=255, help_text="As given, without what cannot be seen.")
    media_type = models.CharField(max_length=60, help_text="As found in the content.")
    charset = models.CharField(max_length=20, blank=True, help_text="Of text; Python's name.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64, help_text="Of the content, in hexadecimal.")
    key = models.CharField(max_length=100, unique=True, help_text="In the storage.")
    stored_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.CheckConstraint(
                name="file_of_a_report_or_of_an_author",
                condition=Q(report__isnull=False, contact=None, answer=None)
                | Q(report=None, contact__isnull=False),
            ),
            models.CheckConstraint(name="no_empty_file", condition=Q(size__gt=0) & ~Q(name="")),
            models.UniqueConstraint(
                fields=["report", "sha256"],
                name="one_file_of_a_content_a_report",
                condition=Q(report__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["contact", "sha256"],
                name="one_waiting_file_of_a_content",
                condition=Q(contact__isnull=False, answer=None),
            ),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"

    @property
    def saved_name(self) -> str:
        """The name in its address, and under which a browser saves it."""
        return saved_name(self.name, self.media_type)

    @property
    def type_in_words(self) -> str:
        """What its content is."""
        return WORDS.get(self.media_type, self.media_type)

    @property
    def is_shown(self) -> bool:
        """Whether its page shows the content."""
        return self.media_type in (TEXT, NOTEBOOK)
