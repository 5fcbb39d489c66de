"""Claimed against obtained (product.md, section 6.3). Pure.

The deviation is the sample standard deviation (n - 1). Values are in the unit of the metric as the
reporter wrote it; a per cent sign is read and dropped.
"""

import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LARGEST = 1e100
"""No measured value is larger; beyond it squares overflow."""
MOST_RUNS = 10_000


@dataclass(frozen=True, kw_only=True)
class Obtained:
    """What was measured: mean, sample standard deviation (None for one run) and runs."""

    mean: float
    deviation: float | None
    n: int


class Verdict(StrEnum):
    """Where the obtained mean lies."""

    INSIDE = "inside the tolerance"
    BETTER = "better than claimed, by more than the tolerance"
    WORSE = "worse than claimed, by more than the tolerance"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """An obtained mean against the claimed value."""

    difference: float  # obtained - claimed
    relative: float | None  # difference / |claimed|; None where zero was claimed
    verdict: Verdict | None  # None without a tolerance


def of_runs(runs: Sequence[float]) -> Obtained:
    """Mean and deviation of the values run by run; ValueError if there are none."""
    if not runs:
        raise ValueError("There is no run to take a mean of.")
    _refuse_nonsense(*runs)
    deviation = statistics.stdev(runs) if len(runs) > 1 else None
    return Obtained(mean=statistics.fmean(runs), deviation=deviation, n=len(runs))


def of_summary(mean: float, deviation: float | None, n: int) -> Obtained:
    """What was measured, from the reporter's own mean, deviation and n; ValueError if absurd."""
    _refuse_nonsense(mean, deviation or 0.0)
    if n < 1:
        raise ValueError("The number of runs is at least 1.")
    if deviation is not None and deviation < 0:
        raise ValueError("A spread is not negative.")
    if n == 1 and deviation is not None:
        raise ValueError("One run has no spread: leave it empty, or give the number of runs.")
    return Obtained(mean=mean, deviation=deviation, n=n)


def compare(
    *, claimed: float, obtained: float, tolerance: float | None, higher_is_better: bool
) -> Comparison:
    """Difference of the obtained mean from the claimed value, and where it lies.

    A difference that equals the tolerance is inside, whatever floating point makes of it.
    ValueError for a negative tolerance or a value that is no number.
    """
    _refuse_nonsense(claimed, obtained, tolerance or 0.0)
    difference = obtained - claimed
    relative = difference / abs(claimed) if claimed else None
    verdict = None
    if tolerance is not None:
        if tolerance < 0:
            raise ValueError("A tolerance is not negative.")
        rounding = 1e-12 * max(abs(claimed), abs(obtained))
        if abs(difference) <= tolerance + rounding:
            verdict = Verdict.INSIDE
        elif (difference > 0) == higher_is_better:
            verdict = Verdict.BETTER
        else:
            verdict = Verdict.WORSE
    return Comparison(difference=difference, relative=relative, verdict=verdict)


def _refuse_nonsense(*values: float) -> None:
    for value in values:
        if not math.isfinite(value) or abs(value) > LARGEST:
            raise ValueError(f"{value} is not a value that can be compared.")


# --- reading what people paste ------------------------------------------------------------

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_FULL_WIDTH: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    ord("、"): " ",
    0x2212: "-",  # minus
    0x2013: "-",  # en dash
    0x202F: "",  # narrow and thin spaces group thousands
    0x2009: "",
}
_PLUS_MINUS = re.compile(r"\s*(?:±|\+/?-|\$?\\pm\$?)\s*")


def _tidy(text: str) -> str:
    """Full-width signs and every way to write minus and plus-minus, in one spelling."""
    return re.sub(r"\s+%", "%", _PLUS_MINUS.sub("±", text.translate(_FULL_WIDTH)))


def parse_number(text: str) -> float:
    """The one number in `text`: 93.1, 0,931, 1.2e-3, 93.1%. ValueError with a sentence."""
    word = _tidy(text).strip().removesuffix("%")
    shown = text.strip()[:40]
    if not word:
        raise ValueError("Write a number.")
    if re.fullmatch(r"[+-]?(nan|inf(inity)?)", word, re.IGNORECASE):
        raise ValueError(f"“{shown}” is no value: leave out runs that gave none, and say so.")
    if not _NUMBER.fullmatch(_point(word, shown)):
        raise ValueError(f"“{shown}” is not a number: write it like 93.1.")
    value = float(_point(word, shown))
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise ValueError(f"“{shown}” is larger than any measured value: check it.")
    return value


def _point(word: str, shown: str) -> str:
    """`word` with a decimal point and no thousands marks."""
    if "," not in word:
        if re.fullmatch(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3}){2,}", word):
            return word.replace(".", "")
        return word
    if re.fullmatch(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3}){2,}(\.[0-9]+)?", word) or re.fullmatch(
        r"[+-]?[1-9][0-9]{0,2},[0-9]{3}\.[0-9]+", word
    ):
        return word.replace(",", "")
    if re.fullmatch(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+", word):
        return word.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}", word):
        whole, part = word.split(",")
        raise ValueError(
            f"“{shown}” can be read in two ways: write {whole}{part} or {whole}.{part}."
        )
    if word.count(",") > 1 or "." in word:
        raise ValueError(f"“{shown}” is not one number: put a space or a ; between numbers.")
    return word.replace(",", ".")


def parse_value(text: str) -> tuple[float, float | None]:
    """A value with its spread, if it is written: "93.1 ± 0.4" is (93.1, 0.4).

    ValueError with a sentence that says what to write.
    """
    value, sign, spread = _tidy(text).partition("±")
    if not sign:
        return parse_number(value), None
    if not value.strip() or not spread.strip():
        raise ValueError(f"“{text.strip()[:40]}” lacks a number: write it like 93.1 ± 0.4.")
    width = parse_number(spread)
    if width < 0:
        raise ValueError("A spread is not negative.")
    return parse_number(value), width


def parse_numbers(text: str) -> list[float]:
    """The values in `text`, in their order: one a line, or with spaces or ; between them.

    What stands behind a ± is the spread within one run and is left out. An empty text gives an
    empty list. ValueError with a sentence that says what to write.
    """
    words = re.split(r"[\s;|]+|,(?=\s|$)", _tidy(text).strip("[](){} \n\t"))
    words = [word.strip(",") for word in words]
    values = [parse_value(word)[0] for word in words if word]
    if len(values) > MOST_RUNS:
        raise ValueError(f"More than {MOST_RUNS:,} values: give mean, spread and number of runs.")
    return values


def shown(value: float, digits: int = 6) -> str:
    """`value` as people write it: at most `digits` significant digits, no needless zeros."""
    text = f"{value:.{digits}g}"
    if "e" in text and 1e-6 < abs(value) < 1e15:
        text = f"{value:.0f}" if abs(value) >= 1 else f"{value:.{digits + 5}f}".rstrip("0")
    return text.replace("-", "−", 1) if text.startswith("-") else text
