"""Crossref's REST API: articles and proceedings, and what happened to them (api.crossref.org).

Abstracts are left out: Crossref's metadata are free to reuse, but abstracts may be under the
publisher's copyright (crossref.org, “Metadata licence information”).
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.utils import timezone

from registry import identifiers
from registry.identifiers import Found
from registry.importing.records import TITLE_LENGTH
from registry.sources import pieces, updates
from registry.sources.asking import ask
from registry.sources.errors import Nonsense
from registry.sources.facts import Author, Facts
from registry.sources.source import CROSSREF

SAME_WORK = ("is-preprint-of", "has-preprint", "is-version-of", "has-version", "is-identical-to")
DATES = ("issued", "published", "published-print", "published-online", "posted")


def fetch(identifier: Found, *, within: float = 5) -> Facts:
    """What Crossref says of a DOI. Raises SourceError."""
    path = f"/works/{quote(identifier.value, safe='')}"
    facts = ask(CROSSREF, path, about=identifier.value, read=read, within=within)
    return facts.fetched(timezone.now())


def read(answer: bytes | Mapping[str, Any]) -> Facts:
    """The work of an answer, with or without its envelope. Raises Nonsense."""
    stated = pieces.json_object(answer, CROSSREF.name)
    work = pieces.record(stated["message"]) if "message" in stated else stated
    doi = pieces.doi(work.get("DOI"))
    if not doi:
        raise Nonsense(CROSSREF.name, "it names no DOI")
    title = _title(work)
    marks, notices = updates.marks_and_notices(doi, work.get("updated-by"), work.get("update-to"))
    resource = pieces.record(pieces.record(work.get("resource")).get("primary")).get("URL")
    return Facts(
        source=CROSSREF.name,
        kind=pieces.text(work.get("type"), 60),
        title=title,
        authors=pieces.authors(map(_author, pieces.records(work.get("author"), 20_000))),
        venue=_venue(work),
        year=updates.year_of(work, *DATES),
        # Where the DOI leads: it tells an ACL id, and of a DOI only another spelling.
        identifiers=pieces.found(doi)
        + tuple(one for one in pieces.found(resource) if one.scheme != identifiers.DOI),
        also=tuple(dict.fromkeys(one for one in _also(work) if one.value != doi)),
        marks=marks,
        notices=notices,
        hints=pieces.hints(title),
        code=_code(work),
        licence=_licence(work),
        url=pieces.link(resource) or identifiers.url(identifiers.DOI, doi),
    )


def _title(work: Mapping[str, Any]) -> str:
    """The title, and the subtitle where it is not in the title already."""
    title = pieces.words(pieces.first(work.get("title")))
    below = pieces.words(pieces.first(work.get("subtitle")))
    if not title or not below or identifiers.fold(below) in identifiers.fold(title):
        return title
    return pieces.cut(title + (" " if title[-1] in ":?!" else ": ") + below, TITLE_LENGTH)


def _author(stated: Mapping[str, Any]) -> Author | None:
    """A person, given name first, or a group."""
    parts = [pieces.text(stated.get(name), 300) for name in ("given", "family", "suffix")]
    name = " ".join(part for part in parts if part) or pieces.text(stated.get("name"), 2000)
    return pieces.author(name, stated.get("ORCID"))


def _venue(work: Mapping[str, Any]) -> str:
    institution = pieces.record(pieces.first(work.get("institution")))
    preprint = work.get("type") == "posted-content"
    return pieces.venue(
        pieces.first(work.get("container-title")),
        pieces.record(work.get("event")).get("name"),
        institution.get("name") if preprint else "",
        work.get("publisher") if preprint else "",
    )


def _also(work: Mapping[str, Any]) -> Iterator[Found]:
    for name, related in pieces.record(work.get("relation")).items():
        if name in SAME_WORK:
            for one in pieces.records(related):
                yield from pieces.found(one.get("id"))


def _code(work: Mapping[str, Any]) -> tuple[str, ...]:
    related = pieces.record(work.get("relation"))
    ids = [one.get("id") for value in related.values() for one in pieces.records(value)]
    return pieces.code_links(*ids)


def _licence(work: Mapping[str, Any]) -> str:
    """The licence of the version of record, or of the first version that has one."""
    stated = pieces.records(work.get("license"))
    stated.sort(key=lambda one: one.get("content-version") != "vor")
    return next(filter(None, (pieces.link(one.get("URL")) for one in stated)), "")
