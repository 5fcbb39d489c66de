"""The forms by which moderators merge papers, and correct what is told of one."""

from typing import Any

from django import forms

from reports import appeals
from reports.forms.fields import TypedForm, WebAddress, Words, Year
from reports.forms.moderation import REASON_LENGTH

WHICH = "Name the other paper: its address here, paper and its number, its DOI or arXiv id."


class MergeForm(TypedForm):
    """Into which paper, and how one knows that both are one work."""

    other = Words(
        "The paper that it is merged into", "Its address here, its DOI or its arXiv id.",
        most=appeals.NAMED_LENGTH, ask=WHICH,
    )  # fmt: skip
    reason = Words(
        "How you know that both are one work", "Kept in the log, for moderators.",
        most=REASON_LENGTH, rows=3, ask="Say how you know that both are one work.",
    )  # fmt: skip

    def clean_other(self) -> int:
        """The id of the paper that is named."""
        _, paper = appeals.about(self.cleaned_data["other"])
        if paper is None:
            raise forms.ValidationError(WHICH)
        return paper.pk


class ReasonForm(TypedForm):
    """Why a merging is rejected or undone."""

    reason = Words("Reason", "Kept in the log, for moderators.", most=REASON_LENGTH, rows=2,
                   ask="Give the reason.")  # fmt: skip


class FactsForm(TypedForm):
    """What is told of a paper, as it should be; authors stay as the letters to them were sent."""

    title = Words("Title", most=2_000, ask="A paper has a title.")
    venue = Words("Venue", "Conference, journal or archive.", most=300)
    year = Year("Year")
    url = WebAddress("Address of the paper", "Where it can be read.")
    reason = Words(
        "Reason", "How you know it. Kept in the log, for moderators.",
        most=REASON_LENGTH, rows=2, ask="Give the reason: how do you know it?",
    )  # fmt: skip


class NoWords(TypedForm):
    """Nothing is asked."""


FORMS: dict[str, type[TypedForm]] = {
    "merge": MergeForm,
    "unmerge": ReasonForm,
    "correct": FactsForm,
    "confirm": NoWords,
    "reject": ReasonForm,
}


def form_of(
    do: str, typed: Any = None, *, of: int = 0, begins: dict[str, Any] | None = None
) -> TypedForm:
    """The form of an act as typed, or as it `begins`."""
    return FORMS[do](typed, initial=begins, asked=typed is not None, auto_id=f"id_{do}_{of}_%s")
