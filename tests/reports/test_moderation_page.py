"""What the moderators' page of a report shows, and to whom."""

import threading
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from reports import lifecycle, services
from reports.models import Report
from reports.states import Actor, State
from reports.views.moderation_acts import ACTS
from tests.reports.inquiries import (
    DAY,
    NOW,
    accept,
    answer,
    hand_over,
    make_asking,
    make_lapsed,
    make_submitted,
    make_unreachable,
    name_somebody,
    say_no_author,
)
from tests.reports.moderators import Desk, offered, sentences, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def asking(desk: Desk, *emails: str) -> Report:
    report = make_asking(desk.moderator, *emails)
    hand_over(report, NOW)
    return report


def headings(page: BeautifulSoup) -> list[int]:
    return [int(one.name[1]) for one in page.select("h1, h2, h3, h4, h5, h6")]


def without_jumps(levels: list[int]) -> bool:
    return levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))


# --- who --------------------------------------------------------------------------------------


def test_the_page_is_for_moderators(desk) -> None:
    report = make_submitted("ada@lab.example")
    path = f"/moderation/{report.pk}/"
    stranger = Client()
    assert stranger.get(path)["Location"] == f"/accounts/login/?next=%2Fmoderation%2F{report.pk}%2F"
    assert stranger.post(path, {"do": "decline", "reason": "x"}).status_code == 302
    stranger.force_login(report.reporter, "django.contrib.auth.backends.ModelBackend")
    assert stranger.get(path).status_code == 403
    assert stranger.post(path, {"do": "decline", "reason": "x"}).status_code == 403
    assert Report.objects.get().state == "submitted"
    assert desk.browser.get("/moderation/999999/").status_code == 404
    assert desk.browser.get(path)["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )


@pytest.mark.parametrize("state", ["draft", "removed"])
def test_there_is_no_page_of_a_draft_or_a_removed_report(desk, state) -> None:
    report = make_submitted("ada@lab.example")
    if state == "removed":
        accept(report, desk.moderator)
        services.remove(report_id=report.pk, moderator=desk.moderator, reason="x", now=NOW)
    else:
        Report.objects.filter(pk=report.pk).update(state="draft")
    assert desk.browser.get(f"/moderation/{report.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ({"name": "Ada MUSTER"}, "This is your own paper: another moderator decides on it."),
        (
            {"affiliation": "Lab R"},
            "This concerns your own institution: another moderator decides on it.",
        ),
    ],
)
def test_who_may_not_decide_reads_why_and_nothing_of_the_people_behind(desk, who, sentence) -> None:
    report = asking(desk, "ada@lab.example")
    say_no_author(report, now=NOW)
    other = User.objects.create_user("else@elsewhere.example", is_staff=True, **who)
    page = Desk(other).get(report)
    assert words(page, ".notice") == sentence
    assert "Table 2" in page.text
    assert offered(page) == []
    for secret in ("ada@lab.example", report.reporter.email, report.reporter.name, "namesake"):
        assert secret not in page.decode()
    response = Desk(other).send(report, "hold", reason="For a friend.")
    assert (response.status_code, sentences(response)) == (409, [sentence])
    assert "ada@lab.example" not in response.content.decode()


# --- what can be done -------------------------------------------------------------------------


OFFERED = {
    "submitted": ["accept", "return", "decline"],
    "asking": ["ask", "search", "hold", "extend", "not_reached", "redact", "remove", "revoke"],
    "unreachable": ["ask", "search", "hold", "redact", "remove"],
    "ripe": ["ask", "search", "unasked", "hold", "redact", "remove"],
    "unasked": ["ask", "search", "redact", "remove"],
    "answered": ["redact", "remove", "revoke", "without_content"],
    "lapsed": ["hold", "not_reached", "redact", "remove", "revoke"],
    "resolved": ["reopen", "redact", "remove", "revoke", "without_content"],
    "published": ["redact", "remove"],
    "returned": [],
    "declined": [],
}


