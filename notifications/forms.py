"""The forms by which moderators decide on held mail."""

from typing import Any

from django import forms

from notifications.mailroom import Opened
from reports import contacts
from reports.forms.fields import TypedForm, Words
from reports.models import Contact, Report
from reports.text import plain

REASON_LENGTH = 4_000  # characters
CHOOSE = "Choose the author."
NO_REPORT = "There is no report with this number whose authors were asked."
NOT_ASKED = "This author was not asked. If the sender is this author, add the address instead."


class HeldForm(TypedForm):
    """A decision about a held mail. By itself it needs no words."""

    def __init__(self, typed: Any, *, asked: bool, held: Opened, **more: Any) -> None:
        self.held = held
        super().__init__(typed, asked=asked, **more)
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the mail."""


class Discard(HeldForm):
    """Why it has nothing to do with any report."""

    reason = Words(
        "Reason", "Kept beside the mail, for moderators.", most=REASON_LENGTH, rows=2,
        ask="Give the reason, in words for the people concerned.",
    )  # fmt: skip


class _Place(forms.IntegerField):
    """A number that a person types."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, label: str, hint: str) -> None:
        wrong = "Write a number."
        super().__init__(
            label=label, help_text=hint, required=False, min_value=1, max_value=2**31 - 1,
            error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
        )  # fmt: skip


class WhoseAnswer(HeldForm):
    """Of which author it is; of mail about no letter that we know, also of any report's."""

    author = forms.ChoiceField(
        label="Author",
        required=False,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    number = _Place("Report number", "If it is about a report that is not named above.")
    place = _Place("Author's place", "1 is the first author of that report's paper.")

    def prepare(self) -> None:
        """The authors of the reports it is about; a number only where no letter says which."""
        choices = self.choices()
        if choices:
            self.fields["author"].choices = [  # type: ignore[attr-defined]
                ("", "choose"), *choices
            ]  # fmt: skip
        else:
            del self.fields["author"]
        if self.held.mail.email_id is not None and choices:
            self.fields["author"].required = True
            del self.fields["number"], self.fields["place"]

    def choices(self) -> list[tuple[str, str]]:
        """The authors who were asked."""
        return [
            (
                f"{one.inquiry.report_id}-{one.position}",
                f"Report {one.inquiry.report_id}, author {one.position}: {plain(one.name)[:100]}"
                f" ({one.get_state_display()})",
            )
            for one in self.held.contacts
        ]

    def clean(self) -> dict[str, Any]:
        """`report_id` and `position` of the author."""
        data = super().clean() or {}
        if self.errors:
            return data
        if data.get("author"):
            report_id, position = map(int, data["author"].split("-"))
        elif data.get("number") and data.get("place"):
            report_id, position = data["number"], data["place"]
        elif data.get("number"):
            self.add_error("place", CHOOSE)
            return data
        else:
            self.add_error("author" if "author" in self.fields else "number", CHOOSE)
            return data
        data |= {"report_id": report_id, "position": position}
        if not Report.objects.filter(pk=report_id, inquiry__isnull=False).exists():
            self.add_error("number", NO_REPORT)
        return data


class TakeAsAnswer(WhoseAnswer):
    """Of which author, among those who were asked, it is the answer."""

    def clean(self) -> dict[str, Any]:
        """`contact_id` beside the author."""
        data = super().clean()
        if self.errors:
            return data
        asked = Contact.objects.filter(
            inquiry__report=data["report_id"], position=data["position"]
        ).first()
        if asked is None:
            self.add_error("place" if "place" in self.fields else "author", NOT_ASKED)
        else:
            data["contact_id"] = asked.pk
        return data


class AddAddress(WhoseAnswer):
    """Whose new address the sender's is, and where that stands."""

    source = Words(
        "Where you found that it is theirs", "A page that you opened yourself; the author is told.",
        most=contacts.SOURCE_LENGTH, ask="Say where the address was found; it must be open to see.",
    )  # fmt: skip

    def choices(self) -> list[tuple[str, str]]:
        """All authors of the papers, also those who were never asked."""
        return [
            (f"{report.pk}-{place}", f"Report {report.pk}, author {place}: {plain(name)[:100]}")
            for report, names in self.held.asked
            for place, name in enumerate(names, 1)
        ]
