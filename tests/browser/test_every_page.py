"""Every page of every person in a real browser: for keyboard, eyes, and small screens.

Without PROOF=1 (`make proof`) one page in ten, another one in each of the two long tests.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from tests.browser import checks
from tests.browser.live import live
from tests.browser.person import Person
from tests.browser.world import World, build

PROOF = bool(os.environ.get("PROOF"))
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


ACTS = {
    "public": {
        "a form without anything": ("new report", {}, "Preview"),
        "an address that is none": ("sign in", {"email": "nobody"}, "Send me a code"),
        "an address to watch that is none": ("watch a paper", {"email": "x@"}, "Send me the link"),
        "something is watched": ("what I watch", {}, "Confirm"),
        "a code is sent": ("sign in", {"email": "new@reporters.example"}, "Send me a code"),
    },
    "reporter": {
        "a form without anything": ("new report", {}, "Preview"),
        "a dispute without a reason": ("dispute", {}, "Publish the reason"),
        "a wrong account": ("my account", {"orcid": "no such thing"}, "Save"),
        "erasing without a choice": ("erase the account", {}, "Erase my account"),
    },
    "author": {
        "an answer without anything": ("answer asking", {}, "Publish the answer"),
        "nobody named": ("answer asking", {}, "Tell the moderators"),
        "a preview": ("answer asking", {"kind": "agrees", "text": "The *seed*."}, "Preview"),
        "more time": ("answer asking", {}, "We need more time"),
        "an addition": (
            "answer answered",
            {"kind": "explains", "text": "Also **this**."},
            "Publish the answer",
        ),
    },
    "moderator": {
        "no check ticked": ("submitted", {}, "Accept the report"),
        "no reason of a decision": ("words", {}, "Decide"),
        "no author of a mail": ("mail of an author", {}, "Take as an answer"),
        "no kind of an answer by mail": ("words", {}, "Publish the answer"),
    },
}
"""By visitor: what is typed on a page, and the button that is pressed; not all is complete."""


UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true"


@dataclass
class Visitors:
    """A reader, a reporter and a moderator who are signed in, and authors with their links."""

    site: str
    world: World
    browser: Browser

    def pages(self, *, acts: bool = False, part: int = 0) -> Iterator[tuple[str, Page, Person]]:
        """Every page, opened one after the other; with `acts` also what follows a button.

        Without PROOF only the `part`-th of each ten pages, and every act.
        """
        for who, paths in (
            ("public", self.world.public),
            ("reporter", self.world.reporters),
            ("author", self.world.authors),
            ("moderator", self.world.moderators),
        ):
            person = Person(
                self.browser, self.site, viewport={"width": 1280, "height": 900},
                reduced_motion="reduce",
            )  # fmt: skip
            if who in ("reporter", "moderator"):
                sign_in(person.page.context, getattr(self.world, who), self.site)
            for name, path in list(paths.items())[0 if PROOF else part :: 1 if PROOF else 10]:
                self._open(person.page, path)
                if who == "moderator":
                    person.page.evaluate(UNFOLD)
                yield f"{who}: {name}", person.page, person
            for name, (where, typed, button) in ACTS[who].items() if acts else ():
                self._open(person.page, paths[where])
                for field, value in typed.items():
                    box = person.page.locator(f'[name="{field}"]')
                    if field == "kind":
                        box.and_(person.page.locator(f'[value="{value}"]')).check()
                    else:
                        box.first.fill(value)
                with person.page.expect_navigation():
                    person.page.get_by_role("button", name=button, exact=True).first.click()
                yield f"{who}: {name}", person.page, person
            person.close()

    @staticmethod
    def _open(page: Page, path: str) -> None:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        response = page.goto(path)
        assert response is not None
        assert response.status in (200, 403, 404), (path, response.status)


def sign_in(context: BrowserContext, user: User, site: str) -> None:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])


@pytest.fixture
def visitors(chromium: Browser) -> Iterator[Visitors]:
    with live() as site:
        yield Visitors(site, build(), chromium)


def test_every_page_is_for_everybody(visitors: Visitors) -> None:
    faults = []
    for name, page, person in visitors.pages(acts=True):
        found = [*checks.headings(page), *checks.labels(page), *checks.by_axe(page)]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{scheme} {fault}" for fault in checks.contrast(page)]
        for width in (1280, 390, 360):
            page.set_viewport_size({"width": width, "height": 800})
            found += [f"at {width} {fault}" for fault in checks.sideways(page)]
            found += [f"at {width} {fault}" for fault in checks.targets(page)]
        page.set_viewport_size({"width": 1280, "height": 800})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += [f"twice as large {fault}" for fault in checks.sideways(page)]
        found += [f"asks {url}" for url in person.foreign]
        found += [text for text in person.complaints if "Failed to load resource" not in text]
        person.foreign.clear()
        person.complaints.clear()
        faults += [f"{name}: {fault}" for fault in found]
    assert "\n".join(faults) == ""


@pytest.mark.long
def test_every_page_works_with_the_keyboard(visitors: Visitors) -> None:
    faults = [
        f"{name}: {fault}"
        for name, page, _ in visitors.pages(part=1)
        for fault in (*checks.keyboard(page), *checks.skip_link(page))
    ]
    assert "\n".join(faults) == ""


def test_an_author_answers_without_javascript(visitors: Visitors) -> None:
    author = Person(visitors.browser, visitors.site, java_script_enabled=False)
    author.page.goto(visitors.world.authors["answer asking"])
    author.page.get_by_role("link", name="Answer", exact=True).click()
    author.page.get_by_label("explains").check()
    author.page.get_by_label("Your answer, in Markdown").fill("Use seed 3.")
    author.page.get_by_role("button", name="Publish the answer").click()
    expect(author.page.get_by_text("Your answer is stored")).to_be_visible()
    author.close()
