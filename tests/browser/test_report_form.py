"""The report form in a real browser: typed with the keyboard alone, and nothing typed is lost."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from registry.models import PaperVersion
from reports.models import Report
from tests.browser.keyboard import Keyboard
from tests.browser.live import live
from tests.browser.person import Person
from tests.browser.test_every_page import sign_in
from tests.registry.bibliography import pdfs
from tests.registry.builders import paper
from tests.reports.typed import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/reports/new/"


@pytest.fixture
def site() -> Iterator[str]:
    """The site, with papers to find."""
    made = paper("Frobnicating Widgets", names=["Ada Muster", "Bo Probe"], venue="FICT", year=2024)
    PaperVersion.objects.create(paper=made, label="arXiv v2")
    paper("Frobnicating Gears")
    with live() as url:
        yield url


def signed_in(chromium: Browser, site: str, user: User | None = None, **context: object) -> Person:
    person = Person(chromium, site, **context)
    sign_in(person.page.context, user or make_user(), site)
    return person


def draft() -> dict[str, list[str]]:
    """What the one draft has."""
    typed: dict[str, list[str]] = Report.objects.get(state="draft").typed
    return typed


def saved_now_by(page: Page, field: str) -> None:
    """As saved_now, from a field."""
    page.locator(field).focus()
    saved_now(page)


def saved_now(page: Page) -> None:
    """Enter saves, and leaves one where one is."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("Saved at")


def test_a_whole_report_is_typed_with_the_keyboard_alone(chromium: Browser, site: str) -> None:
    user = make_user(name="Rita Report", affiliation="University of Examples")
    person = signed_in(chromium, site, user)
    page = person.page
    page.goto(NEW)
    keys = Keyboard(page)
    keys.type("q", "frobnicating widgets")
    expect(page.locator("#found-words")).to_have_text("1 paper found.")
    keys.to("paper")
    keys.press("Space")
    expect(page.locator("#found-words")).to_have_text("Chosen: Frobnicating Widgets.")
    assert page.evaluate("document.activeElement.name") == "paper"
    keys.to("mode")
    keys.press("Space")
    keys.type("version", "arXiv v2")
    keys.type("summary", "We ran train.sh three times.")
    keys.type("environment", "Debian 12, one A100, PyTorch 2.1")
    keys.type("hours", "12.5")
    for name, text in (
        ("place", "p. 5, Table 2, row 3"), ("quote", "Ours: 93.1"), ("metric", "accuracy, %"),
        ("claimed", "93.1"), ("runs", "90.1 90.5 89.9"), ("tolerance", "0.5"),
        ("tolerance_reason", "Twice the paper's spread."),
    ):  # fmt: skip
        keys.type(f"claim-0-{name}", text)
    keys.to("outcome")
    for _ in range(2):
        keys.press("ArrowDown")
    keys.to_link("#evidence")  # past the twenty fields of what is shared
    keys.press("Enter")
    keys.type("evidence-0-url", "https://code.example/rita/log.txt")
    keys.type("address-0-author", "1")
    keys.type("address-0-email", "ada@lab.example.org")
    keys.type("address-0-source", "First page of arXiv v2")
    keys.type("shown_as", "A careful reader")
    keys.type("conflict", "none")
    keys.to("licence")
    keys.press("Space")
    keys.to("do", "preview")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Submit the report")).to_be_visible()
    page.get_by_role("button", name="Submit the report").focus()
    keys.press("Enter")
    expect(page.get_by_text("Submitted. A moderator reads it")).to_be_visible()
    report = Report.objects.get()
    assert (report.state, report.outcome, report.mode) == ("submitted", "did not match", "re-run")
    assert keys.strokes < 600  # at a stroke a second, ten minutes
    assert person.complaints == []
    person.close()


