"""The sitemap and robots.txt."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree
from pytest_django import Settings

from registry import merging, sitemap
from registry.indexing import PLAIN
from registry.models import Paper, Standing
from tests.registry.builders import NOW, paper, with_standing

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    cache.clear()


def read(path: str) -> list[tuple[str, str | None]]:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    tree = etree.fromstring(response.content)
    return [(one.findtext("{*}loc"), one.findtext("{*}lastmod")) for one in tree]


def test_papers_with_a_public_report_by_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "RANGE", 10)
    first = with_standing(paper("On <things> & more"), Standing.NO_ANSWER)
    paper("Bare")
    paper("Hidden", public=False)
    far = with_standing(paper("Far", id=first.pk + 95), Standing.REPRODUCED)
    parts = [first.pk // 10, far.pk // 10]
    assert read("/sitemap.xml") == [
        (f"{SITE}/sitemap-pages.xml", None),
        *((f"{SITE}/sitemap-papers-{part}.xml", "2026-03-02T09:30:00Z") for part in parts),
    ]
    assert read(f"/sitemap-papers-{parts[0]}.xml") == [
        (f"{SITE}/papers/{first.pk}/on-things-more/", "2026-03-02T09:30:00Z")
    ]
    assert Client().get(f"/sitemap-papers-{parts[0] + 1}.xml").status_code == 404
    assert Client().get(f"/sitemap-papers-{2**70}.xml").status_code == 404


def test_a_change_of_standing_is_in_the_sitemap_at_once() -> None:
    made = paper()
    assert len(read("/sitemap.xml")) == 1
    with_standing(made, Standing.NO_ANSWER)
    assert len(read("/sitemap.xml")) == 2


def test_a_merged_paper_is_in_no_sitemap() -> None:
    entry, root = paper("An entry"), with_standing(paper("The work"), Standing.ANSWERED)
    merging.merge(entry, root)
    (one,) = read(f"/sitemap-papers-{root.pk // sitemap.RANGE}.xml")
    assert one[0].endswith("/the-work/")


def test_the_plain_pages(settings: Settings) -> None:
    settings.SITE_URL = "https://registry.example"
    found = [url for url, _ in read("/sitemap-pages.xml")]
    assert f"{settings.SITE_URL}/" in found
    assert f"{settings.SITE_URL}/policy/" in found
    assert len(found) == len(PLAIN)


def test_as_many_questions_for_one_row_as_for_many() -> None:
    counts = []
    for wanted in (1, 3, 25):
        while Paper.objects.count() < wanted:
            now = NOW + timedelta(days=Paper.objects.count())
            with_standing(paper(f"Paper {Paper.objects.count()}"), Standing.NO_ANSWER, now)
        with CaptureQueriesContext(connection) as questions:
            (_, (address, _at)) = read("/sitemap.xml")
            assert len(read(address.removeprefix(SITE))) == wanted
        counts.append(len(questions))
    assert counts == [3, 3, 3]


def test_parts_are_remembered_until_the_list_changes() -> None:
    with_standing(paper(), Standing.NO_ANSWER)
    read("/sitemap.xml")
    with CaptureQueriesContext(connection) as questions:
        read("/sitemap.xml")
    assert len(questions) == 1  # the list version


def test_robots_are_told_of_the_sitemap(client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://registry.example"
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines()[-1] == "Sitemap: https://registry.example/sitemap.xml"
    assert "User-agent: *" in response.text
    has = {"If-None-Match": response["ETag"]}
    assert client.get("/robots.txt", headers=has).status_code == 304
