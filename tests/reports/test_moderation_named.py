"""Deciding on a named person: asked at the address given, with one restart an inquiry."""

import pytest

from accounts.models import User
from registry.models import Listing, Paper
from reports import answers, moderation, suggestions
from reports.lifecycle import Refused
from reports.models import Address, Contact, Report, Suggestion
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
    made = make_asking(moderator)
    hand_over(made, NOW)
    return made


def uphold(suggestion: Suggestion, moderator: User, now, **more) -> None:
    suggestions.decide_suggestion(
        suggestion_id=suggestion.pk, moderator=moderator, upheld=True, decision="Seen.", now=now,
        **({"author_position": 2, "email": "bo@lab.example"} | more),
    )  # fmt: skip


def test_the_named_author_is_asked_with_a_whole_window(report, moderator) -> None:
    uphold(name_somebody(report, now=NOW + 10 * DAY), moderator, NOW + 14 * DAY)
    assert (contact_of(report).state, owed(report)) == ("void", [("notice", "bo@lab.example")])
    assert inquiry_of(report).restarted
    hand_over(report, NOW + 14 * DAY)
    assert inquiry_of(report).deadline == FIRST_DEADLINE + 14 * DAY
    address = Address.objects.get(email="bo@lab.example")
    assert (address.source, address.checked_by) == ("Named by Ada Muster", moderator)


def test_the_moderator_may_mend_the_address(report, moderator) -> None:
    uphold(name_somebody(report, now=NOW), moderator, NOW, email="bo@right.example")
    assert owed(report) == [("notice", "bo@right.example")]


def test_a_very_long_name_names_somebody_too(moderator) -> None:
    report = make_asking(moderator, authors=["A" * 300, "Bo Probe"])
    hand_over(report, NOW)
    uphold(name_somebody(report, now=NOW), moderator, NOW)
    source = Address.objects.get(email="bo@lab.example").source
    assert (len(source), source[:12]) == (200, "Named by AAA")


