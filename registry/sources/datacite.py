"""DataCite's REST API: the DOIs of arXiv, of data and of software (support.datacite.org).

All of DataCite's metadata are CC0 (datacite.org, “Data file use policy”), descriptions among them.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.utils import timezone

from registry import identifiers
from registry.identifiers import Found
from registry.importing.records import TITLE_LENGTH
from registry.sources import pieces
from registry.sources.asking import ask
from registry.sources.errors import Nonsense
from registry.sources.facts import Author, Facts, Kind, Mark, Version
from registry.sources.source import DATACITE

SAME_WORK = {
    "isversionof", "hasversion", "isnewversionof", "ispreviousversionof", "isvariantformof",
    "isoriginalformof", "isidenticalto", "ispublishedin",
}  # fmt: skip
CODE = {"issupplementedby", "isdescribedby", "references", "isdocumentedby", "isderivedfrom"}


def fetch(identifier: Found, *, within: float = 5) -> Facts:
    """What DataCite says of a DOI, or of the DOI of an arXiv id. Raises SourceError."""
    doi = identifier.value
    if identifier.scheme == identifiers.ARXIV:
        doi = f"10.48550/arxiv.{doi}"
    path = f"/dois/{quote(doi, safe='')}"
    facts = ask(DATACITE, path, about=doi, read=read, within=within)
    return facts.fetched(timezone.now())


def read(answer: bytes | Mapping[str, Any]) -> Facts:
    """The work of an answer, with or without its envelope. Raises Nonsense."""
    stated = pieces.json_object(answer, DATACITE.name)
    if "data" in stated:
        stated = pieces.record(pieces.record(stated["data"]).get("attributes"))
    doi = pieces.doi(stated.get("doi"))
    if not doi:
        raise Nonsense(DATACITE.name, "it names no DOI")
    own = pieces.found(doi)
    title = _title(pieces.records(stated.get("titles")))
    related = pieces.records(stated.get("relatedIdentifiers"))
    dates = pieces.records(stated.get("dates"))
    container = pieces.record(stated.get("container")).get("title")
    publisher = stated.get("publisher")
    types = pieces.record(stated.get("types"))
    abstract = _abstract(pieces.records(stated.get("descriptions")), doi)
    return Facts(
        source=DATACITE.name,
        kind=pieces.text(types.get("resourceTypeGeneral"), 60),
        title=title,
        authors=pieces.authors(map(_author, pieces.records(stated.get("creators"), 20_000))),
        abstract=abstract,
        venue=pieces.venue(container, publisher, pieces.record(publisher).get("name")),
        year=pieces.year(stated.get("publicationYear")) or _issued(dates),
        versions=_versions(dates),
        identifiers=own,
        also=tuple(one for one in pieces.found(*_related(related, SAME_WORK)) if one not in own),
        marks=_withdrawn(dates),
        hints=pieces.hints(title),
        code=pieces.code_links(*_related(related, CODE), abstract),
        licence=_licence(pieces.records(stated.get("rightsList"))),
        url=pieces.link(stated.get("url")) or identifiers.url(identifiers.DOI, doi),
    )


def _title(titles: list[Mapping[str, Any]]) -> str:
    """The title proper, which has no type and need not be the first, and its subtitle."""
    proper = [one for one in titles if not one.get("titleType")] or titles
    title = next(filter(None, (pieces.words(one.get("title")) for one in proper)), "")
    below = next(
        (pieces.words(one.get("title")) for one in titles if one.get("titleType") == "Subtitle"), ""
    )
    if not below or not title or identifiers.fold(below) in identifiers.fold(title):
        return title
    return pieces.cut(f"{title}: {below}", TITLE_LENGTH)


def _author(stated: Mapping[str, Any]) -> Author | None:
    parts = [pieces.text(stated.get(name), 300) for name in ("givenName", "familyName")]
    name = " ".join(part for part in parts if part)
    if not name:
        name = pieces.text(stated.get("name"), 300)
        if stated.get("nameType") != "Organizational":
            name = pieces.given_first(name)
    named = pieces.records(stated.get("nameIdentifiers"))
    orcids = (pieces.orcid_of(one.get("nameIdentifier")) for one in named)
    return pieces.author(name, next(filter(None, orcids), ""))


def _abstract(descriptions: list[Mapping[str, Any]], doi: str) -> str:
    """The abstract; arXiv's keeps its LaTeX, as in arXiv's own answers."""
    for one in descriptions:
        if one.get("descriptionType") == "Abstract":
            reader = pieces.text if doi.startswith("10.48550/") else pieces.words
            return reader(one.get("description"), pieces.ABSTRACT_LENGTH)
    return ""


def _issued(dates: list[Mapping[str, Any]]) -> int | None:
    issued = (pieces.year(one.get("date")) for one in dates if one.get("dateType") == "Issued")
    return next(filter(None, issued), None)


def _versions(dates: list[Mapping[str, Any]]) -> tuple[Version, ...]:
    """The versions that dates of submission name, as arXiv states them."""
    found: dict[str, Version] = {}
    for one in dates:
        name = pieces.text(one.get("dateInformation"), 20)
        if one.get("dateType") == "Submitted" and re.fullmatch(r"v[1-9]\d{0,2}", name, re.A):
            found.setdefault(name, Version(name=name, at=pieces.day(one.get("date"))))
    return tuple(sorted(found.values(), key=lambda version: int(version.name[1:])))


def _withdrawn(dates: list[Mapping[str, Any]]) -> tuple[Mark, ...]:
    return tuple(
        Mark(kind=Kind.WITHDRAWN, said_by=DATACITE.name, at=pieces.day(one.get("date")),
             words=pieces.text(one.get("dateInformation"), 300))
        for one in dates
        if one.get("dateType") == "Withdrawn"
    )  # fmt: skip


def _related(related: list[Mapping[str, Any]], kinds: set[str]) -> list[object]:
    return [
        one.get("relatedIdentifier")
        for one in related
        if pieces.text(one.get("relationType"), 60).lower() in kinds
    ]


def _licence(rights: list[Mapping[str, Any]]) -> str:
    named = [pieces.link(one.get("rightsUri")) for one in rights]
    named += [pieces.text(one.get("rightsIdentifier") or one.get("rights"), 200) for one in rights]
    return next(filter(None, named), "")