def reach(name: str, desk: Desk) -> Report:
    if name == "submitted":
        return make_submitted("ada@lab.example")
    if name in ("returned", "declined"):
        report = make_submitted("ada@lab.example")
        decide = services.return_report if name == "returned" else services.decline
        return decide(report_id=report.pk, moderator=desk.moderator, reason="x", now=NOW)
    if name == "published":
        return accept(make_submitted("ada@lab.example", outcome="matched"), desk.moderator)
    if name == "lapsed":
        return make_lapsed(desk.moderator)
    if name in ("unreachable", "ripe", "unasked"):
        report = make_unreachable(desk.moderator)
        if name != "unreachable":
            desk.send(report, "search", where="One", found="")
            desk.send(report, "search", where="Two", found="")
            desk.now = NOW + 61 * DAY
        if name == "unasked":
            desk.send(report, "unasked")
        return report
    report = asking(desk, "ada@lab.example")
    if name in ("answered", "resolved"):
        answer(report, now=NOW)
    if name == "resolved":
        services.accept_answer(report_id=report.pk, user=report.reporter, now=NOW)
    return report


@pytest.mark.parametrize("name", OFFERED)
def test_the_page_offers_what_is_possible_and_says_why_the_rest_is_not(desk, name) -> None:
    report = reach(name, desk)
    page = desk.get(report)
    last = [] if name == "declined" else ["conflict"]
    report_level = [do for do in OFFERED[name] if do in ACTS and ACTS[do].things is None]
    rest = OFFERED[name][len(report_level) :]
    assert offered(page) == report_level + last + rest
    assert page.select("#impossible dd") != []
    assert without_jumps(headings(page))


def test_why_something_is_not_possible_is_said_once_for_all_it_keeps_from(desk) -> None:
    page = desk.get(make_submitted("ada@lab.example"))
    terms = [one.text for one in page.select("#impossible dt")]
    reasons = [one.text for one in page.select("#impossible dd")]
    assert (terms[0].count(";"), reasons[0]) == (
        7,
        "The authors were never asked about this report.",
    )
    assert (terms[-1], reasons[-1]) == (
        "Remove", "This report is submitted now, so it cannot become removed.",
    )  # fmt: skip


def test_what_one_comes_for_is_unfolded(desk) -> None:
    unfolded = [one["id"] for one in desk.get(reach("submitted", desk)).select("details[open]")]
    assert unfolded == ["accept"]


def test_every_id_of_the_page_is_there_once(desk) -> None:
    report = asking(desk, "ada@lab.example", "bo@lab.example")
    name_somebody(report, now=NOW, email="chen@lab.example")
    say_no_author(report, 2, now=NOW)
    desk.send(report, "hold", reason="An appeal.")
    ids = [one["id"] for one in desk.get(report).select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "‮turned", "{{ 7*7 }}"])
def test_what_people_wrote_is_shown_as_they_wrote_it_and_no_more(desk, text) -> None:
    report = asking(desk, "ada@lab.example")
    desk.send(report, "hold", reason=f"x {text}")
    html = desk.get(report).decode()
    assert "<script>alert" not in html
    assert "x 49" not in html


def test_a_page_takes_the_same_queries_for_one_author_and_for_three(desk) -> None:
    def queries(report: Report) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            desk.get(report)
        return len(found)

    one = asking(desk, "ada@lab.example")
    three = asking(desk, "ada@lab.example", "bo@lab.example", "chen@lab.example")
    for position in (1, 2, 3):
        say_no_author(three, position, now=NOW)
        desk.send(three, "search", where=f"Place {position}", found="")
        desk.send(three, "hold", reason=f"Reason {position}")
    say_no_author(one, now=NOW)
    desk.send(one, "search", where="Place", found="")
    desk.send(one, "hold", reason="Reason")
    assert queries(one) == queries(three)


@pytest.mark.django_db(transaction=True)
def test_a_report_that_is_removed_at_the_same_moment_leads_to_the_queue(desk) -> None:
    report = asking(desk, "ada@lab.example")
    responses = []

    def press() -> None:
        responses.append(desk.send(report, "hold", reason="An appeal."))
        connection.close()

    with transaction.atomic():
        locked = lifecycle.lock(report.pk)
        thread = threading.Thread(target=press)
        thread.start()
        _wait_until_somebody_waits()
        lifecycle.transition(locked, State.REMOVED, actor=Actor.MODERATOR, now=NOW, note="x")
    thread.join()
    assert responses[0]["Location"] == "/moderation/"
    assert desk.messages() == ["The report is removed: nothing runs that could be held."]


def _wait_until_somebody_waits() -> None:
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(  # on us, and not on whoever tests beside us
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("Nobody came to the lock.")
