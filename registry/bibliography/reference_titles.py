"""The title, authors and venue of a reference that is written out, where its style is clear. Pure.

Only styles whose parts are told apart by more than commas are read: a title between quotation marks
(IEEE, Chicago), after a year in parentheses (APA) or between full stops (ACL, plain), after a colon
(Springer), before a letter in brackets (GB/T 7714), between full stops before the venue (plain,
Vancouver). Of others nothing is guessed: a wrong title would be looked up as if it were stated.
"""

import re
from dataclasses import dataclass

from registry.bibliography.shaping import people, year_of

_YEAR = r"(?:1[5-9]|2[01])\d\d"
_QUOTED = re.compile(
    r"[“„«‟\"]\s*([^“”„«»\"]{6,400}?)\s*[,.;:]?\s*[”“»\"]"
    r"|``\s*(.{6,400}?)[,.]?\s*''|‘([^‘]{12,400}?)[,.]?’(?=[\s,.])"
)
_APA = re.compile(
    rf"^(?P<authors>.{{2,1500}}?)\s*[(\[]\s*(?P<year>{_YEAR})[a-z]?(?:,[^()]{{1,30}})?[)\]]"
    r"\s*[.,:]?\s+(?P<rest>\S.*)$"
)
_YEAR_SECOND = re.compile(
    rf"^(?P<authors>.{{3,1500}}?)[.,]\s+(?P<year>{_YEAR})[a-z]?[.:]\s+(?P<rest>\S.*)$"
)
_GBT = re.compile(r"\[(?:[JCMDPRNSZG]|EB|DB|CP)(?:/OL)?\]")
_AN_INITIAL = re.compile(r", ?[A-Z]\.")
_INITIALS = re.compile(r"(?:[A-Z]\.[ \-]?){1,4}$|(?:[A-Z]-?){1,3}$")
_STOP = re.compile(r"[.?!](?=\s|$)|[。．]")
_NOT_A_STOP = re.compile(
    r"(?:^|[\s(,.\-–])(?:[A-Z][a-z]?|vs|et al|e\.g|i\.e|cf|no|Vol|vol|ed|eds|Eds|Inc|pp)$"
)
_AND = re.compile(r",?\s+(?:and|und|et|y|&)\s+|\s*[;；、]\s*")
_SURNAME = r"[^\W\d_][\w'’-]{0,40}(?: [^\W\d_][\w'’-]{0,40}){0,3}?"
_SURNAMES_FIRST = re.compile(
    rf"(?P<authors>(?:{_SURNAME}, (?:[A-Z]\.-?\s?){{1,4}}(?:,?\s*(?:and|&)\s+|,\s+)?)++"
    r"(?:(?:and\s+)?(?:et al\.?|others\.)\s*)?)(?P<rest>\S.*)$"
)
_VANCOUVER = re.compile(
    rf"(?P<authors>(?:{_SURNAME} [A-Z]{{1,3}},\s+)*+(?:{_SURNAME} [A-Z]{{1,3}}|et al))\.\s+"
    r"(?P<rest>[^\W\d_].*)$"
)
_NAME = re.compile(r"[^\W\d_][^\d:?!]{1,60}$")
_LABEL = re.compile(r"^\s*(?:\[[^\]]{1,40}\]|\(?\d{1,4}[.)]|[•*–-])\s+")


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What a reference says; empty where that is not clear."""

    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""


def guess(text: str) -> Guess:
    """What a reference on one line says."""
    text = _LABEL.sub("", text[:3000])
    return (
        _quoted(text) or _before_letter(text) or _after_year(text) or _after_colon(text)
        or _after_initials(text) or _sentences(text) or Guess(year=_last_year(text))
    )  # fmt: skip


def _last_year(text: str) -> int | None:
    """The year of publication: the last that is no part of an address or arXiv id."""
    bare = re.sub(r"https?://\S+|10\.\d{4,9}/\S+|\b\d{4}\.\d{4,5}|\b\d+\s?[-–]\s?\d+\b", " ", text)
    years = re.findall(rf"(?<![\d.]){_YEAR}(?!\d)", bare)
    return int(years[-1]) if years else year_of(text)


def _quoted(text: str) -> Guess | None:
    match = _QUOTED.search(text)
    if match is None or (
        len((title := match[1] or match[2] or match[3]).split()) < 2 and len(title) < 12
    ):
        return None
    before = text[: match.start()]
    if len(before) > 1500 or (len(title) * 6 < len(before) and not people_of(before)):
        return None
    after = text[match.end() :].strip(" ,.;:")
    return Guess(
        title=title.strip(" ,."),
        authors=people_of(re.sub(rf"[\s.,(]*{_YEAR}[a-z]?\)?[\s.,]*$", "", before)),
        year=_last_year(after) or _last_year(text),
        venue=_venue(after),
    )


def _before_letter(text: str) -> Guess | None:
    match = _GBT.search(text)
    if match is None:
        return None
    first, title = _first_sentence(text[: match.start()])
    rest = text[match.end() :].lstrip(" ．.。,，/")
    if not (title := title.strip(" ．.。")):
        return None
    return Guess(
        title=title,
        authors=people_of(first),
        year=_last_year(rest),
        venue=re.split(r"[,，.]", rest)[0].strip(),
    )


def _after_year(text: str) -> Guess | None:
    match = _APA.match(text) or _YEAR_SECOND.match(text)
    if match is None or not (authors := people_of(match["authors"])):
        return None
    title, rest = _first_sentence(match["rest"])
    if not title or len(title) > 400:
        return None
    return Guess(title=title, authors=authors, year=int(match["year"]), venue=_venue(rest))


def _after_colon(text: str) -> Guess | None:
    first, colon, after = text.partition(": ")
    if not colon or not _AN_INITIAL.search(first) or not (authors := people_of(first)):
        return None
    title, rest = _first_sentence(after)
    return Guess(title=title, authors=authors, year=_last_year(rest), venue=_venue(rest))


def _after_initials(text: str) -> Guess | None:
    """`Last, F. and Other, G. Title. Venue` (ICML), `Last FG. Title. Venue` (Vancouver)."""
    match = _SURNAMES_FIRST.match(text) or _VANCOUVER.match(text)
    if match is None or not (authors := people_of(match["authors"])):
        return None
    title, rest = _first_sentence(match["rest"])
    if len(title) < 8 or not rest:
        return None
    return Guess(title=title, authors=authors, year=_last_year(rest), venue=_venue(rest))


def _sentences(text: str) -> Guess | None:
    """`Authors. Title. Venue, year.`, if names come first and a venue or year follows."""
    first, rest = _first_sentence(text)
    authors = people_of(first)
    if not authors or (len(authors) == 1 and len(first.split()) > 5):
        return None
    title, rest = _first_sentence(rest)
    if len(title.split()) < 2 and len(title) < 8:
        return None
    if not rest or _last_year(rest) is None or _looks_like_a_venue(title):
        return None
    return Guess(title=title, authors=authors, year=_last_year(rest), venue=_venue(rest))


def _looks_like_a_venue(text: str) -> bool:
    return bool(
        re.match(r"(?:In[: ]\s?(?:Proc|Adv|[A-Z])|Proceedings|arXiv|https?:)", text)
    ) or bool(re.search(rf"\b{_YEAR}$", text) and "," in text)


def _first_sentence(text: str) -> tuple[str, str]:
    """A text up to its first full stop that ends no initial and no abbreviation, and the rest."""
    for match in _STOP.finditer(text):
        before = text[: match.start()]
        if match[0] == "." and _NOT_A_STOP.search(before[-12:]):
            continue
        mark = match[0] if match[0] in "?!" else ""
        return before.strip() + mark, text[match.end() :].strip()
    return text.strip(" ."), ""


def _venue(text: str) -> str:
    """Where a work appeared: up to the volume, the pages or the year."""
    text = re.sub(r"^(?:In:?|in:?)\s+", "", text.strip())
    if re.match(r"(?:https?:|doi|10\.)", text, re.I):
        return ""
    if re.match(r"(?:arxiv|corr)\b", text, re.I):
        return "arXiv"
    cut = re.split(
        rf",?\s*(?:\(?{_YEAR}|\bvol\b|\bvolume\b|\bpp?\.|\bpages?\b|\bno\.|\d+\s*[(:]|,\s*\d"
        r"|https?:|doi:|(?<=[a-z]{5})\. )",
        text, maxsplit=1,
    )[0]  # fmt: skip
    return cut.strip(" .,;:(")[:300]


# --- names ------------------------------------------------------------------------------
def people_of(text: str) -> tuple[str, ...]:
    """The people that a text lists in any of the usual ways; none if it is no list of names."""
    text = re.sub(r"[,\s]*(?:\bet al\b\.?|\band others\b|等)[.,]?", "", text.strip(" ,;:("))
    text = re.sub(r"\((?:eds?|hrsg)\.?\)", "", text, flags=re.I)
    parts = [re.sub(r"(?<=\w\w)\.$", "", part.strip()) for part in _listed(text)]
    if not parts or len(parts) > 4000:
        return ()
    if any(not _NAME.match(part) or len(part.split()) > 6 for part in parts):
        return ()
    capital = sum(not part[0].islower() or " " in part for part in parts)
    return people(map(_turned, parts)) if capital == len(parts) else ()


def _listed(text: str) -> list[str]:
    """`Last, F., Other, G. & Third, H.` as `F. Last` and so on; other lists as they are."""
    pieces = [
        piece.strip() for piece in re.split(r",\s*|，", _AND.sub(", ", text)) if piece.strip()
    ]
    joined: list[str] = []
    for piece in pieces:
        if joined and _INITIALS.match(piece) and "," not in joined[-1] and len(joined[-1]) > 1:
            joined[-1] = f"{joined[-1]}, {piece}"
        elif joined and re.fullmatch(r"(?:Jr|Sr|II|III|IV)\.?", piece):
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    if (
        len(pieces) == 2
        and len(joined) == 2
        and " " not in pieces[0]
        and "," in text
        and len(pieces[1].split()) <= 3
        and text[0] < "\u2e80"
    ):
        return [f"{pieces[0]}, {pieces[1]}"] if " and " not in text and "&" not in text else joined
    return joined


def _turned(name: str) -> str:
    """`Smith JA`, as medical journals write it, with the initials first."""
    match = re.fullmatch(r"([^\W\d_][\w'’ -]+?) ([A-Z]{1,3})", name)
    return f"{match[2]} {match[1]}" if match and not match[1].isupper() else name
