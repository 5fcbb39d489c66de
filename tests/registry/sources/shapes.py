"""Answers of each source about made-up papers, in the shapes that the sources document."""

import json
from typing import Any

ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
      xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/x</id><title>arXiv Query: id_list=2401.01234</title>
  <updated>2026-04-12T22:09:36Z</updated>{entries}</feed>"""
ENTRY = """<entry><id>http://arxiv.org/abs/{id}</id>
  <title>{title}</title><updated>2024-03-05T18:00:00Z</updated>
  <published>2024-01-03T17:59:46Z</published><summary>{summary}</summary>
  <author><name>Ada Winter</name></author><author><name>Noor WÃ¼rtz</name></author>
  <arxiv:comment>{comment}</arxiv:comment>
  <arxiv:journal_ref>J. Lamps 7 (2024) 1-9</arxiv:journal_ref>
  <arxiv:doi>10.5555/Lamps.7</arxiv:doi></entry>"""


def entry(**words: str) -> str:
    """An entry of arXiv's Atom; `id` may have a version."""
    said = {"id": "2401.01234v3", "title": "Lamps for $\\sigma$-algebras", "comment": "9 pages",
            "summary": "We light\n lamps. Code: https://github.com/ada/lamps."}  # fmt: skip
    return ENTRY.format(**{**said, **words})


def atom(*entries: str) -> bytes:
    """A feed of arXiv."""
    return ATOM.format(entries="".join(entries)).encode()


def crossref(**changes: Any) -> dict[str, Any]:
    """A work of Crossref, in its envelope."""
    work = {
        "DOI": "10.5555/Lamps.7", "type": "journal-article",
        "title": ["Lamps in CO<sub>2</sub>"], "subtitle": ["A study"],
        "author": [
            {"given": "Ada", "family": "Winter", "sequence": "first",
             "ORCID": "https://orcid.org/0000-0002-1825-0097"},
            {"name": "The Lamp Group", "sequence": "additional"},
            {"family": "Mono", "sequence": "additional"},
        ],
        "abstract": "<jats:p>Not ours to show.</jats:p>",
        "container-title": ["Journal of Lamps"],
        "issued": {"date-parts": [[2024, 3]]},
        "license": [
            {"URL": "https://tdm.example/", "content-version": "tdm"},
            {"URL": "https://creativecommons.org/licenses/by/4.0/", "content-version": "vor"},
        ],
        "relation": {
            "has-preprint": [{"id-type": "doi", "id": "10.48550/arXiv.2401.01234"}],
            "is-supplemented-by": [{"id-type": "uri", "id": "https://github.com/ada/lamps"}],
            "references": [{"id-type": "doi", "id": "10.5555/other"}],
        },
        "resource": {"primary": {"URL": "https://lamps.example/7"}},
        **changes,
    }  # fmt: skip
    return {"status": "ok", "message-type": "work", "message": work}


def update(kind: str, doi: str, source: str | None = "publisher", day: int = 1) -> dict[str, Any]:
    """A member of `updated-by` or `update-to`."""
    return {"type": kind, "DOI": doi, "source": source, "label": kind.title(),
            "updated": {"date-parts": [[2025, 6, day]]}}  # fmt: skip


