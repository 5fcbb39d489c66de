"""Writing to an author at a new address."""

import pytest
from django.test import Client

from accounts.models import User
from registry.models import Listing, Paper
from reports import answers, letters_due, lifecycle, moderation
from reports.lifecycle import Refused
from reports.models import Address, Contact, Letter, Report
from reports.states import Actor, State
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    accept,
    answer,
    contact_of,
    events,
    fail,
    hand_over,
    inquiry_of,
    make_asking,
    make_submitted,
    make_unreachable,
    owed,
    pending,
    run,
    run_to_the_deadline,
    state_of,
    sweep,
)

pytestmark = pytest.mark.django_db


def ask(report: Report, moderator: User, now=NOW, email="new@lab.example", position=1, **more):
    return moderation.ask_again(
        report_id=report.pk, moderator=moderator, author_position=position, email=email,
        source=more.pop("source", "The lab's page"), now=now, **more,
    )  # fmt: skip


def test_an_unreachable_report_asks_again_with_a_whole_window(moderator) -> None:
    report = make_unreachable(moderator)
    later = NOW + 7 * DAY
    contact = ask(report, moderator, later)
    assert (contact.name, contact.first, contact.state) == ("Ada Muster", True, "unknown")
    assert (state_of(report), owed(report)) == ("asking", [("notice", "new@lab.example")])
    assert inquiry_of(report).deadline is None
    hand_over(report, later)
    assert inquiry_of(report).deadline == FIRST_DEADLINE + 7 * DAY
    event = events(report, "state")[-1]
    assert (event.source, event.target, event.actor, event.user) == (
        "unreachable", "asking", "moderator", moderator,
    )  # fmt: skip


def test_the_address_says_who_looked_and_where(moderator) -> None:
    report = make_unreachable(moderator)
    ask(report, moderator, NOW + DAY, source=" Homepage ", source_url="https://lab.example/ada")
    address = Address.objects.get()
    assert (address.source, address.source_url, address.checked_by, address.checked_at) == (
        "Homepage", "https://lab.example/ada", moderator, NOW + DAY,
    )  # fmt: skip
    assert (address.language, address.rank, address.author_position) == ("en", 1, 1)


def test_a_chinese_address_gets_both_languages(moderator) -> None:
    report = make_unreachable(moderator)
    ask(report, moderator, email="ada@uni.edu.CN")
    assert Address.objects.get().language == "both"


@pytest.mark.parametrize("position", [0, -1, 4])
def test_only_authors_of_the_paper_are_asked(moderator, position) -> None:
    report = make_unreachable(moderator)
    with pytest.raises(Refused, match="Choose an author of the paper"):
        ask(report, moderator, position=position)
    assert state_of(report) == "unreachable"


@pytest.mark.parametrize("source", ["", " \n"])
def test_the_source_of_an_address_is_owed(moderator, source) -> None:
    report = make_unreachable(moderator)
    with pytest.raises(Refused, match="Say where the address was found"):
        ask(report, moderator, source=source)
    assert (state_of(report), Address.objects.count()) == ("unreachable", 0)


@pytest.mark.parametrize(
    "email", ["x@", "", "ada", "a@b@c.example", "ada@lab.example\nx", "a\0@b.example"]
)
def test_what_is_no_address_is_refused(moderator, email) -> None:
    report = make_unreachable(moderator)
    with pytest.raises(Refused, match="whole e-mail address"):
        ask(report, moderator, email=email)