def test_papers_are_found_while_typing_and_the_choice_is_kept(chromium: Browser, site: str) -> None:
    person = signed_in(chromium, site)
    page = person.page
    page.goto(NEW)
    page.locator("#id_q").press_sequentially("frobnicating", delay=5)
    expect(page.locator("#found-words")).to_have_text("2 papers found.")
    assert Report.objects.count() == 0
    page.get_by_label("Frobnicating Gears").check()
    expect(page.locator("#paper-chosen li")).to_have_text(["Ada Example", "Bo Sample"])
    page.locator("#id_q").fill("widgets")
    expect(page.locator("#found-words")).to_have_text("1 paper found.")
    expect(page.get_by_label("Frobnicating Gears")).to_be_checked()
    page.get_by_label("Frobnicating Widgets").check()
    expect(page.locator("#paper-versions option")).to_have_count(1)
    page.locator("#id_q").fill("x" * 10_000)
    expect(page.locator("#found-words")).to_have_text("No paper found.")
    expect(page.get_by_label("Frobnicating Widgets")).to_be_checked()
    assert person.complaints == []
    person.close()


def test_rows_are_added_removed_and_brought_back_in_their_order(
    chromium: Browser, site: str
) -> None:
    person = signed_in(chromium, site)
    page = person.page
    page.goto(NEW)
    page.locator("#id_claim-0-place").fill("Table 1")
    for number in (2, 3):
        page.get_by_role("button", name="Add a claim").click()
        assert page.evaluate("document.activeElement.id") == f"id_claim-{number - 1}-place"
        page.keyboard.type(f"Table {number}")
    page.get_by_role("button", name="Remove claim 2").click()
    expect(page.get_by_text("Claim 2 is removed.")).to_be_visible()
    assert page.evaluate("document.activeElement.textContent") == "Bring it back"
    expect(page.locator("#claim-rows legend")).to_have_text(["Claim 1", "Claim 2"])
    expect(page.locator("#id_claim-1-place")).to_have_value("Table 3")
    page.locator("#id_hours").focus()
    saved_now(page)
    assert [draft()[f"claim-{i}-place"] for i in range(2)] == [["Table 1"], ["Table 3"]]
    page.get_by_role("button", name="Bring it back").click()
    values = [page.locator(f"#id_claim-{i}-place").input_value() for i in range(3)]
    assert values == ["Table 1", "Table 2", "Table 3"]
    assert page.evaluate("document.activeElement.id") == "id_claim-1-place"
    for number in (3, 2, 1):
        page.get_by_role("button", name=f"Remove claim {number}").click()
    expect(page.locator("#id_claim-0-place")).to_have_value("")
    page.reload()  # the server brings it back too
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#id_claim-0-place")).to_have_value("Table 1")
    assert person.complaints == []
    person.close()


def test_a_session_that_ends_while_typing_loses_nothing(chromium: Browser, site: str) -> None:
    user = make_user()
    person = signed_in(chromium, site, user)
    page = person.page
    page.goto(NEW)
    page.locator("#id_hours").fill("12")
    saved_now(page)
    page.context.clear_cookies(name="sessionid")
    page.locator("#id_hours").fill("12.5")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("You are not signed in any more")
    # Signed in again in another tab, whose form tokens are newer than the one of this page.
    sign_in(page.context, user, site)
    page.context.clear_cookies(name="csrftoken")
    page.locator("#id_hours").fill("13")
    saved_now(page)
    assert draft()["hours"] == ["13"]
    page.context.clear_cookies(name="sessionid")
    page.locator("#id_hours").fill("14")
    page.get_by_role("button", name="Save draft").first.click()
    expect(page.get_by_text("What you typed is kept and will be there again.")).to_be_visible()
    person.close()


def test_going_back_shows_what_was_typed(chromium: Browser, site: str) -> None:
    person = signed_in(chromium, site)
    page = person.page
    page.goto(NEW)
    page.locator("#id_hours").fill("12")
    saved_now(page)
    number = Report.objects.get().pk
    assert page.url == f"{site}/reports/{number}/edit/"
    page.get_by_role("link", name="Policy").first.click()
    page.go_back()
    expect(page.locator("#id_hours")).to_have_value("12")
    page.locator("#id_hours").fill("14")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#problems")).to_be_focused()
    page.get_by_role("link", name="Policy").first.click()
    page.go_back()  # no question whether to send the form again
    expect(page.locator("#problems")).to_be_visible()
    expect(page.locator("#id_hours")).to_have_value("14")
    assert Report.objects.count() == 1
    person.close()


