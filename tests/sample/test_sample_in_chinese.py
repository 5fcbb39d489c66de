"""The pages of the sample in Chinese have no English words, but for names and what people wrote."""

import re
from datetime import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User
from registry.models import Paper
from registry.selectors import address_of
from reports.links import token_for
from reports.models import Contact, Report
from reports.states import PUBLIC
from reports.statistics.computing import compute
from tests.reports.typed import signed_in

pytestmark = [pytest.mark.wide, pytest.mark.django_db, pytest.mark.usefixtures("sample")]

WRITTEN_BY_PEOPLE = (
    "bdi, [dir=auto], pre, code, .prose[dir], blockquote, q, script, style, .brand,"
    " .language, [lang=en], .plot text, figure svg, #embed h3, option, textarea, .guide dd"
)
"""Titles, names and quotations stand in these; so does the name of the site."""
NAMES = re.compile(
    r"\b(Unreproduced|DOIs?|arXiv|OpenReview|ACL|PubMed|ISBN|Semantic Scholar|OpenAlex|BibTeX|RIS"
    r"|CSL|JSON|XML|PDF|CSV|Atom|Feed|API|UTC|AoE|CC BY|ORCID iD|SHA|Python|LaTeX|CI|HTML|Markdown"
    r"|reStructuredText|oEmbed|MB|kB|KB|Cookie|JavaScript|WCAG|axe-core|Tab|IP|MIT|GPU|ACM|Kaplan"
    r"|Papers without Code|Meier|Greenwood|Wilson|Student|Crossref|DataCite|Jupyter|PNG|JPEG|SVG"
    r"|ICML|proceedings|CIFAR|val_acc|last|top|reproduced|replicated|bib|bbl|nbib|enw|ris|UTF|csv|tsv|json|jsonl|txt|Zotero|Word|Office|config|table2|configs)\b"
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
             "/doi/10.1234/unknown", "/check/result/?papers=1"]  # fmt: skip
    found += [address_of(paper) for paper in Paper.objects.filter(is_public=True)]
    found += [f"/reports/{report.pk}/" for report in Report.objects.filter(state__in=PUBLIC)]
    return found


def left(client: Client, paths: list[str]) -> dict[str, list[str]]:
    found = {path: english(client.get(f"/zh-hans{path}").text) for path in paths}
    return {path: words for path, words in found.items() if words}


def test_public_pages_are_in_chinese(sample: datetime) -> None:
    compute(sample)
    assert left(Client(), pages()) == {}


def test_pages_of_reporters_are_in_chinese() -> None:
    reporter = User.objects.get(email="reporter@example.org")
    own = Report.objects.filter(reporter=reporter)
    paths = [
        "/reports/",
        "/reports/new/",
        "/accounts/me/",
        "/accounts/me/erase/",
        "/accounts/logout/",
    ]
    paths += [f"/reports/{report.pk}/" for report in own.exclude(state="draft")]
    paths += [f"/reports/{report.pk}/edit/?check=yes" for report in own.filter(state="draft")]
    assert left(signed_in(reporter), paths) == {}


def test_pages_of_authors_are_in_chinese(sample: datetime) -> None:
    client, paths = Client(), []
    for contact in Contact.objects.filter(address__isnull=False):
        led = client.get(f"/zh-hans/answer/{token_for(contact, sample)}/")
        paths.append(led["Location"].removeprefix("/zh-hans"))
    assert len(paths) > 5
    with time_machine.travel(sample, tick=False):
        assert left(client, paths) == {}
