"""XML of archives of papers: PubMed, the ACL Anthology, arXiv's Atom and OAI-PMH. Pure."""

import re
from collections.abc import Iterator

from registry.bibliography.entry import Entry
from registry.bibliography.shaping import address, own, people, year_of
from registry.bibliography.xml_shaping import entry, ids, named, with_orcids
from registry.bibliography.xml_stream import (
    Element,
    Format,
    above,
    all_of,
    local,
    one,
    texts,
    words,
)
from registry.identifiers import ACL, PMID


# --- PubMed -----------------------------------------------------------------------------
def _pubmed(element: Element) -> Iterator[Entry]:
    dates = ("MedlineCitation/Article/Journal/JournalIssue/PubDate/Year",
             "MedlineCitation/Article/Journal/JournalIssue/PubDate/MedlineDate",
             "MedlineCitation/Article/ArticleDate/Year",
             "BookDocument/Book/PubDate/Year", "BookDocument/ContributionDate/Year")  # fmt: skip
    listed = "PubmedData/ArticleIdList/ArticleId"
    doi = [
        *ids(element, listed, "IdType", "doi"),
        *ids(element, "MedlineCitation/Article/ELocationID", "EIdType", "doi"),
        *ids(element, "BookDocument/ArticleIdList/ArticleId", "IdType", "doi"),
    ]
    pmids = texts(element, "MedlineCitation/PMID", "BookDocument/PMID")[:1]
    kind = "book" if all_of(element, "BookDocument") else "journal article"
    title = one(
        element, "MedlineCitation/Article/ArticleTitle", "BookDocument/ArticleTitle",
        "MedlineCitation/Article/VernacularTitle", "BookDocument/Book/BookTitle",
    )  # fmt: skip
    authors = "MedlineCitation/Article/AuthorList/Author"
    if kind == "book":
        authors = "BookDocument/AuthorList/Author"
        if not all_of(element, authors):
            authors = "BookDocument/Book/AuthorList/Author"
    whole = kind == "book" and not one(element, "BookDocument/ArticleTitle")
    yield entry(
        element,
        key=next(iter(pmids), ""),
        kind=kind,
        title=title[1:-1] if re.fullmatch(r"\[[^\[\]]+\]", title) else title,
        authors=people(named(element, authors, "ForeName|Initials", "LastName")),
        orcids=with_orcids(
            element, authors, named(element, authors, "ForeName|Initials", "LastName")
        ),
        year=next((y for date in dates if (y := year_of(one(element, date)))), None),
        venue=one(element, "MedlineCitation/Article/Journal/Title",
                  "MedlineCitation/MedlineJournalInfo/MedlineTA", "BookDocument/Book/BookTitle"),
        identifiers=own(
            doi=doi,
            others=[(PMID, value) for value in pmids],
            prose=" ".join(texts(element, "MedlineCitation/Article/ELocationID")),
            isbn=texts(element, "BookDocument/Book/Isbn") if whole else (),
        ),
        abstract=" ".join(texts(element, "MedlineCitation/Article/Abstract/AbstractText",
                                "BookDocument/Abstract/AbstractText")),
    )  # fmt: skip


# --- ACL Anthology ----------------------------------------------------------------------
def _acl(element: Element) -> Iterator[Entry]:
    volume, collection = above(element, "volume"), above(element, "collection")
    name = one(element, "url")
    part = (volume.get("id") or "") if volume is not None else ""
    group = (collection.get("id") or "") if collection is not None else part
    number = element.get("id") or ""
    if (not name or "/" in name) and group and number.isdecimal():
        name = _anthology_id(group, part, int(number))
    title = next(iter(all_of(element, "title")), None)
    yield entry(
        element,
        key=one(element, "bibkey") or name,
        kind="paper",
        title=words(title),
        authors=people(named(element, "author", "first", "last")),
        orcids=with_orcids(element, "author", named(element, "author", "first", "last")),
        year=year_of(one(element, "year") or one(volume, "meta/year") or group),
        venue=one(element, "booktitle") or one(volume, "meta/booktitle"),
        identifiers=own(doi=texts(element, "doi"), others=[(ACL, name)]),
        abstract=one(element, "abstract"),
    )


def _anthology_id(collection: str, volume: str, number: int) -> str:
    """`P17-1001`, or `2020.acl-main.1` since 2020."""
    if re.fullmatch(r"[A-Z]\d\d", collection):
        if len(number_text := str(number)) > 3 or not volume.isdecimal():
            return f"{collection}-{number:04}"
        wide = 3 if len(volume) == 1 else 2
        return f"{collection}-{volume}{number_text.zfill(wide)}"
    return f"{collection}-{volume}.{number}"


# --- arXiv ------------------------------------------------------------------------------
def _atom(element: Element) -> Iterator[Entry]:
    where = one(element, "id")
    if "/api/errors" in where:
        return
    yield entry(
        element,
        key=where.rpartition("/abs/")[2] or where,
        kind="preprint",
        title=one(element, "title"),
        authors=people(texts(element, "author/name")),
        year=year_of(one(element, "published", "updated")),
        venue=one(element, "journal_ref"),
        identifiers=own(urls=[where], doi=texts(element, "doi")),
        url=address(where),
        abstract=one(element, "summary"),
    )


def _oai(element: Element) -> Iterator[Entry]:
    """A record of OAI-PMH in arXiv's own format or in Dublin Core."""
    header = next(iter(all_of(element, "header")), None)
    if header is not None and header.get("status") == "deleted":
        return
    inner = next((found for name in ("arXiv", "arXivRaw", "dc")
                  for found in all_of(element, f"metadata/{name}")), None)  # fmt: skip
    if inner is None:
        return
    names = (
        texts(inner, "creator")
        or list(named(inner, "authors/author", "forenames", "keyname"))
        or re.split(r",\s+(?:and\s+)?|\s+and\s+", one(inner, "authors"))
    )
    identifier = [] if local(inner) != "dc" else texts(inner, "identifier")
    yield entry(
        element,
        key=one(inner, "id") or one(element, "header/identifier"),
        kind="preprint",
        title=one(inner, "title"),
        authors=people(names),
        year=year_of(one(inner, "created", "date", "version/date")),
        venue=one(inner, "journal-ref"),
        identifiers=own(
            arxiv=texts(inner, "id"),
            doi=texts(inner, "doi"),
            urls=[value for value in identifier if "://" in value or value.startswith("doi:")],
        ),
        url=next(filter(None, map(address, identifier)), ""),
        abstract=one(inner, "abstract", "description"),
    )


PUBMED = Format(name="PubMed XML", records={"PubmedArticle": _pubmed, "PubmedBookArticle": _pubmed})
ACL_ANTHOLOGY = Format(name="ACL Anthology XML", records={"paper": _acl}, kept=frozenset({"meta"}))
ATOM = Format(name="arXiv (Atom)", records={"entry": _atom})
OAI = Format(name="OAI-PMH", records={"record": _oai})
