"""What came of the faults and the races, counted in all processes and shown at the end."""

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

FILE = "PROOF_TALLY"
"""The variable that names the file to which every process adds its rows."""


def add(table: str, name: str, counts: Mapping[str, int]) -> None:
    """A row of `table`; rows of one name are added up."""
    if file := os.environ.get(FILE):
        with Path(file).open("a") as lines:
            lines.write(json.dumps([table, name, counts]) + "\n")


def tables(file: Path) -> Iterator[str]:
    """The lines of all tables."""
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for line in file.read_text().splitlines():
        table, name, counts = json.loads(line)
        found[table][name].update(counts)
    for table, rows in found.items():
        columns = list(dict.fromkeys(column for row in rows.values() for column in row))
        width = max(len(name) for name in [table, *rows]) + 2
        yield table.ljust(width) + "".join(column.rjust(len(column) + 3) for column in columns)
        for name, row in sorted(rows.items()):
            numbers = (str(row[column]).rjust(len(column) + 3) for column in columns)
            yield name.ljust(width) + "".join(numbers)
