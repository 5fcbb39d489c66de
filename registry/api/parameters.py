"""The parameters of an address: each is known and sensible, or the answer says what to do."""

import re
from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers
from rest_framework.request import Request

from registry.problems import Problem

MOST_ROWS = 100
ROWS = 25
AFTER = 500  # characters of a cursor
SHOWN = 80  # characters of what somebody wrote that a sentence repeats


class Whole(serializers.IntegerField):
    """A whole number, written in digits alone."""

    def to_internal_value(self, data: Any) -> int:
        """The number. Raises ValidationError."""
        if not re.fullmatch(r"[0-9]{1,18}", str(data)):
            self.fail("invalid")
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A text without control characters, as it was written."""

    def __init__(self, *, max_length: int, help_text: str = "") -> None:
        super().__init__(
            max_length=max_length, required=False, trim_whitespace=False, help_text=help_text,
            validators=[RegexValidator(r"^[^\x00-\x1f\x7f]*$")],
        )  # fmt: skip


class Parameters(serializers.Serializer[Any]):
    """What an address may say: nothing, unless a view names its parameters."""

    @classmethod
    def of(cls, request: Request) -> dict[str, Any]:
        """What the address says, by name; defaults for the rest. Raises Problem (400)."""
        given = request.query_params
        asked = cls(data=given.dict())
        fields = asked.fields
        wrong = [_unknown(name, list(fields)) for name in given if name not in fields]
        wrong += [
            f"“{_cut(name)}” is given twice: give it once."
            for name, values in given.lists()
            if len(values) > 1
        ]
        if not asked.is_valid():
            wrong += [_sentence(name, fields[name], given.get(name, "")) for name in asked.errors]
        if wrong:
            raise Problem(" ".join(wrong), 400)
        return dict(asked.validated_data)


class ListParameters(Parameters):
    """What every list takes; a list adds its filters."""

    limit = Whole(
        min_value=1, max_value=MOST_ROWS, default=ROWS, help_text="Rows of a page at most."
    )
    after = Text(
        max_length=AFTER,
        help_text="Where the page begins: from “next” of the page before, as it is.",
    )  # fmt: skip


NOT_OUR_CURSOR = (
    "“after” is no place in this list and order: take it from “next” of a page of the same list, "
    "or leave it out to begin at the first page."
)


def _unknown(name: str, known: list[str]) -> str:
    if not known:
        return f"There is no parameter “{_cut(name)}” here: leave it out."
    return f"There is no parameter “{_cut(name)}” here: there are {', '.join(known)}."


def _sentence(name: str, field: Any, value: str) -> str:
    """What is wrong with the value, and what to do."""
    said = f"“{name}” cannot be “{_cut(value)}”"
    match field:
        case serializers.ChoiceField():
            return f"{said}: choose one of {', '.join(field.choices)}."
        case Whole():
            return f"{said}: write a whole number from {field.min_value} to {field.max_value}."
    return (
        f"{said}: write 1 to {field.max_length:,} characters, without control characters, or leave "
        "it out."
    )


def _cut(text: str) -> str:
    """`text` as a sentence may repeat it."""
    shown = "".join(c if c.isprintable() else " " for c in text[: SHOWN + 1])
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
