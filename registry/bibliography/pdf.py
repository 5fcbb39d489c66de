"""The text of a PDF, page by page; whatever the file is, the answer is text or a sentence.

The file is a stranger's: a bomb, an endless loop, what breaks the parser. So another process reads
it (pdf_child.py), with limits of time and memory, without the site's environment, and what becomes
of that process is no more than Unreadable.
"""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.bibliography.entry import Unreadable

logger = logging.getLogger(__name__)
CHILD = Path(__file__).with_name("pdf_child.py")
FIRST_PAGES = slice(0, 3)
"""Where the authors' addresses are."""
MOST_PAGES = 200
"""Pages read of one file."""
SECONDS = 10
"""Of processor time, and twice that by the clock: the machine may be busy."""
MEMORY = 512 * 1024 * 1024
"""Bytes of address space."""

NO_PDF = "This is no PDF. Choose the paper's PDF file; a page of a web site or a Word file is none."
EMPTY = "This file is empty. Download the PDF again."
LOCKED = (
    "This PDF is locked, so its text cannot be read. Print it into a new PDF and choose that, or "
    "copy what you need by hand."
)
DAMAGED = "This PDF is damaged or not whole. Download it again, or copy what you need by hand."
TOO_MUCH = (
    "Reading this PDF takes more time or memory than we give it. Choose another version of it, "
    "or copy what you need by hand."
)
PICTURES = (
    "This PDF holds pictures of pages and no text, as a scan does. Choose a version with text "
    "that can be marked, or copy what you need by hand."
)
UNTOLD = (
    "The fonts of this PDF do not say which letters they show, so its text cannot be read. Choose "
    "another version, or copy what you need by hand."
)
_WRONG = {"locked": LOCKED, "damaged": DAMAGED, "large": TOO_MUCH}


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfText:
    """What was read of a PDF."""

    pages: tuple[str, ...]
    """The pages asked for, each as its lines stand; a page that cannot be read is empty."""
    first: int
    """The number of the first of them, counted from 1."""
    count: int
    """How many pages the file has."""
    cut: str = ""
    """A sentence, where not all that was asked for could be read."""

    @property
    def text(self) -> str:
        """All of it to read on: words that a line end divides are whole again."""
        return joined("\n".join(self.pages))


def text_of(data: bytes, *, pages: slice | None = None, seconds: int = SECONDS) -> PdfText:
    """The text of the `pages`, of the first MOST_PAGES without. Raises Unreadable."""
    if not data:
        raise Unreadable(EMPTY)
    if b"%PDF-" not in data[:1024]:  # some put a few bytes before it (ISO 32000-1, annex H.3.4.1)
        raise Unreadable(NO_PDF)
    pages = pages or slice(0, MOST_PAGES)
    told, ended = _ask(data, pages, seconds)
    count = next((line["count"] for line in told if "count" in line), None)
    wrong = next((line["wrong"] for line in told if "wrong" in line), "")
    read = [(line["page"], line["text"]) for line in told if "page" in line]
    if count is None or (not read and wrong):
        raise Unreadable(_WRONG[wrong or "large"])
    if not count:
        raise Unreadable(DAMAGED)
    if not read:  # none of those asked for, or not one in time
        raise Unreadable(DAMAGED if ended else TOO_MUCH)
    if all(text is None for _, text in read):
        raise Unreadable(DAMAGED)
    texts = tuple(text or "" for _, text in read)
    _check(texts)
    cut = ""
    if not ended:
        cut = f"Only {len(read)} of its {count} pages could be read in the time for it."
    elif pages.stop is not None and pages.stop == MOST_PAGES < count:
        cut = f"Only the first {MOST_PAGES} of its {count} pages were read."
    return PdfText(pages=texts, first=read[0][0] + 1, count=count, cut=cut)


def _ask(data: bytes, pages: slice, seconds: int) -> tuple[list[dict[str, Any]], bool]:
    """The lines of the child, and whether it came to the end."""
    order = json.dumps([seconds, MEMORY, pages.start, pages.stop])
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    command = [sys.executable, "-I", str(CHILD), order]
    status: int | str = "stopped by the clock"
    try:
        done = subprocess.run(  # noqa: S603  # our own program; the file is data on its stdin
            command, input=data, env=kept, timeout=2 * seconds, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        answer, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as error:
        answer = error.stdout or b""
    lines = list(_lines(answer))
    if not lines:
        logger.warning("A PDF of %d bytes was not read: %s.", len(data), status)
    return lines, any("end" in line for line in lines)


def _lines(answer: bytes) -> Iterator[dict[str, Any]]:
    for line in answer.splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the last one, of a process that was stopped
            return


def _check(texts: Iterable[str]) -> None:
    """Refuse a file whose pages hold no letters."""
    seen = [c for text in texts for c in text if not c.isspace()]
    letters = sum(c.isalpha() and not "\ue000" <= c <= "\uf8ff" for c in seen)
    if len(seen) < 20:
        raise Unreadable(PICTURES)
    if letters < len(seen) / 5:
        raise Unreadable(UNTOLD)


# --- words over line ends ----------------------------------------------------------------------
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*\Z")
_ADDRESS = re.compile(r"://|@|10\.\d{4,9}/|\barxiv\.org/", re.I)
_LONGEST_WORD = 300


def joined(text: str) -> str:
    """`text` with the words whole that a line end divides, where that is safe. In linear time.

    A hyphen goes unless the word has one elsewhere in the text, or an earlier one; in an address
    or identifier it stays, and a line that ends in its slash goes on in the next one.
    """
    text = text.replace("\u2010", "-").replace("\u00ad", "-")
    known = {word.lower() for word in _WORD.findall(text) if "-" in word}
    first, *lines = text.split("\n")
    parts, end = [first], first[-_LONGEST_WORD:]
    for line in lines:
        between = _between(end, line[:_LONGEST_WORD].lstrip(), known)
        if between is None:
            parts += ["\n", line]
            end = line[-_LONGEST_WORD:]
            continue
        line = line.lstrip()
        if between == "" and end.endswith("-"):
            parts[-1] = parts[-1].rstrip()[:-1]
            end = end[:-1]
        parts.append(line)
        end = (end + line)[-_LONGEST_WORD:]
    return "".join(parts)


def _between(end: str, line: str, known: set[str]) -> str | None:
    """What stays of a hyphen where a line goes on in the next one; None where it does not."""
    last = end.split()[-1] if end.strip() else ""
    if not last or not line:
        return None
    if last.lower().endswith(("http:", "https:")):
        return "-" if line.startswith("//") else None
    if _ADDRESS.search(last):
        return "-" if last[-1] in "-/" and line[0] not in "[(" else None
    begun = _LAST_WORD.search(last[:-1]) if last[-1] == "-" else None
    going_on = _WORD.match(line)
    if begun is None or going_on is None or not line[0].islower():
        return None
    if "-" in begun[0] or f"{begun[0]}-{going_on[0]}".lower() in known:
        return "-"
    return ""
