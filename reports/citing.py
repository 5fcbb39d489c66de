"""How a report, and each answer to it, is cited: BibTeX, RIS and CSL-JSON. Pure.

Sources: BibTeX's own manual (btxdoc, 1988), the RIS format specification (2011), and csl-data.json
of the Citation Style Language 1.0.2. All three are given in UTF-8.

A name is one field here, as its owner wrote it. It is taken apart only where its writing says how:
"Family, Given"; a family name behind its particle (Ludwig van Beethoven); two words, or initials
between two (Ada B. Example). Every other name, a Chinese one or most pseudonyms, stays whole.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from reports.deadlines import MONTHS
from reports.text import plain

PARTICLES = frozenset(
    (
        "af", "al", "bin", "da", "dal", "de", "del", "della", "den", "der", "des", "di", "do",
        "dos", "du", "el", "la", "las", "le", "lo", "los", "ten", "ter", "van", "vom", "von", "zu",
        "zum", "zur",
    )
)  # fmt: skip
"""Words in small letters that belong to the family name behind them."""


@dataclass(frozen=True, kw_only=True)
class Name:
    """A person's name: whole, and in its parts where they are sure."""

    whole: str
    given: str = ""
    particle: str = ""
    family: str = ""

    @classmethod
    def of(cls, written: str) -> Self:
        """The name that somebody wrote."""
        whole = one_line(written)
        behind, comma, before = whole.partition(",")
        given, family = (before.split(), behind.split()) if comma else _split(whole.split())
        count = _particles(family)
        particle, family = family[:count], family[count:]
        if not (given and family and all(map(_is_capital, (*given, *family)))):
            return cls(whole=whole)
        return cls(
            whole=whole, given=" ".join(given), particle=" ".join(particle),
            family=" ".join(family),
        )  # fmt: skip

    @property
    def turned(self) -> str:
        """The family name first, as bibliographies sort it: "van Beethoven, Ludwig"."""
        if not self.family:
            return self.whole
        return f"{self.particle} {self.family}, {self.given}".lstrip()


def _split(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The given names and the rest of a name without a comma; nothing where that is not sure."""
    first = next((at for at, word in enumerate(words) if word in PARTICLES), len(words) - 1)
    one_family_name = first + _particles(words[first:]) == len(words) - 1
    sure = words[first] in PARTICLES if words else False
    if one_family_name and (sure or all(map(_is_initial, words[1:first]))):
        return words[:first], words[first:]
    return [], []


def _particles(words: Sequence[str]) -> int:
    """How many particles `words` begin with."""
    return next((at for at, word in enumerate(words) if word not in PARTICLES), len(words))


def _is_capital(word: str) -> bool:
    """Whether a word of a name begins with a capital, in a script that has them."""
    return unicodedata.category(word[0]) == "Lu" and re.search(r"[,;&]", word) is None


def _is_initial(word: str) -> bool:
    return re.fullmatch(r"(?:\w\.-?)+", word) is not None


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is cited: a report, or an answer to one. `day` is the UTC date of becoming public."""

    key: str  # of the bibliography, such as unreproduced-report-12
    number: int
    author: Name
    title: str
    genre: str  # what it is, in words
    about: str  # the title of the paper
    day: date
    publisher: str
    url: str

    @property
    def in_words(self) -> str:
        """The citation as people write it."""
        day = f"{self.day.day} {MONTHS[self.day.month - 1]} {self.day.year}"
        genre = f"{self.genre} {self.number}"
        title = one_line(self.title)
        return f"{self.author.turned} ({day}): {title}. {genre}, {self.publisher}. {self.url}"


def one_line(text: str) -> str:
    """`text` on one line, without characters that nobody sees."""
    return " ".join(plain(text).split())


# --- BibTeX --------------------------------------------------------------------------------

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # Not \{: BibTeX counts braces before TeX reads the backslash.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "`": r"\textasciigrave{}",
        **{sign: f"\\{sign}" for sign in "#$%&_"},
    }
)


def latex(text: str) -> str:
    """`text` on one line as LaTeX that prints these very characters."""
    # Two hyphens or two apostrophes would become one sign.
    return re.sub(r"([-'])(?=\1)", r"\1{}", one_line(text).translate(_LATEX))


def bibtex(works: Iterable[Work]) -> str:
    """The works as BibTeX entries."""
    return "\n".join(map(_entry, works))


def _entry(work: Work) -> str:
    author = latex(work.author.turned)
    fields = {
        # A second pair of braces keeps a whole name whole, and the capitals of a title.
        "author": f"{{{author}}}" if work.author.family else f"{{{{{author}}}}}",
        "title": f"{{{{{latex(work.title)}}}}}",
        "howpublished": f"{{{latex(f'{work.genre} {work.number}, {work.publisher}')}}}",
        "year": f"{{{work.day.year}}}",
        "month": MONTHS[work.day.month - 1][:3].lower(),
        "url": f"{{{work.url}}}",
    }
    lines = "".join(f"  {name} = {value},\n" for name, value in fields.items())
    return f"@misc{{{work.key},\n{lines}}}\n"


# --- RIS -----------------------------------------------------------------------------------


def ris(works: Iterable[Work]) -> str:
    """The works as RIS: one tag a line, and a line ends with CR LF."""
    return "".join(map(_record, works))


def _record(work: Work) -> str:
    tags = {
        "TY": "RPRT",
        "ID": work.key,
        "AU": work.author.turned,
        "TI": work.title,
        "PY": f"{work.day.year}",
        "DA": f"{work.day:%Y/%m/%d}/",
        "M3": work.genre,
        "SN": f"{work.number}",
        "PB": work.publisher,
        "UR": work.url,
        "ER": "",
    }
    return "".join(f"{tag}  - {one_line(value)}\r\n" for tag, value in tags.items())


# --- CSL-JSON ------------------------------------------------------------------------------


def csl_json(works: Iterable[Work]) -> str:
    """The works as a list of CSL-JSON items."""
    return json.dumps([_item(work) for work in works], ensure_ascii=False, indent=2) + "\n"


def _item(work: Work) -> dict[str, Any]:
    name, day = work.author, work.day
    parts = {"family": name.family, "given": name.given, "non-dropping-particle": name.particle}
    author = {part: value for part, value in parts.items() if value}
    return {
        "id": work.key,
        "type": "report",
        "author": [author if name.family else {"literal": name.whole}],
        "title": one_line(work.title),
        "genre": work.genre,
        "number": f"{work.number}",
        "reviewed-title": one_line(work.about),
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "publisher": work.publisher,
        "URL": work.url,
    }
