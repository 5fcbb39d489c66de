"""Repeated rows of the form (claims, evidence, addresses) in what was typed.

Row 0 of the claims has fields like `claim-0-place`; `claim-count` says how many rows the page has.
"""

import re
from collections.abc import Callable

from reports.drafts import Typed, first

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
    """The form without the row; the later ones move up."""
    rows = count(typed, kind)
    if not 0 <= index < rows:
        return typed
    left: Typed = {}
    for name, values in typed.items():
        match = _row(kind)(name)
        number = int(match[1]) if match else -1
        if match is None or number < index:
            left[name] = values
        elif number > index:
            left[f"{kind}-{number - 1}-{match[2]}"] = values
    return left | {f"{kind}-count": [str(max(rows - 1, 1))]}


def _row(kind: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(rf"{kind}-([0-9]{{1,3}})-(\w+)").fullmatch
