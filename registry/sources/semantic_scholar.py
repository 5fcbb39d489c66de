"""Semantic Scholar's Academic Graph API: papers under many identifiers (api.semanticscholar.org).

It tells of no retractions. Abstracts are not asked for: they are their publishers'.
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
from registry.sources.facts import Facts
from registry.sources.source import SEMANTIC_SCHOLAR

FIELDS = "externalIds,title,authors,venue,journal,year,publicationTypes,openAccessPdf,url"
NAMES = {
    identifiers.DOI: "DOI", identifiers.ARXIV: "ARXIV", identifiers.ACL: "ACL",
    identifiers.PMID: "PMID",
}  # fmt: skip
"""How it calls the schemes by which it is asked."""
STATED = {"DOI": "doi:", "ArXiv": "arxiv:", "ACL": "acl:", "PubMed": "pmid:"}


def fetch(identifier: Found, *, within: float = 5) -> Facts:
    """What Semantic Scholar says of a DOI, an arXiv, ACL or PubMed id. Raises SourceError."""
    value = identifier.value
    # Its own ids are 40 hexadecimal digits, or `CorpusId:7`.
    asked = f"{NAMES[identifier.scheme]}:{value}" if identifier.scheme in NAMES else value
    asked = asked.replace("corpusid:", "CorpusId:")
    key = settings.SEMANTIC_SCHOLAR_KEY
    facts = ask(
        SEMANTIC_SCHOLAR,
        f"/paper/{quote(asked, safe=':')}",
        about=value,
        read=read,
        within=within,
        params={"fields": FIELDS},
        headers={"x-api-key": key} if key else None,
    )
    if identifier.scheme == identifiers.ACL and identifier.value not in (
        one.value for one in facts.identifiers
    ):
        raise NotKnown(SEMANTIC_SCHOLAR.name, value)
    return facts.fetched(timezone.now())


def read(answer: bytes | Mapping[str, Any]) -> Facts:
    """The paper of an answer. Raises Nonsense."""
    paper = pieces.json_object(answer, SEMANTIC_SCHOLAR.name)
    if not pieces.text(paper.get("paperId"), 60):
        raise Nonsense(SEMANTIC_SCHOLAR.name, "it names no paper")
    external = pieces.record(paper.get("externalIds"))
    title = pieces.words(paper.get("title"))
    types = [pieces.text(one, 60) for one in pieces.items(paper.get("publicationTypes"))]
    return Facts(
        source=SEMANTIC_SCHOLAR.name,
        kind=pieces.cut(", ".join(filter(None, types)), 100),
        title=title,
        authors=pieces.authors(
            pieces.author(one.get("name")) for one in pieces.records(paper.get("authors"), 20_000)
        ),
        venue=pieces.venue(paper.get("venue"), pieces.record(paper.get("journal")).get("name")),
        year=pieces.year(paper.get("year")),
        identifiers=pieces.found(
            *(f"{prefix}{external[name]}" for name, prefix in STATED.items() if name in external),
            f"s2:{paper['paperId']}",
        ),
        hints=pieces.hints(title),
        licence=pieces.text(pieces.record(paper.get("openAccessPdf")).get("license"), 60),
        url=pieces.link(paper.get("url")),
    )
