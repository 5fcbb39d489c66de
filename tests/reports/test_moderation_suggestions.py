"""Deciding on what an author said of their address: 'ask somebody else', 'I am no author'."""

import pytest

from accounts.models import User
from reports import agreements, answers, facts, lapse, links, services, suggestions
from reports.lifecycle import Refused
from reports.models import Address, Agreement, Contact, Report, Suggestion
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    contact_of,
    events,
    hand_over,
    inquiry_of,
    listen,
    make_asking,
    name_somebody,
    owed,
    run,
    run_to_the_deadline,
    say_no_author,
    state_of,
    sweep,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(moderator) -> Report:
    """Ada and Chen are asked, their notices are handed over on the first day."""
    made = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    hand_over(made, NOW)
    return made


def decide(suggestion: Suggestion, moderator: User, now, *, upheld: bool, **more) -> None:
    suggestions.decide_suggestion(
        suggestion_id=suggestion.pk, moderator=moderator, upheld=upheld,
        decision=more.pop("decision", "Seen on the lab's page."), now=now, **more,
    )  # fmt: skip


@pytest.mark.parametrize("upheld", [True, False])
def test_a_decision_is_written_down(report, moderator, upheld) -> None:
    suggestion = say_no_author(report, now=NOW + DAY)
    decide(suggestion, moderator, NOW + 2 * DAY, upheld=upheld, decision=" A namesake. ")
    suggestion.refresh_from_db()
    assert (suggestion.decided_at, suggestion.decided_by, suggestion.upheld) == (
        NOW + 2 * DAY, moderator, upheld,
    )  # fmt: skip
    assert (suggestion.decision, suggestion.hold.released_at) == ("A namesake.", NOW + 2 * DAY)
    decided = events(report, "decision")[0]
    assert (decided.user, decided.contact, decided.note, decided.data) == (
        moderator, contact_of(report), "A namesake.", {"what": "upheld" if upheld else "refused"},
    )  # fmt: skip


@pytest.mark.parametrize("words", ["", " \n"])
def test_a_decision_needs_its_reason(report, moderator, words) -> None:
    suggestion = say_no_author(report, now=NOW)
    with pytest.raises(Refused, match="Give the reason"):
        decide(suggestion, moderator, NOW, upheld=True, decision=words)
    suggestion.refresh_from_db()
    assert (suggestion.decided_at, suggestion.hold.released_at) == (None, None)


def test_it_is_decided_once(report, moderator) -> None:
    suggestion = say_no_author(report, now=NOW)
    decide(suggestion, moderator, NOW, upheld=False)
    with pytest.raises(Refused, match="decided on this already"):
        decide(suggestion, moderator, NOW, upheld=True)
    assert contact_of(report).state == "handed_over"


def test_refused_at_least_fourteen_days_are_left_and_the_author_still_counts(
    report, moderator
) -> None:
    deadline = run_to_the_deadline(report)
    suggestion = say_no_author(report, now=deadline)
    decide(suggestion, moderator, deadline + DAY, upheld=False)
    moved = inquiry_of(report).deadline
    assert moved >= deadline + 15 * DAY
    assert run(report, until=moved) == [
        ("final_notice", "ada@lab.example"), ("final_notice", "chen@lab.example"),
    ]  # fmt: skip
    assert sweep(moved + DAY) == 1


def test_upheld_the_contact_is_void_and_gets_no_more_letters(report, moderator) -> None:
    decide(say_no_author(report, now=NOW), moderator, NOW + DAY, upheld=True)
    assert contact_of(report).state == "void"
    assert {email for _, email in run(report, until=FIRST_DEADLINE)} == {"chen@lab.example"}


def test_upheld_the_link_of_who_is_no_author_ends(report, moderator) -> None:
    token = links.token_for(contact_of(report), NOW)
    decide(say_no_author(report, now=NOW), moderator, NOW + DAY, upheld=True)
    assert links.resolve(token, NOW + DAY) is None


def test_the_link_that_was_passed_on_to_the_right_person_still_works(report, moderator) -> None:
    token = links.token_for(contact_of(report), NOW)
    decide(name_somebody(report, now=NOW), moderator, NOW + DAY, upheld=True)
    assert links.resolve(token, NOW + DAY).contact == contact_of(report)


