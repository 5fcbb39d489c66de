"""The fields of the report form: they say what to write, and never cut what was typed."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, URLValidator
from django.forms.utils import ErrorDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from registry.languages import is_chinese, word
from reports import numbers


class Quiet(forms.BaseForm):
    """A form that shows what was typed and says nothing about it until it is asked to."""

    asked = True
    said: ErrorDict | None = None

    @property
    def errors(self) -> ErrorDict:
        """The errors; before they are asked for only what was said by itself."""
        return super().errors if self.asked else self.said or ErrorDict()

    def say(self, name: str, sentence: str) -> None:
        """Put a sentence beside a field, though nothing was asked."""
        self.said = ErrorDict({name: self.error_class([sentence])})


def say_in_language(form: forms.BaseForm) -> None:
    """The choices and placeholders that Django writes, in the language of the page; labels, hints
    and errors are said by our templates."""
    if not is_chinese():
        return
    for field in form.fields.values():
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            field.choices = [(value, word(label)) for value, label in choices]
        if "placeholder" in field.widget.attrs:
            field.widget.attrs["placeholder"] = word(field.widget.attrs["placeholder"])


class TypedForm(Quiet, forms.Form):
    """A form bound to what was typed; `asked` to check it or not."""

    def __init__(self, typed: Any, *, asked: bool, **more: Any) -> None:
        self.asked = asked
        super().__init__(typed, use_required_attribute=False, label_suffix="", **more)
        say_in_language(self)


class Row(TypedForm):
    """A repeated row: empty while nothing was written into it, whatever is chosen."""

    guided = True  # forms.guide has examples

    def __init__(self, typed: Any, **more: Any) -> None:
        super().__init__(typed, empty_permitted=True, **more)

    def has_changed(self) -> bool:
        """Whether anything was written."""
        return any(
            self.data.get(self.add_prefix(name), "").strip()
            for name, field in self.fields.items()
            if not isinstance(field, (forms.ChoiceField, forms.BooleanField))
        )


class Words(forms.CharField):
    """Text of at most `most` characters; with `ask`, the sentence for an empty one, required."""

    def __init__(
        self, label: str, hint: str = "", *, most: int, ask: str = "", rows: int = 0, **attrs: str
    ) -> None:
        widget = (
            forms.Textarea(attrs={"rows": rows, "dir": "auto", **attrs})
            if rows
            else forms.TextInput(attrs={"dir": "auto", **attrs})
        )
        super().__init__(
            label=label,
            help_text=hint,
            required=bool(ask),
            widget=widget,
            error_messages={"required": ask},
            validators=[_at_most(most)],
        )
        self.many_lines = bool(rows)

    def to_python(self, value: Any) -> str:
        """The text; on one line where the field is a line; empty if nothing of it can be seen."""
        text = str(super().to_python(value))
        if not visible(text):
            return ""
        return text if self.many_lines else " ".join(text.split())


class WebAddress(forms.URLField):
    """A http or https address; it is never opened by the site."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, label: str, hint: str = "", *, ask: str = "") -> None:
        super().__init__(
            label=label,
            help_text=hint,
            required=bool(ask),
            assume_scheme="https",
            validators=[_at_most(500)],
            error_messages={
                "required": ask,
                "invalid": "Write the whole web address, for example https://example.org/log.txt.",
            },
        )


class Number(forms.CharField):
    """One number, written as people write it."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, label: str, hint: str = "") -> None:
        super().__init__(label=label, help_text=hint, required=False, empty_value="")

    def clean(self, value: Any) -> float | None:
        """The number, None where nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return numbers.parse_number(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Year(Number):
    """A year in which papers appeared."""

    def clean(self, value: Any) -> int | None:
        """The year, None where nothing was typed."""
        year = super().clean(value)
        if year is None:
            return None
        if year != int(year) or not 1665 <= year <= 2100:  # 1665: the first journals
            raise ValidationError("Write the year with four digits: 2024.")
        return int(year)


class ValueWithSpread(Number):
    """A number with its spread: 93.1 ± 0.4."""

    def clean(self, value: Any) -> Any:
        """(value, spread or None), None where nothing was typed."""
        text = forms.CharField.clean(self, value)
        if not text:
            return None
        try:
            return numbers.parse_value(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Numbers(forms.CharField):
    """Many numbers, as pasted: the row reads them, which knows what they measure."""

    def __init__(self, label: str, hint: str = "") -> None:
        super().__init__(
            label=label, help_text=hint, required=False, widget=forms.Textarea(attrs={"rows": 3})
        )


_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by their class that look like a space: fillers of Hangul and Braille."""


def visible(text: str) -> bool:
    """Whether a person sees anything of `text`."""
    return any(c not in _BLANK and unicodedata.category(c)[0] in "LNPS" for c in text)


def _at_most(most: int) -> MaxLengthValidator:
    too_long = gettext_lazy(
        "At most {most:,} characters: this has %(show_value)s. Nothing was cut; shorten it here."
    )
    return MaxLengthValidator(most, format_lazy(too_long, most=most))
