"""What is shown elsewhere, in a real browser: the card in a frame, the badge, what is copied; and
that the paper's page with its data for machines stays within the policy."""

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect

from registry.models import Paper
from tests.browser import checks
from tests.browser.live import live
from tests.browser.person import Person
from tests.reports import stages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("PICTURES", "")
TITLE = "Lantern </script> networks שלום 👩‍🔬 " + "with a long title " * 9


@pytest.fixture
def paper() -> Paper:
    with transaction.atomic():
        return stages.lapsed(of=stages.paper(TITLE, doi="10.5555/lamps")).paper


def picture(person: Person, name: str) -> None:
    """How it looks, by day and by night."""
    for scheme in ("light", "dark") if PICTURES else ():
        person.page.emulate_media(color_scheme=scheme)
        person.page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png", full_page=True)


def test_the_part_with_badge_and_card(chromium: Browser, paper: Paper) -> None:
    with live() as site:
        person = Person(chromium, site, viewport={"width": 1280, "height": 900})
        page = person.page
        page.goto(f"/papers/{paper.pk}/")
        page.get_by_text("Badge and embed").click()
        badge = page.get_by_alt_text("The badge: reproduction: not reproducible: no answer")
        expect(badge).to_be_visible()
        assert badge.evaluate("image => image.complete && image.naturalWidth > 200")
        found = [*checks.headings(page), *checks.by_axe(page)]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += checks.contrast(page)
        picture(person, "paper")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            found += [*checks.sideways(page), *checks.targets(page)]
        assert found == []
        assert person.complaints == person.foreign == []
        person.close()


class Elsewhere(ThreadingHTTPServer):
    """Another site, of which each page is `frame`."""

    frame = ""


class OnePage(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!DOCTYPE html><title>x</title>{self.server.frame}".encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere(("127.0.0.1", 0), OnePage) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_another_site_frames_the_card_and_nothing_else(
    chromium: Browser, paper: Paper, elsewhere: Elsewhere
) -> None:
    with live() as site:
        person = Person(chromium, site, viewport={"width": 600, "height": 600})
        page = person.page

        def framed(path: str) -> None:
            elsewhere.frame = f'<iframe src="{site}{path}" width="480" height="220"></iframe>'
            page.goto(f"http://127.0.0.1:{elsewhere.server_port}/")

        framed(f"/embed/papers/{paper.pk}/")
        card = page.frame_locator("iframe")
        expect(card.get_by_role("link", name="Lantern")).to_be_visible()
        expect(card.get_by_text("not reproducible: no answer")).to_be_visible()
        picture(person, "card")
        inside = card.locator("html").evaluate("root => [root.scrollWidth, root.scrollHeight]")
        assert inside[0] <= 480
        assert inside[1] <= 220
        assert person.complaints == []
        framed(f"/papers/{paper.pk}/")
        expect(page.frame_locator("iframe").get_by_role("heading")).to_have_count(0)
        assert any("frame-ancestors" in told for told in person.complaints)
        page.goto(f"{site}/embed/papers/{paper.pk}/")
        assert [*checks.by_axe(page), *checks.contrast(page), *checks.targets(page)] == []
        person.close()
