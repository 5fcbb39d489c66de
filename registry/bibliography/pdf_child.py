"""The process in which a PDF is read: bounded, and nothing of the site is in it.

The file is a stranger's. pdf.py starts this with the bytes on stdin; an answer is lines of JSON on
stdout: the number of pages, then each page as soon as it is read, then the end; or what is wrong.
It runs by itself (`python -I pdf_child.py`) and imports nothing but pypdf.
"""

import io
import json
import logging
import math
import resource
import sys
from contextlib import suppress
from typing import Any

LONGEST_PAGE = 200_000
"""Characters of one page; what is longer is no page that people read."""
LONGEST_TEXT = 4_000_000
"""Characters of all pages."""
Piece = tuple[str, float, float]
"""Text, the size of its letters, and how high it stands; both in points."""

_ACCENTS = {
    "¨": "\u0308", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¯": "\u0304", "˘": "\u0306",
    "˙": "\u0307", "˚": "\u030a", "ˇ": "\u030c", "˝": "\u030b", "¸": "\u0327",
}  # fmt: skip
_LIGATURES = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    # Where a font does not say what its codes mean: TeX's T1 and OT1 encodings.
    "\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl",
    "\x0b": "ff", "\x0c": "fi", "\x0d": "fl", "\x0e": "ffi", "\x0f": "ffl",
}  # fmt: skip
LETTERS = str.maketrans(_LIGATURES)
RAISED = str.maketrans("0123456789abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
"""Footnote marks as Unicode has them; NFKC makes them plain again."""


def limit(*, seconds: int, memory: int) -> None:
    """Bound this process for good; what a system does not know stays as it is."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def say(**words: object) -> None:
    """One line of the answer."""
    print(json.dumps(words), flush=True)  # noqa: T201  # it is how this process answers


def page_text(page: Any) -> str:
    """The lines of a page in the order of its content, which is that of the columns."""
    for orientations in ((0,), (90, 180, 270)):  # first without what stands in the margin
        pieces: list[Piece] = []

        def seen(
            text: str, cm: list[float], tm: list[float], font: Any, size: float,
            pieces: list[Piece] = pieces,
        ) -> None:  # fmt: skip
            across, up = (tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3])
            height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            pieces.append((text, size * math.hypot(across, up), height))

        page.extract_text(orientations=orientations, visitor_text=seen)
        text = "\n".join(map(_line, _lines(pieces)))[:LONGEST_PAGE].rstrip()
        if text:
            return text
    return ""


def _lines(pieces: list[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    for text, size, height in pieces:
        first, *more = text.split("\n")
        lines[-1].append((first, size, height))
        lines += [[(part, size, height)] for part in more]
    return lines


def _line(pieces: list[Piece]) -> str:
    """A line with what is small and raised as superscripts: `Ada Muster¹`."""
    pieces = [piece for piece in pieces if piece[0]]
    lengths: dict[float, int] = {}
    for text, size, _ in pieces:
        size = round(size, 1)
        lengths[size] = lengths.get(size, 0) + len(text.strip())
    usual = max(lengths, key=lambda size: lengths[size], default=0.0)
    plain = [i for i, piece in enumerate(pieces) if abs(piece[1] - usual) < 0.1]
    line = ""
    for i, (text, size, height) in enumerate(pieces):
        if plain and size < 0.85 * usual and len(text.strip()) <= 12:
            base = pieces[min(plain, key=lambda j: abs(j - i))][2]
            if 0.12 * usual < height - base < usual:
                text = text.translate(RAISED)
        line += text
    return _letters(line).rstrip()


def _letters(text: str) -> str:
    """Ligatures and accents of their own as the letters that people read."""
    text = text.translate(LETTERS)
    for accent, combining in _ACCENTS.items():
        if accent in text:
            text = _composed(text, accent, combining)
    return text


def _composed(text: str, accent: str, combining: str) -> str:
    """TeX's old fonts set an accent first and the letter over it: `Pr¨obe`."""
    import unicodedata

    first, *rest = text.split(accent)
    for part in rest:
        letter = part.lstrip(" ")[:1].replace("ı", "i").replace("ȷ", "j")
        whole = unicodedata.normalize("NFC", letter + combining) if letter else ""
        if len(whole) == 1 and letter.isascii() and letter.isalpha():
            first += whole + part.lstrip(" ")[1:]
        else:
            first += accent + part
    return first


def read(data: bytes, *, start: int | None, stop: int | None) -> None:
    """Answer with the pages of the slice."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

    try:
        reader = PdfReader(io.BytesIO(data))
        count = len(reader.pages)
    except (DependencyError, FileNotDecryptedError):  # AES, or a password
        return say(wrong="locked")
    say(count=count)
    left = LONGEST_TEXT
    for number in range(count)[start:stop]:
        try:
            text = page_text(reader.pages[number])
        except (DependencyError, FileNotDecryptedError):
            return say(wrong="locked")
        except (MemoryError, RecursionError, LimitReachedError):
            return say(wrong="large")
        except Exception:  # one broken page; each kind of damage has an exception of its own
            text = None
        left -= len(text or "")
        if left < 0:
            return say(wrong="large")
        say(page=number, text=text)
    return say(end=True)


def main() -> None:
    """Read what the arguments say: seconds, bytes of memory, first page, page after the last."""
    seconds, memory, start, stop = json.loads(sys.argv[1])
    limit(seconds=seconds, memory=memory)
    logging.disable()
    try:
        read(sys.stdin.buffer.read(), start=start, stop=stop)
    except (MemoryError, RecursionError):
        say(wrong="large")
    except Exception:  # as above
        say(wrong="damaged")


if __name__ == "__main__":
    main()
