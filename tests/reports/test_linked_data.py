"""What machines read on the pages of papers and reports."""

import json
import re

import bibtexparser
import pytest
import rispy
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import Settings

from registry import merging
from registry.models import Paper
from reports.models import Report
from tests.reports import stages

pytestmark = pytest.mark.django_db

SITE = "https://registry.example"


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.SITE_URL = SITE


def page_of(client: Client, paper: Paper) -> BeautifulSoup:
    response = client.get(f"/papers/{paper.pk}/", follow=True)
    return BeautifulSoup(response.content, "html.parser")


def graph(client: Client, paper: Paper) -> list[dict[str, object]]:
    (block,) = page_of(client, paper).head.select('script[type="application/ld+json"]')
    told = json.loads(block.string)
    assert told["@context"] == "https://schema.org"
    found: list[dict[str, object]] = told["@graph"]
    return found


def links_of(client: Client, path: str) -> list[tuple[str, str, str]]:
    header = client.get(path, follow=True)["Link"]
    found = re.findall(r'<([^>]+)>; rel="([^"]+)"(?:; type="([^"]+)")?', header)
    assert len(header) < 3000
    return [(rel, url, media) for url, rel, media in found]


def test_the_paper_and_each_report_as_a_review(client: Client) -> None:
    paper = stages.paper("Lantern Networks", doi="10.5555/lamps", arxiv="2401.00001")
    report = stages.answered(of=paper)
    page, article, review = graph(client, paper)
    address = f"{SITE}/papers/{paper.pk}/lantern-networks/"
    assert page["@type"] == "WebPage"
    assert page["about"] == {"@id": "https://arxiv.org/abs/2401.00001"}
    assert article["@type"] == "ScholarlyArticle"
    assert article["name"] == "Lantern Networks"
    assert article["author"] == [
        {"@type": "Person", "name": "Ada Example"}, {"@type": "Person", "name": "Bo Sample"}
    ]  # fmt: skip
    assert [(one["propertyID"], one["value"]) for one in article["identifier"]] == [
        ("arxiv", "2401.00001"), ("doi", "10.5555/lamps"),
    ]  # fmt: skip
    assert article["sameAs"] == [
        "https://arxiv.org/abs/2401.00001", "https://doi.org/10.5555/lamps"
    ]  # fmt: skip
    assert article["datePublished"] == "2024"
    assert "url" not in article  # the page is not the paper
    assert article["subjectOf"] == {"@id": address}
    assert review["@type"] == "Review"
    assert review["@id"] == review["url"] == f"{SITE}/reports/{report.pk}/"
    assert review["itemReviewed"] == {
        "@type": "ScholarlyArticle", "@id": article["@id"], "name": "Lantern Networks"
    }  # fmt: skip
    assert review["author"] == {"@type": "Person", "name": "A careful reader"}
    assert review["datePublished"] == "2026-03-07"
    (comment,) = review["comment"]
    assert comment["author"] == {"@type": "Person", "name": "Ada Example"}
    assert "reviewRating" not in review


def test_a_title_cannot_end_the_block(client: Client) -> None:
    title = '</script><script>alert(1)</script><!-- & "quotes" \u2028 👩‍🔬 שלום'
    paper = stages.paper(title, venue="</ScRiPt >", names=("</script>",))
    stages.answered(of=paper, shown_as="</script>")
    response = client.get(f"/papers/{paper.pk}/", follow=True)
    page = BeautifulSoup(response.content, "html.parser")
    blocks = page.find_all("script")
    assert [block["type"] for block in blocks] == ["application/ld+json"]
    assert "<" not in blocks[0].string
    assert ">" not in blocks[0].string
    assert "&" not in blocks[0].string
    told = json.loads(blocks[0].string)["@graph"][1]
    assert told["name"] == " ".join(title.replace("\u2028", " ").split())
    assert "script-src 'self';" in response["Content-Security-Policy"] + ";"


def test_a_paper_without_reports_or_identifiers(client: Client) -> None:
    paper = stages.paper(year=None, venue="")
    page, article = graph(client, paper)
    assert article["@id"] == f"{page['url']}#paper"
    assert not {"datePublished", "isPartOf", "identifier", "sameAs", "review"} & set(article)


def test_a_secret_report_is_no_review(client: Client) -> None:
    paper = stages.paper()
    before = graph(client, paper), links_of(client, f"/papers/{paper.pk}/")
    stages.asked(of=paper)
    stages.removed(stages.unreachable(of=paper, table="Table 8"), reason="secret words")
    stages.annulled(of=paper, table="Table 9")
    after = graph(client, paper), links_of(client, f"/papers/{paper.pk}/")
    assert [len(one) for one in after] == [len(one) for one in before]
    assert after[1] == before[1]


def test_the_page_of_a_paper_is_not_taken_for_the_paper(client: Client) -> None:
    paper = stages.answered(of=stages.paper(doi="10.5555/lamps")).paper
    head = page_of(client, paper).head
    assert head.select('meta[name^="citation_"]') == []
    address = f"{SITE}/papers/{paper.pk}/on-made-up-things/"
    assert head.select_one("link[rel=canonical]")["href"] == address
    told = {meta["property"]: meta["content"] for meta in head.select('meta[property^="og:"]')}
    assert told == {
        "og:type": "website",
        "og:site_name": "Unreproduced",
        "og:url": address,
        "og:title": "On made-up things",
        "og:description": "Answered: what reproduction attempts found, and what the authors say.",
    }


