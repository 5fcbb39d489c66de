"""arXiv's bulk metadata: OAI-PMH 2.0 in the formats oai_dc, arXiv and arXivRaw.

info.arxiv.org/help/oa; only arXivRaw tells every version and its date.
"""

import re
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime

from registry import identifiers
from registry.identifiers import Found
from registry.sources import pieces, trees
from registry.sources.arxiv import withdrawn
from registry.sources.errors import Nonsense
from registry.sources.facts import Author, Facts, Version
from registry.sources.source import ARXIV
from registry.sources.trees import Element, say, says

NOTHING = {"noRecordsMatch", "idDoesNotExist"}
"""Errors of OAI-PMH that are an empty answer."""
DEEPEST = 4
"""Brackets within brackets that are read; affiliations have two."""
_COMMENT = re.compile(r"Comments?:\s*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Harvest:
    """One answer of a harvest."""

    papers: tuple[Facts, ...]
    deleted: tuple[Found, ...] = ()
    """Records that are there no more."""
    token: str = ""
    """What asks for the next answer; empty at the end."""


def read(answer: bytes) -> Harvest:
    """The records of an answer, or the one record that it is. Raises Nonsense."""
    root = trees.tree(answer, ARXIV.name)
    errors = {error.get("code", "") for error in root.iter("error")}
    if errors - NOTHING:
        raise Nonsense(ARXIV.name, "it reports an error of the harvest")
    if root.tag not in ("OAI-PMH", "ListRecords", "GetRecord", "record"):
        raise Nonsense(ARXIV.name, "it is no harvest")
    papers: list[Facts] = []
    deleted: list[Found] = []
    for record in root.iter("record"):
        header = record.find("header")
        if header is not None and header.get("status") == "deleted":
            deleted += pieces.found(_bare(say(header, "identifier")))
        elif facts := _record(record):
            papers.append(facts)
    tokens = [token for one in root.iter("resumptionToken") if (token := (one.text or "").strip())]
    return Harvest(papers=tuple(papers), deleted=tuple(deleted), token="".join(tokens[:1]))


def _record(record: Element) -> Facts | None:
    for tag, reader in (("dc", _dublin_core), ("arXiv", _arxiv), ("arXivRaw", _raw)):
        found = record.find(f"metadata/{tag}")
        if found is not None:
            return reader(found)
    return None


def _bare(oai: str) -> str:
    return oai.rpartition(":")[2]


def _dublin_core(record: Element) -> Facts | None:
    stated = says(record, "identifier")
    own = next((one for one in pieces.found(*stated) if one.scheme == identifiers.ARXIV), None)
    if own is None:
        return None
    described = says(record, "description")
    comments = [text for text in described if _COMMENT.match(text)]
    abstracts = [text for text in described if text not in comments]
    days = sorted(day for text in says(record, "date") if (day := pieces.day(text)))
    journal = [text for text in stated if not pieces.found(text)]
    return _facts(
        own,
        title=say(record, "title"),
        authors=pieces.authors(
            pieces.author(pieces.given_first(name)) for name in says(record, "creator")
        ),
        abstract="".join(abstracts[:1]),
        comment=_COMMENT.sub("", "".join(comments[:1]), count=1),
        journal="".join(journal[:1]),
        doi=next((text for text in stated if text.startswith("doi:")), ""),
        licence=next(iter(says(record, "rights")), ""),
        # The first day is that of v1. Which version a later one is of is not told.
        versions=tuple(Version(name="v1", at=day) for day in days[:1]),
        last=days[-1] if days else None,
    )


def _arxiv(record: Element) -> Facts | None:
    own = identifiers.parse(say(record, "id"))
    if own is None or own.scheme != identifiers.ARXIV:
        return None
    created, updated = pieces.day(say(record, "created")), pieces.day(say(record, "updated"))
    names = [
        " ".join(
            part for tag in ("forenames", "keyname", "suffix") if (part := say(author, tag))
        )
        for author in record.findall("authors/author")
    ]  # fmt: skip
    return _facts(
        own,
        title=say(record, "title"),
        authors=pieces.authors(pieces.author(name) for name in names),
        abstract=say(record, "abstract"),
        comment=say(record, "comments"),
        journal=say(record, "journal-ref"),
        doi=say(record, "doi"),
        licence=say(record, "license"),
        versions=(Version(name="v1", at=created),) if created else (),
        last=updated or created,
    )


def _raw(record: Element) -> Facts | None:
    own = identifiers.parse(say(record, "id"))
    if own is None or own.scheme != identifiers.ARXIV:
        return None
    versions = tuple(
        Version(name=name, at=_mail_day(say(one, "date")))
        for one in record.findall("version")
        if re.fullmatch(r"v[1-9]\d{0,2}", name := one.get("version", ""), re.A)
    )
    return _facts(
        own,
        title=say(record, "title"),
        authors=split_names(say(record, "authors")),
        abstract=say(record, "abstract"),
        comment=say(record, "comments"),
        journal=say(record, "journal-ref"),
        doi=say(record, "doi"),
        licence=say(record, "license"),
        versions=versions,
        last=versions[-1].at if versions else None,
    )


def split_names(line: str) -> tuple[Author, ...]:
    """Authors of one line, without what stands in brackets behind them (affiliations)."""
    line = " ".join(line.split())
    for _ in range(DEEPEST):
        line = re.sub(r"\s*\([^()]*\)", "", line)
    line = re.sub(r"^.*?\b[Cc]ollaboration\s*:\s*", "", line)
    names = re.split(r"\s*,(?!\s*(?:Jr|Sr|I{1,3})\b)\s*|\s+and\s+", line)
    return pieces.authors(pieces.author(name) for name in names)


def _mail_day(text: str) -> date | None:
    """The day of a date of RFC 5322."""
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _facts(
    own: Found,
    *,
    title: str,
    authors: tuple[Author, ...],
    abstract: str,
    comment: str,
    journal: str,
    doi: str,
    licence: str,
    versions: tuple[Version, ...],
    last: date | None,
) -> Facts:
    comment = pieces.text(comment)
    abstract = pieces.text(abstract, pieces.ABSTRACT_LENGTH)
    shown = pieces.words(title)
    first = next((version.at for version in versions if version.at), None)
    return Facts(
        source=ARXIV.name,
        kind="preprint",
        title=shown,
        authors=authors,
        abstract=abstract,
        venue=pieces.venue(journal),
        year=first.year if first else None,
        versions=versions,
        identifiers=(own,),
        also=pieces.found(pieces.doi(doi)),
        marks=withdrawn(comment, abstract, last),
        hints=pieces.hints(shown),
        code=pieces.code_links(comment, abstract),
        licence=pieces.link(licence),
        url=identifiers.url(own.scheme, own.value),
    )