def datacite(**changes: Any) -> dict[str, Any]:
    """The DOI of an arXiv paper at DataCite, in its envelope."""
    dates = [
        {"date": f"2024-0{n}-03T17:59:46Z", "dateType": kind, "dateInformation": f"v{n}"}
        for n in (2, 1, 3)
        for kind in ("Submitted", "Updated")
    ]
    attributes = {
        "doi": "10.48550/arxiv.2401.01234",
        "creators": [
            {"name": "Winter, Ada", "nameType": "Personal", "givenName": "Ada",
             "familyName": "Winter", "nameIdentifiers": [
                 {"nameIdentifier": "https://orcid.org/0000-0002-1825-0097",
                  "nameIdentifierScheme": "ORCID"}]},
            {"name": "Würtz, Noor", "nameIdentifiers": []},
            {"name": "Lamps, Oils and Co", "nameType": "Organizational"},
        ],
        "titles": [{"title": "Lampen", "titleType": "TranslatedTitle"}, {"title": "Lamps"}],
        "publisher": {"name": "arXiv"}, "container": {}, "publicationYear": 2024, "dates": dates,
        "types": {"resourceTypeGeneral": "Preprint"},
        "relatedIdentifiers": [
            {"relationType": "IsVersionOf", "relatedIdentifier": "10.5555/lamps.7"},
            {"relationType": "References", "relatedIdentifier": "10.5555/other"},
            {"relationType": "IsSupplementedBy",
             "relatedIdentifier": "https://github.com/ada/lamps"},
        ],
        "rightsList": [{"rights": "CC BY 4.0",
                        "rightsUri": "http://creativecommons.org/licenses/by/4.0/"}],
        "descriptions": [{"description": "We light lamps.", "descriptionType": "Abstract"}],
        **changes,
    }  # fmt: skip
    return {"data": {"id": attributes["doi"], "type": "dois", "attributes": attributes}}


def openreview(*, first: bool = False, note: dict[str, Any] | None = None,
               **changes: Any) -> dict[str, Any]:  # fmt: skip
    """A note of OpenReview's API 2, or of its first one."""
    content = {
        "title": "Lamps for All", "authors": ["Ada Winter", "Noor Würtz"],
        "authorids": ["~Ada_Winter1", "noor@lamps.example"], "abstract": "We light lamps.",
        "venue": "ICLR 2024 poster", "venueid": "ICLR.cc/2024/Conference",
        "code": "https://code.example/lamps", **changes,
    }  # fmt: skip
    if not first:
        content = {name: {"value": value} for name, value in content.items()}
    return {"notes": [{"id": "lAmp5fOrAll", "forum": "lAmp5fOrAll", "content": content,
                       "cdate": 1695772800000, "invitations": ["ICLR.cc/2024/-/Submission"],
                       "license": "CC BY 4.0", **(note or {})}], "count": 1}  # fmt: skip


def semantic_scholar(**changes: Any) -> dict[str, Any]:
    """A paper of the Academic Graph."""
    return {
        "paperId": "0" * 39 + "a", "title": "Lamps", "venue": "Annual Meeting on Lamps",
        "year": 2024, "publicationTypes": ["JournalArticle"], "journal": None,
        "externalIds": {"ACL": "2024.acl-main.7", "DOI": "10.18653/v1/2024.acl-main.7",
                        "ArXiv": "2401.01234", "PubMed": "12345678", "CorpusId": 7, "DBLP": "x/y"},
        "authors": [{"authorId": "1", "name": "Ada Winter"}, {"authorId": None, "name": None}],
        "openAccessPdf": {"url": "https://x.example/7.pdf", "license": "CCBY"},
        "url": "https://www.semanticscholar.org/paper/0a", **changes,
    }  # fmt: skip


def openalex(**changes: Any) -> dict[str, Any]:
    """A work of OpenAlex."""
    place = {"landing_page_url": "https://aclanthology.org/2024.acl-main.7", "license": "cc-by",
             "source": {"display_name": "Annual Meeting on Lamps"}}  # fmt: skip
    return {
        "id": "https://openalex.org/W4312345678", "doi": "https://doi.org/10.18653/v1/2024.acl-main.7",
        "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/12345678"}, "title": "<i>Lamps</i>",
        "type": "article", "publication_year": 2024, "is_retracted": False,
        "authorships": [
            {"raw_author_name": "Winter, Ada", "author": {"display_name": "Ada Winter",
             "orcid": "https://orcid.org/0000-0002-1825-0097"}},
            {"raw_author_name": "Noor Würtz", "author": {"display_name": "N. Wurtz"}},
        ],
        "abstract_inverted_index": {"Not": [0], "ours": [1]},
        "primary_location": place, "locations": [place], **changes,
    }  # fmt: skip


def packed(answer: dict[str, Any]) -> bytes:
    """An answer as it comes over the network."""
    return json.dumps(answer).encode()
