"""XML read record by record, in memory that does not grow with the file. Pure.

lxml reads no DTD, opens nothing on the network and resolves no entity; libxml2 ends what is nested
deeper than 256 or has a text of more than 10 MB. What stands between records is thrown away as soon
as it ends, but for the `kept` elements, which the records after them refer to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from lxml import etree

from registry.bibliography.entry import Entry, NotUnderstood, Read

Element = Any
"""An lxml element; lxml has no type information."""
_BROKEN = "The XML is broken here, so the rest could not be read. Export it again, or as BibTeX."
_ENDLESS = (
    "This record does not end, so the rest could not be read. Export the file again, or as BibTeX."
)
_CHUNK = 1 << 16
MOST_ELEMENTS = 200_000
"""Elements in one record; a paper with 3,000 authors has 30,000."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of XML: what its records are called, and what each says. Names without namespaces."""

    name: str
    records: dict[str, Callable[[Element], Iterable[Entry]]]
    kept: frozenset[str] = field(default_factory=frozenset)


class _Source:
    """A text as the file of UTF-8 that the parser reads, without a copy of it."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def read(self, size: int = _CHUNK) -> bytes:
        piece = self.text[self.at : self.at + _CHUNK]
        self.at += len(piece)
        return piece.encode("utf-8", "replace")


class Readable(Protocol):
    """A file of bytes."""

    def read(self, size: int = ..., /) -> bytes:
        """The next bytes; none at the end."""
        ...


def read(text: str, kind: Format) -> Read:
    """The records of `text`; broken XML is told with its line, and what stood before it is read."""
    start = text.find("<")
    before = text.count("\n", 0, max(start, 0))
    source = _Source(text[start:] if start > 0 else text)
    return read_file(source, kind, encoding="utf-8", before=before)


def read_file(
    source: Readable, kind: Format, *, encoding: str | None = None, before: int = 0
) -> Read:
    """The records of a file, while it is read; without `encoding` in that which it names.

    `before` are the lines that stand before `source`.
    """
    parser = etree.iterparse(
        source, events=("start", "end"), encoding=encoding, recover=True, resolve_entities=False,
        no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        yield from _entries(parser, kind)
    except etree.XMLSyntaxError as error:
        yield NotUnderstood(line=(error.lineno or 1) + before, text="", why=_BROKEN)
        return
    if problem := _problem(parser.error_log):
        yield NotUnderstood(line=problem + before, text="", why=_BROKEN)


def _entries(parser: Iterable[tuple[str, Element]], kind: Format) -> Read:
    inside = elements = 0
    for event, element in parser:
        name = local(element)
        if event == "start":
            inside += name in kind.records or name in kind.kept
            elements = elements + 1 if inside else 0
            if elements > MOST_ELEMENTS:
                yield NotUnderstood(line=element.sourceline or 1, text="", why=_ENDLESS)
                return
            continue
        if name in kind.kept:
            inside -= 1
            continue
        if name in kind.records:
            inside -= 1
            if inside == 0:
                elements = 0
                yield from kind.records[name](element)
        if inside == 0:
            _forget(element, kind.kept)


def _forget(element: Element, kept: frozenset[str]) -> None:
    """Empties an element, and takes away what stands before it and is empty already."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        if local(before) in kept:
            return
        parent.remove(before)


def _problem(log: Any) -> int:
    """The line of the error after which the parser gave up; 0 if it did not."""
    for entry in log:
        if entry.level_name == "FATAL":
            return int(entry.line)
    return 0


# --- looking into a record --------------------------------------------------------------
def local(element: Element) -> str:
    """The name of an element without its namespace."""
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""


def words(element: Element | None) -> str:
    """All text in an element, on one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def all_of(element: Element | None, path: str) -> list[Element]:
    """The elements at `path`, such as `contributors/authors/author`; `.//name` looks anywhere."""
    if element is None:
        return []
    steps = [step if step in (".", "", "..") else f"{{*}}{step}" for step in path.split("/")]
    return list(element.iterfind("/".join(steps)))


def one(element: Element | None, *paths: str) -> str:
    """The text at the first of `paths` that has any."""
    for path in paths:
        for found in all_of(element, path):
            if text := words(found):
                return text
    return ""


def texts(element: Element, *paths: str) -> list[str]:
    """The texts at all of `paths`."""
    return [text for path in paths for found in all_of(element, path) if (text := words(found))]


def above(element: Element, name: str) -> Element | None:
    """The nearest element around this one that is called `name`."""
    return next((one for one in element.iterancestors() if local(one) == name), None)
