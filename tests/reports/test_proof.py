"""Proof: the dated life of each letter, for moderators in full, for everybody without addresses."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports import answers, facts, replies, services, timeline
from reports.models import Letter, Report
from reports.selectors import with_history
from tests.reports.inquiries import (
    DAY,
    NOW,
    answer,
    contact_of,
    hand_over,
    listen,
    make_asking,
    make_lapsed,
    name_somebody,
    run_to_the_deadline,
)
from tests.reports.moderators import Desk

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def tell(fact, letter: Letter, now, **words) -> None:
    with transaction.atomic():
        fact(letter_id=letter.pk, now=now, **words)


def notice(report: Report, position: int = 1) -> Letter:
    return contact_of(report, position).letters.get(kind="notice")


def accept(report: Report, now=NOW, *, position: int = 1, **server: str) -> Letter:
    letter = notice(report, position)
    printed = facts.deadline_to_print(letter, now)
    tell(facts.handed_over, letter, now, printed=printed, **server)
    return letter


def life(desk: Desk, report: Report, position: int = 1) -> list[str]:
    """The lines of the page about one author."""
    lines = desk.get(report).select(f"#life-{contact_of(report, position).pk} li")
    return [" ".join(line.get_text(" ").split()) for line in lines]


# --- for moderators ------------------------------------------------------------------------------


def test_a_letter_that_was_accepted_names_the_server_and_its_words(desk) -> None:
    report = make_asking(desk.moderator)
    accept(report, NOW + HOUR, server="mx.lab.example", server_said="250 2.0.0 queued as 4XyZ")
    assert life(desk, report) == [
        "2 March 2026, 13:00 UTC notice: owed",
        "2 March 2026, 14:00 UTC notice: accepted by mx.lab.example 250 2.0.0 queued as 4XyZ",
    ]


def test_everything_that_may_happen_to_a_letter_is_told_with_its_date(desk) -> None:
    report = make_asking(desk.moderator)
    letter = accept(report, server="relay.example", server_said="250 ok")
    tell(facts.delayed, letter, NOW + DAY, reason="4.4.1")
    tell(facts.returned, letter, NOW + 2 * DAY, reason="it came back: 4.4.7")
    accept(report, NOW + 3 * DAY, server="mx.lab.example", server_said="250 again")
    tell(facts.answered_by_robot, letter, NOW + 4 * DAY, reason="A rule of the mailbox answered.")
    tell(facts.delivered, letter, NOW + 5 * DAY)
    tell(facts.failed, letter, NOW + 6 * DAY, reason="it came back: 5.1.1", address_is_bad=True)
    assert life(desk, report) == [
        "2 March 2026, 13:00 UTC notice: owed",
        "2 March 2026, 13:00 UTC notice: accepted",
        "3 March 2026, 13:00 UTC notice: delayed 4.4.1",
        "4 March 2026, 13:00 UTC notice: returned it came back: 4.4.7",
        "5 March 2026, 13:00 UTC notice: accepted by mx.lab.example 250 again",
        "6 March 2026, 13:00 UTC notice: answered by a robot A rule of the mailbox answered.",
        "7 March 2026, 13:00 UTC notice: delivered",
        "8 March 2026, 13:00 UTC notice: failed it came back: 5.1.1",
    ]


def test_a_letter_that_settled_says_from_when_it_counts_as_delivered(desk) -> None:
    report = make_asking(desk.moderator)
    accept(report)
    desk.now = NOW + 6 * DAY
    assert life(desk, report)[-1] == "2 March 2026, 13:00 UTC notice: accepted"
    listen(NOW + 6 * DAY)
    assert life(desk, report)[-1] == (
        "7 March 2026, 13:00 UTC notice: counts as delivered No failure notice came in 5 days in "
        "which the mail was read."
    )


def test_in_a_trial_what_was_accepted_counts(desk, settings) -> None:
    report = make_asking(desk.moderator)
    accept(report)
    settings.TRIAL_MODE = True
    assert life(desk, report)[-1] == (
        "2 March 2026, 13:00 UTC notice: counts as delivered This is a trial: what was accepted "
        "counts."
    )


def test_what_was_cancelled_says_why(desk) -> None:
    report = make_asking(desk.moderator)
    tell(facts.cancelled, notice(report), NOW + HOUR, reason="a hold stands")
    assert life(desk, report)[1] == "2 March 2026, 14:00 UTC notice: cancelled a hold stands"


def test_what_the_author_did_stands_among_their_letters_and_with_no_other(desk) -> None:
    report = make_asking(desk.moderator, "ada@lab.example", "bo@lab.example")
    hand_over(report, NOW)
    replies.received(
        contact_id=contact_of(report).pk, mail=1, content="x", text="Hi", received_at=NOW + DAY,
        now=NOW + DAY,
    )  # fmt: skip
    name_somebody(report, now=NOW + 2 * DAY)
    answer(report, now=NOW + 3 * DAY)
    assert life(desk, report)[2:] == [
        "3 March 2026, 13:00 UTC the author answered by mail",
        "4 March 2026, 13:00 UTC another person named, or authorship denied",
        "5 March 2026, 13:00 UTC the author answered: explains",
    ]
    assert life(desk, report, 2) == [
        "2 March 2026, 13:00 UTC notice: owed", "2 March 2026, 13:00 UTC notice: accepted",
    ]  # fmt: skip


def test_a_complaint_and_a_wish_for_no_letters_are_told(desk) -> None:
    report = make_asking(desk.moderator, "ada@lab.example", "bo@lab.example")
    hand_over(report, NOW)
    with transaction.atomic():
        facts.complained(contact_id=contact_of(report).pk, now=NOW + DAY)
    answers.opt_out(contact_id=contact_of(report, 2).pk, now=NOW + DAY)
    assert "3 March 2026, 13:00 UTC letter: reported as spam" in life(desk, report)
    told = life(desk, report, 2)
    assert "3 March 2026, 13:00 UTC an author asked not to be written to again" in told
    assert [line for line in told if "final notice: accepted" in line] == [
        "3 March 2026, 13:00 UTC final notice: accepted shown on the page that took the wish not "
        "to be written to"
    ]


def test_hostile_words_of_a_server_are_text(desk) -> None:
    report = make_asking(desk.moderator)
    accept(report, server="<b>mx</b>", server_said="250 <script>alert(1)</script>")
    page = desk.get(report)
    assert page.select("main script, main li b") == []
    assert "<script>alert(1)</script>" in life(desk, report)[-1]


# --- for everybody -------------------------------------------------------------------------------


def public(report: Report) -> list[str]:
    """The lines about letters of the public time line."""
    page = Client().get(f"/papers/{report.paper_id}/", follow=True)
    lines = BeautifulSoup(page.content, "html.parser").select("ol.timeline > li")
    told = [" ".join(line.get_text(" ").split()) for line in lines]
    return [line for line in told if "otice" in line or "eminder" in line]


def test_the_public_time_line_tells_when_each_letter_left(desk) -> None:
    report = make_lapsed(desk.moderator, "ada@lab.example", "", "chen@lab.example")
    assert public(report) == [
        "2 March 2026, 13:00 UTC Notice sent to authors 1 and 3 of 3",
        "9 March 2026, 12:00 UTC Reminder sent to authors 1 and 3 of 3",
        "16 March 2026, 12:00 UTC Reminder sent to authors 1 and 3 of 3",
        "23 March 2026, 12:00 UTC Final notice sent to authors 1 and 3 of 3",
    ]


def test_the_public_time_line_tells_which_letter_did_not_arrive(desk) -> None:
    report = make_asking(desk.moderator, "ada@lab.example", "bo@lab.example", "chen@lab.example")
    for position in (1, 2, 3):
        accept(report, position=position, server="mx.secret.example", server_said="250 secret")
    tell(facts.delivered, notice(report, 3), NOW + HOUR)
    tell(facts.delayed, notice(report), NOW + DAY, reason="secret")
    tell(facts.returned, notice(report), NOW + 2 * DAY, reason="secret")
    accept(report, NOW + 3 * DAY)
    tell(
        facts.failed, notice(report, 2), NOW + 4 * DAY, reason="<bo@lab.example> secret",
        address_is_bad=True,
    )  # fmt: skip
    tell(facts.answered_by_robot, notice(report, 3), NOW + 4 * DAY, reason="secret")
    assert public(report) == []  # nothing before it is public
    answer(report, 3, now=NOW + 5 * DAY)
    assert public(report) == [
        "2 March 2026, 13:00 UTC Notice sent to authors 1, 2 and 3 of 3",
        "2 March 2026, 14:00 UTC The notice to author 3 of 3 was delivered",
        "4 March 2026, 13:00 UTC The notice to author 1 of 3 came back, and is sent again",
        "5 March 2026, 13:00 UTC Notice sent to author 1 of 3",
        "6 March 2026, 13:00 UTC The notice to author 2 of 3 could not be delivered",
    ]
    for path in (f"/papers/{report.paper_id}/", f"/reports/{report.pk}/"):
        shown = Client().get(path, follow=True).content.decode()
        for private in ("secret", "lab.example", "robot", "delayed"):
            assert private not in shown


def test_letters_within_an_hour_are_one_line_and_later_ones_another(desk) -> None:
    report = make_asking(desk.moderator, "ada@lab.example", "bo@lab.example", "chen@lab.example")
    for position, at in ((1, NOW), (2, NOW + HOUR), (3, NOW + 2 * HOUR)):
        accept(report, at, position=position)
    answer(report, now=NOW + DAY)
    assert public(report) == [
        "2 March 2026, 13:00 UTC Notice sent to authors 1 and 2 of 3",
        "2 March 2026, 15:00 UTC Notice sent to author 3 of 3",
    ]


def test_a_wish_for_no_letters_is_told_as_what_was_shown(desk) -> None:
    report = make_asking(desk.moderator)
    hand_over(report, NOW)
    answers.opt_out(contact_id=contact_of(report).pk, now=NOW + DAY)
    answer(report, now=NOW + 2 * DAY)
    assert public(report) == [
        "2 March 2026, 13:00 UTC Notice sent to author 1 of 3",
        "3 March 2026, 13:00 UTC Final notice shown to author 1 of 3",
    ]


def test_who_was_named_and_is_no_author_has_no_number(desk) -> None:
    report = make_asking(desk.moderator)
    hand_over(report, NOW)
    desk.now = NOW + DAY
    suggestion = name_somebody(report, now=NOW, email="student@lab.example")
    desk.send(
        report, "decide", of=suggestion.pk, verdict="uphold", decision="So it is.", author="none",
        email="student@lab.example",
    )  # fmt: skip
    hand_over(report, NOW + DAY)
    answer(report, now=NOW + 2 * DAY)
    assert public(report)[-1] == (
        "3 March 2026, 13:00 UTC Notice sent to somebody whom an author named"
    )


def test_a_report_that_is_withdrawn_tells_nothing_of_its_letters(desk) -> None:
    report = make_lapsed(desk.moderator)
    services.withdraw(
        report_id=report.pk, user=report.reporter, note="Mistaken.", now=NOW + 60 * DAY
    )
    assert public(report) == []


def test_the_time_line_asks_the_same_questions_for_few_letters_and_for_many(desk) -> None:
    def questions(report: Report) -> int:
        with CaptureQueriesContext(connection) as asked:
            found = list(with_history(Report.objects.filter(pk=report.pk)))
            assert timeline.entries(found, now=NOW)
        return len(asked)

    few = make_asking(desk.moderator)
    hand_over(few, NOW)
    many = make_asking(desk.moderator, "ada@lab.example", "bo@lab.example", "chen@lab.example")
    run_to_the_deadline(many)
    assert Letter.objects.filter(contact__inquiry__report=many).count() == 12
    assert questions(few) == questions(many)
