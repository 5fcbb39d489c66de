"""An identifier that no paper here has, typed into the form in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django import Settings

from registry.models import LookUp, Paper
from tests.browser.live import live
from tests.browser.person import Person
from tests.browser.test_every_page import sign_in
from tests.registry.builders import paper
from tests.registry.sources.serving import ATOM, Reply, Site
from tests.registry.sources.shapes import atom, entry
from tests.registry.sources.standing_in import standing_in
from tests.reports.typed import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ID = "2401.01234"


@pytest.fixture
def sources(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with standing_in(settings, monkeypatch) as found:
        found.says("/arxiv/query", Reply(atom(entry()), kind=ATOM))
        yield found


@pytest.fixture
def person(chromium: Browser, sources: Site) -> Iterator[Person]:
    """A reporter before an empty form."""
    paper("Frobnicating Widgets")
    with live() as site:
        someone = Person(chromium, site)
        sign_in(someone.page.context, make_user(), site)
        someone.page.goto("/reports/new/")
        yield someone
        assert someone.complaints == []
        someone.close()


def found(page: Page) -> None:
    expect(page.locator("#found-words")).to_have_text("1 paper found.")
    page.get_by_label("Lamps for σ-algebras").check()
    expect(page.locator("#found-words")).to_have_text("Chosen: Lamps for σ-algebras.")
    expect(page.locator("#paper-chosen")).to_contain_text("Ada Winter")


def test_a_typed_identifier_is_asked_for_once_when_the_typing_rests(
    person: Person, sources: Site
) -> None:
    page, held = person.page, []

    def hold(route: Route) -> None:
        """What asks a source waits until the test has looked."""
        asks = "look=yes" in (route.request.post_data or "")
        held.append(route) if asks else route.continue_()

    page.route("**/*", hold)
    page.locator("#id_q").press_sequentially(ID, delay=60)
    expect(page.locator("#paper-found")).to_contain_text("and arXiv is asked about it")
    assert sources.asked == []
    while not held:
        page.wait_for_timeout(50)
    assert len(held) == 1
    held[0].continue_()
    found(page)
    assert sources.asked == [f"/arxiv/query?id_list={ID}&max_results=1"]
    assert page.locator("#id_q").input_value() == ID


def test_who_goes_on_typing_has_nothing_asked(person: Person, sources: Site) -> None:
    page = person.page
    page.locator("#id_q").fill(ID)
    expect(page.locator("#paper-found")).to_contain_text("and arXiv is asked about it")
    page.locator("#id_q").fill("frobnicating")
    expect(page.locator("#found-words")).to_have_text("1 paper found.")
    page.wait_for_timeout(2000)
    assert sources.asked == []
    assert not LookUp.objects.exists()


def test_the_button_asks_at_once_and_saves_the_draft(person: Person, sources: Site) -> None:
    page = person.page
    page.locator("#id_summary").fill("We lit lamps.")
    page.locator("#id_q").fill(f"https://arxiv.org/abs/{ID}v2")
    page.get_by_role("button", name="Find the paper").click()
    expect(page.locator("#id_summary")).to_have_value("We lit lamps.")
    expect(page.locator("#id_version")).to_have_value("arXiv v2")
    found(page)


def test_while_a_source_is_down_it_is_said_and_the_page_asks_no_more(
    person: Person, sources: Site
) -> None:
    for path in ("/arxiv/query", "/datacite/dois/10.48550%2Farxiv.2401.01234"):
        sources.says(path, Reply(status=503))
    page = person.page
    page.locator("#id_q").fill(ID)
    expect(page.locator("#paper-found")).to_contain_text("The site goes on asking by itself")
    asked = len(sources.asked)
    page.wait_for_timeout(2500)
    assert len(sources.asked) == asked
    assert Paper.objects.count() == 1
