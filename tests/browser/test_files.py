"""Files in a real browser, without JavaScript: attached, read, downloaded, and never run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from reports.files import storage
from reports.models import File
from tests.browser.live import live
from tests.browser.test_every_page import sign_in
from tests.reports import stages
from tests.reports.hostile_files import PDF, SCRIPTED
from tests.reports.stages import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of the pages, where somebody wants to look at them."""


@pytest.fixture
def site() -> Iterator[str]:
    with live() as url:
        yield url


def opened(browser: Browser, site: str, user: User) -> Page:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    sign_in(context, user, site)
    return context.new_page()


def picture(page: Page, name: str, part: str = "main") -> None:
    """How a part of the page looks, on a desk and in a hand, by day and by night."""
    for width in (1280, 390) if PICTURES else ():
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            page.locator(part).screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png")


def test_files_go_there_and_back(chromium: Browser, site: str, tmp_path: Path) -> None:
    user = stages.user(email="rita@reporters.example", name="Rita Report")
    page = opened(chromium, site, user)
    (tmp_path / "run.ipynb").write_bytes(SCRIPTED)
    (tmp_path / "paper.pdf").write_bytes(PDF)
    (tmp_path / "data.zip").write_bytes(b"PK\3\4")
    page.goto("/reports/new/")
    page.get_by_label("What you did").fill("We ran it.")
    page.get_by_label("Attach files").set_input_files(
        [tmp_path / name for name in ("run.ipynb", "paper.pdf", "data.zip")]
    )
    page.get_by_role("button", name="Attach, or remove what is ticked").click()
    expect(page.get_by_role("alert")).to_contain_text("Archives are not taken")
    expect(page.get_by_text("File 2: paper.pdf")).to_be_visible()
    picture(page, "form", "#evidence")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download paper.pdf").click()
    assert download.value.suggested_filename == "paper.pdf"
    assert Path(download.value.path()).read_bytes() == PDF
    page.get_by_role("link", name="Read it here").first.click()
    expect(page.get_by_role("heading", name="run.ipynb")).to_be_visible()
    expect(page.get_by_text("Not shown: image/png")).to_be_visible()
    picture(page, "file")
    page.context.close()


WIDE = (
    "| seed | " + " | ".join(f"BLEU of run {n}" for n in range(14)) + " |\n" + "|---" * 15 + "|\n"
    "| 1 " + "| 27.3 " * 14 + "|\n\nThe loss is\n\n"
    r"$$\mathcal{L} = -\sum_{i=1}^{n} \log \frac{\exp(s_i/\tau)}{\sum_{j} \exp(s_j/\tau)}"
    r" + \lambda \sqrt{\sum_k w_k^2} + \mu \int_0^1 f(x)\,dx + \nu \prod_{m} a_m b_m c_m$$"
    "\n\nand $x_i^2$ costs $5 and $10.\n"
)


def test_wide_formulas_and_tables_scroll_by_themselves(chromium: Browser, site: str) -> None:
    with transaction.atomic():
        report = stages.answered(summary=WIDE)
    done = File.objects.create(
        report=report, name="run.log", media_type="text/plain", charset="utf-8", size=3, kind="log",
        sha256="b" * 64, key=storage().save("aa/browser", ContentFile(b"one")), stored_at=NOW,
        note="All three runs",
    )  # fmt: skip
    page = chromium.new_context(base_url=site, viewport={"width": 390, "height": 900}).new_page()
    page.goto(f"/reports/{report.pk}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    table = page.get_by_role("region", name="Table").first
    assert table.evaluate("box => box.scrollWidth > box.clientWidth")
    formula = page.locator("p:has(> math[display=block])").first
    assert formula.evaluate("box => box.scrollWidth > box.clientWidth")
    expect(page.get_by_role("link", name=done.name, exact=True)).to_be_visible()
    picture(page, "report", ".beside")
    page.context.close()
