"""BibTeX and tagged files of any size, read in pieces that end where an entry does. Pure.

A file up to PIECE is read whole, as the check of a bibliography reads it. Of a larger one each
piece knows the macros that earlier ones defined (on one line each), but not their parents
(`crossref`).
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from registry.bibliography import bibtex, tagged
from registry.bibliography.decoding import decode
from registry.bibliography.entry import Read
from registry.bibliography.tagged import Grammar
from registry.bibliography.xml_stream import Readable
from registry.importing.lines import Unreadable

PIECE = 4 * 1024 * 1024  # bytes
MOST_WITHOUT_END = 64 * 1024 * 1024  # characters in which no entry ends
MOST_MACROS = 1024 * 1024  # characters

_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_ENTRY = re.compile(r"[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]")
_MACRO = re.compile(r"^[ \t]*@string[ \t]*[{(].*$", re.M | re.I)

Cut = Callable[[str], int]


def read_bibtex(source: Readable) -> Read:
    """The entries of a BibTeX file."""
    macros = ""
    for line, text in _pieces(source, _before_entry):
        shift = line - macros.count("\n")
        for entry in bibtex.read(macros + text):
            yield replace(entry, line=entry.line + shift)
        found = "".join(f"{macro[0].strip()}\n" for macro in _MACRO.finditer(text))
        if len(macros) + len(found) <= MOST_MACROS:
            macros += found


def read_tagged(source: Readable, grammar: Grammar) -> Read:
    """The records of a file of tagged lines."""
    for line, text in _pieces(source, partial(_between_records, grammar=grammar)):
        for entry in tagged.read(text, grammar):
            yield replace(entry, line=entry.line + line)


def _before_entry(text: str) -> int:
    """Where the last entry of a text begins; 0 if that is at its beginning, or nowhere."""
    at = len(text)
    while (at := text.rfind("\n", 0, at)) >= 0:
        if _ENTRY.match(text, at + 1):
            return at + 1
    return 0


def _between_records(text: str, grammar: Grammar) -> int:
    """Where the last record of a text begins, or the one before it ends; 0 if nowhere."""
    end = len(text)
    while (at := text.rfind("\n", 0, end)) >= 0:
        line = text[at + 1 : end]
        match = grammar.line.match(line)
        tag = match["tag"].replace(" ", "_") if match else ""
        blank = grammar.blank_ends and not line.strip() and end < len(text)
        if tag in grammar.start or blank or (grammar.between and grammar.between.match(line)):
            return at + 1
        if tag in grammar.end and end < len(text):
            return end
        end = at
    return 0


def _pieces(source: Readable, cut: Cut) -> Iterator[tuple[int, str]]:
    """Pieces of the text, each with the number of lines before it. Raises Unreadable."""
    lines, rest = 0, ""
    for text in _texts(source):
        at = cut(rest) if len(rest) < MOST_WITHOUT_END else len(rest)
        if at:  # never of the last piece, so that a small file is read as it stands
            yield lines, rest[:at]
            lines += rest.count("\n", 0, at)
        rest = rest[at:] + text
    if rest:
        yield lines, rest


def _texts(source: Readable) -> Iterator[str]:
    """The text in pieces that end with a line; each is of the encoding that it seems to be."""
    data = source.read(PIECE)
    wide = next((name for mark, name in _WIDE.items() if data.startswith(mark)), "")
    if wide:
        decoder = codecs.getincrementaldecoder(wide)("replace")
        while data:
            yield decoder.decode(data).replace("\r\n", "\n")
            data = source.read(PIECE)
        return
    rest = b""
    while data:
        following = source.read(PIECE)
        data = rest + data
        end = data.rfind(b"\n") + 1 or data.rfind(b"\r") + 1 if following else len(data)
        if not end and len(data) > MOST_WITHOUT_END:
            raise Unreadable("a line is longer than 64 MB")
        rest = data[end:]
        if end:
            yield decode(data[:end]).text
        data = following
