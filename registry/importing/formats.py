"""What a file to import is, by its content, and the papers in it, read in bounded memory. Pure."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from registry.bibliography import entry, json_stream, json_works, reading, xml_stream
from registry.bibliography.tagged_formats import GRAMMARS
from registry.bibliography.xml_formats import BY_ROOT
from registry.importing import code_links, entries, json_values, records, text_pieces
from registry.importing.entries import ORIGINS, Item, Origin, origin_of
from registry.importing.lines import HEAD, LONGEST_LINE, Unreadable, lines
from registry.importing.records import Broken, Skipped, Volume

_GRAMMARS = {grammar.name: grammar for grammar in GRAMMARS}
_XML = {kind.name: kind for kind in BY_ROOT.values()}
_OTHERS = frozenset({
    "DOI", "attributes", "author", "authorships", "citationKey", "container-title", "creators",
    "display_name", "externalIds", "forum", "issued", "itemType", "paperId", "paper_url",
    "publicationYear", "publication_year",
})  # fmt: skip
"""Fields that show that a line is of another service, and not of our own JSON Lines."""
_NO_KIND = (
    "it is none of the formats that are imported: JSON Lines, JSON (CSL, Crossref, OpenAlex, "
    "DataCite, Papers with Code), BibTeX, RIS, nbib and its relatives, XML of the ACL Anthology, "
    "arXiv, PubMed, Crossref and DataCite"
)

Items = Callable[[io.BufferedReader], Iterator[Item]]


@dataclass(frozen=True)
class Format:
    """A format by its name, and how its papers are read. `place` is what their numbers count."""

    name: str
    items: Items
    place: str = "line"


def of(head: bytes) -> Format:
    """The format of the file that begins so. Raises Unreadable."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text or _is_json_lines(text):
        return Format("JSON Lines", _json_lines)
    if text[:1] in b"[{":
        return Format("JSON", _json, "record")
    try:
        name = reading.read(_whole_lines(head)).format
    except entry.Unreadable as error:
        raise Unreadable(str(error).rstrip(".")) from error
    if name in _XML:
        return Format(name, partial(_xml, kind=_XML[name]))
    if name in _GRAMMARS or name == "BibTeX":
        return Format(name, partial(_text, name=name))
    raise Unreadable(_NO_KIND)


def _whole_lines(head: bytes) -> bytes:
    return head if len(head) < HEAD else head[: head.rfind(b"\n") + 1] or head


# --- JSON -------------------------------------------------------------------------------
def _is_json_lines(text: bytes) -> bool:
    """Whether each line is an object, as the first one shows, or another where that is broken."""
    first, end, _ = text.partition(b"\n")
    if text.startswith(b"["):
        return False
    if text.startswith(b"{"):
        state = _state(first)
        return state == "object" or (state == "broken" and bool(end))
    return any(_state(line) == "object" for line in text.splitlines() if line.startswith(b"{"))


def _state(line: bytes) -> str:
    """Whether a line is the object of a work, wraps works, goes on in the next, or is broken."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return "unfinished" if error.pos >= len(error.doc.rstrip()) else "broken"
    except (ValueError, RecursionError):
        return "broken"
    if not isinstance(row, dict):
        return "broken"
    wraps = any(isinstance(row.get(key), list) for key in json_stream.WRAPPERS)
    inside = any(isinstance(row.get(key), dict) for key in json_stream.INTO)
    return "wrapper" if (wraps or inside) and not row.get("title") else "object"


def _json_lines(file: io.BufferedReader) -> Iterator[Item]:
    for number, raw in enumerate(lines(file), 1):
        if raw and not raw.isspace():
            yield _json_line(raw, number)


def _json_line(raw: bytes, line: int) -> Item:
    try:
        if len(raw) > LONGEST_LINE:
            raise Broken(f"it is longer than {LONGEST_LINE:,} bytes")
        row = records.json_object(raw)
        if _OTHERS.isdisjoint(row):
            return records.of(row, line)
        return _work(row, line)
    except Volume:
        return Skipped(line, "")
    except Broken as error:
        return Skipped(line, f"skipped, because {error}")


def _json(file: io.BufferedReader) -> Iterator[Item]:
    number = 0
    try:
        for number, value in enumerate(json_values.values(file), 1):
            try:
                yield _work(value, number)
            except Broken as error:
                yield Skipped(number, f"skipped, because {error}")
    except json_values.Broken as error:
        yield Skipped(number + 1, f"the file is no JSON from here on, and was not read: {error}")


def _work(value: Any, number: int) -> Item:
    """A work in whichever service's words. Raises Broken."""
    if isinstance(value, dict):
        if code_links.is_link(value):
            return code_links.link(value, number)
        if code_links.is_paper(value):
            return code_links.paper(value, number)
    return entries.item(json_works.read_value(value, number), _origin(value))


def _origin(value: Any) -> Origin:
    if isinstance(value, dict):
        if str(value.get("id")).startswith("https://openalex.org/"):
            return ORIGINS["OpenAlex"]
        if "DOI" in value and "prefix" in value and "member" in value:
            return ORIGINS["Crossref"]
    return ORIGINS["JSON"]


# --- text and XML -----------------------------------------------------------------------
def _text(file: io.BufferedReader, name: str) -> Iterator[Item]:
    try:
        if name == "BibTeX":
            read = text_pieces.read_bibtex(file)
        else:
            read = text_pieces.read_tagged(file, _GRAMMARS[name])
        yield from entries.items(read, origin_of(name))
    except entry.Unreadable as error:
        raise Unreadable(str(error).rstrip(".")) from error


def _xml(file: io.BufferedReader, kind: xml_stream.Format) -> Iterator[Item]:
    while not file.peek(1)[:1].strip(b"\xef\xbb\xbf \t\r\n") and file.read(1):
        pass  # XML begins with its first bracket
    yield from entries.items(xml_stream.read_file(file, kind), origin_of(kind.name))
