"""The main job in a real browser on a real run: report, moderate, read the notice, answer by the
link; and a second report that nobody answers, whose paper comes onto the list by itself."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from local.postgres import Postgres
from tests import servers
from tests.browser.person import LINK, Letters, Person, letters_of, letters_on_the_page
from tests.reports.typed import by_hand
from tests.trial import Trial

pytestmark = [pytest.mark.servers, pytest.mark.browser]
WINDOW = "120s" if os.environ.get("PROOF") else "40s"
ANSWERED, SILENT = "Wobbling Gears Learn to Count", "静音齿轮 <b>& Silent</b> Gears"


@pytest.fixture
def alone(trial: Trial, chromium: Browser) -> Iterator[tuple[Trial, Letters]]:
    """`make run` on a machine that has nothing."""
    trial.start(RESPONSE_WINDOW=WINDOW, SAMPLE="1")
    yield trial, letters_on_the_page(chromium, trial.address)


@pytest.fixture
def with_servers(trial: Trial, redis_url: str) -> Iterator[tuple[Trial, Letters]]:
    """A database, a Redis and a mail server of one's own, and two worker processes."""
    with (
        servers.smtp_server() as mail,
        Postgres(trial.folder / "elsewhere", throw_away=True) as database,
    ):
        trial.start(
            RESPONSE_WINDOW=WINDOW, SAMPLE="1", WORKERS="2",
            DATABASE_URL=database.url, REDIS_URL=redis_url, EMAIL_URL=mail.url,
        )  # fmt: skip
        yield trial, letters_of(mail)
        trial.end()


def _typed(title: str, author: str, email: str) -> dict[str, str]:
    return by_hand(
        title=title, authors=author, **{"address-0-author": author, "address-0-email": email}
    )


def _walk(trial: Trial, letters: Letters, chromium: Browser, pictures: Path) -> None:
    site = trial.address
    reporter = Person(chromium, site)
    reporter.sign_in("rita@uni.example.com", letters)
    answered = reporter.report(_typed(ANSWERED, "Ada Muster", "ada@lab.example.net"))
    silent = reporter.report(_typed(SILENT, "王小明", "wang@lab.example.net"))
    assert letters("rita@uni.example.com", "Received")

    reader = Person(chromium, site)
    assert reader.page.goto(f"/reports/{silent}/").status == 404
    moderator = Person(chromium, site)
    moderator.sign_in("moderator@example.org", letters)
    moderator.accept(silent)
    moderator.accept(answered)

    # The author reads the notice and answers by its link, without an account.
    _, notice = letters("ada@lab.example.net", "Reproduction report")
    assert "The deadline for your answer is" in notice
    author = Person(chromium, site)
    link = next(found for found in LINK.findall(notice) if "/answer/" in found and "?" not in found)
    author.page.goto(link)
    expect(author.page).to_have_url(re.compile(r"/answer/\d+/"))
    author.page.screenshot(path=pictures / "author.png", full_page=True)
    author.page.get_by_label("explains").check()
    author.page.get_by_label("Your answer").first.fill("The seed was **missing**; 谢谢.")
    author.page.get_by_role("button", name="Publish the answer").dblclick()
    expect(author.page.get_by_text("Your answer is stored")).to_be_visible()
    assert reader.page.goto(f"/reports/{answered}/").status == 200
    expect(reader.page.get_by_text("谢谢")).to_have_count(1)

    # Nobody answers the other one.
    for words in ("Reminder", "Final notice"):
        letters("wang@lab.example.net", words)
    assert reader.page.goto(f"/reports/{silent}/").status == 404

    def listed() -> bool:
        reader.page.goto("/")
        return reader.page.get_by_role("link", name=SILENT).count() > 0

    servers.wait_for(listed, 180, "the listing")
    reader.page.screenshot(path=pictures / "list.png", full_page=True)
    assert reader.page.get_by_role("link", name=ANSWERED).count() <= 1  # as a newest answer
    reader.page.get_by_role("link", name=SILENT).first.click()
    expect(reader.page.get_by_text("not reproducible: no answer").first).to_be_visible()
    assert reader.page.goto(f"/reports/{silent}/").status == 200
    letters("wang@lab.example.net", "isted")
    letters("rita@uni.example.com", "isted")
    for person in (reporter, reader, moderator, author):
        assert [text for text in person.complaints if "404" not in text] == []
        assert person.foreign == []
        person.close()


@pytest.mark.long
def test_on_a_machine_that_has_nothing(
    alone: tuple[Trial, Letters], chromium: Browser, tmp_path: Path
) -> None:
    _walk(*alone, chromium, tmp_path)


@pytest.mark.long
def test_on_servers_of_ones_own_with_two_workers(
    with_servers: tuple[Trial, Letters], chromium: Browser, tmp_path: Path
) -> None:
    _walk(*with_servers, chromium, tmp_path)