def test_oembed_is_found_from_the_page(client: Client) -> None:
    paper = stages.paper()
    links = page_of(client, paper).head.select('link[type$="+oembed"]')
    assert [link["type"] for link in links] == ["application/json+oembed", "text/xml+oembed"]
    for link in links:
        answer = client.get(link["href"])
        assert answer.status_code == 200
        assert f"{SITE}/embed/papers/{paper.pk}/" in answer.text


def test_signposts_of_a_paper(client: Client) -> None:
    paper = stages.paper(doi="10.5555/lamps<1>")
    first = stages.answered(of=paper)
    second = stages.answered(of=paper, table="Table 9")
    own = f"{SITE}/papers/{paper.pk}/"
    found = links_of(client, own.removeprefix(SITE))
    assert found[:6] == [
        ("cite-as", own, ""),
        ("about", "https://doi.org/10.5555/lamps%3C1%3E", ""),
        ("type", "https://schema.org/AboutPage", ""),
        ("describedby", f"{own}cite.bib", "application/x-bibtex"),
        ("describedby", f"{own}cite.ris", "application/x-research-info-systems"),
        ("describedby", f"{own}cite.json", "application/vnd.citationstyles.csl+json"),
    ]
    assert set(found[6:]) == {
        ("item", f"{SITE}/reports/{one.pk}/", "text/html") for one in (first, second)
    }
    for _, url, media in found[3:]:
        assert client.get(url.removeprefix(SITE))["Content-Type"] == f"{media}; charset=utf-8"


def test_a_public_report_is_a_work_of_its_own(client: Client) -> None:
    report = stages.lapsed(shown_as="Ludwig van Beispiel")
    address = f"{SITE}/reports/{report.pk}/"
    head = BeautifulSoup(client.get(f"/reports/{report.pk}/").content, "html.parser").head
    told = {meta["name"]: meta["content"] for meta in head.select('meta[name^="citation_"]')}
    assert told == {
        "citation_title": "Reproduction of “On made-up things”: did not match",
        "citation_author": "van Beispiel, Ludwig",
        "citation_publication_date": "2026/03/31",
        "citation_technical_report_institution": "Unreproduced",
        "citation_technical_report_number": f"{report.pk}",
        "citation_abstract_html_url": address,
        "citation_language": "en",
    }
    assert head.select_one("link[rel=canonical]")["href"] == address
    found = links_of(client, f"/reports/{report.pk}/")
    assert found[0] == ("cite-as", address, "")
    assert ("type", "https://schema.org/Review", "") in found
    paper = f"{SITE}/papers/{report.paper_id}/on-made-up-things/"
    assert ("collection", paper, "text/html") in found


@pytest.mark.parametrize("take_back", [stages.withdrawn, stages.removed])
def test_a_report_that_is_only_a_line_is_nothing_to_cite(client: Client, take_back: object) -> None:
    report = stages.answered()
    take_back(report, **({"reason": "Wrong."} if take_back is stages.removed else {}))
    response = client.get(f"/reports/{report.pk}/")
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex"
    assert "Link" not in response
    assert "citation_" not in response.text
    assert '<meta name="robots" content="noindex">' in response.text


# --- the record of a paper ----------------------------------------------------------------------


def test_the_record_of_a_paper_is_cited_with_its_standing(client: Client) -> None:
    report: Report = stages.lapsed()
    path = f"/papers/{report.paper_id}/cite"
    (item,) = json.loads(client.get(f"{path}.json").content)
    assert item == {
        "id": f"unreproduced-paper-{report.paper_id}",
        "type": "report",
        "author": [{"literal": "Unreproduced"}],
        "title": "Reproductions of “On made-up things”: not reproducible: no answer",
        "genre": "Record of reproductions",
        "number": f"{report.paper_id}",
        "reviewed-title": "On made-up things",
        "issued": {"date-parts": [[2026, 3, 31]]},
        "publisher": "Unreproduced",
        "URL": f"{SITE}/papers/{report.paper_id}/",
    }
    (entry,) = bibtexparser.parse_string(client.get(f"{path}.bib").text).entries
    assert entry.key == item["id"]
    (record,) = rispy.loads(client.get(f"{path}.ris").text)
    assert record["title"] == item["title"]


def test_a_merged_paper_is_cited_as_the_work_and_a_hidden_one_not_at_all(client: Client) -> None:
    entry, root = stages.paper("An entry"), stages.paper("The work")
    merging.merge(entry, root)
    (item,) = json.loads(client.get(f"/papers/{entry.pk}/cite.json").content)
    assert item["URL"] == f"{SITE}/papers/{root.pk}/"
    hidden = stages.paper("Hidden", public=False)
    assert client.get(f"/papers/{hidden.pk}/cite.json").status_code == 404
    assert client.get(f"/papers/{root.pk}/cite.doc").status_code == 404
