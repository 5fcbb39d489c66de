"""A moderator's browser: the pages as they are read and the forms as they are sent."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import time_machine
from bs4 import BeautifulSoup
from django.http import HttpResponse

from accounts.models import User
from reports.models import Report
from tests.reports.inquiries import NOW, make_moderator
from tests.reports.typed import signed_in


@dataclass
class Desk:
    """A signed-in moderator, at a moment."""

    moderator: User = field(default_factory=make_moderator)
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.browser = signed_in(self.moderator)

    def get(self, report: Report) -> BeautifulSoup:
        """The page of the report."""
        with time_machine.travel(self.now, tick=False):
            response = self.browser.get(f"/moderation/{report.pk}/")
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    def queue(self) -> BeautifulSoup:
        """The queue."""
        with time_machine.travel(self.now, tick=False):
            response = self.browser.get("/moderation/")
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    def send(
        self, report: Report, do: str, of: object = None, *, free: bool = True, **typed: object
    ) -> HttpResponse:
        """Press a button of the report's page; `free` ticks that no conflict is known."""
        form = {"do": do, **({} if of is None else {"of": str(of)}), **typed}
        if free:
            form["no_conflict"] = "on"
        with time_machine.travel(self.now, tick=False):
            return self.browser.post(f"/moderation/{report.pk}/", form)

    def messages(self) -> list[str]:
        """What the next page says was done."""
        return [words.text for words in self.queue().select(".message")]


def done(desk: Desk, response: Any, report: Report | None = None) -> list[str]:
    """What was said, after a form that led back to the report, or to the queue."""
    assert response.status_code == 302
    assert response["Location"] == (f"/moderation/{report.pk}/" if report else "/moderation/")
    return desk.messages()


def page_of(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def sentences(response: HttpResponse) -> list[str]:
    """What the page answers to a form that was not done."""
    found = page_of(response).select("#problems li, #problems p")
    return [" ".join(one.text.split()) for one in found]


def words(page: BeautifulSoup, selector: str) -> str:
    """The words of a part of the page, on one line; empty where it is not there."""
    return " ".join(" ".join(one.text.split()) for one in page.select(selector))


def offered(page: BeautifulSoup) -> list[str]:
    """The buttons of the page's own forms, by what they do."""
    return [str(button["value"]) for button in page.select("main button[name=do]")]
