"""What a bibliography states of a work, shaped into an Entry. Pure."""

import re
from collections.abc import Iterable
from contextlib import suppress

from registry import identifiers
from registry.bibliography.entry import SHOWN
from registry.bibliography.markup import plain
from registry.cleaning import clean
from registry.identifiers import ACL, ARXIV, DOI, ISBN, OPENREVIEW, PMID, Found, Malformed

LONGEST_TITLE = 4000  # characters of a title, and of whatever else is one line
LONGEST_ABSTRACT = 20_000
MOST_AUTHORS = 10_000
BOOKS = frozenset({
    "book", "booklet", "collection", "mvbook", "mvcollection", "proceedings", "mvproceedings",
    "manual", "edited-book", "edited_book", "edbook", "monograph", "reference-book", "reference",
    "conference_proceedings", "conf", "eboo", "ebook", "serial",
})  # fmt: skip
"""Kinds of works that are a book themselves, so that an ISBN is theirs; in any format's words."""

_ADDRESS = re.compile(r"https?://[^\s<>\"]+$", re.I)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|2[01])\d\d(?!\d)")
_ISBN = re.compile(r"[\dXx][\dXx‐-―− -]{8,18}[\dXx]")
_OF_ANOTHER = re.compile(
    r"\b(?:comment(?:s|ary)? (?:on|to)|erratum|errata|correct(?:s|ion|ed)|corrigendum|reply to|"
    r"response to|retract\w+|supplement(?:s|ary)? (?:to|of)|reviews?|cited|translation of|"
    r"see also)\b",
    re.I,
)
_MAY_NAME = re.compile(
    r"arxiv|corr|abs/|openreview|aclanthology|aclweb|pmid|pubmed|10\.\d|://|\[\d{4}\.", re.I
)


def shown(text: str) -> str:
    """The beginning of `text`, on one line, as it is shown."""
    line = clean(text[: SHOWN * 2])
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


def short(text: str) -> str:
    """`text` without markup, as long as a title may be."""
    return plain(text[:LONGEST_TITLE])


def label(text: str, longest: int = 300) -> str:
    """A citation key or the word for a kind, on one line."""
    return clean(text[:longest])


def year_of(text: object) -> int | None:
    """The first year that a date names."""
    found = _YEAR.search(str(text)[:200]) if text else None
    return int(found[0]) if found else None


def person(name: str) -> str:
    """A name with the given name first; `Last, Given` and `Last, Given, Jr.` are turned round."""
    parts = [part.strip() for part in plain(name[:LONGEST_TITLE]).split(",")]
    if len(parts) == 1 or not parts[1]:
        return parts[0]
    return " ".join([parts[1], parts[0], *parts[2:]]).strip()


def people(names: Iterable[str]) -> tuple[str, ...]:
    """Names in order, without those that are empty or say that others follow."""
    kept: list[str] = []
    for name in names:
        one = person(name)
        if one and one.lower().strip(" .") not in ("others", "et al"):
            kept.append(one)
        if len(kept) == MOST_AUTHORS:
            break
    return tuple(kept)


def orcids(stated: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Of people and their ORCID iDs those that are told apart by name, as `people` spells it."""
    found: dict[str, str] = {}
    for name, orcid in stated:
        key = person(name)
        found[key] = "" if key in found else orcid.strip()[:100]
    return tuple((name, orcid) for name, orcid in found.items() if name and orcid)


def address(text: str) -> str:
    """`text` if it is a web address that is fit to be linked to, else nothing."""
    text = text.strip()
    return text if len(text) <= 500 and _ADDRESS.match(text) else ""


def own(
    *,
    doi: Iterable[str] = (),
    arxiv: Iterable[str] = (),
    urls: Iterable[str] = (),
    others: Iterable[tuple[str, str]] = (),
    isbn: Iterable[str] = (),
    prose: str = "",
) -> tuple[Found, ...]:
    """The identifiers of a work, the most certain first: fields, addresses, what a note mentions.

    `others` are schemes with what is said to be of them; `isbn` is given of books only. A note that
    speaks of another work names none.
    """
    found = [*_said(DOI, doi), *_said(ARXIV, arxiv)]
    for scheme, text in others:
        found += _said(scheme, [text])
    found += [one for url in urls if url and (one := identifiers.parse(url[:2000]))]
    if prose and _MAY_NAME.search(prose) and not _OF_ANOTHER.search(prose):
        named = identifiers.find_all(prose[:LONGEST_TITLE])
        for scheme in (DOI, ARXIV, OPENREVIEW, ACL, PMID):
            found += [one for one in named if one.scheme == scheme][:1]
    for text in isbn:
        found += _said(ISBN, _ISBN.findall(text[:500]))
    once: dict[tuple[str, str], Found] = {}
    for one in found:
        once.setdefault((one.scheme, one.value), one)
    return tuple(once.values())


def _said(scheme: str, texts: Iterable[str]) -> list[Found]:
    """What is read of texts said to be of a scheme; of a text with more in it the first."""
    found = []
    for text in texts:
        if not (text := text[:2000].strip()):
            continue
        with suppress(Malformed):
            found.append(identifiers.read(scheme, text))
            continue
        found += [one for one in identifiers.find_all(text) if one.scheme in (scheme, ARXIV)][:1]
    return found
