"""What the reporter adds after an answer: words, a link, and the values of a new run by claim."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from reports import pasted
from reports.answers import TEXT_LENGTH
from reports.forms.fields import Numbers, TypedForm, WebAddress, Words
from reports.models import Claim


class NewRun(Numbers):
    """The values of a new run for a claim, pasted as in the report's form."""

    def __init__(self, claim: Claim, label: str) -> None:
        super().__init__(
            label,
            "Run by run: one a line, or with spaces or ; between them, or a column that you paste. "
            "Leave it empty if there are none. What was published stays as it is.",
        )
        self.claim = claim

    def clean(self, value: Any) -> Any:
        """The list of floats; one value with a spread is a mean, not a run."""
        try:
            values = pasted.read_runs(super().clean(value), metric=self.claim.metric)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if len(values) == 1 and values[0].spread is not None:
            raise ValidationError(
                "One value with a spread is a mean: write the values run by run here, and a mean "
                "in your words."
            )
        return [value.number for value in values]


class AdditionForm(TypedForm):
    """Bound to what was typed; a field of values for each claim of the report."""

    text = Words(
        "What you did and found",
        "In Markdown. The authors and the public read it under the report, unedited. Say what was "
        "done, and nothing about intent.",
        most=TEXT_LENGTH, rows=8, ask="Say what you did and found.",
    )  # fmt: skip
    url = WebAddress("Link to code, log or configuration")

    def __init__(self, typed: Any, *, asked: bool, claims: Sequence[Claim]) -> None:
        super().__init__(typed, asked=asked)
        self.claims = claims
        for number, claim in enumerate(claims, 1):
            self.fields[f"values-{claim.pk}"] = NewRun(
                claim,
                gettext("Your new values for claim {number}: {place}").format(
                    number=number, place=claim.metric or claim.place
                )[:200],
            )

    @property
    def value_fields(self) -> list[Any]:
        """The fields of values, in the order of the claims."""
        return [self[f"values-{claim.pk}"] for claim in self.claims]

    @property
    def values(self) -> dict[int, list[float]]:
        """The checked values by claim, without those that are empty."""
        found = {claim.pk: self.cleaned_data[f"values-{claim.pk}"] for claim in self.claims}
        return {pk: values for pk, values in found.items() if values}
