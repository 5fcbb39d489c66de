"""More forms of moderators: to decline, give time, release a hold, reject a proposal, redact."""

from collections.abc import Sequence

from django import forms
from django.conf import settings

from reports import ready_sentences
from reports.deadlines import span_in_words
from reports.forms.fields import Words
from reports.forms.moderation import REASON_LENGTH, ModerationForm, Reason, ToReporter
from reports.moderation import EXTENSIONS
from reports.ready_sentences import Sentence
from reports.redactions import LONGEST
from reports.redactions import REASON_LENGTH as PUBLIC_REASON
from reports.states import State

MORE_TIME = "Choose how much more time the authors get."
NOT_KEPT = (State.RETURNED, State.DECLINED, State.WITHDRAWN, State.REMOVED)
"""States of a report of which another one is no duplicate."""


class Declining(ToReporter):
    """The same, for good."""

    @property
    def sentences(self) -> Sequence[Sentence]:
        """The ready sentences; a person's second report on a paper is a duplicate."""
        reporter = self.case.report.reporter_id
        earlier = [
            one.pk
            for one in self.case.others
            if one.reporter_id == reporter and one.state not in NOT_KEPT
        ]
        return ready_sentences.for_declining(earlier, settings.SITE_URL)


class MoreTime(Reason):
    """How much more time, and why."""

    readers = (
        "The authors and the reporter get it in a letter; everybody reads it once the "
        "report is public."
    )
    days = forms.TypedChoiceField(
        label="More time", coerce=int, widget=forms.RadioSelect,
        error_messages={"required": MORE_TIME, "invalid_choice": MORE_TIME},
    )  # fmt: skip
    field_order = ("days", "reason")

    def prepare(self) -> None:
        """The spans, as parts of the window that was promised."""
        super().prepare()
        if self.case.inquiry is None:
            return  # nobody was asked, and the form is not offered
        window = self.case.inquiry.policy.window
        self.fields["days"].choices = [  # type: ignore[attr-defined]
            (days, span_in_words(window * days / 28)) for days in EXTENSIONS
        ]


class Releasing(ModerationForm):
    """Why a hold is released; needed where another moderator has to confirm it."""

    reason = Words(
        "Reason", "Needed once the deadline has passed, where another moderator confirms it.",
        most=REASON_LENGTH, rows=2,
    )  # fmt: skip


class Rejecting(Reason):
    """Why a proposal is rejected."""

    readers = "Kept in the log, for moderators."


class Redacting(Reason):
    """A passage, exactly as it was written, and why it is covered."""

    readers = (
        "It stands in place of the passage, and in the corrections; the authors and the reporter "
        "get it in a letter."
    )
    passage = Words(
        "The passage", "Exactly as it was written: copy it from one of the texts below.",
        most=LONGEST, rows=3, ask="Copy the passage that is to be covered.",
    )  # fmt: skip
    reason = Words("Reason", "-", most=PUBLIC_REASON, ask="Give the reason: everybody reads it.")
    field_order = ("passage", "reason")


class Uncovering(Reason):
    """Why a passage is shown again."""

    readers = "Everybody reads it in the corrections; the authors and the reporter in a letter."
    reason = Words("Reason", "-", most=PUBLIC_REASON, ask="Give the reason: everybody reads it.")
