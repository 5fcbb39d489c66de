"""What a source says about a paper. Pure.

Every field may be empty: what a source does not say, nobody makes up. A mark stands on the paper
itself; that a title begins with “RETRACTED:” is a hint and no mark.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from registry.identifiers import Found


class Kind(StrEnum):
    """What happened to a paper after it was published; the words of Crossref's updates."""

    RETRACTED = "retracted"
    PARTLY_RETRACTED = "retracted in part"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    REINSTATED = "reinstated"
    CONCERN = "expression of concern"
    CORRECTED = "corrected"
    REPLACED = "new version"
    UPDATED = "updated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """A person or a group, under the name that the source gives."""

    name: str
    orcid: str = ""
    """Sixteen characters in four groups, with the right check digit; else empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A version, such as `v2`, and when it appeared."""

    name: str
    at: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Something that happened to a paper, and who says so."""

    kind: Kind
    said_by: str
    """`the publisher`, `Retraction Watch`, or the name of the source."""
    at: date | None = None
    notice: str = ""
    """The DOI of the notice; of the paper itself where that was changed in place."""
    words: str = ""
    """The words that say so, where there is no notice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """That this record is itself a notice about another paper."""

    kind: Kind
    about: str
    """The DOI of the other paper."""
    said_by: str
    at: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What one source says about one paper, in plain text."""

    source: str
    fetched_at: datetime | None = None
    """When the answer came; None if it was read from a file."""
    kind: str = ""
    """The type of work, in the source's own word."""
    title: str = ""
    authors: tuple[Author, ...] = ()
    abstract: str = ""
    """Only where its licence lets anybody show it (docs/sources.md)."""
    venue: str = ""
    year: int | None = None
    versions: tuple[Version, ...] = ()
    """Oldest first; there may be others between them."""
    identifiers: tuple[Found, ...] = ()
    """The record's own, the one that it was asked for by first."""
    also: tuple[Found, ...] = ()
    """Other forms of the work, such as the article of a preprint, as the source states them."""
    marks: tuple[Mark, ...] = ()
    notices: tuple[Notice, ...] = ()
    hints: tuple[str, ...] = ()
    """Sentences about what may have happened to the paper, without proof."""
    code: tuple[str, ...] = ()
    """Links to code that the metadata names."""
    licence: str = ""
    """Of the paper, as an address or a short name."""
    url: str = ""

    def fetched(self, at: datetime) -> "Facts":
        """The same, with the moment at which it was fetched."""
        return replace(self, fetched_at=at)
