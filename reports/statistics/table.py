"""A table of statistics: as it stands on the page, and as a CSV file. Pure.

The files are UTF-8 without a byte order mark, so that the first column has its name in every
program that reads it; docs/statistics.md says how a table program is told. The names of columns
never change: what a column means may not either.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from registry.cells import cell
from reports.numbers import shown
from reports.overview import per_cent

Cell = str | int | float | None
Row = Sequence[Cell]


class As(Enum):
    """How a column is written on the page."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"  # in the file a share of 1, on the page per cent
    SIGNED = "signed"  # a share with its sign


@dataclass(frozen=True, kw_only=True)
class Column:
    """`name` stands in the file, `label` on the page, `before` there before each number."""

    name: str
    label: str
    kind: As = As.COUNT
    before: str = ""

    def words(self, value: Cell) -> str:
        """A cell as it stands on the page."""
        if value is None:
            return "–"
        if isinstance(value, str):
            return value
        if self.kind is As.SHARE:
            return self.before + whole(value)
        if self.kind is As.SIGNED:
            return self.before + per_cent(value)
        return f"{self.before}{value:,}"


@dataclass(frozen=True, kw_only=True)
class Table:
    """`rows` are what the file has; of many the page shows only some, `few`."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    few: Sequence[Row] | None = None

    @property
    def shown(self) -> list[list[tuple[Column, str]]]:
        """The rows of the page: for each cell its column and its words."""
        rows = self.rows if self.few is None else self.few
        return [
            [(column, column.words(value)) for column, value in zip(self.columns, row, strict=True)]
            for row in rows
        ]

    def file(self) -> str:
        """The table as CSV (RFC 4180), of which no cell is a formula."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([column.name for column in self.columns])
        writer.writerows([[cell(_rounded(value)) for value in row] for row in self.rows])
        return text.getvalue()


def whole(share: float) -> str:
    """A share in per cent, to a tenth where it is near an end."""
    value = share * 100
    return f"{shown(value, 3 if value >= 99 else 2)} %"


def _rounded(value: Cell) -> Cell:
    return round(value, 6) if isinstance(value, float) else value
