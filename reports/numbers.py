"""One number as people write it, in the spelling of any country; and how numbers are shown. Pure.

A per cent sign is read and dropped. What can be read in two ways is asked back, never guessed:
"1,234" is a thousand and some, or one and some, unless another number beside it shows which mark
its writer uses.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext

LARGEST = 1e100
"""No measured value is larger; beyond it squares overflow."""
MOST_RUNS = 10_000
TOO_MANY = f"More than {MOST_RUNS:,} values: give mean, spread and number of runs."
POINT, COMMA = ".", ","
LONGEST = 80
"""Characters of the longest word that may be a number with its spread."""


class Value(NamedTuple):
    """A number, and its spread where one is written with it."""

    number: float
    spread: float | None = None


# --- spelling -----------------------------------------------------------------------------

_SIGNS: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    ord("、"): " ",  # a Chinese comma of lists
    0x3000: " ",
    0x060C: " ",  # Arabic comma
    0x061B: ";",  # Arabic semicolon
    0x066A: "%",
    0x066B: ".",  # Arabic decimal and thousands marks
    0x066C: "'",
    0x2212: "-",  # minus
    0x2010: "-",
    0x2011: "-",
    0x2013: "-",  # en dash
    0x2019: "'",  # groups thousands in Switzerland
    0x202F: "'",  # narrow, thin and figure spaces group thousands
    0x2009: "'",
    0x2007: "'",
    0xFEFF: "",
    0x200B: "",
}
_PLUS_MINUS = re.compile(r"\$?\\pm\b\$?|\+/?-|&plusmn;")
_SPACES = " \t\n\r\f\v\xa0'"
_GROUPS = "[1-9][0-9]{0,2}"
_TAIL = r"(?:[eE][+-]?[0-9]{1,3})?"
_NUMBER = re.compile(rf"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+){_TAIL}")
_BODY = re.compile(rf"[+-]?([0-9.,']+){_TAIL}")
_DECIMAL_COMMA = re.compile(
    rf"{_GROUPS}(?:\.[0-9]{{3}}){{2,}}(?:,[0-9]+)?|{_GROUPS}(?:\.[0-9]{{3}})+,[0-9]+"
    r"|[0-9]*,[0-9]+|[0-9]+,"
)
_DECIMAL_POINT = re.compile(
    rf"{_GROUPS}(?:,[0-9]{{3}}){{2,}}(?:\.[0-9]+)?|{_GROUPS}(?:,[0-9]{{3}})+\.[0-9]+"
    r"|[0-9]*\.[0-9]+|[0-9]+\."
)
_IN_GROUPS = re.compile(rf"({_GROUPS}(?:'[0-9]{{3}})+)((?:[.,][0-9]+)?)")
_EITHER = re.compile(rf"{_GROUPS}[.,][0-9]{{3}}")
_IN_BRACKETS = re.compile(r"([^()]+)\(([^()]+)\)(.*)")


def tidy(text: str) -> str:
    """Digits, marks, minus and plus-minus of every script in one spelling; words stay apart."""
    if not text.isascii():
        text = "".join(map(_digit, text)).translate(_SIGNS)
    text = _PLUS_MINUS.sub("±", text)
    parts = text.split("±")
    if len(parts) > 1:
        kept = [part.strip(_SPACES) for part in parts[1:-1]]
        text = "±".join([parts[0].rstrip(_SPACES), *kept, parts[-1].lstrip(_SPACES)])
    percents = text.split("%")
    return "%".join([*(part.rstrip(" \t\xa0'") for part in percents[:-1]), percents[-1]])


def _digit(c: str) -> str:
    return str(unicodedata.decimal(c)) if c > "\x7f" and unicodedata.category(c) == "Nd" else c


def _mark_of(word: str) -> str:
    """The decimal mark that `word` shows its writer uses; empty where it shows none."""
    body = _BODY.fullmatch(word)
    if body is None:
        return ""
    digits = body[1]
    in_groups = _IN_GROUPS.fullmatch(digits)
    if in_groups is not None:
        return in_groups[2][:1]
    if _EITHER.fullmatch(digits):
        return ""
    if _DECIMAL_COMMA.fullmatch(digits):
        return COMMA
    return POINT if _DECIMAL_POINT.fullmatch(digits) else ""


def _pointed(word: str, mark: str, shown: str) -> str:
    """`word` with a decimal point and no thousands marks; ValueError where it has two readings."""
    body = _BODY.fullmatch(word)
    if body is None:
        return word
    digits = body[1]
    if "'" in digits:
        if _IN_GROUPS.fullmatch(digits) is None:
            raise ValueError(
                gettext("“{shown}” is not one number: put a space or a ; between numbers.").format(
                    shown=shown
                )
            )
        return word.replace("'", "").replace(",", ".")
    if _EITHER.fullmatch(digits):
        written = digits.replace(",", ".").split(".")
        if ("," in digits and mark) or ("." in digits and mark != COMMA):
            decimal = mark or POINT
            return word.replace(decimal, "\0").replace(",", "").replace("\0", ".")
        raise ValueError(
            gettext("“{shown}” can be read in two ways: write {written} or {written_2}.").format(
                shown=shown, written="".join(written), written_2=(mark or POINT).join(written)
            )
        )
    if "," not in digits and digits.count(".") < 2:
        return word
    own = _mark_of(word)
    if own == COMMA:
        return word.replace(".", "").replace(",", ".")
    if own == POINT:
        return word.replace(",", "")
    raise ValueError(
        gettext("“{shown}” is not one number: put a space or a ; between numbers.").format(
            shown=shown
        )
    )


# --- reading ------------------------------------------------------------------------------


def parse_number(text: str) -> float:
    """The one number in `text`: 93.1, 0,931, 1.2e-3, 93.1%. ValueError with a sentence."""
    word = tidy(text).strip()
    return _number(word, _mark_of(_bare(word)), text)


def parse_value(text: str) -> Value:
    """A value with its spread, if it is written: "93.1 ± 0.4" and "93.1(4)" are (93.1, 0.4).

    ValueError with a sentence that says what to write.
    """
    (value,) = parse_values([tidy(text).strip()])
    return value


def parse_values(words: Sequence[str]) -> list[Value]:
    """The values that stand together, each in a word of tidy text.

    All have one decimal mark. ValueError with a sentence that says what to write.
    """
    pairs = [_parted(word) for word in words]
    mark = _common_mark(part for pair in pairs for part in pair if part is not None)
    return [
        _value(number, spread, mark, word)
        for (number, spread), word in zip(pairs, words, strict=True)
    ]


def looks_like_value(word: str) -> bool:
    """Whether a word of tidy text is meant as a number, well written or not."""
    return _BODY.fullmatch(_bare(_parted(word)[0])) is not None if len(word) <= LONGEST else False


def _bare(word: str) -> str:
    return word.removesuffix("%")


def _parted(word: str) -> tuple[str, str | None]:
    """A word as number and spread: 93.1±0.4, 93.1(0.4), 93.1(4), whose 4 counts last digits."""
    if len(word) > LONGEST:
        return word, None
    number, sign, spread = word.partition("±")
    if sign:
        return number, spread
    match = _IN_BRACKETS.fullmatch(word)
    body = _BODY.fullmatch(match[1].strip()) if match else None
    if match is None or body is None:
        return word, None
    number, spread, after = match.groups()
    if spread.isdecimal():
        if number.lstrip("+-") != body[1]:
            return word, None  # 93.1 (4) may count something, 9.31e-2(4) is written by nobody
        decimals = re.split("[.,]", body[1])[1:]
        power = re.fullmatch("[eE]([+-]?[0-9]{1,3})%?", after)
        places = (int(power[1]) if power else 0) - sum(map(len, decimals))
        return f"{number}{after}", f"{spread}e{places}"
    return f"{number.strip()}{after}", f"{spread}{after}"


def _common_mark(parts: Iterable[str]) -> str:
    """The decimal mark of all; ValueError where some show a comma and some a point."""
    found: dict[str, str] = {}
    for part in parts:
        mark = _mark_of(_bare(part.strip()))
        if mark:
            found.setdefault(mark, part.strip())
    if len(found) == 2:
        raise ValueError(
            gettext(
                "“{point}” and “{comma}” have different decimal marks: write all with a point."
            ).format(point=_cut(found[POINT]), comma=_cut(found[COMMA]))
        )
    return next(iter(found), "")


def _value(number: str, spread: str | None, mark: str, word: str) -> Value:
    if spread is None:
        return Value(_number(number, mark, word))
    if not number.strip() or not spread.strip():
        raise ValueError(
            gettext("“{word}” lacks a number: write it like 93.1 ± 0.4.").format(word=_cut(word))
        )
    width = _number(spread, mark, spread)
    if width < 0:
        raise ValueError("A spread is not negative.")
    return Value(_number(number, mark, number), width)


def _number(word: str, mark: str, typed: str) -> float:
    word, shown = _bare(word.strip()), _cut(typed)
    if not word:
        raise ValueError("Write a number.")
    if re.fullmatch(r"[+-]?(nan|inf(inity)?)", word, re.IGNORECASE):
        raise ValueError(
            gettext("“{shown}” is no value: leave out runs that gave none, and say so.").format(
                shown=shown
            )
        )
    if len(word) <= LONGEST:
        word = _pointed(word, mark, shown)
    if len(word) > LONGEST or not _NUMBER.fullmatch(word):
        raise ValueError(
            gettext("“{shown}” is not a number: write it like 93.1.").format(shown=shown)
        )
    return checked(float(word), shown)


def checked(value: float, written: str) -> float:
    """`value` if it can be a measured one; else ValueError with a sentence."""
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise ValueError(
            gettext("“{written}” is larger than any measured value: check it.").format(
                written=written
            )
        )
    return value


def _cut(text: str) -> str:
    return text.strip()[:40]


# --- showing ------------------------------------------------------------------------------


def shown(value: float, digits: int = 6) -> str:
    """`value` as people write it: at most `digits` significant digits, no needless zeros."""
    text = f"{value:.{digits}g}"
    if "e" in text and 1e-6 < abs(value) < 1e15:
        text = f"{value:.0f}" if abs(value) >= 1 else f"{value:.{digits + 5}f}".rstrip("0")
    return text.replace("-", "−", 1) if text.startswith("-") else text


def with_deviation(mean: float, deviation: float | None) -> str:
    """`mean ± deviation` of some runs, the mean to the place of the deviation's third digit; of one
    run, which has no deviation, its value."""
    if deviation is None:
        return shown(mean)
    if not deviation:
        return f"{shown(mean)} ± 0"
    place = 2 - math.floor(math.log10(deviation))
    return f"{shown(round(mean, place) + 0.0, 15)} ± {shown(round(deviation, place), 15)}"