def test_upheld_the_void_notice_started_no_clock(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    hand_over(report, NOW)
    chen = contact_of(report, 3).letters.get()
    type(chen).objects.filter(pk=chen.pk).update(handed_over_at=NOW + 10 * DAY)
    decide(say_no_author(report, now=NOW + 11 * DAY), moderator, NOW + 11 * DAY, upheld=True)
    assert inquiry_of(report).deadline == FIRST_DEADLINE + 10 * DAY


def test_upheld_before_anybody_else_got_a_notice_no_deadline_runs(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    ada = contact_of(report).letters.get()
    facts.handed_over(letter_id=ada.pk, printed=FIRST_DEADLINE, now=NOW)
    decide(say_no_author(report, now=NOW), moderator, NOW + 9 * DAY, upheld=True)
    assert inquiry_of(report).deadline is None
    hand_over(report, NOW + 14 * DAY)
    assert inquiry_of(report).deadline == FIRST_DEADLINE + 14 * DAY


def test_upheld_with_nobody_left_the_report_is_unreachable(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    decide(say_no_author(report, now=NOW), moderator, NOW + DAY, upheld=True)
    assert (state_of(report), inquiry_of(report).deadline) == ("unreachable", None)
    event = events(report, "state")[-1]
    assert (event.actor, event.user, event.note) == (
        "moderator", moderator, "Seen on the lab's page.",
    )  # fmt: skip


def test_a_void_contact_counts_for_no_lapse_whatever_they_press(report, moderator) -> None:
    """Ada got every letter, says she is no author, and then asks for no more letters."""
    deadline = run_to_the_deadline(report)
    Contact.objects.filter(position=3).update(last=False)
    suggestion = name_somebody(report, now=deadline)
    decide(suggestion, moderator, deadline, upheld=True)
    answers.opt_out(contact_id=contact_of(report).pk, now=deadline)
    assert contact_of(report).state == "void"
    inquiry = inquiry_of(report)
    run(report, until=inquiry.deadline)
    listen(inquiry.deadline + DAY)
    assert lapse.conditions(inquiry_of(report), inquiry.deadline + DAY).unmet == ["reached"]


def test_an_answer_while_the_word_waits_ends_the_inquiry_and_the_decision_is_still_possible(
    report, moderator
) -> None:
    suggestion = name_somebody(report, now=NOW)
    answer(report, 3, now=NOW + DAY)
    decide(suggestion, moderator, NOW + 2 * DAY, upheld=True)
    assert (state_of(report), contact_of(report).state) == ("answered", "void")
    assert owed(report) == []


def test_the_word_of_an_author_of_a_withdrawn_report_can_be_put_away(report, moderator) -> None:
    suggestion = name_somebody(report, now=NOW)
    services.withdraw(report_id=report.pk, user=report.reporter, note="", now=NOW + DAY)
    decide(suggestion, moderator, NOW + 2 * DAY, upheld=False)
    suggestion.refresh_from_db()
    assert (state_of(report), suggestion.upheld) == ("withdrawn", False)
    assert inquiry_of(report).deadline == FIRST_DEADLINE


def test_two_words_of_one_author_are_decided_one_by_one(report, moderator) -> None:
    first, second = say_no_author(report, now=NOW), name_somebody(report, now=NOW)
    decide(first, moderator, NOW + DAY, upheld=False)
    assert inquiry_of(report).letters_at is None
    decide(second, moderator, NOW + DAY, upheld=False)
    assert inquiry_of(report).letters_at is not None


def test_an_agreement_of_somebody_who_was_no_author_confirms_nothing(report, moderator) -> None:
    suggestion = say_no_author(report, now=NOW)
    answer(report, now=NOW, kind="agrees")
    agreement = Agreement.objects.get()
    agreements.confirm(token=links.agreement_token(agreement), now=NOW)
    assert agreements.confirm_due(now=NOW + 20 * DAY) == 0
    decide(suggestion, moderator, NOW + 21 * DAY, upheld=True)
    assert agreements.confirm_due(now=NOW + 22 * DAY) == 0
    assert state_of(report) == "answered"


def test_an_agreement_waits_for_the_decision_on_who_gave_it(report, moderator) -> None:
    suggestion = say_no_author(report, now=NOW)
    answer(report, now=NOW, kind="agrees")
    agreements.confirm(token=links.agreement_token(Agreement.objects.get()), now=NOW)
    assert agreements.confirm_due(now=NOW + 20 * DAY) == 0
    decide(suggestion, moderator, NOW + 21 * DAY, upheld=False)
    assert agreements.confirm_due(now=NOW + 22 * DAY) == 1
    assert state_of(report) == "confirmed"


def test_an_address_that_nobody_can_write_to_is_refused_where_it_is_named(report) -> None:
    with pytest.raises(Refused, match="one e-mail address"):
        name_somebody(report, now=NOW, email="x@")
    assert (Suggestion.objects.count(), Address.objects.count()) == (0, 2)
