"""The moderators' queue."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports import services
from reports.models import Report
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    hand_over,
    make_asking,
    make_submitted,
    make_unreachable,
    name_somebody,
    run_to_the_deadline,
    say_no_author,
)
from tests.reports.moderators import Desk, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def rows(page: BeautifulSoup, section: str) -> list[str]:
    """The links of a section, in their order."""
    title = page.find(id=f"{section}-title")
    if title is None:
        return []
    return [str(link["href"]) for link in title.parent.select("ol.rows > li.row h3 a")]


def path(report: Report) -> str:
    return f"/moderation/{report.pk}/"


def test_the_queue_is_for_moderators(desk) -> None:
    stranger = Client()
    assert stranger.get("/moderation/")["Location"] == "/accounts/login/?next=%2Fmoderation%2F"
    report = make_submitted("ada@lab.example")
    stranger.force_login(report.reporter, "django.contrib.auth.backends.ModelBackend")
    assert stranger.get("/moderation/").status_code == 403
    assert desk.browser.post("/moderation/").status_code == 405


def test_an_empty_queue_says_so(desk) -> None:
    page = desk.queue()
    assert [one.text for one in page.select(".empty")] == [
        "No report waits.", "No inquiry is running.",
    ]  # fmt: skip
    assert [one.name for one in page.select("main h1, main h2")] == ["h1", "h2", "h2"]


def test_what_waits_longest_stands_first(desk) -> None:
    first, second = make_submitted("ada@lab.example"), make_submitted("bo@lab.example")
    Report.objects.filter(pk=second.pk).update(submitted_at=NOW - DAY)
    page = desk.queue()
    assert rows(page, "submitted") == [path(second), path(first)]
    assert f"Report {first.pk} · did not match · re-run" in words(page, "main")


def test_a_word_of_an_author_leads_to_its_decision_and_names_nobody(desk) -> None:
    report = make_asking(desk.moderator)
    hand_over(report, NOW)
    suggestion = name_somebody(report, now=NOW)
    page = desk.queue()
    assert rows(page, "words") == [f"{path(report)}#word-{suggestion.pk}"]
    assert desk.get(report).find(id=f"word-{suggestion.pk}") is not None
    assert "Ada Muster says: another person should be asked" in words(page, "main")
    for private in ("Bo ran the experiments", "bo@lab.example", "ada@lab.example"):
        assert private not in page.decode()


@pytest.mark.parametrize("gone", ["withdrawn", "removed"])
def test_words_and_holds_of_reports_that_are_gone_wait_for_nobody(desk, gone) -> None:
    report = make_asking(desk.moderator)
    hand_over(report, NOW)
    say_no_author(report, now=NOW)
    desk.send(report, "hold", reason="An appeal.")
    if gone == "withdrawn":
        services.withdraw(report_id=report.pk, user=report.reporter, note="", now=NOW)
    else:
        services.remove(report_id=report.pk, moderator=desk.moderator, reason="x", now=NOW)
    page = desk.queue()
    assert (rows(page, "words"), rows(page, "held"), rows(page, "running")) == ([], [], [])


def test_a_hold_leads_to_its_release(desk) -> None:
    report = make_asking(desk.moderator)
    desk.send(report, "hold", reason="An appeal.")
    hold = report.inquiry.holds.get()
    assert rows(desk.queue(), "held") == [f"{path(report)}#hold-{hold.pk}"]
    assert desk.get(report).find(id=f"hold-{hold.pk}") is not None
    desk.send(report, "release", of=hold.pk)
    assert rows(desk.queue(), "held") == []


def test_what_is_overdue_stands_apart_from_what_runs(desk) -> None:
    late, early = make_asking(desk.moderator), make_asking(desk.moderator)
    unsent = make_asking(desk.moderator)
    for report in (late, early):
        run_to_the_deadline(report)
    early.inquiry.deadline = FIRST_DEADLINE + 9 * DAY
    early.inquiry.lapse_at = FIRST_DEADLINE + 9 * DAY
    early.inquiry.save()
    assert rows(desk.queue(), "running") == [path(unsent), path(late), path(early)]
    desk.now = FIRST_DEADLINE + DAY
    page = desk.queue()
    assert (rows(page, "overdue"), rows(page, "running")) == (
        [path(late)], [path(unsent), path(early)],
    )  # fmt: skip
    assert "no letter handed over yet" in words(page, "main")


def test_an_unreachable_report_says_what_it_waits_for(desk) -> None:
    report = make_unreachable(desk.moderator)
    desk.send(report, "search", where="One", found="")
    page = desk.queue()
    assert rows(page, "unreachable") == [path(report)]
    assert "1 of 2 searches recorded · may be made public from 1 May 2026, 13:00 UTC" in words(
        page, "main"
    )


def test_what_was_answered_waits_for_nobody(desk) -> None:
    report = make_asking(desk.moderator)
    hand_over(report, NOW)
    answer(report, now=NOW)
    assert path(report) not in desk.queue().decode()


def test_the_queue_takes_the_same_queries_for_one_row_and_for_three(desk) -> None:
    def fill() -> None:
        make_submitted("ada@lab.example")
        make_unreachable(desk.moderator)
        report = make_asking(desk.moderator)
        hand_over(report, NOW)
        say_no_author(report, now=NOW)
        desk.send(report, "hold", reason="An appeal.")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            desk.queue()
        return len(found)

    fill()
    one = queries()
    fill()
    fill()
    assert queries() == one
