"""A bibliography of whatever kind, read: its format, its encoding and its entries. Pure.

The content decides, not the name: people rename files, and what is pasted has none. The name is
asked only where a text shows no format, such as a .bib file that holds comments alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from registry.bibliography import bbl, bibtex, json_works, tagged, xml_stream
from registry.bibliography.decoding import decode
from registry.bibliography.entry import Read, Unreadable
from registry.bibliography.references import is_list, read_list, read_text
from registry.bibliography.tagged_formats import GRAMMARS, MEDLINE, REFER, RIS, WEB_OF_SCIENCE
from registry.bibliography.xml_formats import BY_ROOT

HEAD = 100_000
"""Characters at the beginning that show the format of what has no entries of its own look."""

_BIBTEX = re.compile(
    r"^[ \t]{0,40}@[ \t]{0,9}[A-Za-z][\w+-]{0,60}[ \t]{0,9}(?:[({]|\n[ \t]{0,9}[{(])", re.M
)
_BIBTEX_ANYWHERE = re.compile(r"@[A-Za-z]{3,30}[ \t]{0,9}\{[^\s{}\",=]{0,200},")
_JSON = re.compile(r"\s*+(?:\[\s*+[\[{\"]|\{\s*+[\"}])")
_BEFORE_ROOT = re.compile(
    r"\s*+<(?:\?[^>]*>|!--.*?-->|!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)", re.S | re.I
)
_ROOT = re.compile(r"\s*+<(?:[\w.-]{1,60}:)?([A-Za-z][\w.-]{0,60})[\s/>]")

_SOMETHING = re.compile(r"[^\s\ufeff\x00]")

_EMPTY = "This file is empty. Choose the file with the references, or paste them."
_HTML = (
    "This is a web page, not a bibliography. Export the references as BibTeX or RIS, or copy them "
    "from the page and paste them."
)
_UNKNOWN_XML = (
    "This is XML, but not of a kind that can be read here (its root is “{}”). Export the "
    "references as BibTeX or RIS, and upload that."
)

Reader = Callable[[str], Read]


@dataclass(frozen=True)
class Reading:
    """How a bibliography was taken, in words for people; its entries are read when asked for."""

    format: str
    encoding: str
    entries: Read


def read(data: bytes, *, name: str = "") -> Reading:
    """The bibliography in `data`, the file called `name`. Raises Unreadable."""
    decoded = decode(data)
    text = decoded.text
    if _SOMETHING.search(text) is None:
        raise Unreadable(_EMPTY)
    format, reader = _reader(text, name)
    return Reading(format, decoded.encoding, reader(text))


def _reader(text: str, name: str) -> tuple[str, Reader]:
    return (
        _xml(text) or _json(text) or _by_sign(text) or _by_name(name) or _plain(text)
    )  # fmt: skip


def _plain(text: str) -> tuple[str, Reader]:
    return (
        ("list of identifiers", read_list) if is_list(text) else ("references as text", read_text)
    )


def _xml(text: str) -> tuple[str, Reader] | None:
    at, head = 0, text[:HEAD]
    while before := _BEFORE_ROOT.match(head, at):
        at = before.end()
    root = _ROOT.match(head, at)
    if root is None:
        return None
    if root[1].lower() in ("html", "head", "body", "div", "p", "table", "ul", "ol"):
        raise Unreadable(_HTML)
    kind = BY_ROOT.get(root[1])
    if root[1] == "xml":  # EndNote's root
        kind = BY_ROOT["records"]
    if kind is None:
        raise Unreadable(_UNKNOWN_XML.format(root[1][:40]))
    return kind.name, lambda text: xml_stream.read(text, kind)


def _json(text: str) -> tuple[str, Reader] | None:
    return ("JSON", json_works.read) if _JSON.match(text) else None


def _by_sign(text: str) -> tuple[str, Reader] | None:
    """The format whose sign comes first: an abstract may show the sign of another one."""
    signs: list[tuple[int, str, Reader]] = []
    for grammar in GRAMMARS:
        if match := grammar.sign.search(text, 0, HEAD):
            signs.append((match.start(), grammar.name, _tagged(grammar)))
    if match := _BIBTEX.search(text) or _BIBTEX_ANYWHERE.search(text, 0, HEAD):
        signs.append((match.start(), "BibTeX", bibtex.read))
    first = min((start for start, _, _ in signs), default=len(text))
    if match := bbl.SIGN.search(text, 0, first):
        signs.append((match.start(), "LaTeX (.bbl)", bbl.read))
    if not signs:
        return None
    _, format, reader = min(signs, key=lambda sign: sign[0])
    return format, reader


def _tagged(grammar: tagged.Grammar) -> Reader:
    return lambda text: tagged.read(text, grammar)


def _by_name(name: str) -> tuple[str, Reader] | None:
    """What the ending of a name says about a text that shows no format by itself."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("bib", "bibtex"):
        return "BibTeX", bibtex.read
    for endings, grammar in (
        (("ris",), RIS), (("nbib",), MEDLINE), (("enw",), REFER), (("isi", "ciw"), WEB_OF_SCIENCE),
    ):  # fmt: skip
        if ending in endings:
            return grammar.name, _tagged(grammar)
    return None
