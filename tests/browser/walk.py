"""A walk through the registry: people with browsers, a server that takes their mail, and a clock
that a test moves. At every station the page is looked at by all checks, and pictures are taken."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import User
from notifications.letters import write_letters
from notifications.outbox import send_due
from reports import agreements, lapse, letters_due
from reports.models import Probe
from tests.browser import checks
from tests.browser.live import live
from tests.browser.person import LINK, TICKS, Person
from tests.servers import SmtpServer

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # a Monday
SCREENS = ((390, "dark"), (1280, "light"))
"""Widths and colours that every station is looked at in."""
PICTURES = os.environ.get("PICTURES", "")
"""Into this folder go pictures of all stations; none are taken where it is unset."""
CLOSELY = bool(os.environ.get("PROOF") or PICTURES)
"""Else a station is looked at in one width: test_every_page.py sees the pages in all."""


SETTLE = 50
"""Milliseconds until a page is drawn in other colours."""
PATIENCE = 30_000
"""Milliseconds for what a page is asked to do."""


@dataclass
class Walk:
    """Who walks, and what was wrong at the stations, in `faults`."""

    site: str
    browser: Browser
    mail: SmtpServer
    clock: time_machine.Traveller
    name: str
    faults: list[str] = field(default_factory=list)
    _people: list[Person] = field(default_factory=list)
    _bare: list[Person] = field(default_factory=list)
    _stations: int = 0

    def person(self, user: User | None = None, **context: Any) -> Person:
        """Somebody with a browser; a `user` is signed in by the code of a letter."""
        one = Person(self.browser, self.site, viewport={"width": 1280, "height": 900},
                     reduced_motion="reduce", **context)  # fmt: skip
        one.page.set_default_timeout(PATIENCE)
        self._people.append(one)
        if context.get("java_script_enabled") is False:
            self._bare.append(one)
        if user is not None:
            one.sign_in(user.email, self.letters)
        return one

    # --- the mail and the clock --------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The moment of the walk (UTC)."""
        return timezone.now()

    def post(self) -> None:
        """All letters that are owed now leave."""
        write_letters(now=timezone.now())
        for lane in ("priority", "normal"):
            send_due(lane=lane, clock=timezone.now)

    def letters(self, address: str, words: str) -> tuple[str, str]:
        """Subject and plain text of the newest letter to `address` with `words` in its subject."""
        self.post()
        found = [mail for mail in self.mail.to(address) if words in str(mail["Subject"])]
        assert found, (address, words, [str(mail["Subject"]) for mail in self.mail.to(address)])
        plain = found[-1].get_body(("plain",))
        assert plain is not None
        return str(found[-1]["Subject"]), plain.get_content()

    def link(self, address: str, words: str, part: str = "/answer/") -> str:
        """The link with `part` of the newest such letter, without what it asks for by `?do=`."""
        _, text = self.letters(address, words)
        return next(found for found in LINK.findall(text) if part in found and "?" not in found)

    def days(self, count: int) -> None:
        """So many days pass, with all sweeps of each and a mailbox that works."""
        for _ in range(count):
            self.clock.shift(timedelta(days=1))
            now = timezone.now()
            Probe.objects.create(sent_at=now, returned_at=now)
            letters_due.order_due_letters(now=now)
            self.post()
            lapse.lapse_due(now=now)
            agreements.confirm_due(now=now)
        self.post()

    # --- the stations ------------------------------------------------------------------------

    def look(self, person: Person, station: str) -> None:
        """Check the page `person` is on, wide and narrow, by day and by night.

        Axe needs a browser in which scripts run.
        """
        page, found = person.page, []
        page.wait_for_load_state()  # a click ends when the next page begins to come
        self._stations += 1
        for width, scheme in SCREENS if CLOSELY else ():
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(SETTLE)
            for check in (checks.contrast, checks.sideways, checks.targets):
                found += [f"at {width}, {scheme}: {fault}" for fault in check(page)]
            if PICTURES:
                file = f"{self.name}-{self._stations:02}-{station.replace(' ', '-')}-{width}.png"
                page.screenshot(path=Path(PICTURES) / file, full_page=True)
        found += [*checks.headings(page), *checks.labels(page), *checks.sideways(page)]
        found += checks.by_axe(page) if CLOSELY and person not in self._bare else []
        self.faults += [f"{station}: {fault}" for fault in found]

    def reads(self, person: Person, path: str, station: str) -> None:
        """`person` opens a page that is there, and it is looked at."""
        response = person.page.goto(path)
        assert response is not None and response.status == 200, (path, response)
        self.look(person, station)

    def end(self) -> None:
        """Everybody goes home; no page may have been at fault, complained or asked elsewhere."""
        for one in self._people:
            self.faults += [f"asks {url}" for url in one.foreign]
            self.faults += [x for x in one.complaints if "Failed to load resource" not in x]
            one.close()
        assert not self.faults, "\n".join(self.faults)


@contextmanager
def walking(browser: Browser, mail: SmtpServer, settings: Any, name: str) -> Iterator[Walk]:
    """A site that is up and mails to `mail`, on the day START."""
    settings.TWO_PERSON_RULE = True
    with time_machine.travel(START, tick=True) as clock, live() as site:
        settings.SITE_URL = site
        settings.EMAIL_BACKEND = "notifications.backend.OutboxBackend"  # codes come by mail, too
        Probe.objects.create(sent_at=START, returned_at=START)
        walk = Walk(site, browser, mail, clock, name)
        yield walk
        walk.end()


# --- what people do on the pages, with their stations ----------------------------------------


def accepts(walk: Walk, moderator: Person, report: int) -> None:
    """A moderator finds the report in the queue, makes every check, and accepts it."""
    page = moderator.page
    walk.reads(moderator, "/moderation/", "the queue")
    page.locator(f'main a[href="/moderation/{report}/"]').first.click()
    walk.look(moderator, "a report to decide on")
    for box in page.locator(TICKS).all():
        box.check()
    page.get_by_role("button", name="Accept the report").click()
    expect(page.get_by_role("heading", name="Moderation")).to_be_visible()
    walk.look(moderator, "the queue afterwards")


def answers(
    walk: Walk, author: Person, link: str, *, kind: str, text: str, url: str = "", name: str = ""
) -> None:
    """An author reads the report behind `link`, answers, looks at the preview, and publishes."""
    page, word = author.page, kind.replace("_", " ")
    walk.reads(author, link, f"an author reads before {word}")
    page.get_by_role("link", name="Answer", exact=True).click()
    page.locator(f'input[name="kind"][value="{kind}"]').check()
    page.locator("#id_text").fill(text)
    page.locator("#id_url").fill(url)
    if name:
        page.locator("#id_name").fill(name)
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.get_by_text("Preview: nothing is published yet")).to_be_visible()
    walk.look(author, f"preview of {word}")
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.get_by_text("Your answer is stored")).to_be_visible()
    walk.look(author, f"stored {word}")


def disputes(walk: Walk, reporter: Person, report: int, reason: str) -> None:
    """The reporter finds the answer among their reports, and says what it leaves open."""
    page = reporter.page
    walk.reads(reporter, "/reports/", "my reports")
    page.locator(f'main a[href="/reports/{report}/"]').first.click()
    walk.look(reporter, "my report with an answer")
    page.get_by_role("link", name="Dispute the answer").click()
    page.get_by_label("What the answer leaves open").fill(reason)
    walk.look(reporter, "a dispute")
    page.get_by_role("button", name="Publish the reason").click()
    expect(page.locator(".badge.disputed").first).to_be_visible()
    walk.look(reporter, "my disputed report")
