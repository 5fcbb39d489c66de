"""The new text of a person's reply: without the letter it answers and without signature. Pure.

Own code, since the library for it (mail-parser-reply 1.36, all its languages on) gives the right
text for 12 of 32 replies of one public collection and over a minute for 20 KB of blank lines;
`python -m bench.replies` measures this one. The original is kept and shown beside the result, so
where it is doubtful who wrote a line, the line stays.

Every step looks at each line a bounded number of times, and at 400 characters of it at most.
"""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from notifications.html_text import html_text
from notifications.quotes import Line, Mark, attribution, line, mark_at
from notifications.signatures import without_signature

LONGEST_TEXT = 1_000_000  # characters of a body that are read
MOST_LINES = 20_000
_FENCE = re.compile(r"(?:```|~~~)")
_LINK = re.compile(r"://|www\.")
_COMPARISON = re.compile(r">\s?=?\s?[-+.$€]?\d")
_BROKEN_END = re.compile(r"\s{0,3}>[>,\s]{0,4}[^>]{0,60}[:：]\s*$")


def new_text(text: str, html: str = "") -> str:
    """What the person newly wrote in a mail with the decoded bodies `text` and `html`.

    The plain text body is read; the HTML one where that is blank, or where only its structure
    shows which part is quoted. Answers between quoted lines stay, each with the paragraph that it
    answers (as "> " lines). Empty if the mail holds only quotes. Never raises.
    """
    if not text.strip():
        return _Reply(html_text(html)).new if html.strip() else ""
    reply = _Reply(text)
    if html.strip() and not reply.quotes:
        structured = _Reply(html_text(html))
        if structured.quotes and structured.new:
            return structured.new
    return reply.new


@dataclass(frozen=True)
class _Block:
    """Lines of one kind: T typed, Q quoted, A the line that says who is quoted."""

    kind: str
    lines: list[Line]


class _Reply:
    """A mail taken apart: `new` is the person's text, `quotes` whether any quote was found."""

    def __init__(self, text: str, *, passed_on: bool = False) -> None:
        lines = _lines(text)
        blocks, cut = _blocks(lines)
        self.quotes = cut is not None or any(block.kind != "T" for block in blocks)
        self.new = _assembled(blocks)
        if not self.new and cut and cut.forwarded and not passed_on:
            below = "\n".join(each.raw for each in lines[cut.end :])
            self.new = _Reply(below, passed_on=True).new


def _lines(text: str) -> list[Line]:
    text = text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    lines: list[Line] = []
    above: deque[str] = deque(maxlen=3)  # the last unquoted lines with words
    for raw in text.split("\n", MOST_LINES)[:MOST_LINES]:
        read = line(raw)
        if read.depth and _BROKEN_END.match(raw[:100]) and _opened(above):
            read = Line(raw, 0, raw.strip())
        lines.append(read)
        if read.words:
            above.append(read.words if not read.depth else "")
    _hide_code(lines)
    return lines


def _opened(lines: Iterable[str]) -> bool:
    """Do the lines hold a "<" that is not closed?"""
    text = " ".join(lines)
    return text.count("<") > text.count(">")


def _blocks(lines: list[Line]) -> tuple[list[_Block], Mark | None]:
    """The lines in blocks of one kind, up to where a letter is quoted without marks."""
    kinds = [_kind(each) for each in lines]
    _keep_python(lines, kinds)
    _keep_comparisons(lines, kinds)
    cut = None
    begin = at = 0
    while at < len(lines):
        if kinds[at] != "T":
            begin = at + 1 if kinds[at] == "Q" else begin
            at += 1
            continue
        cut = mark_at(lines, at)
        if cut is None:
            following = _next_words(lines, at + 1)
            quoted = following < len(lines) and (
                kinds[following] == "Q" or _barred(lines[following])
            )
            start = attribution(lines, at, begin, quoted)
            if start >= 0 and quoted:
                kinds[start : at + 1] = ["A"] * (at + 1 - start)
                at = begin = _mark_bars(lines, kinds, at + 1)
                continue
            if start >= 0:
                cut = Mark(start, at + 1)
        if cut is not None:
            break
        at += 1
    end = cut.start if cut else len(lines)
    _keep_wrapped(lines, kinds)
    return _grouped(lines[:end], kinds[:end]), cut


def _keep_comparisons(lines: Sequence[Line], kinds: list[str]) -> None:
    """A line that begins with "> 0.5" among a person's words is no quote."""
    for at, each in enumerate(lines):
        around = kinds[max(0, at - 1) : at] + kinds[at + 1 : at + 2]
        if kinds[at] == "Q" and "Q" not in around and _COMPARISON.match(each.raw):
            kinds[at] = "T"


