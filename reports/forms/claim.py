"""One claim of the paper, and what was obtained (product.md, section 6.3)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reports import pasted, results, units
from reports.forms.fields import Number, Numbers, Row, ValueWithSpread, Words
from reports.forms.run_files import KINDS
from reports.models import Claim
from reports.results import Obtained, Verdict

HIGHER, LOWER = "higher", "lower"


class ClaimForm(Row):
    """A row of the results. `attempted`: something was measured, so values are asked for."""

    place = Words(
        "Where in the paper", "Table, figure, section or page: Table 2, row 3.", most=200,
        ask="Say where in the paper the claim stands: the table, figure, section or page.",
    )  # fmt: skip
    quote = Words(
        "The paper's own words", "Copied, with the number: the sentence, or the table's row "
        "with its heading.", most=5_000, rows=3,
        ask="Quote the paper's own words for this claim.",
    )  # fmt: skip
    metric = Words("Metric", "With its variant and unit: top-1 accuracy, %.", most=200)
    direction = forms.ChoiceField(
        label="Better is",
        choices=[(HIGHER, "higher"), (LOWER, "lower")],
        initial=HIGHER,
        required=False,
        error_messages={"invalid_choice": "Choose whether higher or lower is better."},
    )
    dataset = Words("Data set and split", "CIFAR-10, test.", most=300)
    claimed = ValueWithSpread("Claimed value", "With its spread if one is given: 93.1 ± 0.4.")
    column = Words(
        "Column", "Its name in a table or log with several, as “val_acc”; “val_acc, last” takes "
        "the last value of a curve.", most=200,
    )  # fmt: skip
    runs = Numbers(
        "Your values, run by run",
        "One value a run: a line each, or with spaces or ; between them. You can paste a column "
        "or table of a spreadsheet, CSV, JSON, LaTeX. Mean, deviation and interval are computed.",
    )
    file = forms.FileField(
        label="or a file with them",
        help_text=f"{', '.join(KINDS)}, at most 1 MB. Its text is put into the field above.",
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS), "data-fills": "runs"}),
    )
    mean = Number("or your mean")
    spread = Number("standard deviation", "Of the sample (n − 1).")
    n = Number("number of runs")
    tolerance = Number(
        "Tolerance",
        "How far your mean may lie from the claim and still match, in the metric's unit. With 0 "
        "any difference at all is outside.",
    )
    one_unit = forms.BooleanField(label="These are in one unit as written", required=False)
    tolerance_reason = Words(
        "Why this tolerance", "The spread between seeds, the paper's own deviation ...", most=2_000
    )

    def __init__(self, typed: Any, *, attempted: bool, **more: Any) -> None:
        self.attempted = attempted
        super().__init__(typed, **more)

    def clean(self) -> dict[str, Any]:
        """With a result, the claimed and the obtained value and a tolerance with its reason."""
        data = super().clean() or {}
        self._clean_obtained(data)
        if self.attempted:
            self._ask("metric", "Name the metric, with its variant and unit.")
            self._ask("claimed", "Write the value that the paper claims.")
            self._ask("tolerance", "Say how far your mean may lie from the claim; 0 is allowed.")
            self._ask("tolerance_reason", "Say why this tolerance is right for this claim.")
        if (data.get("tolerance") or 0) < 0:
            self.add_error("tolerance", "A tolerance is not negative.")
        self._ask_unit(data)
        return data

    def clean_runs(self) -> list[float]:
        """The values run by run; one value with a spread is a mean, not a run."""
        try:
            values = pasted.read_runs(
                self.cleaned_data["runs"],
                metric=self.cleaned_data.get("metric", ""),
                column=self.cleaned_data.get("column", ""),
            )
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if len(values) == 1 and values[0].spread is not None:
            raise ValidationError(
                "One value with a spread is a mean: write it below as mean, spread and number of "
                "runs."
            )
        return [value.number for value in values]

    def _ask_unit(self, data: dict[str, Any]) -> None:
        """Ask back where per cent seem to stand beside fractions, until it is said that not."""
        obtained, claimed = data.get("obtained"), data.get("claimed")
        if self.errors or obtained is None or claimed is None or data["one_unit"]:
            return
        asked = units.question(
            metric=data["metric"],
            claimed=claimed.number,
            mean=obtained.mean,
            runs=data["runs"],
            tolerance=data["tolerance"],
        )
        if asked:
            self.add_error("one_unit", asked)

    def _ask(self, name: str, sentence: str) -> None:
        if name not in self.errors and self.cleaned_data.get(name) in (None, "", []):
            self.add_error(name, sentence)

    def _clean_obtained(self, data: dict[str, Any]) -> None:
        """`obtained`: from the runs, or from mean, spread and n; not from both."""
        if {"runs", "mean", "spread", "n"} & set(self.errors):
            return
        runs, mean, spread, n = (data[name] for name in ("runs", "mean", "spread", "n"))
        try:
            if runs:
                if mean is not None or spread is not None or n is not None:
                    raise ValidationError(
                        "Give your values run by run, or mean, deviation and number: not both."
                    )
                data["obtained"] = results.of_runs(runs)
            elif mean is not None:
                data["obtained"] = self._summary(mean, spread, n)
            elif spread is not None or n is not None or self.attempted:
                raise ValidationError("Write what you obtained: run by run, or your mean.")
        except ValidationError as error:
            self.add_error("runs", error)

    def _summary(self, mean: float, spread: float | None, n: float | None) -> Obtained | None:
        if n is None or n != int(n) or not 1 <= n <= 1_000_000:
            self.add_error("n", "Say of how many runs this is the mean: a whole number from 1.")
            return None
        if spread is None and n > 1:
            self.add_error("spread", "Write the standard deviation of your runs.")
            return None
        try:
            return results.of_summary(mean, spread, int(n))
        except ValueError as error:
            self.add_error("spread", str(error))
            return None

    def verdict(self) -> Verdict | None:
        """Where the obtained mean lies, in a row without errors in which something was measured."""
        data = self.cleaned_data
        return results.compare(
            claimed=data["claimed"][0],
            obtained=data["obtained"],
            tolerance=data["tolerance"],
            higher_is_better=data["direction"] != LOWER,
        ).verdict

    def claim(self, position: int) -> Claim:
        """The checked row as an unsaved Claim."""
        data = self.cleaned_data
        claimed, claimed_spread = data["claimed"] or (None, None)
        given = data.get("obtained") if not data["runs"] else None
        return Claim(
            position=position,
            place=data["place"],
            quote=data["quote"],
            metric=data["metric"],
            higher_is_better=data["direction"] != LOWER,
            dataset=data["dataset"],
            claimed=claimed,
            claimed_spread=claimed_spread,
            runs=data["runs"],
            mean=given.mean if given else None,
            spread=given.deviation if given else None,
            n=given.n if given else None,
            tolerance=data["tolerance"],
            tolerance_reason=data["tolerance_reason"],
        )
