"""/doi/, /arxiv/, /pmid/ and the others lead to the paper, or offer to report it."""

import gzip
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from registry import selectors
from tests.registry.builders import paper

pytestmark = pytest.mark.django_db
PAPERS = Path(settings.BASE_DIR).parent / "shared" / "data" / "papers" / "papers.jsonl.gz"


@pytest.mark.parametrize(
    "path",
    [
        "/doi/10.1234/a(b)/c", "/doi/10.1234/A(B)/C", "/doi/10.1234/a(b)/c/",
        "/doi/https://doi.org/10.1234/a(b)/c", "/arxiv/cs/0101001", "/arxiv/cs.CL/0101001v2",
        "/arxiv/cs/0101001/", "/openreview/aB3_dE-fgH", "/acl/P17-1001", "/acl/p17-1001/",
        "/pmid/28520842", "/isbn/978-0-262-03561-3", "/isbn/0262035618", "/s2/CorpusID:13756489",
        "/openalex/w2741809807",
    ],
)  # fmt: skip
def test_an_identifier_leads_to_its_paper(client: Client, path: str) -> None:
    made = paper(
        "On things", doi="10.1234/a(b)/c", arxiv="cs/0101001", openreview="aB3_dE-fgH",
        acl="P17-1001", pmid="28520842", isbn="9780262035613", s2="corpusid:13756489",
        openalex="W2741809807",
    )  # fmt: skip
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (
        302, f"/papers/{made.pk}/on-things/",
    )  # fmt: skip


def test_an_arxiv_doi_leads_to_the_paper_with_the_arxiv_id(client: Client) -> None:
    paper("On things", arxiv="2001.00001")
    assert client.get("/doi/10.48550/arXiv.2001.00001").status_code == 302


@pytest.mark.parametrize(
    ("path", "shown", "asked"),
    [
        ("/doi/10.1234/A", "DOI 10.1234/a", "doi:10.1234%2Fa"),
        ("/arxiv/2001.00001v2", "arXiv 2001.00001", "arxiv:2001.00001"),
        ("/openreview/aB3_dE-fgH", "OpenReview aB3_dE-fgH", "openreview:aB3_dE-fgH"),
        ("/acl/P17-1001", "ACL Anthology P17-1001", "acl:P17-1001"),
        ("/pmid/28520842", "PubMed 28520842", "pmid:28520842"),
    ],
)
def test_an_unknown_identifier_offers_to_report(
    client: Client, path: str, shown: str, asked: str
) -> None:
    response = client.get(path)
    assert response.status_code == 404
    page = BeautifulSoup(response.content, "html.parser")
    assert shown in " ".join(page.get_text(" ").split())
    assert page.find("a", string="Report your result")["href"] == f"/reports/new/?q={asked}"


def test_a_private_paper_is_unknown(client: Client) -> None:
    paper("A slander", public=False, doi="10.1234/a", acl="P17-1001")
    for path in ("/doi/10.1234/a", "/acl/P17-1001", "/doi/10.18653/v1/P17-1001"):
        response = client.get(path)
        assert response.status_code == 404
        assert b"slander" not in response.content


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/doi/nonsense", "“nonsense” is not one we can read. A DOI looks like"),
        ("/arxiv/17.3", "“17.3” is not one we can read. An arXiv id looks like"),
        ("/acl/%3Cscript%3E", "“script” is not one we can read."),
        ("/openreview/%00", "“” is not one we can read."),
        ("/doi/10.1234/" + "a" * 400, "…” is not one we can read."),
    ],
)
def test_a_malformed_identifier_is_explained(client: Client, path: str, sentence: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert sentence in BeautifulSoup(response.content, "html.parser").get_text()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Attention is All you Need", "attention-is-all-you-need"),
        ("深度学习", "paper"),
        ("???", "paper"),
        ("Über Sträßle", "uber-strale"),
        ("___", "paper"),
        ("a" * 70, "a" * 60),
        ("word " * 30, "word-word-word-word-word-word-word-word-word-word-word-word"),
    ],
)
def test_every_title_has_a_slug(client: Client, title: str, slug: str) -> None:
    made = paper(title, doi="10.1234/a")
    assert selectors.slug_of(made) == slug
    assert client.get("/doi/10.1234/a").headers["Location"] == f"/papers/{made.pk}/{slug}/"


@pytest.mark.shared_data
@pytest.mark.skipif(not PAPERS.exists(), reason="the shared papers are not here")
def test_real_dois_with_odd_characters_lead_to_their_papers(client: Client) -> None:
    odd = set()
    with gzip.open(PAPERS, "rt", encoding="utf-8") as lines:
        for line in lines:
            doi = json.loads(line).get("doi", "") if '"doi"' in line else ""
            if set(doi.lower()) - set("abcdefghijklmnopqrstuvwxyz0123456789./_-"):
                odd.add(doi)
    for doi in odd:
        paper(doi, doi=doi.lower())
        assert client.get(f"/doi/{quote(doi)}").status_code == 302, doi
