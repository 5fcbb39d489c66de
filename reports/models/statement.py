"""What a reporter or an author says of what is shared (registry/shared.py has the words)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from registry.shared import Item, Value
from reports.models.answer import Answer
from reports.models.inquiry import Contact
from reports.models.report import Report
from reports.sharing import NOTE_LENGTH, URL_LENGTH, Said


class Statement(models.Model):
    """One person's word on one item; append-only (a database trigger keeps it so: only the words of
    a reporter who erased their account are emptied). A later row takes the place of an earlier one
    of the same side. Without a contact it is the reporter's; an author's may come with an answer.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="statements")
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="statements"
    )
    answer = models.ForeignKey(
        Answer, models.PROTECT, null=True, blank=True, related_name="statements"
    )
    name = models.CharField(
        max_length=200, blank=True, help_text="Of the author; a reporter's is the report's."
    )
    item = models.CharField(max_length=16, choices=Item.choices)
    value = models.CharField(max_length=8, choices=Value.choices)
    url = models.URLField(max_length=URL_LENGTH, blank=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    said_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes = [
            models.Index(
                fields=["said_at"],
                name="statement_alone",
                condition=Q(contact__isnull=False, answer=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="said_by_the_reporter_or_a_named_author",
                condition=Q(contact=None, answer=None, name="")
                | Q(contact__isnull=False) & ~Q(name=""),
            ),
            models.CheckConstraint(name="shared_item_is_known", condition=Q(item__in=Item.values)),
            models.CheckConstraint(
                name="shared_value_is_known", condition=Q(value__in=Value.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.value}"

    @property
    def said(self) -> Said:
        """What the pure rules of sharing.py and the pages need."""
        return Said(
            item=Item(self.item), value=Value(self.value), by_author=self.contact_id is not None,
            since=self.said_at, order=self.pk or 0, url=self.url, note=self.note,
            who=self.name or self.report.shown_as or "a researcher", report=self.report_id or 0,
        )  # fmt: skip
