"""The plain pages, the frame of every page, and the error pages."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as site
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import bad_request, permission_denied, server_error
from pytest_django import Settings

from accounts.models import User
from config import pages
from config.pages import in_words
from reports.answer_guides import GUIDES
from reports.models import Answer
from reports.states import Mode, Outcome

PLAIN = ["policy", "about", "privacy", "accessibility"]
EVERY = [
    "/policy/",
    "/about/",
    "/privacy/",
    "/accessibility/",
    "/guide/authors/",
    "/guide/reporters/",
    "/accounts/login/",
    "/no/such/page/",
]

pytestmark = pytest.mark.django_db


class Outline(HTMLParser):
    """The ids, links, resources and headings of a page, and what strict CSP would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.resources: list[str] = []
        self.headings: list[int] = []
        self.refused: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"] or "")
        if tag == "a":
            self.links.append(values.get("href") or "")
        elif "src" in values or (tag == "link" and values.get("rel") != "alternate"):
            self.resources.append(values.get("src") or values.get("href") or "")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.refused += [name for name in values if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in values):
            self.refused.append(tag)


def outline(client: Client, path: str) -> Outline:
    return Outline(client.get(path).text)


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_page_opens_and_is_marked_in_the_frame(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert reverse(name) == f"/{name}/"
    assert client.post(f"/{name}/").status_code == 405


def test_the_page_one_is_on_is_marked(client: Client) -> None:
    text = client.get("/policy/").text
    assert '<a href="/policy/" aria-current="page">Policy</a>' in text
    assert text.count('aria-current="page"') == 1


@pytest.mark.parametrize("path", EVERY)
def test_a_page_asks_nobody_else_for_anything(client: Client, path: str) -> None:
    page = outline(client, path)
    assert page.resources == ["/static/favicon.svg", "/static/site.css"]
    assert page.refused == []


@pytest.mark.parametrize("path", EVERY)
def test_a_page_has_one_title_and_headings_without_gaps(client: Client, path: str) -> None:
    page = outline(client, path)
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("path", EVERY[:6])
def test_reading_sets_no_cookie(client: Client, path: str) -> None:
    response = client.get(path)
    assert dict(response.cookies) == {}
    assert "csrfmiddlewaretoken" not in response.text


def test_every_link_to_a_rule_leads_to_one(client: Client) -> None:
    found = {path: outline(client, path) for path in EVERY[:6]}
    for here, page in found.items():
        for link in page.links:
            path, _, anchor = link.partition("#")
            assert not anchor or anchor in found[path or here].ids, link


def test_the_rules_that_letters_point_to_have_their_anchors(client: Client) -> None:
    ids = outline(client, "/policy/").ids
    rules = {"deadline", "extension", "hold", "answers", "listing", "addresses"}
    assert rules - set(ids) == set()


def test_the_policy_states_the_spans_of_the_clock(client: Client) -> None:
    text = re.sub(r"<[^>]+>", "", client.get("/policy/").text)
    for row in (
        "Deadline28 days after the first notice",
        "First reminder7 days after",
        "Second reminder14 days after",
        "Final notice21 days after",
        "or 5 days after a server took it",
        "Any author may take 14 days more",
        "After 60 days and two recorded searches",
        "one new inquiry in 90 days",
    ):
        assert row in text


@pytest.mark.parametrize("path", ["/policy/", "/privacy/", "/guide/authors/"])
def test_a_table_of_contents_names_every_heading_of_a_long_page(client: Client, path: str) -> None:
    soup = BeautifulSoup(client.get(path).content, "html.parser")
    listed = [link["href"] for link in soup.select(".toc a")]
    headings = [heading["id"] for heading in soup.select(".prose h2[id]")]
    assert listed == [f"#{heading}" for heading in headings]
    for link in soup.select(".toc a"):
        assert link.get_text() == soup.find(id=link["href"][1:]).get_text()


def test_the_privacy_page_states_what_the_code_keeps(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def text() -> str:
        return re.sub(r"<[^>]+>", "", client.get("/privacy/").text)

    for sentence in (
        "It is deleted 365 days after the inquiry ended",
        "is remembered for 15 minutes",
        "for your browser for 14 days at most",
        "is deleted after 30 days",
        "is deleted 90 days after it came",
    ):
        assert sentence in text()
    monkeypatch.setattr(pages, "VALID_AFTER_END", timedelta(days=100))
    monkeypatch.setattr(pages, "INCOMING", timedelta(days=7))
    settings.SESSION_COOKIE_AGE = 3600
    for sentence in ("It is deleted 100 days after", "7 days after it came", "for 1 hour at most"):
        assert sentence in text()


def test_the_guide_for_authors_follows_the_window_of_the_site(
    client: Client, settings: Settings
) -> None:
    assert "You have 28 days, and one press of a button gives 14 days more" in (
        client.get("/guide/authors/").text
    )
    settings.RESPONSE_WINDOW = timedelta(seconds=120)
    assert "You have 2 minutes, and one press of a button gives 1 minute more" in (
        client.get("/guide/authors/").text
    )


def test_the_guide_for_authors_shows_every_kind_of_answer_with_an_example(client: Client) -> None:
    soup = BeautifulSoup(client.get("/guide/authors/").content, "html.parser")
    for kind in Answer.Kind:
        heading = soup.find(id=f"kind-{kind.value}")
        assert heading.get_text().lower() == kind.label
        assert heading.find_next("blockquote").get_text() == GUIDES[kind].example


def test_the_glossary_has_every_outcome_and_way_of_trying(client: Client) -> None:
    soup = BeautifulSoup(client.get("/guide/authors/").content, "html.parser")
    terms = {term.get_text() for term in soup.select("dt")}
    assert {*map(str, Outcome), *map(str, Mode), "seed", "tolerance"} - terms == set()


def test_the_guide_for_reporters_has_words_that_pass_for_every_part(client: Client) -> None:
    soup = BeautifulSoup(client.get("/guide/reporters/").content, "html.parser")
    for part in ("paper", "tried", "results", "outcome", "evidence", "authors", "you"):
        heading = soup.find(id=part)
        pair = heading.find_next(class_="pair")
        assert pair.find_previous("h2") is heading
        assert [term.get_text() for term in pair.select("dt")] == ["Passes", "Comes back"]
        assert all(words.get_text().strip() for words in pair.select("dd"))


def test_the_policy_follows_the_window_of_the_site(client: Client, settings: Settings) -> None:
    settings.RESPONSE_WINDOW = timedelta(seconds=120)
    text = client.get("/policy/").text
    assert "Deadline</th><td>2 minutes after" in text
    assert "Final notice</th><td>1.5 minutes after" in text
    assert "so deadlines are not rounded to days" in text


def test_the_policy_says_where_nothing_lapses(client: Client, settings: Settings) -> None:
    sentence = "No mail comes in here yet."
    settings.TRIAL_MODE, settings.LISTENS = False, False
    text = client.get("/policy/").text
    assert sentence in text
    assert "Trial run." not in text
    settings.TRIAL_MODE = True
    text = client.get("/policy/").text
    assert sentence not in text
    assert "<strong>Trial run.</strong>" in text
    settings.TRIAL_MODE, settings.LISTENS = False, True
    assert sentence not in client.get("/policy/").text


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=28), "28 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=36), "1.5 days"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(seconds=90), "1.5 minutes"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(seconds=4.2857), "4.3 seconds"),
        (timedelta(milliseconds=200), "0.2 seconds"),
    ],
)
def test_spans_are_said_in_words(span: timedelta, words: str) -> None:
    assert in_words(span) == words


