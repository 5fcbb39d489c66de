"""Columns in what people paste: spreadsheets, CSV, JSON, JSON Lines, Markdown, LaTeX. Pure.

A text that is no table but a list of numbers is none here; `reports.pasted` reads it.
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from reports.numbers import looks_like_value, tidy

Cell = str | float | None
"""Text as it stood, a number of JSON, or nothing."""
DEEPEST = 6
"""Objects in objects that are looked into."""
MOST_COLUMNS = 500


@dataclass(frozen=True)
class Table:
    """Rows of cells; `names` of the columns, empty ones where there is no heading."""

    names: Sequence[str]
    rows: Sequence[Sequence[Cell]]


# --- JSON (RFC 8259) and JSON Lines -----------------------------------------------------------


def from_json(text: str) -> Table | list[Cell] | None:
    """The table or list of numbers in JSON or JSON Lines; None where the text is neither.

    ValueError with a sentence where it is JSON in which no numbers are found.
    """
    if not text.startswith(("{", "[")):
        return None
    whole = _loaded(text)
    if whole is None and text.startswith(("{'", '{"', "[{'")) and '"' not in text:
        whole = _loaded(text.replace("'", '"').replace("None", "null"))  # printed by Python
    if whole is None:
        lines = [line for line in text.splitlines() if line.strip()]
        rows = [_loaded(line.strip()) for line in lines]
        if text.startswith("[") and None in rows:
            return None  # a list in brackets as numpy prints it
        if None in rows:
            raise ValueError(
                gettext("Line {none} is no whole JSON: mend it, or leave it out.").format(
                    none=rows.index(None) + 1
                )
            )
        whole = (rows,)
    return _numbers_in(whole[0], 0)


def _loaded(text: str) -> tuple[Any] | None:
    """What JSON says, in a tuple of one; None where it is not JSON."""
    try:
        return (json.loads(text, parse_int=_whole_number, parse_constant=str),)
    except (ValueError, RecursionError):
        return None


def _whole_number(digits: str) -> float:
    return float(digits)


def _numbers_in(whole: Any, depth: int) -> Table | list[Cell]:
    if isinstance(whole, list) and whole:
        return _of_list(whole)
    if isinstance(whole, dict) and whole and depth < DEEPEST:
        return _of_object(whole, depth)
    raise ValueError("This JSON has no list of numbers: paste the values, one a line.")


def _of_list(items: list[Any]) -> Table | list[Cell]:
    if all(isinstance(item, tuple) for item in items):
        items = [item[0] for item in items]  # JSON Lines
    if all(_scalar(item) for item in items):
        return items
    if all(isinstance(item, dict) for item in items):
        return _of_rows([_flat(item) for item in items])
    if all(isinstance(item, list) for item in items):
        width = max(map(len, items))
        if width <= MOST_COLUMNS and all(_scalar(cell) for item in items for cell in item):
            return Table([""] * width, [[*item, *[None] * (width - len(item))] for item in items])
    raise ValueError("This JSON mixes lists with values: paste the values, one a line.")


def _of_object(whole: dict[str, Any], depth: int) -> Table | list[Cell]:
    values = list(whole.values())
    lists = {name: value for name, value in whole.items() if isinstance(value, list)}
    of_numbers = {
        name: value for name, value in lists.items() if value and all(map(_scalar, value))
    }
    of_objects = [
        value for value in lists.values() if value and all(isinstance(v, dict) for v in value)
    ]
    if len(of_objects) == 1 and not of_numbers:  # {"log_history": [{...}, ...]}
        return _of_list(of_objects[0])
    if of_numbers:
        return _of_columns(of_numbers)
    if all(isinstance(value, dict) for value in values):
        if all(set(value) == set(values[0]) and _runs(value) for value in values):
            return _of_columns({name: list(value.values()) for name, value in whole.items()})
        if len(values) == 1:
            return _numbers_in(values[0], depth + 1)
        return _of_rows([{"name": name} | _flat(value) for name, value in whole.items()])
    if len(values) > 1 and _runs(whole) and all(map(_scalar, values)):
        return values  # {"seed 1": 93.1, "seed 2": 93.4}
    return _of_rows([_flat(whole)])


def _runs(whole: Mapping[str, Any]) -> bool:
    """Whether the names are those of runs: 1, seed 2, fold_3."""
    pattern = r"(?:seed|run|trial|fold|split|try)?[ _=#-]*[0-9]+"
    return all(re.fullmatch(pattern, name, re.IGNORECASE) for name in whole)


def _scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, float))


def _flat(whole: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Cell]:
    """An object as one row: what it contains has dotted names."""
    row: dict[str, Cell] = {}
    for name, value in whole.items():
        if _scalar(value):
            row[f"{prefix}{name}"] = value
        elif isinstance(value, dict) and depth < DEEPEST:
            row |= _flat(value, f"{prefix}{name}.", depth + 1)
    return row


def _of_rows(rows: Sequence[Mapping[str, Cell]]) -> Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > MOST_COLUMNS:
        raise ValueError(
            gettext(
                "More than {most_columns} columns: paste only the one that you compare."
            ).format(most_columns=MOST_COLUMNS)
        )
    return Table(names, [[row.get(name) for name in names] for row in rows])


def _of_columns(columns: Mapping[str, Sequence[Cell]]) -> Table:
    longest = max(map(len, columns.values()))
    if len(columns) > MOST_COLUMNS:
        raise ValueError(
            gettext(
                "More than {most_columns} columns: paste only the one that you compare."
            ).format(most_columns=MOST_COLUMNS)
        )
    cells = [[*column, *[None] * (longest - len(column))] for column in columns.values()]
    return Table(list(columns), list(zip(*cells, strict=True)))


# --- lines of cells -------------------------------------------------------------------------


def from_lines(text: str) -> Table | None:
    """The table in lines with tabs, commas, semicolons, | or & between the cells (RFC 4180).

    None where it is no table: one line, or one number a line.
    """
    lines = [line for line in text.split("\n") if line.strip() and not _rule(line)]
    if not lines:
        return None
    mark = _separator(lines)
    if mark == " ":
        rows = _by_spaces(lines)
    elif mark in "|&":
        rows = [_split(line, mark) for line in lines]
    else:
        try:
            rows = list(csv.reader(lines, delimiter=mark, skipinitialspace=True))
        except csv.Error:
            return None
    rows = _without_empty_columns([[cell.strip() for cell in row] for row in rows])
    if not rows or not rows[0] or len(rows[0]) > MOST_COLUMNS:
        return None
    return _table(rows, mark)


def _rule(line: str) -> bool:
    """Whether a line only draws: |---|:-:|, \\hline, +----+."""
    return (set(line.strip()) <= set("|-:+= ") and "-" in line) or line.strip() in RULES


RULES = {r"\hline", r"\toprule", r"\midrule", r"\bottomrule", "---", "==="}


def _separator(lines: Sequence[str]) -> str:
    first = lines[0]
    if any("\t" in line for line in lines):
        return "\t"
    if all("|" in line for line in lines):
        return "|"
    if all("&" in line for line in lines):
        return "&"
    for mark in ";,":
        cells = first.split(mark)
        if mark in first and all(mark in line for line in lines):
            heading = not any(map(_is_value, cells))
            in_points = all(
                any("." in cell and _is_value(cell) for cell in line.split(",")) for line in lines
            )
            if heading or mark == ";" or in_points:
                return mark
    return " "


def _split(line: str, mark: str) -> list[str]:
    return line.strip().strip("|" if mark == "|" else "").removesuffix(r"\\").split(mark)


def _by_spaces(lines: Sequence[str]) -> list[list[str]]:
    """Columns that spaces set apart, as pandas prints them: only under a heading of words."""
    words = [line.split() for line in lines]
    width = len(words[0])
    if len(words) > 1 and width > 1 and not any(map(_is_value, words[0])):
        if all(len(row) == width for row in words[1:]):
            return words
        if all(len(row) == width + 1 for row in words[1:]):  # the rows are numbered
            return [["index", *words[0]], *words[1:]]
    counted = [_counter(row[0]) for row in words]
    if len(words) > 1 and width > 1 and all(len(row) == width for row in words):
        start = counted[0]
        if start is not None and counted == list(range(start, start + len(words))):
            return words
    return [[line] for line in lines]


def _counter(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 9 else None


def _without_empty_columns(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    rows = [row for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    whole = [[*row, *[""] * (width - len(row))] for row in rows]
    used = [i for i in range(width) if any(row[i] for row in whole)]
    return [[row[i] for i in used] for row in whole]


def _table(rows: Sequence[Sequence[str]], mark: str) -> Table | None:
    heading = not any(map(_is_value, rows[0]))
    if len(rows) == 1:
        return None
    if len(rows[0]) == 1:
        words = rows[0][0].split()
        if mark == " " and (not heading or any(map(_is_value, words)) or _labelled(rows[0][0])):
            return None
        return Table(rows[0], rows[1:]) if heading else Table([""], rows)
    return Table(rows[0], rows[1:]) if heading else Table([""] * len(rows[0]), rows)


def _labelled(line: str) -> bool:
    return bool(re.search(r"[:=]\s*\S*[0-9]", line))


def _is_value(cell: str) -> bool:
    return looks_like_value(tidy(cell).strip().strip("\"'"))
