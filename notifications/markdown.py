"""What people typed, put into the Markdown of a letter so that it shows literally. Pure.

A letter is rendered twice from one source: as it stands for the text part, and for the HTML part
with every typed value escaped (CommonMark 0.31, section 2.4).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.text import plain

Escape = Callable[[str], str]
LONGEST_LINE = 300  # characters of a title, name or place in a letter
LONGEST_CELL = 40
LONGEST_BLOCK = 10_000


def escaped(text: str) -> str:
    """`text` with every punctuation mark of Markdown made literal."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def untouched(text: str) -> str:
    """`text` itself: for the text part."""
    return text


def cut(text: str, length: int) -> str:
    """`text` of at most `length` characters, with an ellipsis where it was longer."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def one_line(text: str, length: int = LONGEST_LINE) -> str:
    """`text` without control characters and line breaks, cut to `length` characters."""
    return cut(" ".join(plain(text).split()), length)


@dataclass(frozen=True)
class Quoting:
    """How typed values enter one part of a letter."""

    escape: Escape

    def line(self, text: str, length: int = LONGEST_LINE) -> str:
        """A value inside a sentence."""
        return self.escape(one_line(text, length))

    def block(self, text: str, length: int = LONGEST_BLOCK) -> str:
        """A value of several lines, as a quotation; empty for an empty one."""
        lines = [" ".join(line.split()) for line in cut(plain(text).strip(), length).split("\n")]
        if lines == [""]:
            return ""
        hard = "" if self.escape is untouched else "\\"
        out = []
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            end = hard if line and following else ""
            out.append(f"> {self.escape(line)}{end}".rstrip(" "))
        return "\n".join(out)

    def strong(self, text: str) -> str:
        """Words of ours that matter most; text has no way to show it."""
        return text if self.escape is untouched else f"**{text}**"

    def link(self, url: str, words: str) -> str:
        """A link of ours: in text as it stands, else behind `words`."""
        return f"<{url}>" if self.escape is untouched else f"[{words}](<{url}>)"

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """A small table, its columns aligned for readers of the text part."""
        cells = [
            [self.escape(one_line(cell, LONGEST_CELL)) or "–" for cell in row]
            for row in (head, *rows)
        ]
        widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
        lines = [
            "| "
            + " | ".join(c + " " * (w - width(c)) for c, w in zip(row, widths, strict=True))
            + " |"
            for row in cells
        ]
        rule = "|" + "|".join("-" * (w + 2) for w in widths) + "|"
        return "\n".join([lines[0], rule, *lines[1:]])


TEXT = Quoting(untouched)
HTML = Quoting(escaped)


def width(text: str) -> int:
    """Columns that `text` takes in a fixed-width font: two for a Chinese character."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def link(url: str) -> str:
    """`url` as a link that reads well in both parts; empty if it is no web address."""
    url = "".join(plain(url).split())
    if not re.match(r"https?://[^/]", url, re.IGNORECASE):
        return ""
    return f"<{url.replace('<', '%3C').replace('>', '%3E')}>"