def test_an_address_that_failed_is_not_used_again(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    fail(report, now=NOW + DAY)
    with pytest.raises(Refused, match="used for this report already"):
        ask(report, moderator, email="ADA@lab.example")
    assert state_of(report) == "unreachable"


def test_an_address_of_another_author_is_not_used_for_this_one(moderator) -> None:
    report = make_asking(moderator)
    with pytest.raises(Refused, match="used for this report already"):
        ask(report, moderator, email="ada@lab.example", position=2)


def test_a_second_author_is_written_to_beside_a_running_inquiry(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    run(report, until=NOW + 20 * DAY)
    ask(report, moderator, NOW + 20 * DAY, "chen@lab.example", 3)
    assert contact_of(report, 3).last
    assert owed(report) == [("notice", "chen@lab.example")]
    hand_over(report, NOW + 20 * DAY)
    inquiry = inquiry_of(report)
    assert inquiry.late_author
    assert inquiry.deadline >= NOW + 34 * DAY


def test_a_further_address_of_somebody_reached_waits_until_the_first_fails(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    ask(report, moderator, NOW + DAY)
    assert (owed(report), contact_of(report).address.email) == ([], "ada@lab.example")
    fail(report, now=NOW + 2 * DAY)
    assert (state_of(report), contact_of(report).address.email) == ("asking", "new@lab.example")
    assert run(report, until=NOW + 3 * DAY) == [("notice", "new@lab.example")]


def test_who_asked_not_to_be_written_to_is_not_asked_at_that_address(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    answers.opt_out(contact_id=contact_of(report).pk, now=NOW)
    other = make_unreachable(moderator, paper=report.paper)
    with pytest.raises(Refused, match="asked not to be written to again"):
        ask(other, moderator, email="Ada@Lab.Example")


def test_who_asked_not_to_be_written_to_is_not_asked_at_another_address(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    hand_over(report, NOW)
    answers.opt_out(contact_id=contact_of(report).pk, now=NOW)
    with pytest.raises(Refused, match="asked not to be written to again"):
        ask(report, moderator)
    assert not Address.objects.filter(email="new@lab.example").exists()


def test_the_author_of_an_unreachable_report_who_opted_out_is_not_asked_again(moderator) -> None:
    asked = make_asking(moderator)
    hand_over(asked, NOW)
    answers.opt_out(contact_id=contact_of(asked).pk, now=NOW)
    report = make_asking(moderator, paper=asked.paper)
    assert (state_of(report), contact_of(report).state) == ("unreachable", "opted_out")
    with pytest.raises(Refused, match="asked not to be written to again"):
        ask(report, moderator)
    assert state_of(report) == "unreachable"


def test_a_known_address_that_was_never_tried_can_be_chosen(moderator) -> None:
    report = make_asking(moderator, ["ada@lab.example", "ada@home.example"])
    hand_over(report, NOW)
    moderation.not_reached(report_id=report.pk, moderator=moderator, reason="No.", now=NOW + DAY)
    ask(report, moderator, NOW + DAY, "ADA@home.example", source="Her homepage")
    assert (state_of(report), owed(report)) == ("asking", [("notice", "ada@home.example")])
    address = contact_of(report).address
    assert (address.rank, address.checked_by, address.source) == (2, moderator, "Her homepage")


def test_a_letter_that_was_still_owed_to_the_old_address_is_cancelled(moderator) -> None:
    report = make_asking(moderator)
    moderation.not_reached(report_id=report.pk, moderator=moderator, reason="No.", now=NOW)
    ask(report, moderator)
    assert owed(report) == [("notice", "new@lab.example")]
    old = Letter.objects.exclude(cancelled_at=None).get()
    assert (old.kind, old.address.email) == ("notice", "ada@lab.example")


def test_a_reminder_owed_when_the_notice_failed_does_not_stand_in_the_way(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    at = inquiry_of(report).letters_at
    letters_due.order_due_letters(now=at)
    fail(report, now=at)
    ask(report, moderator, at)
    assert owed(report) == [("notice", "new@lab.example")]


def test_an_unasked_report_is_not_public_while_its_authors_are_asked_again(moderator) -> None:
    report = make_unreachable(moderator)
    for where in ("One place", "Another"):
        moderation.record_search(
            report_id=report.pk, moderator=moderator, where=where, found="", now=NOW
        )
    moderation.unasked(report_id=report.pk, moderator=moderator, now=NOW + 60 * DAY)
    assert Client().get(f"/reports/{report.pk}/").status_code == 200
    later = NOW + 100 * DAY
    ask(report, moderator, later)
    paper = Paper.objects.get()
    assert (state_of(report), paper.standing, paper.report_count) == ("asking", "none", 0)
    assert Client().get(f"/reports/{report.pk}/").status_code == 404
    assert inquiry_of(report).closed_at is None
    hand_over(report, later)
    run(report, until=later + 40 * DAY)
    assert sweep(later + 40 * DAY) == 1
    assert Listing.objects.get().ground == "silence"


@pytest.mark.parametrize("target", ["answered", "lapsed", "withdrawn", "removed"])
def test_where_nobody_is_asked_any_more_nobody_is_asked_again(moderator, target) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    if target == "answered":
        answer(report, now=NOW)
    elif target == "lapsed":
        run_to_the_deadline(report)
        assert sweep(FIRST_DEADLINE + DAY) == 1
    elif target == "withdrawn":
        lifecycle.transition(
            Report.objects.get(pk=report.pk), State.WITHDRAWN, actor=Actor.REPORTER, now=NOW
        )
    else:
        lifecycle.transition(
            Report.objects.get(pk=report.pk), State.REMOVED, actor=Actor.MODERATOR, now=NOW
        )
    with pytest.raises(Refused, match=f"The report is {target}: nobody is asked any more"):
        ask(report, moderator, FIRST_DEADLINE + DAY)
    assert Address.objects.count() == 1


def test_under_a_hold_the_letter_waits_for_the_release(moderator) -> None:
    report = make_unreachable(moderator)
    opened = moderation.open_hold(report_id=report.pk, moderator=moderator, reason="x", now=NOW)
    ask(report, moderator)
    assert (state_of(report), owed(report)) == ("asking", [])
    moderation.release_hold(hold_id=opened.pk, moderator=moderator, now=NOW + DAY)
    assert run(report, until=NOW + DAY) == [("notice", "new@lab.example")]


def test_a_report_without_known_authors_asks_those_the_reporter_named(moderator) -> None:
    report = make_submitted(authors=())
    Report.objects.filter(pk=report.pk).update(author_names=["Ada Muster"])
    report.refresh_from_db()
    accept(report, moderator)
    assert ask(report, moderator).name == "Ada Muster"


def test_the_same_address_asked_twice_is_asked_once(moderator) -> None:
    report = make_unreachable(moderator)
    ask(report, moderator)
    with pytest.raises(Refused, match="used for this report already"):
        ask(report, moderator)
    assert (Contact.objects.count(), len(pending(report))) == (1, 1)
