"""The two-person rule: one moderator proposes, another one confirms or rejects."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from pytest_django import Settings

from accounts.models import User
from reports import declarations, moderation, proposals, services, two_persons
from reports.lifecycle import Refused
from reports.models import Hold, Proposal, Report
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    events,
    hand_over,
    make_asking,
    make_lapsed,
    make_moderator,
    state_of,
)
from tests.reports.moderators import Desk, done, offered, sentences, words

pytestmark = pytest.mark.django_db
LATE = FIRST_DEADLINE + DAY


@pytest.fixture(autouse=True)
def two(settings: Settings) -> None:
    settings.TWO_PERSON_RULE = True


def asking() -> Report:
    report = make_asking(make_moderator())
    hand_over(report, NOW)
    return report


def held(report: Report) -> Hold:
    return moderation.open_hold(
        report_id=report.pk, moderator=make_moderator(), reason="An appeal.", now=NOW
    )


def proposed(report: Report, by: User | None = None, now: datetime = NOW) -> Proposal:
    return proposals.propose_removal(
        report_id=report.pk, moderator=by or make_moderator(), reason="It names a person.", now=now
    )


def confirm(proposal: Proposal, by: User | None = None, now: datetime = NOW) -> None:
    proposals.confirm(proposal_id=proposal.pk, moderator=by or make_moderator(), now=now)


def reject(proposal: Proposal, by: User | None = None) -> None:
    proposals.reject(
        proposal_id=proposal.pk, moderator=by or make_moderator(), reason="No.", now=NOW
    )


# --- what takes two ---------------------------------------------------------------------------


def test_nobody_removes_a_report_alone() -> None:
    report = asking()
    with pytest.raises(Refused) as refused:
        services.remove(report_id=report.pk, moderator=make_moderator(), reason="x", now=NOW)
    assert str(refused.value) == two_persons.ASK_ANOTHER
    assert state_of(report) == "asking"


def test_nobody_releases_a_hold_alone_after_the_deadline() -> None:
    hold = held(asking())
    with pytest.raises(Refused) as refused:
        moderation.release_hold(hold_id=hold.pk, moderator=make_moderator(), now=LATE)
    assert str(refused.value) == two_persons.ASK_ANOTHER
    moderation.release_hold(hold_id=hold.pk, moderator=make_moderator(), now=NOW)
    hold.refresh_from_db()
    assert hold.released_at == NOW


def test_without_the_rule_one_is_enough(settings: Settings) -> None:
    settings.TWO_PERSON_RULE = False
    report = asking()
    hold = held(report)
    moderation.release_hold(hold_id=hold.pk, moderator=make_moderator(), now=LATE)
    services.remove(report_id=report.pk, moderator=make_moderator(), reason="x", now=LATE)
    assert state_of(report) == "removed"


# --- proposing and deciding -------------------------------------------------------------------


def test_a_removal_is_done_when_another_confirms_it_with_the_first_ones_reason() -> None:
    report, first, second = asking(), make_moderator(), make_moderator()
    proposal = proposed(report, first)
    assert state_of(report) == "asking"
    confirm(proposal, second, NOW + 400 * DAY)
    assert state_of(report) == "removed"
    last = events(report, "state")[-1]
    assert (last.note, last.user) == ("It names a person.", second)
    assert [(e.user, e.data["step"]) for e in events(report, "proposal")] == [
        (first, "proposed"), (second, "confirmed"),
    ]  # fmt: skip


def test_a_release_is_done_when_another_confirms_it() -> None:
    report = asking()
    hold = held(report)
    proposal = proposals.propose_release(
        hold_id=hold.pk, moderator=make_moderator(), reason="Settled.", now=LATE
    )
    hold.refresh_from_db()
    assert hold.released_at is None
    confirm(proposal, now=LATE)
    hold.refresh_from_db()
    assert hold.released_at == LATE


def test_nobody_confirms_their_own_proposal_and_everybody_may_take_it_back() -> None:
    report, first = asking(), make_moderator()
    proposal = proposed(report, first)
    with pytest.raises(Refused) as refused:
        confirm(proposal, first)
    assert str(refused.value) == proposals.OWN
    reject(proposal, first)
    assert state_of(report) == "asking"
    confirm(proposed(report, first))
    assert state_of(report) == "removed"


def test_the_database_refuses_what_one_person_confirms() -> None:
    proposal = proposed(asking())
    with pytest.raises(IntegrityError, match="nobody_confirms_their_own_proposal"):
        Proposal.objects.filter(pk=proposal.pk).update(
            decided_at=NOW, decided_by=proposal.by, confirmed=True
        )


def test_a_rejected_proposal_does_nothing_and_is_decided() -> None:
    report = asking()
    proposal = proposed(report)
    reject(proposal)
    for act in (confirm, reject):
        with pytest.raises(Refused) as refused:
            act(proposal)
        assert str(refused.value) == proposals.DECIDED
    assert state_of(report) == "asking"


def test_one_thing_is_proposed_once_at_a_time() -> None:
    report = asking()
    first = proposed(report)
    with pytest.raises(Refused, match="proposed already"):
        proposed(report)
    reject(first)
    proposed(report)


def changed_state(report: Report, hold: Hold) -> None:
    answer(report, now=NOW)


def withdrawn(report: Report, hold: Hold) -> None:
    services.withdraw(report_id=report.pk, user=report.reporter, note="", now=NOW)


@pytest.mark.parametrize("change", [changed_state, withdrawn])
def test_a_removal_of_another_state_says_what_changed(change: Callable[..., Any]) -> None:
    report = asking()
    proposal = proposed(report)
    change(report, None)
    state = state_of(report)
    with pytest.raises(Refused) as refused:
        confirm(proposal)
    assert str(refused.value) == (
        f"The report was asking when this was proposed, and is {state} now. Reject it, and propose "
        "it anew if it still holds."
    )
    proposal.refresh_from_db()
    assert (proposal.decided_at, state_of(report)) == (None, state)
    reject(proposal)


def test_a_hold_that_was_released_meanwhile_says_so() -> None:
    report = asking()
    hold = held(report)
    proposal = proposals.propose_release(
        hold_id=hold.pk, moderator=make_moderator(), reason="x", now=NOW
    )
    moderation.release_hold(hold_id=hold.pk, moderator=make_moderator(), now=NOW)
    with pytest.raises(Refused, match="This hold was released already"):
        confirm(proposal)


def test_who_may_not_decide_neither_proposes_nor_confirms_nor_counts_as_the_first() -> None:
    report, first = asking(), make_moderator()
    stranger = make_moderator(affiliation="Lab R")
    with pytest.raises(Refused, match="your own institution"):
        proposed(report, stranger)
    proposal = proposed(report, first)
    for act in (confirm, reject):
        with pytest.raises(Refused, match="your own institution"):
            act(proposal, stranger)
    declarations.declare_conflict(report_id=report.pk, moderator=first, now=NOW)
    with pytest.raises(Refused, match="Who proposed this may not decide"):
        confirm(proposal)
    assert state_of(report) == "asking"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_proposal_has_a_reason(reason: str) -> None:
    with pytest.raises(Refused, match="Give the reason"):
        proposals.propose_removal(
            report_id=asking().pk, moderator=make_moderator(), reason=reason, now=NOW
        )


def test_proposals_are_append_only() -> None:
    proposal = proposed(asking())
    for change in (
        lambda: Proposal.objects.update(reason="other"),
        lambda: Proposal.objects.all().delete(),
    ):
        with pytest.raises(InternalError, match="append-only"), transaction.atomic():
            change()
    reject(proposal)
    with pytest.raises(InternalError, match="append-only"):
        Proposal.objects.update(decision="other")


# --- the pages --------------------------------------------------------------------------------


def test_the_button_proposes_and_another_moderator_finds_it_in_the_queue() -> None:
    report, first, second = make_lapsed(make_moderator()), Desk(now=LATE), Desk(now=LATE)
    response = first.send(report, "remove", reason="It names a person.")
    assert done(first, response) == ["Proposed: it is done when another moderator confirms it."]
    proposal = Proposal.objects.get()
    link = f"/moderation/{report.pk}/#proposal-{proposal.pk}"
    assert [a["href"] for a in second.queue().select("#proposals-title ~ ol h3 a")] == [link]
    assert proposals.OWN in words(first.get(report), f"#proposal-{proposal.pk}")
    assert "confirm" not in offered(first.get(report))
    assert "confirm" in offered(second.get(report))
    response = second.send(report, "confirm", of=proposal.pk)
    assert response.status_code == 302
    assert "Confirmed and done: remove the report." in second.messages()
    assert state_of(report) == "removed"
    assert second.queue().select("#proposals-title") == []


def test_the_form_of_a_late_release_asks_for_the_reason() -> None:
    report, desk = asking(), Desk(now=LATE)
    hold = held(report)
    refused = desk.send(report, "release", of=hold.pk, reason="")
    assert (refused.status_code, sentences(refused)) == (
        409, ["Give the reason, in words for the people concerned."],
    )  # fmt: skip
    response = desk.send(report, "release", of=hold.pk, reason="Settled.")
    assert done(desk, response, report) == [
        "Proposed: it is done when another moderator confirms it."
    ]
    rejected = Desk(now=LATE).send(report, "reject", of=Proposal.objects.get().pk, reason="Wait.")
    assert rejected.status_code == 302
    assert "rejected" in words(desk.get(report), "#proposals-title ~ div .tag")
