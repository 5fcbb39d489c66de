"""What search engines may show: public pages alone, whoever looks at whatever."""

import re

import pytest
from django.test import Client

from registry.indexing import INDEXED, PLAIN
from tests.permissions.marks import EVERYBODY
from tests.permissions.reading import GET
from tests.permissions.table import ABOUT
from tests.permissions.world import PAGES, World, body

pytestmark = pytest.mark.django_db

META = '<meta name="robots" content="noindex">'
WHO = ("anonymous", "author", "reporter", "moderator", "superuser")
FULL = {name for name, what in EVERYBODY.items() if "quote" in what}
"""The lives that everybody reads in full."""
LIVES = ("draft", "submitted", "asking", "lapsed", "withdrawn, once public", "removed, once public")


def public(page: str, name: str) -> bool:
    return page in INDEXED and (page != "reports:report" or name in FULL)


@pytest.mark.parametrize("page", GET)
def test_only_public_pages_may_be_shown(page: str, world: World) -> None:
    faults = []
    names_a_report = ABOUT & set(re.findall(r"\w+", PAGES[page]))
    for role in WHO:
        with world.played(role) as browser:
            for name in LIVES if names_a_report else ("lapsed",):
                response = browser.get(world.path(page, role, world.lives[name]))
                told = response.get("X-Robots-Tag", "") == "noindex"
                if response.status_code == 200 and told == public(page, name):
                    faults.append(f"{role}, {name}: header {told}")
                html = response.get("Content-Type", "").startswith("text/html")
                if html and response.status_code == 200 and not page.startswith("admin:"):
                    in_page = META in body(response)
                    letter = page in ("moderation_mail:letter_html", "reports:file")
                    if in_page != told and not letter:
                        faults.append(f"{role}, {name}: page {in_page}, header {told}")
    assert faults == []


def test_pages_that_may_be_shown_are_pages() -> None:
    assert set(GET) >= INDEXED
    assert not {page for page in INDEXED if page.startswith(("account", "admin", "moderation"))}


def test_a_search_is_no_page() -> None:
    assert "X-Robots-Tag" not in Client().get("/papers/")
    assert Client().get("/papers/?q=a")["X-Robots-Tag"] == "noindex"
    assert META in Client().get("/papers/?q=a").text
    assert Client().get("/no/such/page/")["X-Robots-Tag"] == "noindex"


def test_the_sitemap_has_public_pages_and_nothing_else(world: World) -> None:
    browser = world.browsers["anonymous"]
    found = []
    for sitemap in re.findall("<loc>(.*?)</loc>", browser.get("/sitemap.xml").text):
        part = browser.get(sitemap.removeprefix("http://127.0.0.1:8000")).text
        found += re.findall("<loc>http://127.0.0.1:8000(.*?)</loc>", part)
    answers = {path: browser.get(path) for path in found}
    assert {a.status_code for a in answers.values()} == {200}
    assert all("X-Robots-Tag" not in a for a in answers.values())
    reported = {life.report.paper_id for name, life in world.lives.items() if name in FULL}
    papers = {int(path.split("/")[2]) for path in found if re.match(r"/papers/\d", path)}
    assert papers == reported
    assert len(found) == len(PLAIN) + len(reported)


def test_no_crawler_is_kept_from_reading_that_a_page_is_private(world: World) -> None:
    """What robots.txt forbids is never fetched, so its noindex would never be seen."""
    rules = re.findall("Disallow: (.*)", world.browsers["anonymous"].get("/robots.txt").text)
    assert rules == ["/papers/?", "/zh-hans/papers/?", "/feeds/papers."]
