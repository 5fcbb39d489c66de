"""The card for frames of other sites, and oEmbed."""

from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from lxml import etree
from pytest_django import DjangoAssertNumQueries, Settings

from registry import merging
from registry.models import Standing
from tests.registry.builders import paper, with_standing

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


def asked(client: Client, url: str, **more: object) -> object:
    pairs = "&".join(f"{name}={quote(str(value))}" for name, value in {"url": url, **more}.items())
    return client.get(f"/oembed?{pairs}")


def test_a_card_says_the_standing_and_may_be_framed(client: Client) -> None:
    made = with_standing(paper(year=2020), Standing.NO_ANSWER, report_count=2, match_count=1)
    response = client.get(f"/embed/papers/{made.pk}/")
    page = BeautifulSoup(response.content, "html.parser")
    assert " ".join(page.main.get_text(" ").split()) == (
        "On made-up things Ada Example, Bo Sample · 2020 not reproducible: no answer since 2 "
        "March 2026 2 independent reports, 1 matched. Unreproduced"
    )
    assert page.main.a["href"] == f"{SITE}/papers/{made.pk}/on-made-up-things/"
    assert all(link["target"] == "_blank" for link in page.find_all("a"))
    assert page.find(["form", "script", "iframe"]) is None
    assert "X-Frame-Options" not in response
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'self'" in policy
    assert response.cookies.output() == ""
    assert "Cookie" not in response.get("Vary", "")
    has = {"If-None-Match": response["ETag"]}
    assert client.get(f"/embed/papers/{made.pk}/", headers=has).status_code == 304


@pytest.mark.parametrize("path", ["/", "/papers/", "/reports/new/", "/accounts/login/", "/oembed",
                                  "/feeds/listed.atom", "/embed/papers/999999/"])  # fmt: skip
def test_everything_else_stays_out_of_frames(client: Client, path: str) -> None:
    response = client.get(path)
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_a_card_of_a_paper_without_a_report_says_nothing_of_it(client: Client) -> None:
    shown = client.get(f"/embed/papers/{paper().pk}/").text
    assert "no public report" in shown
    assert "That says nothing about its results." in shown


def test_no_card_of_a_hidden_paper_and_one_of_each_work(client: Client) -> None:
    hidden, entry = paper("Hidden", public=False), paper("An entry")
    root = paper("The work")
    merging.merge(entry, root)
    assert client.get(f"/embed/papers/{hidden.pk}/").status_code == 404
    moved = client.get(f"/embed/papers/{entry.pk}/")
    assert (moved.status_code, moved["Location"]) == (301, f"/embed/papers/{root.pk}/")


def test_oembed_in_both_forms(client: Client) -> None:
    made = with_standing(paper("A <b>& ]]> title"), Standing.ANSWERED)
    address = reverse("paper", args=[made.pk, "a-b-title"])
    told = asked(client, SITE + address).json()
    assert told == {
        "version": "1.0",
        "type": "rich",
        "title": "A <b>& ]]> title: answered",
        "provider_name": "Unreproduced",
        "provider_url": f"{SITE}/",
        "url": f"{SITE}{address}",
        "cache_age": 3600,
        "html": f'<iframe src="{SITE}/embed/papers/{made.pk}/" title="Standing at Unreproduced: '
        'A &lt;b&gt;&amp; ]]&gt; title" width="480" height="220" loading="lazy" frameborder="0">'
        "</iframe>",
        "width": 480,
        "height": 220,
    }
    xml = asked(client, SITE + address, format="xml")
    assert xml["Content-Type"] == "text/xml; charset=utf-8"
    tree = etree.fromstring(xml.content)
    assert tree.tag == "oembed"
    assert {child.tag: child.text for child in tree} == {k: str(v) for k, v in told.items()}


def test_a_site_with_little_room_gets_a_small_frame(client: Client) -> None:
    url = f"{SITE}/papers/{paper().pk}/"
    told = asked(client, url, maxwidth=300, maxheight=5000).json()
    assert (told["width"], told["height"]) == (300, 220)
    assert 'width="300"' in told["html"]
    told = asked(client, url, maxwidth="-1", maxheight="²").json()
    assert (told["width"], told["height"]) == (480, 220)


def test_any_address_of_a_paper_will_do(client: Client) -> None:
    made = paper()
    for path in ("", "on-made-up-things/", "another-title/"):
        assert asked(client, f"{SITE}/papers/{made.pk}/{path}").status_code == 200
    assert asked(client, f"https://127.0.0.1:8000/embed/papers/{made.pk}/").status_code == 200
    entry = paper("An entry")
    merging.merge(entry, made)
    assert asked(client, f"{SITE}/papers/{entry.pk}/").json()["url"].endswith(f"/{made.pk}/on-made-up-things/")  # noqa: E501 # fmt: skip


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", f"{SITE}/", f"{SITE}/papers/", f"{SITE}/papers/999999/", f"{SITE}/reports/1/",
     "http://elsewhere.example/papers/1/", "//127.0.0.1:8000/papers/1/", "javascript:alert(1)",
     "http://[/papers/1/", f"{SITE}/papers/{'9' * 40}/", f"{SITE}/answer/secret/"],
)  # fmt: skip
def test_no_other_address_is_known(client: Client, url: str) -> None:
    paper("Hidden", public=False)
    assert asked(client, url).status_code == 404
    assert asked(client, url, format="xml").status_code == 404


def test_no_other_format(client: Client) -> None:
    assert asked(client, f"{SITE}/papers/{paper().pk}/", format="yaml").status_code == 501


def test_a_hidden_paper_is_like_none(client: Client) -> None:
    hidden = paper("Hidden", public=False)
    told = asked(client, f"{SITE}/papers/{hidden.pk}/")
    unknown = asked(client, f"{SITE}/papers/{hidden.pk + 1000}/")
    assert told.status_code == unknown.status_code == 404
    assert "Hidden" not in told.text


def test_as_many_questions_whatever_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = with_standing(paper(names=[f"Author {n}" for n in range(30)]), Standing.NO_ANSWER)
    with django_assert_num_queries(1):
        client.get(f"/embed/papers/{made.pk}/")
    with django_assert_num_queries(1):
        asked(client, f"{SITE}/papers/{made.pk}/")


def test_the_address_of_the_site_is_the_one_that_counts(client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://registry.example"
    made = paper()
    assert asked(client, f"https://registry.example/papers/{made.pk}/").status_code == 200
    assert asked(client, f"{SITE}/papers/{made.pk}/").status_code == 404
