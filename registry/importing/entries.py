"""Entries of bibliographies and archives as records of papers. Pure.

What is imported is public bare metadata, so an entry counts only if it says which work it means,
and an abstract only where its licence lets anybody show it (docs/sources.md, “Importing”).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from registry import identifiers
from registry.bibliography.entry import Entry, NotUnderstood
from registry.identifiers import ACL, ARXIV, DOI, OPENALEX, PMID
from registry.importing import records
from registry.importing.records import Broken, Record, Skipped, family
from registry.sources.pieces import orcid_of

VOLUMES = frozenset({
    "proceedings", "mvproceedings", "proceedings-series", "journal",
    "journal-volume", "journal-issue", "book-series", "book-set", "paratext", "grant", "component",
})  # fmt: skip
"""Kinds that hold papers and are none, in any format's words; an author shows that it is one."""
ACL_UNDER_CC_BY = 2016
"""Since this year what the ACL Anthology has is under CC BY 4.0; before, under CC BY-NC-SA 3.0."""

Item = Record | Skipped


@dataclass(frozen=True)
class Origin:
    """How what comes from a format is called in `source_key`, and what its licence allows."""

    prefix: str
    scheme: str = ""
    """The scheme of the archive itself: its papers are called by that alone, in all its formats."""
    abstracts_since: int | None = None
    """The year since which abstracts may be shown; None: never."""
    is_list: bool = False
    """Whether it is somebody's list of references, typed by hand perhaps."""


ORIGINS = {
    "BibTeX": Origin("bibtex", is_list=True),
    "ACL Anthology XML": Origin("acl-xml", ACL, ACL_UNDER_CC_BY),
    "arXiv (Atom)": Origin("arxiv-atom", ARXIV, 0),
    "OAI-PMH": Origin("oai", ARXIV, 0),
    "PubMed (nbib)": Origin("nbib", PMID),
    "PubMed XML": Origin("pubmed", PMID),
    "Crossref XML": Origin("crossref", DOI),
    "DataCite XML": Origin("datacite", DOI),
    "OpenAlex": Origin("openalex", OPENALEX),
    "Crossref": Origin("crossref", DOI),
    "JSON": Origin("json", is_list=True),
    "RIS": Origin("ris", is_list=True),
}


def origin_of(format: str) -> Origin:
    """The origin of a format by its name; of any other one it is somebody's list."""
    return ORIGINS.get(format) or Origin(format.split(" ")[0].lower(), is_list=True)


def items(read: Iterable[Entry | NotUnderstood], origin: Origin) -> Iterator[Item]:
    """The papers that the entries are, and what is skipped."""
    for one in read:
        yield item(one, origin)


def item(one: Entry | NotUnderstood, origin: Origin) -> Item:
    """The paper that an entry is, or why it is none."""
    if isinstance(one, NotUnderstood):
        return Skipped(one.line, f"skipped: {one.why}")
    if one.kind in VOLUMES and not one.authors:
        return Skipped(one.line, "")
    try:
        _refuse_unclear(one)
        record = records.of(
            _row(one, origin), one.line, abstract=_abstract(one, origin),
            orcids={name: orcid for name, text in one.orcids if (orcid := orcid_of(text))},
        )  # fmt: skip
    except Broken as broken:
        return Skipped(one.line, f"skipped, because {broken}")
    record.by_title = origin.is_list
    return record


def _refuse_unclear(entry: Entry) -> None:
    """Raises Broken for what names no work that others could find."""
    if entry.title and not (entry.year or entry.authors or entry.identifiers):
        raise Broken("it has a title, but neither year nor author nor identifier")


def _row(entry: Entry, origin: Origin) -> dict[str, Any]:
    """The fields of a line of JSON Lines that say the same."""
    row: dict[str, Any] = {
        "title": entry.title, "authors": list(entry.authors), "venue": entry.venue,
        "year": entry.year, "url": entry.url or None,
    }  # fmt: skip
    for found in entry.identifiers:
        row.setdefault(found.scheme, found.value)
    if origin.scheme in row:
        return row | {"source": origin.scheme, "id": row[origin.scheme]}
    first = next((f"{one.scheme}:{one.value}" for one in entry.identifiers), "")
    return row | {"source": origin.prefix, "id": first or _digest(entry)}


def _digest(entry: Entry) -> str:
    """The same for a work however a list dresses it: title, first author's family name, year."""
    stated = (identifiers.title_key(entry.title), family(entry.authors), str(entry.year or ""))
    return hashlib.sha256("|".join(stated).encode()).hexdigest()


def _abstract(entry: Entry, origin: Origin) -> str:
    since = origin.abstracts_since
    return entry.abstract if since is not None and (entry.year or 0) >= since else ""
