"""Who told each fact of a paper, as `Paper.sources` keeps it. Pure.

By field its `source`, when it said so (`at`, ISO 8601), and under `others` what other sources say
instead. A source corrects only what it told itself: what a person typed or a file had has no source
here, and stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.identifiers import fold

PERSON = "a person"
"""Stands as the source of what somebody corrected by hand."""
FIELDS = {
    "title": "title", "names": "authors", "venue": "venue", "year": "year",
    "abstract": "abstract", "url": "address", "versions": "versions",
    "identifiers": "identifiers", "orcid": "ORCID iDs", "code": "link to code",
}  # fmt: skip
"""What a source may tell, and what pages call it, in their order."""
COMPARED = ("title", "names", "venue", "year")
"""Of these it is kept what another source says instead."""
PINNED = ("title", "names")
"""What reports, letters and the positions of authors rely on: never changed under a report."""
LONGEST = 2000
"""Characters kept of what another source says."""
Sources = dict[str, dict[str, Any]]
"""`Paper.sources`: by field who told it, when, and what others say."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What one source told of a paper, and when it last did."""

    source: str
    at: datetime
    fields: list[str]

    @property
    def by_hand(self) -> bool:
        """Whether a person corrected it."""
        return self.source == PERSON


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What another source says than the paper's page shows."""

    field: str
    shown: str
    source: str
    value: str
    at: datetime


def tell(
    sources: Sources, field: str, shown: Any, value: Any, *, source: str, at: datetime,
    pinned: bool,
) -> bool:  # fmt: skip
    """Whether `value`, which `source` says, takes the place of `shown`; `sources` is kept true."""
    if not value:
        return False
    entry = sources.get(field, {})
    own = entry.get("source") == source
    fixed = pinned and field in PINNED
    if same(shown, value):
        if own:
            entry["at"] = at.isoformat()
        _forget(sources, field, source)
        return False
    if not fixed and (own or not shown):
        sources[field] = entry | {"source": source, "at": at.isoformat()}
        _forget(sources, field, source)
        return True
    if field in COMPARED:
        said = {"value": str(value)[:LONGEST], "at": at.isoformat()}
        entry["others"] = entry.get("others", {}) | {source: said}
        sources[field] = entry
    return False


def added(sources: Sources, field: str, *, source: str, at: datetime) -> None:
    """Keep that `source` told something more of `field`, such as a version."""
    entry = sources.get(field, {})
    sources[field] = entry | {"source": source, "at": at.isoformat()}


def same(shown: Any, value: Any) -> bool:
    """Whether two facts are one in other dress."""
    if isinstance(shown, str) and isinstance(value, str):
        return shown == value or fold(shown) == fold(value) != ""
    return bool(shown == value)


def _forget(sources: Sources, field: str, source: str) -> None:
    """`source` agrees now."""
    entry = sources.get(field, {})
    others = {name: said for name, said in entry.get("others", {}).items() if name != source}
    if others:
        entry["others"] = others
    else:
        entry.pop("others", None)
    if field in sources and not entry:
        del sources[field]


def origins(sources: Mapping[str, Any] | None) -> list[Origin]:
    """By source what it told, in the order of FIELDS."""
    found: dict[str, Origin] = {}
    for field, words in FIELDS.items():
        entry = (sources or {}).get(field, {})
        if not entry.get("source"):
            continue
        at = datetime.fromisoformat(entry["at"])
        one = found.get(entry["source"])
        found[entry["source"]] = Origin(
            source=entry["source"],
            at=max(at, one.at) if one else at,
            fields=[*(one.fields if one else ()), words],
        )
    return list(found.values())


def differences(sources: Mapping[str, Any] | None, shown: Mapping[str, Any]) -> list[Difference]:
    """What other sources say instead of what is `shown`, by field."""
    return [
        Difference(
            field=FIELDS[field], shown=str(shown.get(field) or ""), source=source,
            value=said["value"], at=datetime.fromisoformat(said["at"]),
        )
        for field in COMPARED
        for source, said in (sources or {}).get(field, {}).get("others", {}).items()
    ]  # fmt: skip
