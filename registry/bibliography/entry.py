"""What the readers of bibliographies have in common: an entry, and what could not be one. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.identifiers import Found

SHOWN = 300
"""Characters kept of a reference as it stands in the file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One reference, as a bibliography states it; LaTeX, MathML and HTML are made readable."""

    line: int
    """Where it begins, counted from 1; in a PDF the number of the reference."""
    key: str = ""
    """The citation key, where the format has one."""
    kind: str = ""
    """The type of work in the format's own word, in lower case: article, inproceedings, jour."""
    title: str = ""
    authors: tuple[str, ...] = ()
    """Names in order, given name first where the format tells the parts."""
    year: int | None = None
    venue: str = ""
    identifiers: tuple[Found, ...] = ()
    """The work's own, the most certain first: never those of what it cites or is part of."""
    url: str = ""
    abstract: str = ""
    orcids: tuple[tuple[str, str], ...] = ()
    """Names among the authors with their ORCID iDs as they are written, where the format has any;
    a name that two of them have is not among these."""
    text: str = ""
    """The beginning of the reference as it stands, at most SHOWN characters, on one line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotUnderstood:
    """A part of a bibliography that could not be read."""

    line: int
    text: str
    """Its beginning, at most SHOWN characters, on one line."""
    why: str
    """A sentence that says what is wrong, and what to do where something can be done."""


Read = Iterator[Entry | NotUnderstood]
"""What a reader gives, in the order of the file, while it reads."""


class Unreadable(ValueError):
    """Nothing of the file can be read; the text is a sentence that says why and what to do."""
