"""From an uploaded or pasted bibliography to what is known of each reference, within bounds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.utils.translation import gettext

from registry import checking
from registry.bibliography import pdf, reading
from registry.bibliography.entry import Unreadable
from registry.bibliography.references import read_text
from registry.checking import Checked, Counts

MOST = 20_000
"""References of one bibliography that are checked."""
BATCH = 1_000
BUDGET = timedelta(seconds=20)
"""How long one is read: below the time that a web server gives a request."""
LAST_PAGES = slice(-40, None)
"""Where the reference list of a PDF is."""

__all__ = ["BUDGET", "MOST", "Answer", "Unreadable", "check"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a bibliography came to."""

    format: str
    """In a word for people: BibTeX."""
    checked: list[Checked]
    cut: str = ""
    """A sentence if not all of it was read, and what to do; else empty."""

    @property
    def counts(self) -> Counts:
        """How often each finding came."""
        return Counts.over(self.checked)


def check(data: bytes, *, name: str = "", clock: Callable[[], datetime]) -> Answer:
    """What is known of each reference in a file of that name. Raises Unreadable."""
    until = clock() + BUDGET
    found = _read(data, name)
    checked: list[Checked] = []
    entries = iter(found.entries)
    while batch := list(islice(entries, BATCH)):
        checked += checking.check(batch[: MOST - len(checked)])
        if len(checked) == MOST and (len(batch) > BATCH or next(entries, None) is not None):
            return _cut(found.format, checked)
        if clock() >= until:
            return _cut(found.format, checked)
    if not checked:
        raise Unreadable(
            "No reference was found in this. Paste BibTeX, RIS or a list of DOIs, or upload the "
            "file that your reference manager exports."
        )
    return Answer(format=found.format, checked=checked)


def _read(data: bytes, name: str) -> reading.Reading:
    if data[:1024].lstrip().startswith(b"%PDF-"):
        text = pdf.text_of(data, pages=LAST_PAGES).text
        return reading.Reading(format="PDF", encoding="", entries=read_text(text))
    return reading.read(data, name=name)


def _cut(name: str, checked: list[Checked]) -> Answer:
    return Answer(
        format=name, checked=checked,
        cut=gettext(
            "Only the first {n:,} references were checked. Split the file, and check the rest by "
            "itself."
        ).format(n=len(checked)),
    )  # fmt: skip
