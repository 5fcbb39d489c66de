"""The moderators' log: who decided what, and why."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from reports import log, merging, moderation
from reports.models import Report
from tests.registry import builders
from tests.reports.inquiries import NOW, accept, make_asking, make_moderator, make_submitted
from tests.reports.moderators import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def page(desk: Desk, query: str = "") -> BeautifulSoup:
    response = desk.browser.get(f"/moderation/log/{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def lines(found: BeautifulSoup) -> list[str]:
    """What the log says, without the dates."""
    return [
        " ".join(li.text.split()).partition(" UTC ")[2] for li in found.select("ol.timeline li")
    ]


def test_the_log_is_for_moderators(desk) -> None:
    stranger = Client()
    assert "/accounts/login/" in stranger.get("/moderation/log/")["Location"]
    report = make_submitted()
    stranger.force_login(report.reporter, "django.contrib.auth.backends.ModelBackend")
    assert stranger.get("/moderation/log/").status_code == 403
    assert page(desk).select_one(".empty").text == "No moderator did anything yet."
    assert desk.queue().select("a[href='/moderation/log/']") != []


def test_every_act_is_there_the_newest_first_with_who_and_why(desk) -> None:
    report = make_asking(desk.moderator)
    other = Desk()
    other.send(report, "hold", reason="An <i>appeal</i>.")
    assert lines(page(desk)) == [
        f"Report {report.pk}: {other.moderator}: declared to have no conflict of interest",
        f"Report {report.pk}: {other.moderator}: hold opened An <i>appeal</i>.".replace(
            "opened An", "openedAn"
        ),
        f"Report {report.pk}: {desk.moderator}: submitted → asking",
    ]


def test_it_is_filtered_by_moderator_and_by_report(desk) -> None:
    one, two = make_asking(desk.moderator), make_asking(desk.moderator)
    other = make_moderator()
    moderation.open_hold(report_id=two.pk, moderator=other, reason="x", now=NOW)
    assert len(lines(page(desk, f"?moderator={desk.moderator.pk}"))) == 2
    assert len(lines(page(desk, f"?moderator={other.pk}"))) == 1
    assert len(lines(page(desk, f"?report={two.pk}"))) == 2
    assert len(lines(page(desk, f"?report={one.pk}&moderator={other.pk}"))) == 0
    for nonsense in ("?report=x", "?moderator=-1", f"?report={10**30}", "?after=x", "?report=²"):
        assert len(lines(page(desk, nonsense))) == 3


def test_who_may_not_decide_reads_that_something_was_done_and_no_more(desk) -> None:
    report = make_asking(make_moderator())
    moderation.open_hold(
        report_id=report.pk, moderator=make_moderator(), reason="About Rea.", now=NOW
    )
    desk.send(report, "conflict")
    shown = lines(page(desk))
    hidden = f"Report {report.pk}: not shown to you. You declared a conflict of interest"
    assert [line.startswith(hidden) for line in shown] == [True] * 3
    assert "About Rea." not in page(desk).decode()
    assert lines(page(desk, f"?moderator={desk.moderator.pk}")) == []  # it would tell who it was


def test_an_author_reads_of_their_own_papers_that_something_was_done_and_no_more(desk) -> None:
    paper, root = builders.paper("Lanterns"), builders.paper("Lanterns, printed", names=["Bo"])
    words = {"moderator": make_moderator(), "reason": "The DOI says so.", "now": NOW}
    merging.merge(paper_id=paper.pk, root_id=root.pk, **words)
    author = Desk(User.objects.create_user("ada@lab.example", name="Ada Example", is_staff=True))
    hidden = f"Paper {paper.pk}: not shown to you. {merging.OWN_PAPER}"
    assert lines(page(author)) == [hidden]
    assert "The DOI says so." not in page(author).decode()
    assert "The DOI says so." in page(desk).decode()


def test_pages_follow_one_another_and_miss_nothing(desk, monkeypatch) -> None:
    monkeypatch.setattr(log, "PAGE", 2)
    reports = [make_asking(desk.moderator) for _ in range(5)]
    seen, path = [], ""
    for _ in range(3):
        found = page(desk, path)
        seen += lines(found)
        following = found.select_one("nav.pager [rel=next]")
        path = following["href"].partition("/moderation/log/")[2] if following else ""
    assert seen == [
        f"Report {r.pk}: {desk.moderator}: submitted → asking" for r in reversed(reports)
    ]
    assert path == ""


def test_one_act_and_three_take_the_same_queries(desk) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page(desk)
        return len(found)

    def act() -> Report:
        return accept(make_submitted("ada@lab.example"), desk.moderator)

    def merged() -> None:
        words = {"moderator": desk.moderator, "reason": "One work.", "now": NOW}
        merging.merge(paper_id=builders.paper().pk, root_id=builders.paper().pk, **words)

    act(), merged()
    one = queries()
    act(), merged(), act(), merged()
    assert queries() == one
