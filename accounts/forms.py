"""The forms of sign-in and account."""

from typing import Any

from django import forms
from django.conf import settings

from accounts.models import User


class AddressForm(forms.Form):
    """Where to send the code."""

    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Write your e-mail address.",
            "invalid": "Write the whole address, for example name@university.edu.",
        },
    )

    def clean_email(self) -> str:
        """The address in lower case: one person has one account."""
        return str(self.cleaned_data["email"]).lower()


class CodeForm(forms.Form):
    """The code as the person types it."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters",
                   "spellcheck": "false"}
        ),
        error_messages={
            "required": "Write the code from the letter.",
            "max_length": "The code is shorter: eight letters. Copy it alone.",
        },
    )  # fmt: skip


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a person tells the moderators about themselves."""

    language = forms.ChoiceField(
        label="Language of letters to you",
        choices=settings.LANGUAGES,
        help_text="That of pages is chosen at their foot.",
    )

    class Meta:
        model = User
        fields = ("name", "affiliation", "orcid", "language")
        labels = {"name": "Name", "affiliation": "Affiliation", "orcid": "ORCID iD"}
        help_texts = {
            "name": "As the moderators know you. A report can appear under another name.",
            "affiliation": "University, institute or company; or write “independent”.",
            "orcid": "Sixteen digits, for example 0000-0002-1825-0097. The address works too.",
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "affiliation": forms.TextInput(attrs={"autocomplete": "organization"}),
            "orcid": forms.TextInput(attrs={"inputmode": "text", "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        orcid = self.fields["orcid"]
        assert isinstance(orcid, forms.CharField)
        orcid.max_length = None  # an address is longer; clean_orcid decides
        orcid.validators = [v for v in orcid.validators if not hasattr(v, "limit_value")]
        orcid.widget.attrs.pop("maxlength", None)

    def clean_name(self) -> str:
        """The name on one line."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_affiliation(self) -> str:
        """The affiliation on one line."""
        return " ".join(self.cleaned_data["affiliation"].split())

    def clean_orcid(self) -> str:
        """The iD as 0000-0000-0000-000X, its check digit right (ISO 7064, MOD 11-2)."""
        typed = self.cleaned_data["orcid"].strip().rstrip("/")
        if not typed:
            return ""
        bare = typed.split("orcid.org/")[-1].upper()
        import idutils  # here: it compiles expressions for a third of a second

        if not bare.isascii() or not idutils.is_orcid(bare):
            raise forms.ValidationError(
                "This is not an ORCID iD: it has sixteen digits (the last may be X) and a check "
                "digit. Copy it from your page at orcid.org, or leave the field empty."
            )
        return str(idutils.normalize_orcid(bare))


class EraseForm(forms.Form):
    """What shall become of published reports, and the address as a sign that this is meant."""

    KEEP, WITHDRAW = "keep", "withdraw"
    published = forms.ChoiceField(
        label="Your published reports",
        choices=[
            (KEEP, "stay public, under the name “a former user”"),
            (WITHDRAW, "are withdrawn; a dated line stays, with what the authors answered"),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what shall become of your published reports, also if you have none."
        },
    )
    email = forms.CharField(
        label="Your e-mail address",
        help_text="Type it as a sign that you mean it. This cannot be undone.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Type the address that you sign in with."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        """The address of the account; nothing else."""
        typed = str(self.cleaned_data["email"]).strip().lower()
        if typed != self.user.email:
            raise forms.ValidationError(
                "This is not the address of this account. Type the one that you sign in with."
            )
        return typed
