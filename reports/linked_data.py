"""What machines read on a paper's page and on a report's: schema.org as JSON-LD, and the links of
Signposting (signposting.org). Pure.

The page is about the paper and is not the paper: it says so (`about`, AboutPage), is cited as
itself, and has none of the meta tags by which Google Scholar and Zotero would take it for a copy.
A report's page is the report, and has them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from registry import identifiers
from registry.feeds import absolute
from registry.models import Identifier, Paper
from registry.selectors import address_of
from reports.citing import Work, one_line

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
AUTHORS = 100  # named in JSON-LD
ITEMS = 20  # reports linked in a header, which must stay short
CITED = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "json": "application/vnd.citationstyles.csl+json",
}
"""By the end of the address of a citation: its media type."""

Json = dict[str, Any]


def of_paper(paper: Paper, named: Sequence[Identifier], cited: Iterable[Sequence[Work]]) -> Json:
    """The paper with its public reports as reviews; `cited` is each report with its answers, as
    citations.works gives them."""
    page = absolute(address_of(paper))
    article = _article(paper, named, page)
    reviewed = {key: article[key] for key in ("@type", "@id", "name")}
    reviews = [_review(works, reviewed) for works in cited if works]
    about: Json = {
        "@type": "WebPage",
        "@id": page,
        "url": page,
        "name": f"{article['name']} · {settings.SITE_NAME}",
        "about": {"@id": article["@id"]},
        "publisher": _publisher(),
    }
    if paper.standing_at is not None:
        about["dateModified"] = paper.standing_at.isoformat()
    return {"@context": "https://schema.org", "@graph": [about, article, *reviews]}


def _article(paper: Paper, named: Sequence[Identifier], page: str) -> Json:
    urls = [identifiers.url(one.scheme, one.value) for one in named]
    if not urls and paper.url:
        urls = [paper.url]
    title = one_line(paper.title)
    article: Json = {
        "@type": "ScholarlyArticle",
        "@id": urls[0] if urls else f"{page}#paper",
        "name": title,
        "headline": title,
        "author": [_person(name) for name in paper.author_names[:AUTHORS]],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": one.scheme, "value": one.value, "url": url}
            for one, url in zip(named, urls, strict=False)
        ],
        "sameAs": urls,
        "mainEntityOfPage": urls[0] if urls else "",
        "subjectOf": {"@id": page},
    }
    if paper.year:
        article["datePublished"] = str(paper.year)
    if paper.venue:
        article["isPartOf"] = {"@type": "CreativeWork", "name": one_line(paper.venue)}
    return {name: value for name, value in article.items() if value}


def _review(works: Sequence[Work], reviewed: Json) -> Json:
    report, *answers = works
    review = _work(report, "Review") | {"itemReviewed": reviewed, "publisher": _publisher()}
    if answers:
        review["comment"] = [_work(answer, "Comment") for answer in answers]
    return review


def _work(work: Work, kind: str) -> Json:
    return {
        "@type": kind,
        "@id": work.url,
        "url": work.url,
        "name": one_line(work.title),
        "author": _person(work.author.whole),
        "datePublished": work.day.isoformat(),
        "license": LICENSE,
    }


def _person(name: str) -> Json:
    return {"@type": "Person", "name": one_line(name)}


def _publisher() -> Json:
    return {"@type": "Organization", "name": settings.SITE_NAME, "url": f"{settings.SITE_URL}/"}


# --- Signposting ----------------------------------------------------------------------------


def links_of_paper(paper: Paper, named: Sequence[Identifier], reports: Iterable[int]) -> str:
    """The Link header of a paper's page; `reports` are the ids of its public reports."""
    own = reverse("paper_by_id", args=[paper.pk])
    links = [_link(absolute(own), "cite-as")]
    links += [_link(identifiers.url(one.scheme, one.value), "about") for one in named]
    links += [_link("https://schema.org/AboutPage", "type")]
    links += [_described(reverse("paper_cite", args=[paper.pk, form]), form) for form in CITED]
    links += [
        _link(absolute(reverse("reports:report", args=[number])), "item", "text/html")
        for number in list(reports)[:ITEMS]
    ]
    return ", ".join(links)


def links_of_report(number: int, paper: Paper) -> str:
    """The Link header of the page of a public report on `paper`."""
    links = [_link(absolute(reverse("reports:report", args=[number])), "cite-as")]
    links += [_link(f"https://schema.org/{kind}", "type") for kind in ("AboutPage", "Review")]
    links += [_described(reverse("reports:cite", args=[number, form]), form) for form in CITED]
    links += [_link(absolute(address_of(paper)), "collection", "text/html")]
    return ", ".join([*links, _link(LICENSE, "license")])


def _described(path: str, form: str) -> str:
    return _link(absolute(path), "describedby", CITED[form])


def _link(url: str, relation: str, media: str = "") -> str:
    return f'<{url}>; rel="{relation}"' + (f'; type="{media}"' if media else "")
