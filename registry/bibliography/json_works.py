"""Works in JSON: CSL, Crossref, DataCite, OpenAlex, Semantic Scholar, Zotero. Pure.

Their words differ and do not clash, so one reader knows them all: `title` is a text or a list of
texts, an author has `family` and `given`, `name`, `familyName`, `lastName` or `display_name`.
"""

from collections.abc import Iterator
from typing import Any

from registry import identifiers
from registry.bibliography import json_stream
from registry.bibliography.entry import Entry, NotUnderstood, Read
from registry.bibliography.json_stream import Broken, Value
from registry.bibliography.markup import plain
from registry.bibliography.shaping import (
    BOOKS,
    LONGEST_ABSTRACT,
    address,
    label,
    orcids,
    own,
    people,
    short,
    shown,
    year_of,
)
from registry.identifiers import ACL, OPENALEX, PMID, S2, Found

_NO_WORK = "This is no work: it has no title and no identifier."
_BROKEN = "The file is no JSON from here on: a bracket or quote may be missing. Export it again."
Work = dict[str, Any]


def read(text: str) -> Read:
    """The works of a JSON text in their order; where it is broken, that is told with its line."""
    line, counted = 1, 0
    try:
        for value in json_stream.values(text):
            line += text.count("\n", counted, value.start)
            counted = value.start
            yield _read_one(value, line, text)
    except Broken as broken:
        line += text.count("\n", counted, broken.at)
        yield NotUnderstood(line=line, text=shown(text[broken.at : broken.at + 1200]), why=_BROKEN)


def _read_one(found: Value, line: int, text: str) -> Entry | NotUnderstood:
    source = shown(text[found.start : min(found.end, found.start + 2000)])
    return read_value(found.value, line, source)


def read_value(value: object, line: int, source: str = "") -> Entry | NotUnderstood:
    """The work that a value of JSON is; `source` is how it begins in the file."""
    if isinstance(value, str):  # a list of DOIs or addresses
        named = identifiers.find_all(value[:2000])
        if named:
            return Entry(line=line, identifiers=tuple(named[:1]), text=source)
    elif isinstance(value, dict) and (entry := _entry(_unwrapped(value), line, source)):
        return entry
    return NotUnderstood(line=line, text=source, why=_NO_WORK)


def _unwrapped(work: Work) -> Work:
    """The work itself, where a service wraps each in an object of its own."""
    for name in ("attributes", "paper", "citedPaper", "citingPaper", "data"):
        inner = work.get(name)
        if isinstance(inner, dict) and not work.get("title"):
            return inner
    content = work.get("content")
    if isinstance(content, dict) and "forum" in work:  # a note of OpenReview
        flat = {
            key: one.get("value") if isinstance(one, dict) else one for key, one in content.items()
        }
        return flat | {"url": f"https://openreview.net/forum?id={work['forum']}"}
    return work


def _entry(work: Work, line: int, source: str) -> Entry | None:
    kind = _kind(work)
    title = short(_text(work, "title", "titles", "display_name"))
    subtitle = short(_text(work, "subtitle"))
    if title and subtitle and isinstance(work.get("title"), list):
        title = f"{title}: {subtitle}"
    found = _identifiers(work, kind)
    if not title and not found:
        return None
    return Entry(
        line=line,
        key=label(_text(work, "citation-key", "id", "key", "citationKey")),
        kind=label(kind, 60),
        title=title,
        authors=people(map(_author, _authors(work))),
        orcids=orcids((_author(one), _orcid(one)) for one in _authors(work)),
        year=_year(work),
        venue=short(_venue(work)),
        identifiers=found,
        url=address(_text(work, "URL", "url")),
        abstract=plain(_text(work, "abstract", "abstractNote", "descriptions")[:LONGEST_ABSTRACT]),
        text=source,
    )


def _text(work: Work, *names: str) -> str:
    """The text under the first of the names that has one; of a list the first."""
    for name in names:
        if text := _first(work.get(name)):
            return text
    return ""


_TEXT_UNDER = ("title", "name", "display_name", "description", "value")


def _first(value: Any) -> str:
    if isinstance(value, list):
        return next((text for one in value[:20] if (text := _first(one))), "")
    if isinstance(value, dict):
        texts = [value.get(name) for name in _TEXT_UNDER]
        return next((text for text in texts if isinstance(text, str)), "")
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _kind(work: Work) -> str:
    types = work.get("types")
    if isinstance(types, dict):
        return str(types.get("citeproc") or types.get("resourceTypeGeneral") or "").lower()
    return _text(work, "type", "itemType", "publicationTypes").lower()


