"""What moderators know of a report: people, letters, deadlines, and the log."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from reports import agreements, answers, facts, links
from reports.models import Agreement, Report
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    contact_of,
    fail,
    hand_over,
    listen,
    make_asking,
    make_submitted,
    name_somebody,
    run,
    run_to_the_deadline,
    say_no_author,
)
from tests.reports.moderators import Desk, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def asking(desk: Desk, *emails: str) -> Report:
    report = make_asking(desk.moderator, *emails)
    hand_over(report, NOW)
    return report


def test_a_reporter_without_an_affiliation_leaves_no_empty_place(desk) -> None:
    report = make_submitted("ada@lab.example")
    User.objects.filter(pk=report.reporter_id).update(affiliation="", name="ADA")
    page = desk.get(report)
    facts_ = [one.text for one in page.select(".card.strong dd")]
    assert facts_[:3] == ["ADA", report.reporter.email, report.reporter.email.partition("@")[2]]
    assert report.reporter.email not in words(page, ".kicker")


def test_the_identity_of_a_reporter_is_shown_where_it_is_known(desk) -> None:
    report = make_submitted("ada@lab.example")
    User.objects.filter(pk=report.reporter_id).update(orcid="0000-0002-1825-0097")
    page = desk.get(report)
    assert [one.text for one in page.select(".card.strong dd")][:4] == [
        f"{report.reporter.name}, Lab R", report.reporter.email,
        report.reporter.email.partition("@")[2], "0000-0002-1825-0097",
    ]  # fmt: skip


def rows(page: BeautifulSoup, contact_id: int) -> list[list[str]]:
    table = page.select_one(f"#contact-{contact_id} table")
    return [
        [" ".join(cell.text.split()) for cell in row.select("th, td")]
        for row in table.select("tbody tr")
    ]


def test_each_letter_is_shown_with_what_became_of_it(desk) -> None:
    report = make_asking(desk.moderator, ["ada@lab.example", "ada@home.example"], "bo@lab.example")
    named = "30 March 2026, 23:59 anywhere on Earth (UTC−12), which is 31 March 2026, 11:59 UTC"
    hand_over(report, NOW)
    fail(report, now=NOW + DAY)
    facts.delivered(letter_id=contact_of(report, 2).letters.get().pk, now=NOW + DAY)
    run(report, until=NOW + DAY)
    desk.now = NOW + 2 * DAY
    page = desk.get(report)
    assert rows(page, contact_of(report).pk) == [
        ["notice", "ada@lab.example", "2 March 2026, 13:00 UTC",
         "failed 3 March 2026, 13:00 UTC: 5.1.1 no such user", named],
        ["notice", "ada@home.example", "3 March 2026, 13:00 UTC", "handed over", named],
    ]  # fmt: skip
    assert rows(page, contact_of(report, 2).pk) == [
        ["notice", "bo@lab.example", "2 March 2026, 13:00 UTC",
         "delivered 3 March 2026, 13:00 UTC", named],
    ]  # fmt: skip


def test_a_letter_that_settled_while_the_site_listened_is_delivered(desk) -> None:
    report = asking(desk, "ada@lab.example")
    listen(NOW + 6 * DAY)
    desk.now = NOW + 6 * DAY
    assert rows(desk.get(report), contact_of(report).pk)[0][3] == "delivered"


def test_letters_that_are_owed_or_cancelled_say_so(desk) -> None:
    report = make_asking(desk.moderator, "ada@lab.example")
    contact = contact_of(report).pk
    assert rows(desk.get(report), contact) == [["notice", "ada@lab.example", "–", "owed", "–"]]
    desk.send(report, "not_reached", reason="The mailbox was closed.")
    assert rows(desk.get(report), contact)[0][3] == (
        "cancelled 2 March 2026, 13:00 UTC: a moderator found that nobody was reached"
    )


def test_an_address_that_was_never_tried_is_pointed_out(desk) -> None:
    report = make_asking(desk.moderator, ["ada@lab.example", "ada@home.example"])
    assert "ada@home.example, author 1" in words(desk.get(report), ".card.strong")


def test_what_keeps_a_report_from_lapsing_is_said(desk) -> None:
    report = make_asking(desk.moderator, "ada@lab.example")
    assert "Does not lapse" not in words(desk.get(report), ".card.strong")
    run_to_the_deadline(report)
    desk.now = FIRST_DEADLINE + timedelta(hours=1)
    said = [one.text for one in desk.get(report).select(".card.strong li")]
    assert said == [
        "no author who counts got the notice, a reminder and a final notice that names the "
        "deadline in force",
        "no test letter that the site sent itself after the deadline has come back",
    ]


def test_a_deadline_that_does_not_run_yet_is_not_invented(desk) -> None:
    report = make_asking(desk.moderator, "ada@lab.example")
    assert "none: it begins with the first notice" in words(desk.get(report), ".card.strong")


def test_whose_silence_counts_is_said(desk) -> None:
    report = asking(desk, "ada@lab.example", "bo@lab.example", "chen@lab.example")
    fail(report, 3, now=NOW)
    said = [
        words(desk.get(report), f"#contact-{contact_of(report, n).pk} dd + dt + dd")
        for n in (1, 2, 3)
    ]
    assert said == [
        "yes, if they are reached", "no: neither corresponding, first nor last",
        "no: could not be reached",
    ]  # fmt: skip
    desk.send(report, "counts", of=contact_of(report, 2).pk, because="Bo ran it.")
    assert "yes: Bo ran it." in words(desk.get(report), f"#contact-{contact_of(report, 2).pk}")


def test_holds_deadlines_searches_and_decided_words_are_shown(desk) -> None:
    report = asking(desk, "ada@lab.example", "bo@lab.example")
    desk.send(report, "hold", reason="An appeal.")
    suggestion = name_somebody(report, now=NOW, email="chen@lab.example")
    desk.send(report, "search", where="The lab's page", found="")
    page = desk.get(report)
    assert "open An appeal." in words(page, f"#hold-{report.inquiry.holds.first().pk}")
    assert "by an author's word" in words(page, f"#hold-{suggestion.hold_id}")
    assert "when you decide on the author's word" in words(page, f"#hold-{suggestion.hold_id}")
    assert "The lab's page: nothing" in words(page, "main")
    assert "The first notice was handed over: the clock started." in words(page, ".timeline .now")
    desk.send(report, "release", of=report.inquiry.holds.first().pk)
    desk.send(report, "decide", of=suggestion.pk, verdict="refuse", decision="No.")
    page = desk.get(report)
    assert "released An appeal." in words(page, f"#hold-{report.inquiry.holds.first().pk}")
    assert "Refused by Mo Derator" in words(page, "main")


def test_the_log_tells_every_kind_of_event(desk) -> None:
    report = asking(desk, "ada@lab.example", "", "chen@lab.example")
    suggestion = say_no_author(report, 3, now=NOW)
    desk.send(report, "decide", of=suggestion.pk, verdict="refuse", decision="A namesake? No.")
    answers.more_time(contact_id=contact_of(report).pk, now=NOW)
    answers.opt_out(contact_id=contact_of(report, 3).pk, now=NOW)
    desk.send(report, "search", where="x", found="")
    answer(report, now=NOW, kind="agrees")
    agreements.confirm(token=links.agreement_token(Agreement.objects.get()), now=NOW)
    log = words(desk.get(report), "#log")
    for line in (
        "draft → submitted", "submitted → asking", "notice owed (Ada Muster)",
        "notice handed over (Ada Muster)", "deadline changed", "more time granted",
        "hold opened", "hold released", "decision: refused (Chen Wei)", "A namesake? No.",
        "another person named, or authorship denied", "an author asked not to be written to again",
        "a search for addresses was recorded", "asking → answered", "an author answered",
        "agreement asked", "agreement confirmed",
    ):  # fmt: skip
        assert line in log
