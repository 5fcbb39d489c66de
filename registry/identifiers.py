"""Is this the same paper: identifiers as people write them, and titles that differ in dress. Pure.

The one spelling of each scheme is in registry/schemes.py, the addresses in web_addresses.py.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator

from registry import web_addresses
from registry.schemes import (
    ACL,
    ARXIV,
    DOI,
    EXAMPLES,
    ISBN,
    LONGEST,
    OPENALEX,
    OPENREVIEW,
    PMID,
    READERS,
    S2,
    Found,
    Malformed,
    implied,
    pdf_url,
    tidy,
    url,
)

__all__ = [
    "ACL", "ARXIV", "DOI", "EXAMPLES", "ISBN", "LONGEST", "OPENALEX", "OPENREVIEW", "PMID", "S2",
    "Found", "Malformed", "find_all", "fold", "implied", "normalise", "parse", "pdf_url", "read",
    "title_key", "url",
]  # fmt: skip

_PREFIX = re.compile(
    r"(?:urn:|info:)?(doi|arxiv|openreview|acl|pmid|pubmed|isbn(?:-?1[03])?|s2(?:id)?|openalex)"
    r"\s*[:/]\s*|(?:(?:pmid|isbn(?:-?1[03])?)\s+(?=\d))|urn:",
    re.I,
)
_NAMES = {
    "pubmed": PMID,
    "isbn-10": ISBN,
    "isbn-13": ISBN,
    "isbn10": ISBN,
    "isbn13": ISBN,
    "s2id": S2,
}


def parse(text: str) -> Found | None:
    """The identifier that `text` is: a bare one, one with a prefix, or a web address of it.

    An OpenReview id looks like a word and a PubMed id like any number, so they are found only with
    their prefix or address.
    """
    text = tidy(text)
    if web_addresses.names_none(text):
        return None
    if (parts := web_addresses.split(text)) is not None:
        return web_addresses.read(parts)
    if (prefix := _PREFIX.match(text)) is not None:
        rest = text[prefix.end() :]
        if prefix[0].lower() == "urn:":
            return parse(rest) if rest.startswith(("10.", "doi")) else None
        name = (prefix[1] or prefix[0]).strip().lower()
        twice = _PREFIX.match(rest)  # as in doi:doi:10.1234/abc
        return READERS[_NAMES.get(name, name)](rest[twice.end() :] if twice else rest)
    for scheme in (DOI, ARXIV, ACL, S2):
        if found := READERS[scheme](text):
            return found
    return _unmistakable(text)


def _unmistakable(text: str) -> Found | None:
    """A bare ISBN, of thirteen digits or with its hyphens, or a work of OpenAlex: no other text
    looks like these."""
    if text[:3] in ("978", "979") or text.count("-") == 3:
        return READERS[ISBN](text)
    return READERS[OPENALEX](text) if len(text) >= 9 else None


def read(scheme: str, text: str) -> Found:
    """`text`, said to be of `scheme`, as an identifier; an arXiv DOI is read as the arXiv id.

    Raises Malformed.
    """
    tidied = tidy(text)
    found = READERS[scheme](tidied) or parse(tidied)
    if found is None or (found.scheme != scheme and (scheme, found.scheme) != (DOI, ARXIV)):
        shown = tidied if len(tidied) <= 80 else f"{tidied[:80]}…"
        raise Malformed(f"“{shown}” is not one we can read. {EXAMPLES[scheme]}")
    return found


def normalise(scheme: str, text: str) -> str:
    """The one spelling of an identifier of `scheme`; idempotent. Raises Malformed."""
    found = read(scheme, text)
    return found.value if found.scheme == scheme else f"10.48550/arxiv.{found.value}"


# --- in prose ---------------------------------------------------------------------------
_STOP = r"\s\"{}|\\^`。，、；）】》」』"  # what ends an address in prose
_GAP = r"[\s,:：/]{0,4}"
_NUMBER = r"(?:[a-z-]{2,9}(?:\.[a-z]{2})?/)?\d{4}(?:\.\d{4,5}|\d{3})(?:v\d+)?"
_MENTION = re.compile(
    rf"""
      (?P<web>https?://[^{_STOP}<>]+)
    | (?P<doi>(?<![\w./])10\.\d{{3,9}}(?:[.:][0-9a-z]{{1,20}}){{0,9}}/[^{_STOP}]+)
    | \b(?:arxiv|corr){_GAP}(?:preprint|e-?prints?)?{_GAP}(?:arxiv)?{_GAP}(?:abs|pdf)?{_GAP}
      (?P<arxiv>{_NUMBER})
    | \babs/(?P<abs>{_NUMBER})
    | \b(?P<old>[a-z]{{2,8}}(?:-[a-z]{{2,4}})?(?:\.[a-z]{{2}})?/\d{{7}}(?:v\d+)?)\b
    | \b(?P<new>\d{{4}}\.\d{{4,5}}(?:v\d+)?)(?=\s?\[[a-z-]{{2,9}}(?:\.[a-z]{{2}})?\])
    | \[(?P<boxed>\d{{4}}\.\d{{4,5}}(?:v\d+)?)\]
    | \b(?P<acl>\d{{4}}\.[a-z0-9_]{{2,30}}-[a-z0-9]{{1,20}}\.\d+)\b
    | \b(?:pmid|pubmed(?:\sid)?)[\s:：]{{1,4}}(?P<pmid>\d{{1,9}})\b
    | \bisbn(?:-?1[03])?[\s:：]{{1,4}}(?P<isbn>[\d‐-―−xX -]{{10,20}})
    | \b(?P<bare>97[89][-‐-―− ]?(?:\d[-‐-―− ]?){{9}}\d)\b
    | \b(?P<corpus>corpus[ _]?id[\s:]{{1,3}}\d+)
    | \bopenalex[\s:/]{{1,3}}(?P<openalex>W\d{{4,12}})\b
    | \bopenreview[\s:]{{1,3}}(?P<openreview>[A-Za-z0-9_-]{{6,30}})
    | \bacl[\s:]{{1,3}}(?P<anthology>[A-Za-z]\d\d-\d{{4}})\b
    """,
    re.I | re.X,
)
_READ_AS = {
    "arxiv": ARXIV, "abs": ARXIV, "old": ARXIV, "new": ARXIV, "boxed": ARXIV, "acl": ACL,
    "pmid": PMID, "isbn": ISBN, "bare": ISBN, "corpus": S2, "openalex": OPENALEX,
    "openreview": OPENREVIEW, "anthology": ACL,
}  # fmt: skip
_NEXT = re.compile(r"(?<=\w)[,;](?=(?:https?://|doi:|10\.\d{4,9}/))", re.I)


def find_all(text: str) -> list[Found]:
    """The identifiers that `text` mentions, in their order, each once; in time linear in it.

    A number alone is none: in prose an arXiv id or a PubMed id is told by what stands before it.
    """
    if len(text) <= LONGEST and (whole := parse(text)) is not None and not _NEXT.search(text):
        return [whole]
    return list(dict.fromkeys(_mentions(text)))


def _mentions(text: str) -> Iterator[Found]:
    for match in _MENTION.finditer(text):
        kind = match.lastgroup or ""
        if kind in ("web", "doi"):
            found = [parse(_without_tags(one)) for one in _NEXT.split(match[kind])]
        else:
            found = [READERS[_READ_AS[kind]](tidy(match[kind]))]
        yield from filter(None, found)


def _without_tags(text: str) -> str:
    """Up to a tag of HTML; the angle brackets of an old DOI stand in pairs."""
    return text.partition("</")[0] if text.count("<") > text.count(">") or "</" in text else text


# --- titles -----------------------------------------------------------------------------
_MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|tt|sc|scp|span|mml:[a-z]+)(?:\s[^<>]*)?>", re.I
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_LETTERS = {"ss": "ss", "o": "o", "l": "l", "ae": "ae", "oe": "oe", "aa": "a", "i": "i", "j": "j"}
_FOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ȷ": "j"})
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def _command(match: re.Match[str]) -> str:
    """What is left of a LaTeX command: the letter that it stands for, or nothing."""
    name = match[1]
    if (letter := _LETTERS.get(name.lower())) is not None:
        return letter
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name.removeprefix('var').upper()}")
    except KeyError:
        return ""


def fold(title: str) -> str:
    """`title` reduced to its letters and digits: no accents, case, spaces, markup or LaTeX."""
    if "<" in title:
        title = _MARKUP.sub("", title)
    if "\\" in title:
        title = _COMMAND.sub(_command, title)
    if title.isascii():
        return _NOT_PLAIN.sub("", title.lower())
    title = unicodedata.normalize("NFKD", title).casefold().translate(_FOLDED)
    return "".join(
        c for c in unicodedata.normalize("NFKD", title)
        if not "\u0300" <= c <= "\u036f" and unicodedata.category(c)[0] in "LNM"
    )  # fmt: skip


def title_key(title: str) -> str:
    """Equal for titles that differ in accents, case, punctuation, markup only; 32 hex digits.

    A title of symbols alone keeps them, so that not all of those are one.
    """
    folded = fold(title) or "=" + " ".join(title.split())
    return hashlib.md5(folded.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
