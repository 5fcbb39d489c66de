"""Why another author will do; ending a link."""

from datetime import timedelta

import pytest

from accounts.models import User
from reports import answers, lapse, links, moderation, suggestions
from reports.lifecycle import Refused
from reports.models import AnswerLink, Contact, Report, ToDo
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
    last_event,
    make_asking,
    make_lapsed,
    name_somebody,
    owed,
    run,
    run_to_the_deadline,
    state_of,
    sweep,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def middle(moderator) -> Report:
    """Only Bo, who is neither first nor last nor corresponding, is asked."""
    made = make_asking(moderator, "", "bo@lab.example")
    hand_over(made, NOW)
    return made


def count(report: Report, moderator: User, now, position: int = 2, because: str = "Bo ran it all."):
    moderation.mark_counts(
        contact_id=contact_of(report, position).pk, moderator=moderator, because=because, now=now
    )


def revoke(report: Report, moderator: User, now, position: int = 1) -> None:
    moderation.revoke_link(contact_id=contact_of(report, position).pk, moderator=moderator, now=now)


def test_the_silence_of_a_middle_author_lists_nothing(middle) -> None:
    deadline = run_to_the_deadline(middle)
    assert sweep(deadline + DAY) == 0
    assert lapse.conditions(inquiry_of(middle), deadline + DAY).unmet == ["reached"]


def test_the_corresponding_author_counts_wherever_they_stand(moderator) -> None:
    report = make_asking(moderator, "", ["bo@old.example", "bo@lab.example"], corresponding=2)
    hand_over(report, NOW)
    fail(report, 2, now=NOW)
    run(report, since=NOW, until=FIRST_DEADLINE)
    assert sweep(FIRST_DEADLINE + DAY) == 1


def test_a_recorded_reason_makes_a_middle_author_count(middle, moderator) -> None:
    run_to_the_deadline(middle)
    count(middle, moderator, FIRST_DEADLINE - DAY, because=" Bo ran it all.\n")
    assert contact_of(middle, 2).counts_because == "Bo ran it all."
    event = events(middle, "decision")[0]
    assert (event.user, event.contact, event.note, event.data) == (
        moderator, contact_of(middle, 2), "Bo ran it all.", {"what": "counts"},
    )  # fmt: skip
    assert not ToDo.objects.filter(event=event).exists()
    assert sweep(inquiry_of(middle).deadline + DAY) == 1


def test_who_counts_too_late_for_a_final_notice_gets_one_with_more_time(moderator) -> None:
    """Reminders left late, so Bo's final notice cannot settle before the deadline."""
    report = make_asking(moderator, "ada@lab.example", "bo@lab.example")
    hand_over(report, NOW)
    fail(report, now=FIRST_DEADLINE - DAY)
    count(report, moderator, FIRST_DEADLINE - timedelta(hours=1))
    late = FIRST_DEADLINE - timedelta(hours=1)
    run(report, since=late, until=FIRST_DEADLINE)
    moved = inquiry_of(report).deadline
    assert moved > FIRST_DEADLINE + 7 * DAY
    run(report, until=moved)
    assert sweep(moved + DAY) == 1


def test_the_first_author_counts_without_a_reason(moderator) -> None:
    report = make_asking(moderator)
    with pytest.raises(Refused, match="counts already"):
        count(report, moderator, NOW, position=1)


@pytest.mark.parametrize("because", ["", " \n"])
def test_the_reason_is_owed(middle, moderator, because) -> None:
    with pytest.raises(Refused, match="Say why reaching this author will do"):
        count(middle, moderator, NOW, because=because)
    assert contact_of(middle, 2).counts_because == ""


def test_a_reason_is_mended_and_both_are_kept(middle, moderator) -> None:
    count(middle, moderator, NOW)
    count(middle, moderator, NOW, because="Bo is the contact of the code.")
    assert contact_of(middle, 2).counts_because == "Bo is the contact of the code."
    assert [e.note for e in events(middle, "decision")] == [
        "Bo ran it all.", "Bo is the contact of the code.",
    ]  # fmt: skip


