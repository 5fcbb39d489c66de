"""The forms of an appeal or complaint and of an author who asks for a link, and those by which a
moderator decides on them."""

from collections.abc import Sequence
from typing import Any

from django import forms

from reports.appeal_decisions import FOLLOW_UPS, Verdict
from reports.appeals import NAME_LENGTH, NAMED_LENGTH, TEXT_LENGTH
from reports.forms.contents import checked_email
from reports.forms.fields import TypedForm, Words
from reports.models import Appeal
from reports.redactions import LONGEST

KIND = "Choose what this is."
KINDS = [one for one in Appeal.Kind.choices if one[0] != Appeal.Kind.AUTHOR]
WHO = "Choose which author you are."
MISSING = "0"
UPHOLD, REFUSE = "uphold", "refuse"
BELIEVED = "Choose whether they are this author."
VERDICT = "Choose whether you uphold it."


class AppealForm(TypedForm):
    """Who writes, about what, and what they say."""

    kind = forms.ChoiceField(
        label="What this is", choices=KINDS, widget=forms.RadioSelect,
        error_messages={"required": KIND, "invalid_choice": KIND},
    )  # fmt: skip
    named = Words(
        "Which paper or report", "Its address on this site, the number of the report, or the DOI "
        "or arXiv id of the paper.",
        most=NAMED_LENGTH, ask="Say which paper or report this is about.",
    )  # fmt: skip
    text = Words(
        "What you want to tell us",
        "What is wrong, and what should happen. Moderators read it; it is not published.",
        most=TEXT_LENGTH, rows=8, ask="Write what is wrong, and what should happen.",
    )  # fmt: skip
    name = Words("Your name", most=NAME_LENGTH, ask="Give your name.", autocomplete="name")
    email = Words(
        "Your e-mail address",
        "We send you a link to confirm it, and later the decision. It is shown to nobody else.",
        most=254, ask="Give your address: the decision is sent there.", autocomplete="email",
    )  # fmt: skip

    def clean_email(self) -> str:
        """An address at which a person can read."""
        return checked_email(self.cleaned_data["email"])


class AuthorForm(TypedForm):
    """Which author writes, from where, and how one sees that it is them."""

    position = forms.ChoiceField(
        label="Which author you are", error_messages={"required": WHO, "invalid_choice": WHO}
    )
    name = Words("Your name", most=NAME_LENGTH, ask="Give your name.", autocomplete="name")
    email = Words(
        "Your e-mail address",
        "At best the one on the paper or on your institution's page. We send you a link to "
        "confirm it. It is shown to moderators alone.",
        most=254, ask="Give your address: the link is sent there.", autocomplete="email",
    )  # fmt: skip
    text = Words(
        "How we can see that it is you",
        "For instance a page of your institution or your ORCID record that shows this address.",
        most=TEXT_LENGTH, rows=4, ask="Say how a moderator can see that you are this author.",
    )  # fmt: skip

    def __init__(self, typed: Any, *, authors: Sequence[str], **more: Any) -> None:
        super().__init__(typed, **more)
        names = [(str(at), name) for at, name in enumerate(authors, 1)]
        choice = self.fields["position"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "Choose"), *names, (MISSING, "My name is missing here")]

    def clean_position(self) -> int | None:
        """The author's position; None where the list lacks them."""
        position: str = self.cleaned_data["position"]
        return None if position == MISSING else int(position)

    def clean_email(self) -> str:
        """An address at which a person can read."""
        return checked_email(self.cleaned_data["email"])


class BelievedForm(TypedForm):
    """Whether somebody is the author they say they are, and how one knows."""

    verdict = forms.ChoiceField(
        label="Are they this author?", widget=forms.RadioSelect,
        choices=[
            (UPHOLD, "Yes: send them the links to answer by"),
            (REFUSE, "No, or it cannot be seen"),
        ],
        error_messages={"required": BELIEVED, "invalid_choice": BELIEVED},
    )  # fmt: skip
    reason = Words(
        "The reason", "They get it by mail, and it stays in the log.",
        most=4_000, rows=4, ask="Say how you know, or what is missing.",
    )  # fmt: skip

    @property
    def verdict_of(self) -> Verdict:
        """The checked form as a verdict."""
        data: dict[str, Any] = self.cleaned_data
        return Verdict(upheld=data["verdict"] == UPHOLD, reason=data["reason"])


class DecisionForm(TypedForm):
    """Upheld or refused, why, and what follows."""

    verdict = forms.ChoiceField(
        label="Is it upheld?", widget=forms.RadioSelect,
        choices=[(UPHOLD, "Yes, it is upheld"), (REFUSE, "No, it is refused")],
        error_messages={"required": VERDICT, "invalid_choice": VERDICT},
    )  # fmt: skip
    reason = Words(
        "The reason", "Whoever wrote gets it by mail. If the report is public, everybody reads it "
        "in the corrections: name no address in it.",
        most=4_000, rows=4, ask="Give the reason of your decision.",
    )  # fmt: skip
    follow_up = forms.ChoiceField(
        label="What follows, if it is upheld", required=False, choices=list(FOLLOW_UPS.items()),
        error_messages={"invalid_choice": "Choose what follows."},
    )  # fmt: skip
    passage = Words(
        "The passage to be redacted", "Only where that follows; exactly as it was written.",
        most=LONGEST, rows=2,
    )  # fmt: skip

    @property
    def verdict_of(self) -> Verdict:
        """The checked form as a verdict."""
        data: dict[str, Any] = self.cleaned_data
        return Verdict(
            upheld=data["verdict"] == UPHOLD, reason=data["reason"],
            follow_up=data["follow_up"], passage=data["passage"],
        )  # fmt: skip