def _authors(work: Work) -> Iterator[object]:
    for name in ("author", "authors", "creators", "authorships"):
        listed = work.get(name)
        if isinstance(listed, str):
            yield from listed.split(";" if ";" in listed else " and ")
        elif isinstance(listed, list):
            yield from listed
        else:
            continue
        return


def _author(one: object) -> str:
    if isinstance(one, str):
        return one
    if not isinstance(one, dict) or one.get("creatorType", "author") not in ("author", "inventor"):
        return ""
    if isinstance(inner := one.get("author"), dict):
        one = inner
    last = _text(one, "family", "familyName", "lastName", "last")
    if particle := _text(one, "non-dropping-particle", "dropping-particle"):
        last = f"{particle} {last}"
    if suffix := _text(one, "suffix"):
        last = f"{last} {suffix}"
    given = _text(one, "given", "givenName", "firstName", "first")
    return (
        f"{last}, {given}"
        if last and given
        else last or _text(one, "name", "display_name", "literal")
    )


def _orcid(one: object) -> str:
    """The ORCID iD beside a name: in Crossref's, OpenAlex's and DataCite's words."""
    if not isinstance(one, dict):
        return ""
    if isinstance(inner := one.get("author"), dict):
        one = inner
    if stated := _text(one, "ORCID", "orcid"):
        return stated
    listed = one.get("nameIdentifiers")
    named = [_text(entry, "nameIdentifier") for entry in listed[:20] if isinstance(entry, dict)
             and "orcid" in str(entry.get("nameIdentifierScheme")).lower()
             ] if isinstance(listed, list) else []  # fmt: skip
    return next(iter(named), "")


def _year(work: Work) -> int | None:
    for name in ("issued", "published-print", "published", "published-online", "posted", "created"):
        date = work.get(name)
        if isinstance(date, dict):
            parts = date.get("date-parts") or date.get("raw") or date.get("literal")
            if year := year_of(parts):
                return year
        elif isinstance(date, str) and name in ("issued", "published") and (year := year_of(date)):
            return year
    for name in (
        "publication_year",
        "publicationYear",
        "year",
        "date",
        "publication_date",
        "dates",
    ):
        if year := year_of(work.get(name)):
            return year
    return None


def _venue(work: Work) -> str:
    for name in ("primary_location", "host_venue", "container", "journal"):
        inner = work.get(name)
        if isinstance(inner, dict):
            source = inner.get("source")
            if venue := _first(source if isinstance(source, dict) else inner):
                return venue
    return _text(work, "container-title", "publicationTitle", "proceedingsTitle", "bookTitle",
                 "venue", "journal", "booktitle", "repository")  # fmt: skip


def _identifiers(work: Work, kind: str) -> tuple[Found, ...]:
    ids = work.get("ids") if isinstance(work.get("ids"), dict) else work.get("externalIds")
    ids = ids if isinstance(ids, dict) else {}
    arxiv = _text(work, "arxiv", "arxivId", "arxiv_id") or _text(ids, "ArXiv", "arxiv")
    others = [
        (PMID, _text(work, "PMID", "pmid")), (PMID, _last(_text(ids, "pmid", "PubMed"))),
        (ACL, _text(ids, "ACL")), (ACL, _text(work, "acl")),
    ]  # fmt: skip
    if corpus := _text(ids, "CorpusId") or _text(work, "corpusId"):
        others.append((S2, f"CorpusID:{corpus}"))
    others.append((S2, _text(work, "paperId")))
    if (name := _text(ids, "openalex") or _text(work, "id")).startswith("https://openalex.org/"):
        others.append((OPENALEX, _last(name)))
    mentions = [_text(work, "archiveID", "number", "note"), _text(work, "extra"), _venue(work)]
    return own(
        doi=[_text(work, "DOI", "doi"), _text(ids, "DOI", "doi")],
        arxiv=[arxiv] if arxiv else [],
        others=[(scheme, text) for scheme, text in others if text],
        urls=[_text(work, "URL", "url"), _text(work, "id")],
        isbn=[_text(work, "ISBN", "isbn")] if kind in BOOKS else [],
        prose=" ".join(text[:300] for text in mentions if text),
    )


def _last(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]