def test_somebody_who_is_not_the_author_never_counts(middle, moderator) -> None:
    suggestion = name_somebody(middle, 2, now=NOW, email="chen@lab.example")
    suggestions.decide_suggestion(
        suggestion_id=suggestion.pk, moderator=moderator, upheld=True, decision="x", now=NOW,
        author_position=3, email="chen@lab.example",
    )  # fmt: skip
    with pytest.raises(Refused, match="not an author, or the wrong person"):
        count(middle, moderator, NOW)


@pytest.mark.parametrize("state", ["lapsed", "answered"])
def test_nobody_counts_afterwards(moderator, state) -> None:
    """A lapse must not be propped up by an author who did not count when it happened."""
    if state == "lapsed":
        report = make_lapsed(moderator, "ada@lab.example", "bo@lab.example")
    else:
        report = make_asking(moderator, "ada@lab.example", "bo@lab.example")
        hand_over(report, NOW)
        answer(report, now=NOW)
    with pytest.raises(Refused, match=f"The report is {state}"):
        count(report, moderator, FIRST_DEADLINE + DAY)
    if state == "lapsed":
        fail(report, now=FIRST_DEADLINE + 2 * DAY)
        assert state_of(report) == "unreachable"


def test_a_revoked_link_opens_nothing_and_the_next_letter_has_another(moderator) -> None:
    report = make_asking(moderator)
    old = links.token_for(contact_of(report), NOW)
    revoke(report, moderator, NOW + DAY)
    assert links.resolve(old, NOW + DAY) is None
    new = links.token_for(contact_of(report), NOW + DAY)
    assert new != old
    assert links.resolve(new, NOW + DAY).contact == contact_of(report)
    assert AnswerLink.objects.get(version=1).revoked_at == NOW + DAY
    event = events(report, "decision")[0]
    assert (event.user, event.contact, event.data) == (
        moderator, contact_of(report), {"what": "link revoked"},
    )  # fmt: skip


def test_a_letter_that_was_being_written_while_the_link_ended_revives_no_link(moderator) -> None:
    report = make_asking(moderator)
    as_the_outbox_read_it = contact_of(report)
    revoke(report, moderator, NOW)
    token = links.token_for(as_the_outbox_read_it, NOW)
    assert links.resolve(token, NOW) is None


def test_revoked_twice_the_newest_link_still_works(moderator) -> None:
    report = make_asking(moderator)
    for _ in range(2):
        links.token_for(contact_of(report), NOW)
        revoke(report, moderator, NOW)
    assert links.resolve(links.token_for(contact_of(report), NOW), NOW) is not None
    assert AnswerLink.objects.filter(revoked_at=None).count() == 1


def test_who_lost_the_link_of_the_final_notice_gets_another_and_the_time_to_use_it(
    moderator,
) -> None:
    report = make_asking(moderator)
    run_to_the_deadline(report)
    revoke(report, moderator, FIRST_DEADLINE - DAY)
    assert sweep(FIRST_DEADLINE + DAY) == 0
    moved = inquiry_of(report).deadline
    assert moved >= FIRST_DEADLINE + 13 * DAY
    assert run(report, until=moved) == [("final_notice", "ada@lab.example")]
    assert sweep(moved + DAY) == 1


def test_a_link_revoked_early_moves_no_deadline(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    revoke(report, moderator, NOW + DAY)
    assert inquiry_of(report).deadline == FIRST_DEADLINE


def test_the_link_of_a_listed_report_ends_too(moderator) -> None:
    report = make_lapsed(moderator)
    token = links.token_for(contact_of(report), NOW)
    deadline = inquiry_of(report).deadline
    revoke(report, moderator, FIRST_DEADLINE + DAY)
    assert links.resolve(token, FIRST_DEADLINE + DAY) is None
    assert (state_of(report), inquiry_of(report).deadline) == ("lapsed", deadline)
    assert last_event(report).kind == "decision"


def test_the_only_author_opted_out_and_has_no_link_any_more_so_nothing_lists(moderator) -> None:
    report = make_asking(moderator)
    hand_over(report, NOW)
    run(report, until=FIRST_DEADLINE - 2 * DAY)
    answers.opt_out(contact_id=contact_of(report).pk, now=FIRST_DEADLINE - 2 * DAY)
    revoke(report, moderator, FIRST_DEADLINE - DAY)
    assert state_of(report) == "unreachable"
    assert sweep(FIRST_DEADLINE + 60 * DAY) == 0
    assert (owed(report), Contact.objects.get().state) == ([], "opted_out")
