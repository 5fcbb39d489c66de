r"""The entries of a BibTeX text, one after the other, with their fields as they stand. Pure.

Own code, and bibtexparser only for the names of people, because of what was measured on it (2.1.0):
it keeps the whole file in parsed blocks (nine times its size), gives an entry up for one missing
comma, and looks backwards over all white space before an `@`. Here a text is walked once; a block
ends at the latest where a line begins with the next `@type{key,`, so that a brace too few costs one
entry; macros, `#`, and both kinds of delimiters are those of BibTeX (btxdoc, 1988).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST_VALUE = 200_000  # characters: what macros may grow to, by naming each other
DEEPEST = 500  # braces in one another

_NEXT = re.compile(r"@[ \t]{0,9}(?P<type>[A-Za-z][\w+-]{0,60})\s{0,20}(?P<open>[{(])")
_AT_LINE_START = re.compile(
    r"^[ \t]{0,40}@[ \t]{0,9}(?:(?:string|preamble|comment)[ \t]{0,9}[{(]"
    r"|[A-Za-z][\w+-]{0,60}[ \t]{0,9}[{(][^\S\n]{0,40}[^\s{}()\",=%#]{0,300}[^\S\n]{0,40},)",
    re.M | re.I,
)
_KEY = re.compile(r"\s*+(?P<key>[^,=\"{}\n]{0,500}+)(?P<after>,|=|\}|\n)?")
_NAME = re.compile(r"[\s,]*+(?P<name>[^\s=,{}\"()#]{1,100})\s*+=\s*+")
_BARE = re.compile(r"[^\s,#{}\"()=]{1,200}")
_SPACE = re.compile(r"\s*+")
_AGAIN = re.compile(r"\s*+,\s*+[A-Za-z][\w-]{0,40}\s{0,20}=\s{0,20}[{\"]")
_RESUME = re.compile(r"(?:,|[}\"]\s{0,20}\n)\s*+(?=[A-Za-z][\w:-]{0,40}\s{0,20}=\s{0,20}[{\"\w])")
_ACCENT = re.compile(r"\\\"[A-Za-z{\\]")
_BRACE = re.compile(r"[{}]")
_BRACE_OR_QUOTE = re.compile(r"[{}\"]")

MONTHS = {
    name[:3].lower(): name
    for name in (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    )
}  # fmt: skip


class Unbalanced(ValueError):
    """A brace or quotation mark does not end before the next entry begins."""


@dataclass(slots=True)
class Block:
    """An entry as it stands: `type` in lower case, `fields` by their names in lower case."""

    line: int
    type: str
    start: int
    end: int
    key: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    """A brace is missing: only the fields before it were read."""


def blocks(text: str) -> Iterator[Block]:
    """The entries of `text` in their order, read one at a time in time linear in it."""
    macros = dict(MONTHS)
    line, counted, at, limit = 1, 0, 0, -1
    while match := _NEXT.search(text, at):
        begin = match.start()
        if _commented(text, begin):
            at = match.end()
            continue
        if limit <= begin:
            following = _AT_LINE_START.search(text, match.end())
            limit = following.start() if following else len(text)
        line += text.count("\n", counted, begin)
        counted = begin
        block = Block(line, match["type"].lower(), begin, limit)
        reader = _Reader(text, match.end(), limit, match["open"], macros)
        try:
            if block.type == "comment":
                reader.at = _closing(text, match.end(), limit)
            elif block.type in ("string", "preamble"):
                reader.fields(macros if block.type == "string" else {})
            else:
                block.key = reader.key()
                reader.fields(block.fields)
        except Unbalanced:
            block.broken = True
            reader.at = limit
        block.end = at = max(reader.at, match.end())
        if block.type not in ("string", "preamble", "comment"):
            yield block


def _commented(text: str, at: int) -> bool:
    """Whether a percent sign begins the line: to BibTeX that is nothing, to people a comment."""
    start = text.rfind("\n", max(0, at - 200), at) + 1
    return text[max(start, at - 200) : at].lstrip()[:1] == "%"


def _closing(text: str, at: int, limit: int) -> int:
    """The place after the brace that closes the one opened before `at`. Raises Unbalanced."""
    first = text.find("}", at, limit)
    if first >= 0 and text.find("{", at, first) < 0:  # as most are
        return first + 1
    for escaped in (False, True):  # `\{` counts for BibTeX, and does not for who wrote it
        depth = 1
        for match in _BRACE.finditer(text, at, limit):
            if escaped and text[match.start() - 1] == "\\":
                continue
            depth += 1 if match[0] == "{" else -1
            if depth == 0:
                return match.end()
            if depth > DEEPEST:
                raise Unbalanced
        if "\\" not in text[at:limit]:
            break
    raise Unbalanced


@dataclass(slots=True)
class _Reader:
    """Reads the key and fields of one block, from `at`, and never beyond `limit`."""

    text: str
    at: int
    limit: int
    opened: str
    macros: dict[str, str]

    def key(self) -> str:
        """The key; empty where the fields begin at once."""
        match = _KEY.match(self.text, self.at, self.limit)
        if match is None or match["after"] == "=":
            return ""
        if match["after"] in (",", "\n"):
            self.at = match.end()
        else:
            self.at = match.end("key")
        return match["key"].strip().rstrip(")" if self.opened == "(" else "")

    def fields(self, into: dict[str, str]) -> None:
        """Puts the fields into `into`, the first of each name; what is no field is passed over."""
        while True:
            match = _NAME.match(self.text, self.at, self.limit)
            if match is not None:
                self.at = match.end()
                value = self._value()
                if self.opened and into is self.macros:
                    into[match["name"].lower()] = value
                else:
                    into.setdefault(match["name"].lower(), value)
            elif self._ended() or not self._resume():
                return

    def _ended(self) -> bool:
        """Whether the block is closed here; a brace too many, with fields after it, is none."""
        at = _skip(self.text, self.at, self.limit)
        while at < self.limit and self.text[at] == ",":
            at = _skip(self.text, at + 1, self.limit)
        if at < self.limit and self.text[at] == ("}" if self.opened == "{" else ")"):
            self.at = at + 1
            return _AGAIN.match(self.text, self.at, self.limit) is None
        return False

    def _resume(self) -> bool:
        """Goes on at the next field, if there is one before the limit."""
        match = _RESUME.search(self.text, max(self.at - 1, 0), self.limit)
        if match is None or match.end() <= self.at:
            closing = self.text.rfind("}" if self.opened == "{" else ")", self.at, self.limit)
            if closing < 0:
                raise Unbalanced
            self.at = closing + 1
            return False
        self.at = match.end()
        return True

    def _value(self) -> str:
        """A value: strings, numbers and macros with `#` between them."""
        parts: list[str] = []
        size = 0
        while self.at < self.limit:
            part = self._part()
            size += len(part)
            if size <= LONGEST_VALUE or not parts:
                parts.append(part)
            after = self.at
            if self.text[after : after + 1] != ",":
                after = _skip(self.text, after, self.limit)
            if after >= self.limit or self.text[after] != "#":
                return part if len(parts) == 1 else "".join(parts)
            self.at = _skip(self.text, after + 1, self.limit)
        return "".join(parts)

    def _part(self) -> str:
        char = self.text[self.at]
        if char == "{":
            start = self.at + 1
            self.at = _closing(self.text, start, self.limit)
            return self.text[start : self.at - 1]
        if char == '"':
            return self._quoted()
        match = _BARE.match(self.text, self.at, self.limit)
        if match is None:
            return ""
        self.at = match.end()
        return self.macros.get(match[0].lower(), match[0])

    def _quoted(self) -> str:
        """What stands between quotation marks; those within braces are part of it."""
        start, depth = self.at + 1, 0
        for match in _BRACE_OR_QUOTE.finditer(self.text, start, self.limit):
            if match[0] == '"' and depth == 0:
                if _ACCENT.match(self.text, match.start() - 1, self.limit):
                    continue  # BibTeX would end here, and who wrote it would be surprised
                self.at = match.end()
                return self.text[start : match.start()]
            depth += {"{": 1, "}": -1}.get(match[0], 0)
            if depth < 0 or depth > DEEPEST:
                break
        raise Unbalanced


def _skip(text: str, at: int, limit: int) -> int:
    match = _SPACE.match(text, at, limit)
    return match.end() if match else at
