"""Values run by run out of whatever people paste or upload (product.md, section 6.3). Pure."""

import re
from collections.abc import Sequence
from typing import TypeVar

from django.utils.translation import gettext

from reports import columns, tables
from reports.numbers import (
    MOST_RUNS,
    TOO_MANY,
    Value,
    checked,
    looks_like_value,
    parse_values,
    shown,
    tidy,
)
from reports.tables import Cell

MOST_TEXT = 1_000_000
"""Characters."""
T = TypeVar("T")
_LATEX = re.compile(
    r"\\(?:pm|text(?:bf|it|sc|rm|normal)?|math(?:bf|rm|it)|bf(?:series)?|it|rm|bm|emph|u(?:nder)?line"
    r"|tiny|scriptsize|footnotesize|small|normalsize|num|boldsymbol|[,;:!% ])(?![a-zA-Z])|[{}$_^~]"
)
_ROW_ENDS = re.compile(r"\\(?:hline|toprule|midrule|bottomrule)\b|\\\\(?:\[[^\]\n]{0,20}\])?")
_IN_LATEX = re.compile(r"\\[a-zA-Z,%]|\$|&")
_NUMPY = re.compile(r"\bnp\.(?:float|int)[0-9]+\(([^()\s]{1,40})\)")
_OPENING = re.compile(r"^(?:array|tensor|Tensor|\w{1,20} ?=)\s{0,3}(?=[\[(])")
_CLOSING = re.compile(r",?\s{0,3}(?:dtype|device|grad_fn)=[^\s,()]{1,60}")
_BESIDE = re.compile(r"(?<=[0-9%])[ \t]{1,3}\(([0-9]*[.,][0-9]+%?)\)")
_LABEL = re.compile(r"\s*([^\W\d_][^:→\t]{0,60}?)\s{0,3}(?::|→|->|\t|=(?=\s*\S+\s*$))\s*(\S.*)$")
_COUNTED = re.compile(r"\s*(?:seed|run|fold|trial)\s{0,2}#?[0-9]{1,9}[ ,]\s{0,3}(\S+)\s*$", re.I)
_TWO_READINGS = re.compile(
    r"(?<![\w.,])(?:[1-9][0-9]{0,1}[ \xa0]|[1-9][0-9]{2}\xa0)[0-9]{3}(?![0-9])"
)
_APART = re.compile(r"[\s;|]+|,(?=\s|$)")


def read_runs(text: str, *, metric: str = "", column: str = "") -> list[Value]:
    """The values in `text`, in their order, each with the spread that is written with it.

    Numbers one a line or with spaces or ; between them, a column of a spreadsheet, CSV, JSON,
    JSON Lines, a table of Markdown or LaTeX. Of several columns `columns.choose` takes one. An
    empty text gives an empty list. ValueError with a sentence that says what to write.
    """
    text = text.replace("\r\n", "\n").strip("\ufeff \t\n\r")
    if not text:
        return []
    if len(text) > MOST_TEXT:
        raise ValueError("This is more than 1 MB of text: keep the column that you compare.")
    found: tables.Table | Sequence[Cell] | None = tables.from_json(text)
    if found is None:
        text = _without_latex(text)
        found = None if text.startswith("[") else tables.from_lines(text)
    if found is None:
        return parse_values(_few(_words(text)))
    if isinstance(found, tables.Table):
        found = columns.choose(found, metric=metric, column=column)
    return _cells(_few(found))


def _few(values: Sequence[T]) -> Sequence[T]:
    if len(values) > MOST_RUNS:
        raise ValueError(TOO_MANY)
    return values


def _cells(cells: Sequence[Cell]) -> list[Value]:
    """Numbers of JSON as they are, text as people write it."""
    if any(cell is None for cell in cells):
        raise ValueError("“null” is no value: leave out runs that gave none, and say so.")
    words = [tidy(cell).strip(" \"'") for cell in cells if isinstance(cell, str)]
    read = iter(parse_values([_BESIDE.sub(r"±\1", word) for word in words]))
    return [
        Value(checked(cell, shown(cell))) if isinstance(cell, float) else next(read)
        for cell in cells
    ]


def _without_latex(text: str) -> str:
    """The text of LaTeX without its commands: what they print stays."""
    if not _IN_LATEX.search(text):
        return text
    return _LATEX.sub(_printed, _ROW_ENDS.sub("\n", text)).strip()


def _printed(command: re.Match[str]) -> str:
    printed = {r"\pm": "±", r"\%": "%", r"\,": "\u2009"}
    return printed.get(command[0], "" if command[0] in "{}$_^" else " ")


def _words(text: str) -> list[str]:
    """The words of a list of numbers: labels before them and brackets around are left out."""
    text = _OPENING.sub("", _CLOSING.sub("", _NUMPY.sub(r"\1", text)))
    if re.match(r"\[\s*\[", text):
        raise ValueError("These are lists in a list: paste one of them.")
    if text.startswith("("):
        text = text.strip("() \n\t")
    text = _BESIDE.sub(r"±\1", tidy(re.sub(r"[\[\]{}]", " ", text)))
    two = _TWO_READINGS.search(text)
    if two is not None:
        joined = re.sub(r"\s", "", two[0])
        raise ValueError(
            gettext(
                "“{two}” can be read in two ways: write {joined}, or put each number on a line "
                "of its own."
            ).format(two=two[0], joined=joined)
        )
    lines = [_unlabelled(line) for line in re.split(r"\n|;(?=[^;\n]*[:=])", text)]
    words: list[str] = []
    for line in lines:
        cells = [cell for cell in re.split(r"[&\t]", line) if cell.strip()]
        if len(cells) > 1 and not any(c.isdecimal() for c in cells[0]):
            cells = cells[1:]  # the name of a row
        if "&" in line:
            _refuse_full_cells(cells)
        for word in (word for cell in cells for word in _APART.split(cell)):
            words += _at_commas(word.strip(",\"'"))
    return [word for word in words if word]


def _refuse_full_cells(cells: Sequence[str]) -> None:
    """A second number in a cell of LaTeX may be a deviation that a command sets apart."""
    for cell in cells:
        if len(cell.split()) > 1:
            shown = " ".join(cell.split())[:40]
            raise ValueError(
                gettext("“{shown}” holds several numbers: write one, or 93.1 ± 0.4.").format(
                    shown=shown
                )
            )


def _unlabelled(line: str) -> str:
    """The values of a line like “seed=1: 93.2”; the line itself where nothing is set apart."""
    match = _LABEL.match(line)
    if match is not None:
        values = [word for word in _APART.split(match[2]) if word.strip(",")]
        if all(looks_like_value(piece) for word in values for piece in _at_commas(word)):
            _refuse_label(match[1].strip())
            return match[2]
    counted = _COUNTED.match(line)
    return counted[1] if counted is not None and looks_like_value(counted[1]) else line


def _refuse_label(label: str) -> None:
    """A mean of the runs is no run, nor is a step of one."""
    if columns.is_summary(label):
        raise ValueError(
            gettext("A line is called “{value}”: it is no run; leave it out.").format(
                value=label[:40]
            )
        )
    if columns.is_step(re.sub(r"[ _=#]*[0-9/]+$", "", label)):
        raise ValueError(
            gettext(
                "“{value}” is a step of a training, which is no run: keep the last value of "
                "each run."
            ).format(value=label[:40])
        )


def _at_commas(word: str) -> list[str]:
    """A word cut at its commas, if only that makes numbers of it: 93.1,93.4."""
    pieces = word.split(",")
    if len(pieces) > 1 and all("." in p and looks_like_value(p) for p in pieces):
        return pieces
    return [word]
