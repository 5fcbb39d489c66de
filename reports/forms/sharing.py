"""The table of what is shared, in the report form and on the author's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.forms.boundfield import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext

from registry.languages import word
from registry.shared import Item, Value
from reports.forms.fields import TypedForm, Words, say_in_language
from reports.sharing import NOTE_LENGTH, URL_LENGTH, Said, Stated, parted

PREFIX = "shared"
SEEN = f"{PREFIX}-seen"
"""Of the page: the last statement that it knew."""
HINTS = {Item.DEPENDENCIES: "with versions", Item.COMMANDS: "for each result"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the table as the page shows it."""

    item: Item
    hint: str
    chosen: str
    value: BoundField
    note: BoundField


class SharingForm(TypedForm):
    """One row an item: a value, and in one field where it is or what is missing. Fields are named
    `shared-code` and `shared-code_note`. Nothing has to be filled in."""

    def __init__(self, typed: Mapping[str, Any], *, asked: bool) -> None:
        super().__init__(typed, asked=asked, prefix=PREFIX)
        for item in Item:
            label = capfirst(word(item.label))
            self.fields[item.value] = forms.ChoiceField(
                label=label,
                choices=Value.choices,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": "Choose yes, partly, no or unknown."},
            )
            self.fields[_note(item)] = Words(
                gettext("{label}: where, or what is missing").format(label=label),
                most=NOTE_LENGTH + URL_LENGTH,
                placeholder="where, or what is missing",
            )  # fmt: skip
        say_in_language(self)

    def clean(self) -> dict[str, Any]:
        """`..._note` is parted into link and words, each of which has its length."""
        data = super().clean() or {}
        for item in Item:
            text = data.get(_note(item), "")
            url, note = parted(text)
            data[_note(item)] = (url, note)
            if problem := _problem(url, note):
                self.add_error(_note(item), problem)
        return data

    @property
    def rows(self) -> list[Row]:
        """The table."""
        return [
            Row(
                item=item, hint=HINTS.get(item, ""), value=self[item.value], note=self[_note(item)],
                chosen=self.data.get(self.add_prefix(item.value)) or Value.UNKNOWN.value,
            )
            for item in Item
        ]  # fmt: skip

    def stated(self) -> list[Stated]:
        """The checked rows of the items that the page asked for."""
        data = self.cleaned_data
        return [
            Stated(
                item=item, value=Value(data[item.value] or Value.UNKNOWN),
                url=data[_note(item)][0], note=data[_note(item)][1],
            )
            for item in Item
            if self.add_prefix(item.value) in self.data
        ]  # fmt: skip

    @property
    def seen(self) -> int:
        """The last statement that the page knew; 0 for none."""
        seen = str(self.data.get(SEEN, ""))
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else 0

    def problems(self) -> dict[str, str]:
        """A sentence for each field to mend, by its name on the page."""
        return {
            self.add_prefix(str(name)): " ".join(map(str, sentences))
            for name, sentences in self.errors.items()
        }


def filled_in(said: Mapping[Item, Said | None], seen: int) -> dict[str, str]:
    """The fields as they stand on a page that knows what one side said."""
    typed = {SEEN: str(seen)}
    for item in Item:
        one = said.get(item)
        typed[f"{PREFIX}-{item.value}"] = (one.value if one else Value.UNKNOWN).value
        typed[f"{PREFIX}-{_note(item)}"] = one.words if one else ""
    return typed


def _note(item: Item) -> str:
    return f"{item.value}_note"


def _problem(url: str, note: str) -> str:
    if len(url) > URL_LENGTH:
        return gettext(
            "A link has at most {url_length} characters. Nothing was cut; shorten it here."
        ).format(url_length=URL_LENGTH)
    if len(note) > NOTE_LENGTH:
        return gettext(
            "Beside the link at most {note_length} characters: this has {n}. Nothing was "
            "cut; shorten it here."
        ).format(note_length=NOTE_LENGTH, n=len(note))
    try:
        if url:
            URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        return "Write the whole web address, for example https://example.org/code."
    return ""