def test_the_frame_shows_each_person_what_is_theirs(client: Client) -> None:
    links = outline(client, "/about/").links
    assert "/accounts/login/?next=%2Fabout%2F" in links
    assert not {"/reports/", "/moderation/", "/accounts/me/"} & set(links)
    client.force_login(User.objects.create_user("reader@uni.example", name="Reader <b>"))
    page = client.get("/about/")
    assert {"/reports/", "/accounts/me/"} <= set(Outline(page.text).links)
    assert "/moderation/" not in Outline(page.text).links
    assert "<bdi>Reader &lt;b&gt;</bdi>" in page.text
    assert '<form method="post" action="/accounts/logout/">' in page.text
    client.force_login(User.objects.create_superuser("moderator@uni.example"))
    assert "/moderation/" in outline(client, "/about/").links


def test_the_link_to_sign_in_takes_no_answer_link_along(client: Client) -> None:
    assert "/accounts/login/" in outline(client, "/answer/secret-token/").links
    assert "next=" not in client.get("/answer/secret-token/").text


def test_a_page_that_is_not_there_offers_a_search(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert 'action="/papers/"' in response.text


def test_the_page_of_a_fault_needs_nothing_that_could_be_broken(rf: RequestFactory) -> None:
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Something broke here" in response.content.decode()
    source = Path(get_template("500.html").origin.name).read_text()
    assert "{%" not in source
    assert "{{" not in source


def test_a_request_that_cannot_be_read_gets_a_sentence(rf: RequestFactory) -> None:
    response = bad_request(rf.get("/"), ValueError())
    assert response.status_code == 400
    assert "Copy it to a safe place" in response.content.decode()


def test_the_page_of_a_refusal_says_why(rf: RequestFactory) -> None:
    def refused(message: str) -> HttpResponse:
        request: HttpRequest = rf.get("/")
        request.user = User(email="reader@uni.example")
        error = PermissionDenied(message) if message else PermissionDenied()
        return permission_denied(request, error)

    assert refused("").status_code == 403
    assert "this account may not see the page" in refused("").content.decode()
    assert "Only moderators &lt;b&gt;." in refused("Only moderators <b>.").content.decode()


def test_the_style_sheet_asks_nobody_else_for_anything() -> None:
    sheet = (Path(site.BASE_DIR) / "static" / "site.css").read_text()
    assert "url(" not in sheet
    assert "@import" not in sheet
