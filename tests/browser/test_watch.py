"""Watching a paper by mail in a real browser, without JavaScript: asked for, confirmed, ended.

PICTURES=folder keeps how each page and both letters look, wide and narrow, by day and by night.
"""

import os
import re
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from notifications.gallery import Piece
from notifications.gallery_folder import part, read
from notifications.models import Subscriber
from notifications.outbox import send_due
from notifications.watch_specimens import LETTERS
from registry.models import Paper
from tests.browser import checks
from tests.browser.live import live
from tests.browser.person import Person
from tests.reports import stages
from tests.servers import SmtpServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def paper() -> Paper:
    with transaction.atomic():
        found = stages.lapsed(of=stages.paper("Lantern networks for sparse gears")).paper
    assert found is not None
    return found


def looked_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page for keyboard, eyes and small screens."""
    found = [*checks.headings(page), *checks.labels(page)]
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += checks.contrast(page)
            if PICTURES:
                file = Path(PICTURES) / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=file, full_page=True)
        found += [*checks.sideways(page), *checks.targets(page)]
    return [f"{name}: {fault}" for fault in found]


def test_a_paper_is_watched_and_ended_without_javascript(
    chromium: Browser, paper: Paper, smtp_server: SmtpServer
) -> None:
    with live() as site:
        person = Person(chromium, site, java_script_enabled=False)
        page, faults = person.page, []
        page.goto(f"/papers/{paper.pk}/")
        page.get_by_role("link", name="Watch this paper by mail").click()
        page.get_by_role("button", name="Send me the link").click()
        expect(page.get_by_role("heading", name="Not sent yet")).to_be_visible()
        faults += looked_at(page, "refused")
        page.get_by_role("link", name="Your e-mail address").click()
        page.get_by_label("Your e-mail address").fill("vera@readers.example")
        page.get_by_label("Once a week, if something happened").check()
        faults += looked_at(page, "form")
        page.get_by_role("button", name="Send me the link").click()
        expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
        faults += looked_at(page, "sent")

        assert send_due(lane="priority", clock=timezone.now) == 1
        text = smtp_server.mails[0].get_body(("plain",))
        assert text is not None
        link = re.search(r"/watch/[\w-]+/", text.get_content())
        assert link is not None
        page.goto(link[0])
        faults += looked_at(page, "to-be-confirmed")
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("It is confirmed.")).to_be_visible()
        faults += looked_at(page, "watching")
        page.get_by_role("link", name="End all of it").click()
        faults += looked_at(page, "end")
        page.get_by_role("button", name="End all of it", exact=True).click()
        expect(page.get_by_role("heading", name="It is ended")).to_be_visible()
        faults += looked_at(page, "ended")
        assert not Subscriber.objects.exists()
        assert person.foreign == []
        person.close()
    assert "\n".join(faults) == ""


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("case", ["plain", "turned", "hostile"])
def test_the_letters_fit_a_telephone(
    chromium: Browser, letter: str, language: str, case: str
) -> None:
    context = chromium.new_context()
    page, faults = context.new_page(), []
    page.set_content(part(read(Piece(letter, language, case).raw()), "html"))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        faults += checks.sideways(page)
        for scheme in ("light", "dark") if PICTURES else ():
            page.emulate_media(color_scheme=scheme)
            file = Path(PICTURES) / f"{letter}-{language}-{case}-{width}-{scheme}.png"
            page.screenshot(path=file, full_page=True)
    context.close()
    assert faults == []