def _kind(each: Line) -> str:
    return "Q" if each.depth else "T" if each.words else " "


def _next_words(lines: Sequence[Line], at: int) -> int:
    while at < len(lines) and not lines[at].words and not lines[at].depth:
        at += 1
    return at


def _hide_code(lines: list[Line]) -> None:
    """Lines of code between two ``` marks are typed, whatever they look like."""
    marks = [i for i, each in enumerate(lines) if not each.depth and _FENCE.match(each.words)]
    for first, last in zip(marks[::2], marks[1::2], strict=False):
        for at in range(first, last + 1):
            lines[at] = Line(lines[at].raw, 0, "```" if lines[at].raw.strip() else "")


def _barred(each: Line) -> bool:
    """Is the line quoted with a bar, as some programs do? (A table's line ends in a bar too.)"""
    return each.words.startswith("|") and not (len(each.words) > 1 and each.words.endswith("|"))


def _mark_bars(lines: Sequence[Line], kinds: list[str], at: int) -> int:
    """Marks a quotation with bars that begins after line `at`; the index after it."""
    at = _next_words(lines, at)
    while at < len(lines) and lines[at].words.startswith("|"):
        kinds[at] = "Q"
        at += 1
    return at


def _keep_python(lines: Sequence[Line], kinds: list[str]) -> None:
    """A Python session (">>> import numpy") is no letter quoted three times over."""
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and kinds[end] == "Q":
            end += 1
        if all(each.raw.startswith(">>> ") for each in lines[at:end]):
            kinds[at:end] = ["T"] * (end - at)
        at = max(end, at + 1)


def _keep_wrapped(lines: Sequence[Line], kinds: list[str]) -> None:
    """The rest of a long quoted line that a program broke in two belongs to the quote."""
    for at in range(1, len(lines) - 1):
        if kinds[at - 1 : at + 2] != ["Q", "T", "Q"]:
            continue
        above, words = lines[at - 1], lines[at].words
        long = len(above.raw) >= 65 and above.words[-1:] not in ".?!:;。？！："
        if long and len(words) <= 30 and words[0].islower():
            kinds[at] = "Q"


def _grouped(lines: list[Line], kinds: list[str]) -> list[_Block]:
    """Blocks of one kind; blank lines belong to the block above."""
    blocks: list[_Block] = []
    for each, kind in zip(lines, kinds, strict=True):
        if blocks and kind in (" ", blocks[-1].kind):
            blocks[-1].lines.append(each)
        elif kind != " ":
            blocks.append(_Block(kind, [each]))
    typed = [
        _Block("T", without_signature(block.lines)) if block.kind == "T" else block
        for block in blocks
    ]
    return [block for block in typed if block.lines]


def _assembled(blocks: list[_Block]) -> str:
    """The typed blocks, and of the quoted ones what the person answers in particular."""
    answers = sum(1 for a, b in pairwise(blocks) if a.kind == "Q" and b.kind == "T")
    named = any(_names_its_writer(blocks, at) for at in range(len(blocks)))
    parts = []
    for at, block in enumerate(blocks):
        if block.kind == "T":
            parts.append(block.lines)
        elif block.kind == "Q" and at + 1 < len(blocks) and blocks[at + 1].kind == "T":
            if not named:
                parts.append(_without_links(block.lines))
            elif answers > 1:
                parts.append(_without_links(_paragraphs(block.lines)[-1]))
    texts = ("\n".join(each.raw.rstrip() for each in part).strip("\n") for part in parts)
    return "\n\n".join(text for text in texts if text.strip()).strip()


def _names_its_writer(blocks: list[_Block], at: int) -> bool:
    """Does the quote stand under a line or head that a mail program wrote? Then it is whole."""
    if blocks[at].kind != "Q":
        return False
    if at and blocks[at - 1].kind == "A":
        return True
    inner = [Line(each.words, 0, each.words) for each in blocks[at].lines if each.words][:6]
    return any(
        mark_at(inner, i) is not None or attribution(inner, i, 0, True) >= 0
        for i in range(len(inner))
    )


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """Quoted lines in paragraphs, which a line without words divides; at least one."""
    paragraphs: list[list[Line]] = [[]]
    for each in lines:
        if each.words:
            paragraphs[-1].append(each)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [p for p in paragraphs if p] or [[]]


def _without_links(lines: Sequence[Line]) -> list[Line]:
    """Without paragraphs that hold a web address: in our letters that may be the author's key."""
    out: list[Line] = []
    for paragraph in _paragraphs(lines):
        if not any(_LINK.search(each.raw) for each in paragraph):
            out += [*([Line(">", 1, "")] if out else []), *paragraph]
    return out
