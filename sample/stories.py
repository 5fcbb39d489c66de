"""The made-up people, papers and stories of the sample, as the files beside this one tell them.

A story is one report from its form to where it is today. Its times are days: `ago`, when it was
submitted, before the sample is loaded; `after`, when something happened, after that.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from registry.importing.records import Record, read
from reports.drafts import Typed

HERE = Path(__file__).resolve().parent
SOURCE = "sample"
ROWS = ("claim", "evidence", "address")


@dataclass(frozen=True, kw_only=True)
class Then:
    """What somebody did, and when."""

    after: timedelta
    do: str
    note: str = ""
    author: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Story:
    """One report: what was typed into its form, and what happened then."""

    name: str
    paper: str
    """Its key among the papers; empty for one entered by hand."""
    by: str
    ago: timedelta
    typed: Typed
    gone: frozenset[str]
    """Addresses whose server knows them no more."""
    then: Sequence[Then]
    draft: bool
    live: bool


def people() -> dict[str, dict[str, Any]]:
    """Who signs in, by the name that stories call them."""
    return _read(HERE / "people.toml")


def papers() -> dict[str, Record]:
    """The papers by the name that stories call them, as records of an import."""
    rows = _read(HERE / "papers.toml").items()
    return {
        name: read(json.dumps(row | {"source": SOURCE, "id": name}).encode(), line)
        for line, (name, row) in enumerate(rows, 1)
    }


def stories() -> list[Story]:
    """All stories, the oldest first."""
    found = [_story(path.stem, _read(path)) for path in sorted((HERE / "stories").glob("*.toml"))]
    return sorted(found, key=lambda story: story.ago, reverse=True)


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _story(name: str, told: dict[str, Any]) -> Story:
    return Story(
        name=name,
        paper=told.get("paper", ""),
        by=told["by"],
        ago=timedelta(days=told["ago"]),
        typed=dict(_typed(name, told)),
        gone=frozenset(row["email"] for row in told.get("address", []) if row.get("gone")),
        then=[_then(row) for row in told.get("then", [])],
        draft=told.get("draft", False),
        live=told.get("live", False),
    )


def _typed(name: str, told: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The form as a person types it: field name to list of strings."""
    yield "form_key", [str(uuid5(NAMESPACE_URL, f"sample:{name}"))]
    if not told.get("draft"):
        yield "licence", ["on"]
    for key, value in told["report"].items():
        yield key, value if isinstance(value, list) else [value]
    for kind in ROWS:
        rows = told.get(kind, [])
        yield f"{kind}-count", [str(max(len(rows), 1))]
        for index, row in enumerate(rows):
            for key, value in row.items():
                if key != "gone":
                    yield f"{kind}-{index}-{key}", [value]


def _then(row: dict[str, Any]) -> Then:
    own = {"after", "do", "note", "author"}
    return Then(
        after=timedelta(days=row["after"]),
        do=row["do"],
        note=row.get("note", "").strip(),
        author=row.get("author", 0),
        values={key: value.strip() for key, value in row.items() if key not in own},
    )
