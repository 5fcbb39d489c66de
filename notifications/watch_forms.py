"""The form by which somebody asks to be told of something by mail, and that of how often."""

from django import forms
from django.conf import settings

from notifications.models import Rhythm
from reports.forms.contents import checked_email
from reports.forms.fields import TypedForm, Words

OFTEN = "Choose how often."
LANGUAGE = "Choose a language."
TRAP = "leave_empty"
"""A field that nobody sees: what fills it in is a robot."""


class RhythmForm(TypedForm):
    """How often digests come, and in which language."""

    rhythm = forms.ChoiceField(
        label="How often", choices=Rhythm.choices, widget=forms.RadioSelect,
        initial=Rhythm.WEEKLY, error_messages={"required": OFTEN, "invalid_choice": OFTEN},
    )  # fmt: skip
    language = forms.ChoiceField(
        label="Language of the mails", choices=settings.LANGUAGES,
        error_messages={"required": LANGUAGE, "invalid_choice": LANGUAGE},
    )  # fmt: skip


class WatchForm(RhythmForm):
    """Where to, how often, and in which language."""

    email = Words(
        "Your e-mail address", "We send you a link to confirm it. It is shown to nobody.",
        most=254, ask="Give your address: the mails are sent there.", autocomplete="email",
        inputmode="email",
    )  # fmt: skip
    field_order = ("email", "rhythm", "language")

    def clean_email(self) -> str:
        """An address at which a person can read."""
        return checked_email(self.cleaned_data["email"])

    @property
    def trapped(self) -> bool:
        """Whether the field was filled in that nobody sees."""
        return bool(self.data.get(TRAP, ""))
