"""A part of the statistics: what it is about, how it is counted, and how it is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.statistics.counted import Counted
from reports.statistics.table import Column, Row

Data = Mapping[str, Any]
"""What a part counted, as JSON keeps it; `n` is the number of things that it is about."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a part shows: a drawing, the same in words, and the rows of its table; `few` are those
    of the page, where it has not all of the file."""

    words: str
    drawing: object
    rows: Sequence[Row]
    few: Sequence[Row] | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """`shows` and `shows_not` are for readers, `key` says how to read the drawing.

    `show` is asked only if there are at least LEAST `things`. `across` names what is drawn across.
    """

    name: str
    title: str
    things: str
    shows: str
    shows_not: str
    key: str
    template: str
    columns: Sequence[Column]
    count: Callable[[Counted], Data]
    show: Callable[[Data], Shown]
    across: str = ""
