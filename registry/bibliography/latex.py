r"""LaTeX as people read it: accents as letters, commands and braces gone, on one line. Pure.

pylatexenc knows the commands, and needs half a millisecond for a title; so what makes up nearly all
of the LaTeX in bibliographies, braces and accents over one letter, is read here.
"""

import re
import unicodedata
from contextlib import suppress
from functools import cache, lru_cache

from pylatexenc.latex2text import LatexNodes2Text

from registry.cleaning import clean

LONGEST = 20_000
"""Characters that are given to pylatexenc; of what is longer only the braces are taken away."""

REMEMBERED = 120
"""Characters of what is remembered: the names of people and journals come again and again."""

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
}  # fmt: skip
# Two backslashes: what went through a program that escapes them.
_ACCENTED = re.compile(
    r"""\\{1,2}(?:(?P<sign>[`'^~"=.])\s{0,3}|(?P<word>[uvHckrdb])(?:\s{1,3}|(?=\{)))"""
    r"""(?:\{\s{0,3}(?P<in>[A-Za-z]|\\[ij])\s{0,3}\}|(?P<bare>[A-Za-z]|\\[ij](?![A-Za-z])(?:\{\})?))"""
)
_LETTER = re.compile(rf"\\{{1,2}}({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])")
_AFTER_LETTER = re.compile(r"[ \t]{0,9}(?:\{\})?")
_ESCAPED = re.compile(r"\\([&%_#])")
_BOX = re.compile(r"\\(?:mbox|hbox|ensuremath)\s?\{([^{}]*)\}")
_COMMAND_AROUND = re.compile(r"^\\(?:url|href|path|nolinkurl|doi)\s?\{([^}]*)\}.*$", re.S)
_ESCAPED_SIGN = re.compile(r"\{?\$?\\([_%&#~$])(?:\{\})?\$?\}?")
_FONT = re.compile(r"\\text[a-z]+\{([^{}]*)\}")
_SPECIAL = re.compile(r"[\\{}$~]|--|``|''")


@cache
def _decoder() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="text", keep_comments=True)


def words(latex: str) -> str:
    """LaTeX as people read it, on one line; what cannot be read stays, without its braces."""
    return _remembered(latex) if len(latex) <= REMEMBERED else _read(latex)


def _read(latex: str) -> str:
    if not _SPECIAL.search(latex):
        return clean(latex)
    text = _letters(_ACCENTED.sub(_accented, latex)) if "\\" in latex else latex
    if "\\" in (unescaped := _ESCAPED.sub(r"\1", text)) or "$" in unescaped:
        return _decoded(_BOX.sub(r"\1", text))
    text = unescaped
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    return clean(_without_braces(text).replace("~", " "))


_remembered = lru_cache(maxsize=8192)(_read)


def _decoded(latex: str) -> str:
    """What pylatexenc makes of it, if it can read it."""
    if len(latex) <= LONGEST:
        with suppress(RecursionError, ValueError, IndexError, TypeError, AttributeError):
            return clean(str(_decoder().latex_to_text(latex)))
    return clean(_without_braces(latex))


def bare(latex: str) -> str:
    r"""An address or identifier without the LaTeX around it: `\url{…}`, `\_`, `{\%}`."""
    if "\\" in latex:
        latex = _COMMAND_AROUND.sub(r"\1", latex.strip())
        latex = _FONT.sub(r"\1", _ESCAPED_SIGN.sub(r"\1", latex))
    return latex.strip("{} \n\t")


def _without_braces(text: str) -> str:
    return text.replace("{", "").replace("}", "")


def _accented(match: re.Match[str]) -> str:
    letter = (match["in"] or match["bare"]).strip("\\{}")
    return unicodedata.normalize("NFC", letter + _ACCENTS[match["sign"] or match["word"]])


def _letters(text: str) -> str:
    """`text` with the commands that are a letter, such as `\\o{}` and `\\ss `, as that letter."""
    parts, last = [], 0
    for match in _LETTER.finditer(text):
        parts += [text[last : match.start()], _LETTERS[match[1]]]
        after = _AFTER_LETTER.match(text, match.end())
        last = after.end() if after else match.end()
    return "".join([*parts, text[last:]])
