"""Searching in a real browser: within the page where scripts run, and without them as well."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from registry import spelling
from registry.models import Standing
from tests.browser.live import live
from tests.browser.person import Person
from tests.registry.builders import paper, with_standing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site() -> Iterator[str]:
    for number in range(30):
        paper(f"Folding made-up proteins, part {number}", venue="FICT", year=1990 + number)
    with_standing(paper("Folding once more", venue="FICT", year=2021), Standing.ANSWERED)
    spelling.gather()
    with live() as url:
        yield url


@pytest.mark.parametrize("scripts", [True, False])
def test_a_search_is_narrowed_and_gone_back_from(
    chromium: Browser, site: str, scripts: bool
) -> None:
    person = Person(chromium, site, java_script_enabled=scripts)
    page = person.page
    page.goto("/papers/?q=folding")
    expect(page.locator("#results")).to_have_text("31 papers")
    page.get_by_text("Filters and order").click()
    page.locator("#standing").focus()
    page.locator("#standing").select_option("answered")
    if not scripts:
        page.get_by_role("button", name="Apply").click()
    expect(page.locator("#results")).to_have_text("1 paper")
    assert "standing=answered" in page.url
    expect(page.locator("#said")).to_have_text("1 paper")
    if scripts:
        expect(page.locator("#standing")).to_be_focused()
    page.go_back()
    expect(page.locator("#results")).to_have_text("31 papers")
    page.go_forward()
    expect(page.locator("#results")).to_have_text("1 paper")
    page.get_by_role("link", name="Remove the filter standing: answered").click()
    expect(page.locator("#results")).to_have_text("31 papers")
    page.locator("#q").fill("foldng protein")
    page.locator("#q").press("Enter")
    expect(page.locator(".notice")).to_contain_text("These have “folding protein”")
    assert person.complaints == []
    person.close()
