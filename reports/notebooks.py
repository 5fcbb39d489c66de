"""A Jupyter notebook (nbformat 4) as text: its cells in order, of outputs the text alone. Pure.

No HTML, script or image of it is ever shown; of an image only its kind and size are said.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from reports.text import plain

CELLS = 500
"""Cells that are shown."""
LONGEST = 200_000
"""Characters that are shown, of all cells and outputs together."""
_COLOURS = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell: `kind` is markdown, code or raw; `unseen` names outputs that are not shown."""

    kind: str
    source: str
    output: str = ""
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """The cells that are shown, and whether that is all."""

    cells: tuple[Cell, ...]
    whole: bool


def read(text: str) -> Notebook | None:
    """The notebook in `text`, None if it is none; what is malformed in it is left out."""
    try:
        found = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    cells = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(cells, list):
        return None
    shown: list[Cell] = []
    left, whole = LONGEST, len(cells) <= CELLS
    for cell in cells[:CELLS]:
        if not isinstance(cell, dict):
            continue
        unseen: list[str] = []
        source, output = plain(_lines(cell.get("source"))), ""
        kind = cell.get("cell_type")
        if kind == "code":
            output, unseen = _outputs(cell.get("outputs"))
        if len(source) + len(output) > left:
            source, output, whole = source[:left], output[: max(0, left - len(source))], False
        left -= len(source) + len(output)
        if source.strip() or output.strip() or unseen:
            kind = kind if kind in ("markdown", "code") else "raw"
            shown.append(Cell(kind=kind, source=source, output=output, unseen=tuple(unseen)))
        if left <= 0:
            break
    return Notebook(cells=tuple(shown), whole=whole and left > 0)


def _lines(value: Any) -> str:
    """A text as nbformat writes it: a string, or a list of strings."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return ""


def _outputs(outputs: Any) -> tuple[str, list[str]]:
    parts, unseen = [], []
    for one in outputs if isinstance(outputs, list) else []:
        if not isinstance(one, dict):
            continue
        data = one.get("data")
        data = data if isinstance(data, dict) else {}
        text = _lines(one.get("text")) or _lines(data.get("text/plain"))
        if one.get("output_type") == "error":
            text = _lines(one.get("traceback")) or f"{one.get('ename')}: {one.get('evalue')}"
        parts.append(plain(_COLOURS.sub("", text[: LONGEST * 2])))
        unseen += [_unseen(kind, _lines(value)) for kind, value in data.items() if _image(kind)]
    return "\n".join(part.rstrip("\n") for part in parts if part), unseen[:50]


def _image(kind: Any) -> bool:
    return isinstance(kind, str) and re.fullmatch(r"image/[a-z+.-]{1,20}", kind) is not None


def _unseen(kind: str, value: str) -> str:
    size = len(value) if kind == "image/svg+xml" else len(value) * 3 // 4  # the others are base64
    return gettext("{kind}, about {size} kB").format(kind=kind, size=max(1, round(size / 1024)))
