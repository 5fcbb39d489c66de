"""The pages of the sample in Chinese have no English words, but for names and what people wrote."""

import re
from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from registry.models import Paper
from registry.selectors import address_of
from reports.models import Report
from reports.states import PUBLIC
from reports.statistics.computing import compute

pytestmark = [pytest.mark.wide, pytest.mark.django_db, pytest.mark.usefixtures("sample")]

WRITTEN_BY_PEOPLE = (
    "bdi, [dir=auto], pre, code, .prose[dir], blockquote.claim-quote, q, script, style, .brand,"
    " .language, [lang=en], .plot text, figure svg, .badge-code, #embed h3, option, textarea"
)
"""Titles, names and quotations stand in these; so does the name of the site."""
NAMES = re.compile(
    r"\b(Unreproduced|DOIs?|arXiv|OpenReview|ACL|PubMed|ISBN|Semantic Scholar|OpenAlex|BibTeX|RIS"
    r"|CSL|JSON|XML|PDF|CSV|Atom|Feed|API|UTC|AoE|CC BY|ORCID iD|SHA|Python|LaTeX|CI|HTML|Markdown"
    r"|reStructuredText|oEmbed|MB|kB|KB|Cookie|JavaScript|WCAG|axe-core|Tab|IP|MIT|GPU|ACM|Kaplan"
    r"|Papers without Code|Meier|Greenwood|Wilson|Student|Crossref|DataCite|Jupyter|PNG|JPEG|SVG"
    r"|reproduced|replicated|bib|bbl|nbib|enw|ris|UTF|Zotero|Word|Office|config|table2|configs)\b"
)
ADDRESS = re.compile(r"https?://\S+|\S+@\S+|\b[a-z]+\.[a-z]{2,}\b|\b\w+/\w+\b")


def english(page: str) -> list[str]:
    """The English words that a person reads on a page, each with what stands around it."""
    soup = BeautifulSoup(page, "html.parser")
    for node in soup.select(WRITTEN_BY_PEOPLE):
        node.extract()
    text = NAMES.sub("", ADDRESS.sub("", soup.body.get_text("\n") if soup.body else ""))
    said = [str(node[name]) for name in ("aria-label", "placeholder", "alt", "data-label")
            for node in soup.select(f"[{name}]")]  # fmt: skip
    lines = [line.strip() for line in [*text.split("\n"), *(NAMES.sub("", one) for one in said)]]
    return sorted({line for line in lines if re.search(r"[A-Za-z]{3,}", line)})


def pages() -> list[str]:
    found = ["/", "/papers/", "/papers/?standing=no_answer", "/papers/?q=nothinglikeit", "/check/",
             "/corrections/", "/statistics/", "/policy/", "/guide/authors/", "/about/", "/privacy/",
             "/accessibility/", "/appeal/", "/appeal/sent/", "/accounts/login/", "/no/such/page/",
             "/doi/10.1234/unknown", "/check/result/?papers=1", "/data/", "/watch/list/",
             "/watch/list/?venue=ICML", "/watch/search/?q=x&standing=no_answer&mode=re-run",
             "/watch/sent/", "/watch/nobody/", "/watch/nobody/end/"]  # fmt: skip
    found += [address_of(paper) for paper in Paper.objects.filter(is_public=True)]
    found += [f"/reports/{report.pk}/" for report in Report.objects.filter(state__in=PUBLIC)]
    return found


def test_public_pages_are_in_chinese(sample: datetime) -> None:
    compute(sample)
    client = Client()
    left = {page: english(client.get(f"/zh-hans{page}").text) for page in pages()}
    assert {page: words for page, words in left.items() if words} == {}
