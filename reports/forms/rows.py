"""Repeated rows of the form (claims, evidence, addresses) in what was typed.

Row 0 of the claims has fields like `claim-0-place`; `claim-count` says how many rows the page has.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from reports.drafts import REMOVED, Typed, first

MOST = {"claim": 30, "evidence": 30, "address": 60}
"""Rows a report may have, by kind."""


def count(typed: Typed, kind: str) -> int:
    """How many rows of the kind the form has, at least one."""
    try:
        number = int(first(typed, f"{kind}-count"))
    except ValueError:
        number = 1
    filled = [int(match[1]) + 1 for match in map(_row(kind), typed) if match is not None]
    return min(max(number, *filled, 1), MOST[kind])


def add(typed: Typed, kind: str) -> Typed:
    """The form with one more empty row."""
    return typed | {f"{kind}-count": [str(min(count(typed, kind) + 1, MOST[kind]))]}


def remove(typed: Typed, kind: str, index: int) -> Typed:
    """The form without the row; the later ones move up. `undo` brings it back."""
    rows = count(typed, kind)
    if not 0 <= index < rows:
        return typed
    left: Typed = {}
    gone: Typed = {}
    for name, values in typed.items():
        match = _row(kind)(name)
        number = int(match[1]) if match else -1
        if match is None or number < index:
            left[name] = values
        elif number > index:
            left[f"{kind}-{number - 1}-{match[2]}"] = values
        else:
            gone[match[2]] = values
    left[f"{kind}-count"] = [str(max(rows - 1, 1))]
    if any(value.strip() for values in gone.values() for value in values):
        left[REMOVED] = [json.dumps({"kind": kind, "index": index, "fields": gone})]
    return left


def undo(typed: Typed) -> tuple[Typed, str]:
    """The form with the row that was removed last where it stood, and its anchor; as it is where
    none was, or no more fit."""
    removed = last_removed(typed)
    left = {name: values for name, values in typed.items() if name != REMOVED}
    if removed is None:
        return left, ""
    kind, index, fields = removed
    rows = count(left, kind)
    if rows == 1 and not _anything(left, kind):
        rows = index = 0  # it takes the place of the empty row
    if rows >= MOST[kind]:
        return typed, ""
    index = min(index, rows)
    back: Typed = {}
    for name, values in left.items():
        match = _row(kind)(name)
        if match is None:
            back[name] = values
        elif rows:
            number = int(match[1])
            back[f"{kind}-{number + (number >= index)}-{match[2]}"] = values
    back |= {f"{kind}-{index}-{name}": values for name, values in fields.items()}
    return back | {f"{kind}-count": [str(rows + 1)]}, f"{kind}-{index}"


def last_removed(typed: Typed) -> tuple[str, int, Typed] | None:
    """Kind, index and fields of the row that was removed last; None where nothing says so."""
    try:
        removed: Any = json.loads(first(typed, REMOVED) or "null")
        kind, index, fields = removed["kind"], removed["index"], removed["fields"]
        found = {
            str(name): [str(value) for value in values]
            for name, values in fields.items()
            if re.fullmatch(r"\w+", name) and isinstance(values, list)
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not isinstance(kind, str) or kind not in MOST or not found:
        return None
    if type(index) is not int or not 0 <= index < MOST[kind]:
        return None
    return kind, index, found


def _anything(typed: Typed, kind: str) -> bool:
    """Whether anything was written into the first row, whatever is chosen there."""
    chosen = {"direction", "kind", "language", "corresponding", "proposed", "confirmed"}
    return any(
        value.strip()
        for name, values in typed.items()
        if (match := _row(kind)(name)) is not None and match[2] not in chosen
        for value in values
    )


def _row(kind: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(rf"{kind}-([0-9]{{1,3}})-(\w+)").fullmatch
