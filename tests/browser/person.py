"""A person with a browser of their own, who does what a person does on the pages."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.servers import SmtpServer, wait_for

Letters = Callable[[str, str], tuple[str, str]]
"""(address, words of the subject) -> subject and plain text of the newest such letter."""
TICKS = ", ".join(f'#accept input[name="{name}"]' for name in ("check", "address", "no_conflict"))
"""What a moderator ticks who accepts a report."""
LINK = re.compile(r"https?://[^\s<>)\]]+")


class Person:
    """`page` belongs to nobody else; what the console complains about is kept in `complaints`."""

    def __init__(self, browser: Browser, site: str, **context: object) -> None:
        self.site = site
        self._context = browser.new_context(base_url=site, **context)
        self.page: Page = self._context.new_page()
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._see)

    def _hear(self, message: object) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _see(self, request: object) -> None:
        if urlsplit(request.url).scheme in ("http", "https") and not request.url.startswith(
            self.site
        ):
            self.foreign.append(request.url)

    def close(self) -> None:
        self._context.close()

    def sign_in(self, email: str, letters: Letters) -> None:
        """By the code of the letter."""
        self.page.goto("/accounts/login/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_role("button", name="Send me a code").click()
        subject, text = letters(email, "code")
        code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", f"{subject}\n{text}")
        assert code is not None, text
        self.page.get_by_label("Code").fill(code[0])
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.page.get_by_role("button", name="Sign in", exact=True)).to_have_count(0)

    def report(self, typed: dict[str, str]) -> int:
        """Fill in the form, look at the preview, submit; the report's number."""
        self.page.goto("/reports/new/")
        for name, value in typed.items():  # the paper's fields open when it is chosen
            if value:
                self.type(name, value)
        self.page.get_by_role("button", name="Preview").click()
        self.page.get_by_role("button", name="Submit the report").click()
        expect(self.page.get_by_text("Submitted. A moderator reads it")).to_be_visible()
        return int(re.search(r"/reports/(\d+)/", self.page.url)[1])

    def type(self, name: str, value: str) -> None:
        """Fill in, choose or tick the field of the report form with that name."""
        field = self.page.locator(f'#report-form [name="{name}"]')
        kind = field.first.get_attribute("type")
        if kind == "hidden":
            return
        if kind in ("radio", "checkbox"):
            found = (
                field if field.count() == 1 else field.and_(self.page.locator(f'[value="{value}"]'))
            )
            found.check()
        elif field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)

    def accept(self, report_id: int) -> None:
        """Make every check of the acceptance, and accept."""
        self.page.goto("/moderation/")
        self.page.locator(f'a[href="/moderation/{report_id}/"]').first.click()
        for box in self.page.locator(TICKS).all():
            box.check()
        self.page.get_by_role("button", name="Accept the report").click()


def letters_of(server: SmtpServer) -> Letters:
    """Letters that a server of the test took."""

    def newest(address: str, words: str) -> tuple[str, str]:
        def found() -> list[tuple[str, str]]:
            return [
                (str(mail["Subject"]), mail.get_body(("plain",)).get_content())
                for mail in server.to(address)
                if words in str(mail["Subject"])
            ]

        wait_for(found, 90, f"a letter {words!r} to {address}")
        return found()[-1]

    return newest


def letters_on_the_page(browser: Browser, site: str) -> Letters:
    """Letters as a person reads them on the mailbox page of `make run`."""

    def newest(address: str, words: str) -> tuple[str, str]:
        reader = Person(browser, site)
        page = reader.page

        def found() -> bool:
            page.goto("/mailbox/")
            return letter.count() > 0

        letter = (
            page.get_by_role("row")
            .filter(has_text=address)
            .filter(has_text=words)
            .get_by_role("link")
        )
        wait_for(found, 90, f"a letter {words!r} to {address}")
        subject = letter.first.inner_text()
        letter.first.click()
        page.get_by_role("link", name="Plain text").click()
        text = page.inner_text("main")
        reader.close()
        return subject, text

    return newest
