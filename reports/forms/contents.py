"""The other rows of the report form: a link of the evidence, an address of an author."""

from django import forms
from email_validator import EmailNotValidError, validate_email

from reports.forms.fields import Row, WebAddress, Words
from reports.models import Address, Evidence
from reports.nobody import nobody_reads


def checked_email(typed: str) -> str:
    """An address that a person can read at, by its syntax alone (RFC 5321)."""
    typed = typed.removeprefix("mailto:").strip("<>")
    try:
        checked = validate_email(
            typed, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError as error:
        raise forms.ValidationError(
            "This is not a whole e-mail address: write it like name@university.edu."
        ) from error
    if nobody_reads(checked.normalized):
        raise forms.ValidationError("Nobody reads at this address: write one of the author's own.")
    return checked.ascii_email or checked.normalized


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
    language = forms.ChoiceField(
        label="Language of the letters",
        choices=[("", "English; for an address in .cn also Chinese"), *Address.Language.choices],
        required=False,
        error_messages={"invalid_choice": "Choose a language of the letters."},
    )

    def clean_email(self) -> str:
        """An address that a person can read at, by its syntax alone (RFC 5321)."""
        return checked_email(self.cleaned_data["email"])

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
