"""A text with some of its passages covered by a visible mark. Pure.

Passages are looked for in the original text, the earliest redaction first, and never inside a mark;
so each can be taken back alone, in any order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reports.deadlines import MONTHS

SHORT = "[redacted]"
"""The mark where a text may be no longer than a line; its reason stands in the corrections."""


@dataclass(frozen=True)
class Cover:
    """A passage, and the mark that stands in its place."""

    passage: str
    mark: str


def mark(at: datetime, reason: str) -> str:
    """What everybody reads instead of a passage that was redacted at `at` (UTC)."""
    return f"[redacted by a moderator on {at.day} {MONTHS[at.month - 1]} {at.year}: {reason}]"


def covered(text: str, covers: Iterable[Cover]) -> str:
    """The text with every passage covered wherever it occurs."""
    pieces = [(text, False)]
    for cover in covers:
        pieces = [
            piece
            for words, is_mark in pieces
            for piece in ([(words, is_mark)] if is_mark else _split(words, cover))
        ]
    return "".join(words for words, _ in pieces)


def _split(text: str, cover: Cover) -> list[tuple[str, bool]]:
    first, *rest = text.split(cover.passage)
    found = [(first, False)]
    for words in rest:
        found += [(cover.mark, True), (words, False)]
    return found


def fitted(text: str, covers: Iterable[Cover], most: int | None, *, is_link: bool = False) -> str:
    """`covered`, for a column of at most `most` characters; of a link nothing is left."""
    covers = list(covers)
    shown = covered(text, covers)
    if shown == text:
        return text
    if is_link:
        return ""
    if most is None:
        return shown
    short = covered(text, (Cover(cover.passage, SHORT) for cover in covers))
    return short if len(short) <= most else SHORT
