"""The other rows of the report form: a link of the evidence, an address of an author."""

from typing import Any

from django import forms

from registry.mail_addresses import NotWhole, whole
from registry.nobody import nobody_reads
from reports.forms.fields import Row, WebAddress, Words
from reports.models import Address, Evidence


def checked_email(typed: str) -> str:
    """An address that a person can read at, by its syntax alone (RFC 5321)."""
    try:
        email = whole(typed)
    except NotWhole as error:
        raise forms.ValidationError(str(error)) from error
    if nobody_reads(email):
        raise forms.ValidationError("Nobody reads at this address: write one of the author's own.")
    return email


class EvidenceForm(Row):
    """A link to what shows the attempt."""

    kind = forms.ChoiceField(
        label="Kind",
        choices=Evidence.Kind.choices,
        initial=Evidence.Kind.CODE,
        error_messages={
            "required": "Choose what the link shows.",
            "invalid_choice": "Choose what the link shows.",
        },
    )
    url = WebAddress("Link", ask="Write the link, or remove this row.")
    note = Words("What it shows", most=300)

    def evidence(self, position: int) -> Evidence:
        """The checked row as unsaved Evidence."""
        return Evidence(position=position, **self.cleaned_data)


class AddressForm(Row):
    """An address of an author, and where it was found."""

    author = Words(
        "Author", "The name as on the paper, or its number in the order of authors.", most=300,
        ask="Say whose address this is: the author's name, or its number.", list="author-names",
    )  # fmt: skip
    email = Words("E-mail address", most=320, ask="Write the address, or remove this row.")
    source = Words(
        "Where you found it", "The paper's first page, the author's homepage ...", most=200,
        ask="Say where you found the address; a moderator looks there too.",
    )  # fmt: skip
    source_url = WebAddress("Link to that page")
    corresponding = forms.BooleanField(label="Corresponding author", required=False)
    proposed = forms.BooleanField(required=False, widget=forms.HiddenInput)  # by pdf_addresses.py
    confirmed = forms.BooleanField(
        label="I looked into the paper: the address stands there, and is this author's",
        required=False,
    )
    language = forms.ChoiceField(
        label="Language of the letters",
        choices=[("", "English; for an address in .cn also Chinese"), *Address.Language.choices],
        required=False,
        error_messages={"invalid_choice": "Choose a language of the letters."},
    )

    def clean_email(self) -> str:
        """An address that a person can read at, by its syntax alone (RFC 5321)."""
        return checked_email(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """What was proposed waits for a person to look."""
        data = super().clean() or {}
        if data.get("proposed") and not data.get("confirmed"):
            self.add_error(
                "confirmed",
                "A machine found this: look into the paper, and tick this or remove the row.",
            )
        return data

    def address(self, author_position: int, rank: int) -> Address:
        """The checked row as an unsaved Address."""
        data = self.cleaned_data
        language = data["language"] or Address.language_for(data["email"])
        return Address(
            author_position=author_position,
            rank=rank,
            email=data["email"],
            corresponding=data["corresponding"],
            source=data["source"],
            source_url=data["source_url"],
            language=language,
        )