def test_without_network_or_site_it_is_tried_again_and_two_windows_keep_both(
    chromium: Browser, site: str
) -> None:
    person = signed_in(chromium, site)
    page = person.page
    page.goto(NEW)
    page.context.set_offline(True)
    page.locator("#id_hours").fill("1")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("there is no network")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text("Saved at")
    page.route("**/edit/", lambda route: route.fulfill(status=500))
    page.locator("#id_hours").fill("2")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("the site does not answer")
    page.unroute("**/edit/")
    saved_now(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#id_hours").fill("left")
    saved_now(other)
    page.locator("#id_hours").fill("right")
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("Another window saved other text")
    other.locator("#id_hours").fill("left again")
    saved_now(other)
    expect(other.locator("#overview li").first).to_contain_text("The paper")
    hours = sorted(report.typed["hours"][0] for report in Report.objects.all())
    assert hours == ["left again", "right"]
    person.close()


def test_addresses_are_found_in_a_pdf_and_each_is_looked_at(chromium: Browser, site: str) -> None:
    person = signed_in(chromium, site)
    page = person.page
    page.goto(NEW)
    page.locator("#id_hours").fill("12")
    page.locator("#id_q").fill("frobnicating widgets")
    page.get_by_label("Frobnicating Widgets").check()
    found = {"name": "paper.pdf", "mimeType": "application/pdf"}
    page.locator("#id_pdf").set_input_files([{**found, "buffer": b"%PDF-1.4"}])
    page.get_by_role("button", name="Find addresses").click()
    expect(page.locator("#problems")).to_contain_text("PDF of the paper: This PDF is damaged")
    expect(page.locator("#id_hours")).to_have_value("12")
    text = pdfs.paper("{ada, bo.probe}@lab.example.org", "kx7@lab.example.org")
    page.locator("#id_pdf").set_input_files([{**found, "buffer": text}])
    page.get_by_role("button", name="Find addresses").click()
    expect(page.locator(".messages")).to_contain_text("Filled in below from the PDF")
    expect(page.locator("#address-rows legend")).to_have_text([f"Address {i}" for i in (1, 2, 3)])
    expect(page.locator("#id_address-1-author")).to_have_value("Bo Probe")
    expect(page.locator("#id_address-1-source")).to_have_value(re.compile("line 1"))
    expect(page.locator("#id_address-2-author")).to_have_value("")
    page.get_by_role("button", name="Remove address 3").click()
    page.get_by_role("button", name="Remove address 1").click()
    page.get_by_label("I looked into the paper").check()
    saved_now_by(page, "#id_hours")
    assert [draft()[f"address-0-{name}"] for name in ("email", "proposed", "confirmed")] == [
        ["bo.probe@lab.example.org"], ["yes"], ["on"],
    ]  # fmt: skip
    assert [words for words in person.complaints if "422" not in words] == []
    person.close()


def test_without_a_script_the_buttons_do_the_same(chromium: Browser, site: str) -> None:
    person = signed_in(chromium, site, java_script_enabled=False)
    page = person.page
    page.goto(NEW)
    page.locator("#id_q").fill("frobnicating widgets")
    page.get_by_role("button", name="Find the paper").click()
    page.get_by_label("Frobnicating Widgets").check()
    page.locator("#id_claim-0-place").fill("Table 1")
    page.get_by_role("button", name="Add a claim").click()
    assert page.url.endswith("#claim-1")
    page.locator("#id_claim-1-place").fill("Table 2")
    page.get_by_role("button", name="Remove claim 1").click()
    assert page.url.endswith("#claim-removed")
    expect(page.locator("#id_claim-0-place")).to_have_value("Table 2")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#id_claim-0-place")).to_have_value("Table 1")
    expect(page.locator("#id_claim-1-place")).to_have_value("Table 2")
    page.get_by_role("button", name="Save draft").first.click()
    expect(page.locator(".message.success")).to_contain_text("Draft saved at")
    expect(page.get_by_label("Frobnicating Widgets")).to_be_checked()
    page.locator("summary", has_text="Enter the paper by hand").click()
    page.locator("#id_bibtex").fill("@article{a, title={b}, year=2024")
    page.get_by_role("button", name="Fill in from BibTeX").click()
    expect(page.locator("#problems")).to_contain_text("Line 1: a closing brace")
    person.close()
