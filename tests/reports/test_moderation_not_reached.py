"""A moderator finds that nobody was reached."""

import pytest

from accounts.models import User
from registry.models import Listing, Paper
from reports import answers, facts, moderation
from reports.lifecycle import Refused
from reports.models import Contact, Letter, Report, ToDo
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    contact_of,
    events,
    fail,
    hand_over,
    inquiry_of,
    make_asking,
    make_lapsed,
    make_unreachable,
    owed,
    run_to_the_deadline,
    state_of,
    sweep,
)

pytestmark = pytest.mark.django_db


def find(report: Report, moderator: User, now, reason: str = "The mailbox was closed.") -> Report:
    return moderation.not_reached(report_id=report.pk, moderator=moderator, reason=reason, now=now)


def test_a_running_clock_is_void(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    run_to_the_deadline(report)
    find(report, moderator, FIRST_DEADLINE)
    inquiry = inquiry_of(report)
    assert (state_of(report), inquiry.deadline, inquiry.lapse_at, inquiry.letters_at) == (
        "unreachable", None, None, None,
    )  # fmt: skip
    assert {c.state for c in Contact.objects.all()} == {"failed"}
    assert all(a.failed_at == FIRST_DEADLINE for a in report.addresses.all())
    assert sweep(FIRST_DEADLINE + 90 * DAY) == 0
    change = inquiry.deadline_changes.last()
    assert (change.old, change.new, change.at) == (FIRST_DEADLINE, None, FIRST_DEADLINE)


def test_a_listing_is_annulled_with_the_reason(moderator) -> None:
    report = make_lapsed(moderator)
    find(report, moderator, FIRST_DEADLINE + 2 * DAY, " The mailbox was closed. ")
    listing = Listing.objects.get()
    assert (listing.ending, listing.note, listing.closed_at) == (
        "annulled", "The mailbox was closed.", FIRST_DEADLINE + 2 * DAY,
    )  # fmt: skip
    paper = Paper.objects.get()
    assert (paper.listed_at, paper.standing, state_of(report)) == (None, "none", "unreachable")
    event = events(report, "state")[-1]
    assert (event.source, event.target, event.actor, event.user, event.note) == (
        "lapsed", "unreachable", "moderator", moderator, "The mailbox was closed.",
    )  # fmt: skip
    assert ToDo.objects.filter(event=event).exists()
    assert inquiry_of(report).closed_at is None


def test_what_was_still_owed_is_cancelled(moderator) -> None:
    report = make_asking(moderator)
    find(report, moderator, NOW)
    letter = Letter.objects.get()
    assert (letter.cancelled_at, letter.reason) == (
        NOW,
        "a moderator found that nobody was reached",
    )
    assert owed(report) == []


def test_who_opted_out_stays_opted_out(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    hand_over(report, NOW)
    answers.opt_out(contact_id=contact_of(report).pk, now=NOW)
    find(report, moderator, NOW + DAY)
    assert [c.state for c in Contact.objects.all()] == ["opted_out", "failed"]


def test_a_letter_on_its_way_starts_no_clock_afterwards(moderator) -> None:
    report = make_asking(moderator)
    letter = Letter.objects.get()
    find(report, moderator, NOW)
    facts.handed_over(letter_id=letter.pk, printed=FIRST_DEADLINE, now=NOW)
    assert (state_of(report), inquiry_of(report).deadline) == ("unreachable", None)
    assert contact_of(report).state == "failed"


def test_nor_does_it_when_the_author_is_asked_anew(moderator) -> None:
    report = make_asking(moderator)
    old = Letter.objects.get()
    find(report, moderator, NOW)
    moderation.ask_again(
        report_id=report.pk, moderator=moderator, author_position=1, email="ada@new.example",
        source="homepage", now=NOW,
    )  # fmt: skip
    facts.handed_over(letter_id=old.pk, printed=FIRST_DEADLINE, now=NOW)
    facts.delivered(letter_id=old.pk, now=NOW)
    assert (inquiry_of(report).deadline, contact_of(report).state) == (None, "unknown")


@pytest.mark.parametrize("reason", ["", "\n "])
def test_the_finding_needs_its_reason(moderator, reason) -> None:
    report = make_lapsed(moderator)
    with pytest.raises(Refused, match="Give the reason"):
        find(report, moderator, FIRST_DEADLINE + DAY, reason)
    assert state_of(report) == "lapsed"


@pytest.mark.parametrize("state", ["unreachable", "answered"])
def test_where_no_clock_ran_there_is_nothing_to_find(moderator, state) -> None:
    report = make_unreachable(moderator) if state == "unreachable" else make_asking(moderator)
    if state == "answered":
        hand_over(report, NOW)
        answer(report, now=NOW)
    with pytest.raises(Refused, match=f"This report is {state} now"):
        find(report, moderator, NOW + DAY)
    assert state_of(report) == state


def test_found_twice_it_is_one_finding(moderator) -> None:
    report = make_lapsed(moderator)
    find(report, moderator, FIRST_DEADLINE + DAY)
    with pytest.raises(Refused, match="unreachable now"):
        find(report, moderator, FIRST_DEADLINE + DAY)
    assert Listing.objects.count() == 1


def test_a_failure_notice_that_comes_after_the_finding_changes_nothing(moderator) -> None:
    report = make_lapsed(moderator)
    find(report, moderator, FIRST_DEADLINE + DAY)
    fail(report, now=FIRST_DEADLINE + 2 * DAY)
    assert (state_of(report), contact_of(report).state) == ("unreachable", "failed")


def test_a_matched_in_part_is_annulled_without_a_listing(moderator) -> None:
    report = make_lapsed(moderator, outcome="matched in part")
    assert Paper.objects.get().standing == "partial_no_answer"
    find(report, moderator, FIRST_DEADLINE + DAY)
    assert (Paper.objects.get().standing, Listing.objects.count()) == ("none", 0)
