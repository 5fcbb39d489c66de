"""What people say is shared, and the one word that the filter of /papers/ makes of it. Pure.

Everybody's newest word stands on the pages, the reporters' beside the authors', each with who says
so and since when; nothing is averaged. A filter needs one value, and this is its rule:

1. Of each item the newest statement of each side counts: one of a reporter, one of an author, among
   those beside public reports.
2. *Unknown* is no word: it takes back what its side said before, and then nothing stands there.
3. An author's *yes* about a thing that is opened to be seen (code, training code, evaluation code,
   trained models, data) counts only with a link to it. Without one it is shown, and the filter goes
   by the other side. A reporter's needs none: a moderator has read the report.
4. Of the two that count the newer one holds; of two of one moment the reporter's, who looked.
5. Where neither counts, a link in the metadata is a *yes* (registry/shared.py); else it is unknown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from registry.shared import OPENED, Item, Value, word

NOTE_LENGTH = 300  # characters
URL_LENGTH = 500
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A row of the table as somebody filled it in."""

    item: Item
    value: Value
    url: str = ""
    note: str = ""


NOT_SAID = (Value.UNKNOWN, "", "")


def parted(text: str) -> tuple[str, str]:
    """The first link in what was typed, and the rest of the words; both may be empty."""
    found = _LINK.search(text)
    if found is None:
        return "", text
    url = found[0].rstrip(".,;")
    rest = text[: found.start()] + text[found.start() + len(url) :]
    return url, " ".join(rest.split())


@dataclass(frozen=True, kw_only=True)
class Said:
    """A statement: who says of an item whether it is shared, and since when.

    `order` tells which of two of one moment was stored later; `who` and `report` are for readers.
    """

    item: Item
    value: Value
    by_author: bool
    since: datetime
    order: int = 0
    url: str = ""
    note: str = ""
    who: str = ""
    report: int = 0

    @property
    def words(self) -> str:
        """Link and note as they are typed in one field."""
        return f"{self.url} {self.note}".strip()

    @property
    def counts(self) -> bool:
        """Whether the filter heeds it (rules 2 and 3)."""
        if self.value is Value.UNKNOWN:
            return False
        unproven = self.by_author and self.value is Value.YES and self.item in OPENED
        return bool(self.url) or not unproven


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The newest statement of each side about an item; None where a side says nothing of it."""

    reporter: Said | None = None
    author: Said | None = None

    @property
    def value(self) -> Value:
        """What holds for the filter, without metadata (rules 2 to 4)."""
        counting = [said for said in (self.author, self.reporter) if said and said.counts]
        if not counting:
            return Value.UNKNOWN
        return max(counting, key=lambda said: (said.since, not said.by_author)).value


def newest(statements: Iterable[Said]) -> dict[Item, Sides]:
    """The newest statement of each side by item, in the order of items; items without any are not
    there."""
    by_side: dict[tuple[Item, bool], Said] = {}
    for said in sorted(statements, key=lambda said: (said.since, said.order)):
        by_side[said.item, said.by_author] = said
    return {
        item: Sides(reporter=by_side.get((item, False)), author=by_side.get((item, True)))
        for item in Item
        if (item, False) in by_side or (item, True) in by_side
    }


def words(statements: Iterable[Said]) -> list[str]:
    """What the filter stores of all statements beside the public reports of a paper."""
    found = newest(statements).items()
    return [word(item, sides.value) for item, sides in found if sides.value is not Value.UNKNOWN]


def touched(rows: Iterable[Stated], shown: Iterable[Said]) -> list[Stated]:
    """The rows that are not as a page that knew `shown`, all of one side, had filled them in.

    A row that was left as it was says nothing, whatever somebody else of that side said since.
    """
    filled_in = _standing(shown)
    return [row for row in rows if _words(row) != filled_in.get(row.item, NOT_SAID)]


def _standing(statements: Iterable[Said]) -> dict[Item, tuple[Value, str, str]]:
    """What statements of one side come to, by item."""
    found = {item: sides.author or sides.reporter for item, sides in newest(statements).items()}
    return {item: _words(said) for item, said in found.items() if said is not None}


def _words(row: Stated | Said) -> tuple[Value, str, str]:
    return row.value, row.url, row.note
