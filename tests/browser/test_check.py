"""The bibliography check in a real browser: pasted, uploaded, shared; with and without a script."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from registry import near_titles
from registry.models import Notice, Standing
from tests.browser import checks
from tests.browser.live import live
from tests.browser.person import Person
from tests.registry.builders import NOW, paper, with_standing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "A very long title about made-up things that goes on " * 8
BIB = f"""
@article{{one, title={{Learning to fold made-up proteins}}, doi={{10.1234/A}}, year={{2020}}}}
@article{{two, title={{大规模语言模型的可重复性批评}}, doi={{10.1234/b}}}}
@article{{three, title={{{LONG}}}, doi={{10.1234/gone}}}}
@article{{four, title={{Learning to fold made-up protiens}}}}
@article{{five, title={{On nothing that is known}}, year={{2019}}}}
@misc{{six, title={{Broken
"""
PDF = Path(__file__).parent.parent / "payloads" / "pdf" / "two_columns.pdf"


@pytest.fixture(params=[True, False], ids=["javascript", "plain"])
def reader(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Person]:
    with_standing(
        paper("Learning to fold made-up proteins", doi="10.1234/a", year=2020), Standing.NO_ANSWER
    )
    with_standing(
        paper("大规模语言模型的可重复性批评", names=["张伟"], doi="10.1234/b"), Standing.DISPUTED
    )
    Notice.objects.create(
        scheme="doi", value="10.1234/gone", kind="retracted", source="Crossref", found_at=NOW
    )
    near_titles.keep()
    with live() as site:
        person = Person(
            chromium, site, viewport={"width": 1280, "height": 900},
            java_script_enabled=request.param, reduced_motion="reduce",
        )  # fmt: skip
        person.javascript = request.param
        yield person
        person.close()


def picture(person: Person, name: str) -> None:
    """Kept under PICTURES, for people to look at: wide and light, narrow and dark."""
    if folder := os.environ.get("PICTURES"):
        for width, scheme in ((1280, "light"), (390, "dark")):
            person.page.set_viewport_size({"width": width, "height": 900})
            person.page.emulate_media(color_scheme=scheme)
            person.page.screenshot(path=f"{folder}/check-{name}-{width}.png", full_page=True)
        person.page.set_viewport_size({"width": 1280, "height": 900})
        person.page.emulate_media(color_scheme="light")


def looked_at(person: Person) -> list[str]:
    page = person.page
    found = [*checks.headings(page), *checks.labels(page)]
    if person.javascript:
        found += checks.by_axe(page)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            found += [*checks.sideways(page), *checks.targets(page)]
        page.set_viewport_size({"width": 1280, "height": 900})
    return found


def test_a_bibliography_is_pasted_checked_shared_and_kept(reader: Person, tmp_path: Path) -> None:
    page = reader.page
    page.goto("/")
    page.get_by_role("link", name="Check references").click()
    picture(reader, "form")
    page.get_by_label("Paste them").fill(BIB)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", name="1 of 6 references is on the list")).to_be_visible()
    expect(page.get_by_text("The publisher says: retracted")).to_be_visible()
    expect(page.get_by_text("Perhaps")).to_be_visible()
    assert looked_at(reader) == []
    picture(reader, "checked")
    with page.expect_download() as download:
        page.get_by_role("button", name="Check, and download as CSV").click()
    file = tmp_path / "checked.csv"
    download.value.save_as(file)
    with file.open(newline="", encoding="utf-8") as text:
        assert [row["key"] for row in csv.DictReader(text)] == [
            "one", "two", "three", "four", "five", "",
        ]  # fmt: skip
    page.get_by_role("link", name="an address that names the papers found").click()
    expect(page.get_by_role("heading", name="A checked bibliography")).to_be_visible()
    expect(page.locator("ol.rows > li")).to_have_count(2)
    assert looked_at(reader) == []
    picture(reader, "shared")


def test_a_paper_s_pdf_is_uploaded_and_its_references_are_read(reader: Person) -> None:
    page = reader.page
    page.goto("/check/")
    page.get_by_label("Or choose a file").set_input_files(PDF)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("Read as PDF.")).to_be_visible()
    expect(page.get_by_role("heading", name="None of 15 references is on the list")).to_be_visible()


def test_a_file_that_is_none_is_refused_with_what_to_do(reader: Person) -> None:
    page = reader.page
    page.goto("/check/")
    page.get_by_label("Paste them").fill("kept")
    word: FilePayload = {
        "name": "refs.bib", "mimeType": "application/msword",
        "buffer": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600,
    }  # fmt: skip
    page.get_by_label("Or choose a file").set_input_files(word)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("This was not checked")
    expect(page.get_by_label("Paste them")).to_have_value("kept")
    assert looked_at(reader) == []
    picture(reader, "refused")
