"""Letters in a real browser, as mail programs on telephones and desks show them.

Without PROOF=1 (`make proof`) those in both languages, which hold both, with the widest contents.
"""

import os
from collections.abc import Iterator
from html import escape

import pytest
from playwright.sync_api import Browser, Page

from notifications.gallery import SIGN_IN, Piece, pieces
from notifications.gallery_folder import part, read
from tests.browser import checks
from tests.browser.live import live
from tests.browser.person import Person
from tests.browser.test_every_page import sign_in
from tests.notifications.builders import make_user

pytestmark = [pytest.mark.browser, pytest.mark.proof]
PROOF = bool(os.environ.get("PROOF"))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


WIDEST = ("hostile", "long-title", "long-quotes", "huge-numbers")


def shown() -> list[Piece]:
    widest = [x for x in pieces() if x.language == "both" and x.case in WIDEST]
    return pieces() if PROOF else widest + [x for x in pieces() if x.letter == SIGN_IN]


def html(piece: Piece) -> str:
    return part(read(piece.raw()), "html")


SHELF = 40
"""So many letters are laid out at once, each in a frame as wide as a telephone."""


def test_no_letter_is_wider_than_a_telephone_or_asks_for_anything(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    faults = []
    every = shown()
    for at in range(0, len(every), SHELF):
        some = every[at : at + SHELF]
        frames = (f'<iframe width="390" height="844" srcdoc="{escape(html(x))}">' for x in some)
        page.set_content("</iframe>".join(frames))
        page.wait_for_function(
            "number => [...document.querySelectorAll('iframe')].filter("
            "f => f.contentDocument.querySelector('p')).length === number", arg=len(some),
        )  # fmt: skip
        sizes = page.evaluate(
            "[...document.querySelectorAll('iframe')].map(f => f.contentDocument.documentElement)"
            ".map(page => [page.clientWidth, page.scrollWidth])"
        )
        for piece, (room, needed) in zip(some, sizes, strict=True):
            assert 370 <= room <= 390  # less a scroll bar
            if needed > room:
                faults.append(f"{piece}: {needed} of {room}")
    assert "\n".join(faults) == ""
    assert [url for url in asked if not url.startswith("about:")] == []


@pytest.mark.long
def test_letters_are_readable_by_day_and_by_night(page: Page) -> None:
    faults = []
    for piece in shown():
        if piece.case in ("hostile", "plain"):
            page.set_content(html(piece))
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                faults += [f"{piece}: {scheme} {fault}" for fault in checks.contrast(page)]
    assert "\n".join(faults) == ""


@pytest.mark.long
def test_letters_are_for_screen_readers_too(page: Page) -> None:
    """Axe's rules but those of a page with landmarks and a heading, which a letter has not."""
    faults = []
    for letter in ("notice", "final_notice", "answer-author", SIGN_IN):
        for language in ("en", "zh-hans"):
            page.set_content(html(Piece(letter, language, "plain")))
            faults += [
                f"{letter} {language}: {fault}"
                for fault in checks.by_axe(page)
                if not fault.startswith(("axe landmark-one-main", "axe page-has-heading-one",
                                         "axe region"))
            ]  # fmt: skip
    assert "\n".join(faults) == ""


@pytest.mark.django_db(transaction=True)
def test_the_moderators_gallery_is_for_everybody(chromium: Browser) -> None:
    with live() as site:
        moderator = Person(
            chromium, site, viewport={"width": 1280, "height": 900}, reduced_motion="reduce",
        )  # fmt: skip
        sign_in(moderator.page.context, make_user(is_staff=True), site)
        page, faults = moderator.page, []
        for path in ("", "notice/both/hostile/", f"{SIGN_IN}/zh-hans/plain/"):
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(f"/moderation/letters/{path}")
            found = [*checks.headings(page), *checks.labels(page), *checks.by_axe(page)]
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found += checks.contrast(page)
            found += [*checks.keyboard(page), *checks.skip_link(page)]
            page.set_viewport_size({"width": 390, "height": 844})
            found += [*checks.sideways(page), *checks.targets(page), *moderator.complaints]
            if path:
                words = page.frame_locator("iframe").locator("body").inner_text()
                found += [] if "Unreproduced" in words else ["the frame is empty"]
            faults += [f"{path}: {fault}" for fault in found]
        moderator.close()
    assert "\n".join(faults) == ""