def test_the_clock_restarts_once(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    hand_over(report, NOW)
    uphold(name_somebody(report, now=NOW), moderator, NOW + DAY)
    hand_over(report, NOW + DAY)
    restarted = inquiry_of(report).deadline
    assert restarted == FIRST_DEADLINE + DAY
    uphold(
        name_somebody(report, 3, now=NOW + 2 * DAY, email="ada@new.example"), moderator,
        NOW + 2 * DAY, author_position=1, email="ada@new.example",
    )  # fmt: skip
    assert inquiry_of(report).deadline == restarted


def test_a_named_author_who_is_asked_already_is_asked_once(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "bo@old.example")
    hand_over(report, NOW)
    uphold(name_somebody(report, now=NOW), moderator, NOW + DAY)
    assert (contact_of(report, 2).address.email, owed(report)) == ("bo@old.example", [])
    fail(report, 2, now=NOW + DAY)
    assert (contact_of(report, 2).address.email, state_of(report)) == ("bo@lab.example", "asking")


def test_the_right_person_behind_the_same_name_is_asked_in_their_place(report, moderator) -> None:
    suggestion = name_somebody(report, now=NOW, email="the-real@ada.example")
    uphold(suggestion, moderator, NOW, author_position=1, email="the-real@ada.example")
    contact = contact_of(report)
    assert (contact.state, contact.counts) == ("unknown", True)
    assert owed(report) == [("notice", "the-real@ada.example")]


def test_an_owed_letter_to_the_wrong_person_is_not_in_the_way(moderator) -> None:
    report = make_asking(moderator)
    suggestion = name_somebody(report, now=NOW, email="the-real@ada.example")
    uphold(suggestion, moderator, NOW, author_position=1, email="the-real@ada.example")
    assert owed(report) == [("notice", "the-real@ada.example")]


def test_a_named_person_who_is_no_author_is_written_to_and_never_counts(report, moderator) -> None:
    uphold(
        name_somebody(report, now=NOW), moderator, NOW + DAY, author_position=None,
        email="student@lab.example",
    )  # fmt: skip
    contact = Contact.objects.get(position=4)
    assert (contact.name, contact.on_paper, contact.counts) == ("Bo Probe", False, False)
    assert (state_of(report), owed(report)) == ("asking", [("notice", "student@lab.example")])
    hand_over(report, NOW + DAY)
    deadline = inquiry_of(report).deadline
    letters = [kind for kind, _ in run(report, until=deadline)]
    assert letters == ["reminder_1", "reminder_2", "final_notice"]
    assert sweep(deadline + DAY) == 0
    with pytest.raises(Refused, match="not on the paper's author list"):
        moderation.mark_counts(
            contact_id=contact.pk, moderator=moderator, because="Did the work.", now=deadline
        )
    answer(report, 4, now=deadline + DAY)
    assert state_of(report) == "answered"


def test_a_person_who_is_no_author_is_no_author_in_the_counts(report, moderator) -> None:
    uphold(
        name_somebody(report, now=NOW), moderator, NOW, author_position=None,
        email="student@lab.example",
    )  # fmt: skip
    hand_over(report, NOW)
    answer(report, 4, now=NOW)
    facts = Paper.objects.get().facts
    assert (facts["authors_asked"], facts["authors_reached"]) == (1, 0)


def test_two_named_persons_who_are_no_authors_get_places_of_their_own(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    hand_over(report, NOW)
    for position, email in ((1, "one@lab.example"), (3, "two@lab.example")):
        uphold(
            name_somebody(report, position, now=NOW), moderator, NOW, author_position=None,
            email=email,
        )  # fmt: skip
    assert owed(report) == [("notice", "one@lab.example"), ("notice", "two@lab.example")]


def test_a_named_author_without_an_address_is_not_forgotten_silently(report, moderator) -> None:
    with pytest.raises(Refused, match="Give the address of the person who is named"):
        uphold(name_somebody(report, now=NOW), moderator, NOW, email="")
    assert contact_of(report).state == "handed_over"


@pytest.mark.parametrize("position", [0, 4])
def test_a_place_that_no_author_has_is_refused(report, moderator, position) -> None:
    with pytest.raises(Refused, match="Choose an author of the paper"):
        uphold(name_somebody(report, now=NOW), moderator, NOW, author_position=position)


def test_a_named_address_without_a_place_in_it_is_refused(report, moderator) -> None:
    with pytest.raises(Refused, match="whole e-mail address"):
        uphold(name_somebody(report, now=NOW), moderator, NOW, email="x@")
    assert Suggestion.objects.get().decided_at is None


def test_refusing_asks_nobody_whatever_stands_in_the_form(report, moderator) -> None:
    suggestion = name_somebody(report, now=NOW)
    suggestions.decide_suggestion(
        suggestion_id=suggestion.pk, moderator=moderator, upheld=False, decision="No.", now=NOW,
        author_position=2, email="bo@lab.example",
    )  # fmt: skip
    assert (Contact.objects.count(), owed(report)) == (1, [])


def test_a_named_author_who_asked_not_to_be_written_to_is_not_written_to(report, moderator) -> None:
    other = make_asking(moderator, "", "bo@lab.example", paper=report.paper)
    hand_over(other, NOW)
    answers.opt_out(contact_id=contact_of(other, 2).pk, now=NOW)
    with pytest.raises(Refused, match="asked not to be written to again"):
        uphold(name_somebody(report, now=NOW), moderator, NOW)


def test_named_while_nobody_could_be_reached_the_report_asks_again(report, moderator) -> None:
    suggestion = name_somebody(report, now=NOW)
    fail(report, now=NOW + DAY)
    assert state_of(report) == "unreachable"
    uphold(suggestion, moderator, NOW + 2 * DAY)
    assert (state_of(report), owed(report)) == ("asking", [("notice", "bo@lab.example")])
    hand_over(report, NOW + 7 * DAY)
    assert inquiry_of(report).deadline == FIRST_DEADLINE + 7 * DAY
    assert not inquiry_of(report).restarted


def test_after_a_lapse_on_the_wrong_person_the_listing_is_annulled_and_the_right_one_asked(
    moderator,
) -> None:
    report = make_lapsed(moderator)
    later = FIRST_DEADLINE + 2 * DAY
    uphold(name_somebody(report, now=later), moderator, later)
    assert (state_of(report), Listing.objects.get().ending) == ("asking", "annulled")
    assert owed(report) == [("notice", "bo@lab.example")]
    states = [(e.source, e.target, e.user) for e in events(report, "state")[-2:]]
    assert states == [
        ("lapsed", "unreachable", moderator), ("unreachable", "asking", moderator),
    ]  # fmt: skip


def test_after_a_lapse_somebody_who_was_no_author_annuls_it(moderator) -> None:
    report = make_lapsed(moderator)
    later = FIRST_DEADLINE + 2 * DAY
    uphold(say_no_author(report, now=later), moderator, later, author_position=None, email="")
    assert (state_of(report), Listing.objects.get().ending) == ("unreachable", "annulled")
    assert inquiry_of(report).deadline is None


def test_a_lapse_that_stands_on_another_author_stands(moderator) -> None:
    report = make_lapsed(moderator, "ada@lab.example", "", "chen@lab.example")
    later = FIRST_DEADLINE + 2 * DAY
    uphold(say_no_author(report, now=later), moderator, later, author_position=None, email="")
    assert (state_of(report), contact_of(report).state) == ("lapsed", "void")
    assert Listing.objects.get().closed_at is None


def test_where_nobody_is_asked_any_more_naming_somebody_says_so(moderator) -> None:
    report = make_lapsed(moderator, "ada@lab.example", "", "chen@lab.example")
    later = FIRST_DEADLINE + 2 * DAY
    with pytest.raises(Refused, match="The report is lapsed: nobody is asked any more"):
        uphold(name_somebody(report, now=later), moderator, later)
    assert Suggestion.objects.get().decided_at is None


def test_the_others_hear_of_the_restarted_deadline_in_a_new_final_notice(moderator) -> None:
    report = make_asking(moderator, "ada@lab.example", "", "chen@lab.example")
    run_to_the_deadline(report)
    uphold(name_somebody(report, now=FIRST_DEADLINE), moderator, FIRST_DEADLINE)
    hand_over(report, FIRST_DEADLINE)
    moved = inquiry_of(report).deadline
    sent = run(report, until=moved)
    assert [kind for kind, email in sent if email == "chen@lab.example"] == ["final_notice"]
    assert contact_of(report, 3).letters.last().printed == moved
    assert sweep(moved + DAY) == 1
