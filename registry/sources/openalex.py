"""OpenAlex: works under DOIs and PubMed ids, from many sources (developers.openalex.org).

The data are CC0, but abstracts are their publishers' and not taken. `is_retracted` comes without
date and notice, and was wrong for many works at times: it is a hint.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone

from registry import identifiers
from registry.identifiers import Found
from registry.sources import pieces
from registry.sources.asking import ask
from registry.sources.errors import Nonsense, NotKnown
from registry.sources.facts import Author, Facts
from registry.sources.source import OPENALEX

RETRACTED = "OpenAlex says that the paper was retracted; it names neither a date nor a notice."


def fetch(identifier: Found, *, within: float = 5) -> Facts:
    """What OpenAlex says of a DOI, an arXiv or PubMed id. Raises SourceError."""
    scheme, value = identifier.scheme, identifier.value
    if scheme == identifiers.ARXIV:
        scheme, value = identifiers.DOI, f"10.48550/arxiv.{value}"
    asked = f"{scheme}:{value}" if scheme in (identifiers.DOI, identifiers.PMID) else value
    key = settings.OPENALEX_KEY
    facts = ask(
        OPENALEX,
        f"/works/{quote(asked, safe=':')}",
        about=value,
        read=read,
        within=within,
        params={"api_key": key} if key else None,
    )
    return facts.fetched(timezone.now())


def fetch_acl(identifier: Found, doi: Found, *, within: float = 5) -> Facts:
    """What OpenAlex says of `doi`, if it names the ACL id, too. Raises SourceError."""
    facts = fetch(doi, within=within)
    if identifier not in (*facts.identifiers, *facts.also):
        raise NotKnown(OPENALEX.name, identifier.value)
    return facts


def read(answer: bytes | Mapping[str, Any]) -> Facts:
    """The work of an answer. Raises Nonsense."""
    work = pieces.json_object(answer, OPENALEX.name)
    if not pieces.text(work.get("id"), 60):
        raise Nonsense(OPENALEX.name, "it names no work")
    ids = pieces.record(work.get("ids"))
    title = pieces.words(work.get("title") or work.get("display_name"))
    first = pieces.record(work.get("primary_location"))
    places = pieces.records(work.get("locations"))
    own = pieces.found(work.get("doi"), ids.get("doi"), ids.get("pmid"), work.get("id"))
    shown = pieces.found(*(one.get("landing_page_url") for one in [first, *places]))
    return Facts(
        source=OPENALEX.name,
        kind=pieces.text(work.get("type"), 60),
        title=title,
        authors=pieces.authors(map(_author, pieces.records(work.get("authorships"), 20_000))),
        venue=pieces.venue(pieces.record(first.get("source")).get("display_name")),
        year=pieces.year(work.get("publication_year")),
        identifiers=own,
        also=tuple(one for one in shown if one not in own),
        hints=pieces.hints(title) + ((RETRACTED,) if work.get("is_retracted") is True else ()),
        licence=pieces.text(first.get("license"), 60),
        url=pieces.link(first.get("landing_page_url")) or pieces.link(work.get("id")),
    )


def _author(stated: Mapping[str, Any]) -> Author | None:
    """The name as the paper has it; OpenAlex's own may be another spelling of it."""
    person = pieces.record(stated.get("author"))
    name = pieces.text(stated.get("raw_author_name"), 300)
    if not name or name.count(",") == 1:  # “Winter, Ada” on some papers
        name = pieces.text(person.get("display_name"), 300) or pieces.given_first(name)
    return pieces.author(name, person.get("orcid"))
