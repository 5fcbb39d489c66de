"""References that are written out, and lists of identifiers or addresses. Pure."""

import re
from collections.abc import Iterator

from registry import identifiers
from registry.bibliography.entry import Entry, NotUnderstood, Read
from registry.bibliography.reference_lists import Reference, references
from registry.bibliography.reference_titles import guess
from registry.bibliography.shaping import address, shown
from registry.bibliography.tagged import lines_of
from registry.identifiers import Found

_URL = re.compile(r"https?://[^\s<>\"]{4,500}", re.I)
_WORDS = re.compile(r"[\s,;|\t]+")
_FILLER = re.compile(
    r"(?:doi|arxiv|pmid|pubmed|isbn(?:-?1[03])?|openreview|url|acl|corpusid)s?:?|[-*•]|\[?\d{1,5}[.)\]]?",
    re.I,
)
_NO_IDENTIFIER = (
    "No DOI, arXiv id or other identifier is found in this line. Write one identifier, web address "
    "or reference a line."
)
_TOO_SHORT = "This is too short for a reference."


def read_text(text: str) -> Read:
    """The references that a text lists, one at a time; of a paper those after their heading."""
    for reference in references(text):
        yield _entry(reference)


def _entry(reference: Reference) -> Entry | NotUnderstood:
    text = reference.text
    found = identifiers.find_all(text)
    if len(text) < 12 and not found:
        return NotUnderstood(line=reference.line, text=shown(text), why=_TOO_SHORT)
    told = guess(text)
    url = _URL.search(text)
    return Entry(
        line=reference.line,
        key=str(reference.number) if reference.number else "",
        title=told.title,
        authors=told.authors,
        year=told.year,
        venue=told.venue,
        identifiers=_first_of_each(found),
        url=address(url[0].rstrip(".,;)")) if url else "",
        text=shown(text),
    )


def _first_of_each(found: list[Found]) -> tuple[Found, ...]:
    """A reference names its own identifier of a scheme before any other one's."""
    once: dict[str, Found] = {}
    for one in found:
        once.setdefault(one.scheme, one)
    return tuple(once.values())


# --- lists of identifiers ---------------------------------------------------------------
def is_list(text: str) -> bool:
    """Whether a text is a list of identifiers and addresses: most of its lines are. Of references
    as text that end with a DOI in a line of its own, at most every second line is."""
    seen = good = 0
    for line in lines_of(text[:40_000]):
        if line.strip() and not line.lstrip().startswith("#"):
            seen += 1
            good += len(line) < 4000 and _only_identifiers(line)
    return good > 0 and good * 10 >= seen * 6


def _only_identifiers(line: str) -> bool:
    words = [word for word in _WORDS.split(line) if word and not _FILLER.fullmatch(word)]
    if not words:
        return bool(identifiers.find_all(line))  # PMID: 12345678
    return all(_URL.fullmatch(word) or identifiers.parse(word) for word in words)


def read_list(text: str) -> Read:
    """The works that a list of identifiers and addresses names, one or many a line."""
    for number, line in enumerate(lines_of(text), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        works = list(_works(line[:100_000], number))
        yield from works
        if not works:
            yield NotUnderstood(line=number, text=shown(line), why=_NO_IDENTIFIER)


def _works(line: str, number: int) -> Iterator[Entry]:
    named: list[Found] = []
    for word in _WORDS.split(line):
        if not word or _FILLER.fullmatch(word):
            continue
        if found := identifiers.parse(word):
            named.append(found)
            yield Entry(line=number, identifiers=(found,), url=address(word), text=shown(word))
        elif _URL.fullmatch(word):
            yield Entry(line=number, url=address(word), text=shown(word))
    for found in identifiers.find_all(line):
        if not any((one.scheme, one.value) == (found.scheme, found.value) for one in named):
            yield Entry(line=number, identifiers=(found,), text=shown(line))
