"""Pages in two languages: the address decides, a choice is remembered, machines read English."""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import translation

from registry import languages
from registry.indexing import PLAIN
from tests.registry.builders import paper as add_paper

pytestmark = pytest.mark.django_db
CHINESE_FIRST = {"Accept-Language": "zh-CN,zh;q=0.9"}
PAGES = [reverse(name) for name in PLAIN if name != "api_docs"]


def soup(client: Client, path: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(path).text, "html.parser")


@pytest.mark.parametrize("path", PAGES)
def test_an_english_address_is_english_whatever_a_browser_asks_for(
    client: Client, path: str
) -> None:
    asked = client.get(path, headers=CHINESE_FIRST)
    assert '<html lang="en">' in asked.text
    assert "Accept-Language" not in asked.get("Vary", "")
    assert "Content-Language" not in asked
    assert not asked.cookies


@pytest.mark.parametrize("path", PAGES)
def test_a_chinese_address_is_chinese_for_everybody(client: Client, path: str) -> None:
    page = client.get(f"/zh-hans{path}")
    assert page.status_code == 200
    assert '<html lang="zh-Hans">' in page.text
    assert page["Content-Language"] == "zh-Hans"
    assert "Accept-Language" not in page.get("Vary", "")
    assert not page.cookies
    assert page.get("Cache-Control") == client.get(path).get("Cache-Control")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_names_itself_in_both_languages(client: Client, path: str) -> None:
    def alternates(page: str) -> dict[str, str]:
        links = soup(client, page).select("head link[hreflang]")
        return {str(link["hreflang"]): str(link["href"]) for link in links}

    site = "http://127.0.0.1:8000"
    both = {
        "en": site + path,
        "zh-Hans": f"{site}/zh-hans{path}",
        "x-default": site + path,
    }
    assert alternates(path) == both
    assert alternates(f"/zh-hans{path}") == both
    assert alternates(f"{path}?after=x") == {}


def test_links_of_a_chinese_page_stay_in_chinese(client: Client) -> None:
    paper = add_paper(title="A paper")
    for path in ("/zh-hans/", "/zh-hans/papers/", f"/zh-hans/papers/{paper.pk}/a-paper/"):
        page = soup(client, path)
        links = {str(link["href"]) for link in page.select("a[href^='/'], form[action^='/']")
                 if link.name == "a"}  # fmt: skip
        actions = {str(form["action"]) for form in page.select("form[action]")}
        alone = re.compile(r"/(zh-hans|feeds|api|language|check/unreproduced|papers/\d+/cite)\b")
        assert [link for link in links | actions if not alone.match(link)] == []
        assert "/zh-hans/policy/" in links


def test_a_paper_found_by_its_identifier_is_in_the_language_of_the_address(client: Client) -> None:
    paper = add_paper(title="A paper", doi="10.1234/abc")
    for prefix in ("", "/zh-hans"):
        found = client.get(f"{prefix}/doi/10.1234/abc")
        assert found["Location"] == f"{prefix}/papers/{paper.pk}/a-paper/"


def test_dates_and_numbers_are_written_as_in_chinese(client: Client) -> None:
    with translation.override("zh-hans"):
        assert languages.word("not reproducible: no answer") == "不可复现：未收到答复"
        assert languages.word("") == ""
        assert languages.word(None) == ""
        assert languages.word("A title of somebody") == "A title of somebody"


@pytest.mark.parametrize(
    "path",
    ["/feeds/listed.atom", "/api/v1/papers", "/sitemap.xml", "/robots.txt", "/oembed", "/healthz",
     "/check/unreproduced.py", "/statistics/causes.csv", "/admin/", "/language/"],
)  # fmt: skip
def test_what_machines_read_has_one_address(client: Client, path: str) -> None:
    assert client.get(f"/zh-hans{path}").status_code == 404


def test_another_language_that_is_active_changes_no_address() -> None:
    with translation.override("de"):
        assert reverse("policy") == "/policy/"
    with translation.override("zh-hans"):
        assert reverse("policy") == "/zh-hans/policy/"
        assert reverse("registry:listed_feed", args=["atom"]) == "/feeds/listed.atom"


def test_an_address_that_nothing_answers_says_so_in_its_language(client: Client) -> None:
    page = client.get("/zh-hans/no/such/page/")
    assert page.status_code == 404
    assert "此处没有页面" in page.text


def test_a_search_asks_the_same_in_both_languages(client: Client) -> None:
    def asked(path: str) -> list[tuple[str, list[str]]]:
        fields = soup(client, path).select("#search [name]")
        return [(str(one["name"]), [str(way["value"]) for way in one.select("option")])
                for one in fields]  # fmt: skip

    assert asked("/zh-hans/papers/") == asked("/papers/")
    assert "standing" in dict(asked("/papers/"))
    options = soup(client, "/zh-hans/papers/").select("#sort option, [name=listed] option")
    assert [one.text for one in options if re.search("[A-Za-z]", one.text)] == []


# --- the choice -------------------------------------------------------------------------
def choose(client: Client, **typed: str) -> tuple[int, str]:
    answer = client.post("/language/", typed)
    return answer.status_code, answer.get("Location", "")


def test_the_button_leads_to_the_same_page_with_its_question(client: Client) -> None:
    form = soup(client, "/papers/?q=a%26b").select_one("form.language")
    assert form is not None
    sent = {str(field["name"]): str(field["value"]) for field in form.select("[name]")}
    assert sent == {"next": "/papers/?q=a%26b", "language": "zh-hans"}
    assert choose(client, **sent) == (302, "/zh-hans/papers/?q=a%26b")
    back = soup(client, "/zh-hans/papers/?q=a%26b").select_one("form.language button")
    assert back is not None
    assert (back["value"], back["lang"], back.text) == ("en", "en", "English")
    assert choose(client, language="en", next="/zh-hans/papers/") == (302, "/papers/")


def test_a_choice_is_remembered_and_acts_on_the_list_alone(client: Client) -> None:
    choose(client, language="zh-hans", next="/about/")
    cookie = client.cookies["language"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("zh-hans", "Lax", True)
    led = client.get("/?after=x")
    assert (led.status_code, led["Location"]) == (302, "/zh-hans/?after=x")
    assert "no-store" in led["Cache-Control"]
    assert '<html lang="en">' in client.get("/about/").text
    choose(client, language="en", next="/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "page", ["//evil.example/", "https://evil.example/", "evil", "/\\evil", ""]
)
def test_a_choice_leads_to_no_other_site(client: Client, page: str) -> None:
    assert choose(client, language="zh-hans", next=page) == (302, "/zh-hans/")


def test_an_unknown_language_is_refused_with_a_sentence(client: Client) -> None:
    answer = client.post("/language/", {"language": "de", "next": "/"})
    assert answer.status_code == 400
    assert "English and Simplified Chinese" in answer.text
    assert not client.cookies
    assert client.get("/language/").status_code == 405


def test_a_page_in_english_alone_offers_no_other_language(client: Client) -> None:
    page = soup(client, "/api/v1/docs/")
    assert page.select("form.language") == []
    assert page.select("link[hreflang]") == []
