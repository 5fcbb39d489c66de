"""Files of lines that begin with a tag: RIS, MEDLINE, Refer and their relatives. Pure.

One reader for ten formats, by the table in tagged_formats.py. rispy, which knows two of them, was
tried and is what the tests hold RIS against: it gives a whole file at once, loses a record without
its last line, and takes no tag that is not followed by two spaces and a dash.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from registry.bibliography.entry import Entry, NotUnderstood, Read
from registry.bibliography.shaping import (
    BOOKS,
    LONGEST_ABSTRACT,
    MOST_AUTHORS,
    address,
    label,
    own,
    people,
    short,
    shown,
    year_of,
)
from registry.identifiers import PMID

LONGEST_FIELD = 100_000  # characters of one field, over all of its lines
_ID_IN_BOX = re.compile(r"(\S+)\s*\[(doi|pmid|pii)\]", re.I)
_NO_TEXT = "This record has no title, no authors and no identifier."
_ISSUE = re.compile(
    r"[.,]?\s+(?:v\d+ (?:n\d+ )?|\d+\(|(?:[A-Z][a-z]{2,8}(?:[/-][A-Z][a-z]{2,8})?\.? )?"
    r"(?:1[5-9]|2[01])\d\d"
    r"(?: [A-Z][a-z]{2})?(?: \d{1,2})?\s?;).*$"
)
"""What follows the name of a journal where one field has it all."""
_SPLIT_NAMES = re.compile(r"\s*;\s*")
_AFTER_NAME = re.compile(
    r"\s*\([^()]{0,99}@[^()]{0,99}\)"
    r"|[,\s]+(?:(?:Ph\.?D|M\.?D|MPH|MSc|BSc|DPhil|RN|FRCP)\b\.?|[*+#\d]+)+(?=[,\s]|$)"
)
"""Degrees, footnotes and addresses behind a name."""
_TYPE_AT_END = re.compile(
    r"\s*\[(?:Article|Miscellaneous|Report|Review|Editorial|Letter)[^\]]*\]\.?$"
)


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """How one format writes records. In `roles` the first tag that is there counts."""

    name: str
    sign: re.Pattern[str]
    """What shows near the beginning of a text that it is of this format."""
    line: re.Pattern[str]
    """A line with a tag, as groups `tag` and `value`."""
    roles: Mapping[str, tuple[str, ...]]
    start: frozenset[str] = frozenset()
    end: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    blank_ends: bool = False
    between: re.Pattern[str] | None = None
    """A line that stands between two records."""
    lists: frozenset[str] = frozenset()
    """Tags whose lines are each a value of its own, also where the tag is not repeated."""
    isbn_kinds: frozenset[str] = BOOKS


@dataclass(slots=True)
class _Record:
    line: int
    values: dict[str, list[list[str]]] = field(default_factory=dict)
    """By tag its values, each in the lines that it goes over."""
    sizes: dict[str, int] = field(default_factory=dict)
    source: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, tag: str, value: str, *, more: bool = False) -> None:
        """A value, or a further line of the last one."""
        self.sizes[tag] = self.sizes.get(tag, 0) + len(value) + 1
        if self.sizes[tag] > LONGEST_FIELD:
            return
        values = self.values.setdefault(tag, [])
        if more and values:
            values[-1].append(value)
        else:
            values.append([value])

    def show(self, line: str) -> None:
        """Keeps the beginning of the record as it stands."""
        if self.length < 1200:
            self.source.append(line[:1200])
            self.length += len(line)


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text, without a list of them all."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def read(text: str, grammar: Grammar) -> Read:
    """The records of a text in their order."""
    for record in _records(text, grammar):
        yield _entry(record, grammar)


def _records(text: str, grammar: Grammar) -> Iterator[_Record]:
    record: _Record | None = None
    tag = ""
    for number, line in enumerate(lines_of(text), 1):
        if not line or line.isspace():
            if grammar.blank_ends and record is not None:
                yield record
                record = None
            continue
        if grammar.between is not None and grammar.between.match(line):
            if record is not None:
                yield record
            record = None
            continue
        match = grammar.line.match(line)
        if match is None:
            if record is not None and tag:
                record.add(tag, line.strip(), more=tag not in grammar.lists)
                record.show(line)
            continue
        tag, value = match["tag"].replace(" ", "_"), (match["value"] or "").strip()
        if tag in grammar.ignored:
            continue
        if tag in grammar.end:
            if record is not None:
                yield record
            record, tag = None, ""
            continue
        if tag in grammar.start and record is not None and record.values.keys() - {tag}:
            yield record
            record = None
        if record is None:
            record = _Record(number)
        record.add(tag, value)
        record.show(line)
    if record is not None:
        yield record


class _Said:
    """The values of a record by their role."""

    def __init__(self, record: _Record, grammar: Grammar) -> None:
        self.values = {
            tag: [" ".join(lines).strip() for lines in values]
            for tag, values in record.values.items()
        }
        self.roles = grammar.roles

    def all(self, role: str) -> list[str]:
        """The values of the first tag of the role that has any."""
        for tag in self.roles.get(role, ()):
            if values := [value for value in self.values.get(tag, ()) if value]:
                return values
        return []

    def every(self, role: str) -> list[str]:
        """The values of all tags of the role."""
        return [v for tag in self.roles.get(role, ()) for v in self.values.get(tag, ()) if v]

    def one(self, role: str) -> str:
        return next(iter(self.all(role)), "")


def _entry(record: _Record, grammar: Grammar) -> Entry | NotUnderstood:
    said = _Said(record, grammar)
    kind = said.one("kind").lower()
    title = _TYPE_AT_END.sub("", short(said.one("title")))
    authors = people(_names(said.all("authors")))
    found = own(
        doi=_dois(said),
        urls=said.every("url"),
        others=[(PMID, _pmid(value)) for value in said.every("pmid")],
        isbn=said.every("isbn") if kind in grammar.isbn_kinds else [],
        prose=" ".join(value[:500] for value in said.every("prose")),
    )
    text = shown("\n".join(record.source))
    venue = _ISSUE.sub("", short(said.one("venue")))
    if not title and not authors and not found and not venue:
        return NotUnderstood(line=record.line, text=text, why=_NO_TEXT)
    return Entry(
        line=record.line,
        key=label(said.one("key")),
        kind=label(kind, 60),
        title=title,
        authors=authors,
        year=next((year for value in said.every("year") if (year := year_of(value))), None),
        venue=venue,
        identifiers=found,
        url=next((url for value in said.every("url") if (url := address(value))), ""),
        abstract=short(said.one("abstract")[:LONGEST_ABSTRACT]),
        text=text,
    )


def _names(values: list[str]) -> Iterator[str]:
    for value in values[:MOST_AUTHORS]:
        for name in _SPLIT_NAMES.split(value) if ";" in value else [value]:
            yield _AFTER_NAME.sub("", name).strip(" *+")


def _dois(said: _Said) -> Iterator[str]:
    """DOIs; of values like `10.1234/x [doi]` and `S0028 [pii]` those that say so."""
    for value in said.every("doi"):
        boxed = _ID_IN_BOX.match(value)
        if boxed is None or boxed[2].lower() == "doi":
            yield boxed[1] if boxed else value


def _pmid(value: str) -> str:
    """The number of `23690738[pmid]`, `MEDLINE:16842170` and `PMID: 1`."""
    found = re.search(
        r"(?:^|pmid|medline|pubmed)[:\s]*(\d{1,9})(?:\s*\[pmid\])?\s*$", value[:100], re.I
    )
    return found[1] if found else ""
