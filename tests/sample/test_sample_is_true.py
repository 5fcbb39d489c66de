"""The sample is true: its states, dates, letters and listings are those that the rules make."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from notifications.models import Email
from registry.models import Ground, Listing, Paper, Standing
from reports.agreements import confirm_due
from reports.audit import audit
from reports.deadlines import Policy
from reports.lapse import lapse_due
from reports.letters_due import order_due_letters
from reports.models import (
    Agreement,
    Contact,
    DeadlineChange,
    Hold,
    Letter,
    Probe,
    Report,
    ReportEvent,
    ToDo,
)
from reports.public_record import projections_of
from reports.reach import Ear, LetterFact, LetterKind, reached
from reports.states import LISTABLE, TRANSITIONS, Outcome, State
from tests.sample.conftest import NOW

pytestmark = [pytest.mark.wide, pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def live() -> Report:
    """The one whose letters leave after the start."""
    return Report.objects.get(inquiry__frozen_policy=Policy.of(timedelta(minutes=2)).to_json())


def test_every_state_is_there() -> None:
    assert set(Report.objects.values_list("state", flat=True)) == set(State)


def test_every_standing_is_there() -> None:
    assert set(Paper.objects.values_list("standing", flat=True)) == set(Standing)


def test_what_a_visitor_should_find_is_there() -> None:
    papers = Paper.objects.all()
    assert any(len(paper.title) > 350 for paper in papers)
    assert any("$" in paper.title for paper in papers)
    assert any(paper.authors.count() >= 4 for paper in papers)
    assert any(author.name == "顾听澜" for paper in papers for author in paper.authors.all())
    assert any(paper.report_count == 2 for paper in papers)
    assert any(paper.versions.count() == 2 for paper in papers)
    assert Report.objects.exclude(code_url="").exists()
    assert set(Report.objects.values_list("reporter__email", flat=True)) == {
        "reporter@example.org", "second@example.org",
    }  # fmt: skip


def test_each_state_was_reached_by_the_steps_that_are_allowed() -> None:
    for report in Report.objects.all():
        steps = report.events.exclude(target="").values_list("source", "target", "at")
        state = State.DRAFT
        for source, target, at in steps:
            assert source == state
            state = State(target)
            assert state in TRANSITIONS[State(source)]
            assert at <= NOW
        assert (report.state, report.state_at) == (state, at if steps else report.created_at)


def test_events_stand_in_the_order_of_time() -> None:
    at = list(ReportEvent.objects.order_by("pk").values_list("at", flat=True))
    assert all(earlier <= later for earlier, later in pairwise(at))
    assert max(at) <= NOW


def _known_at(letter: Letter, moment: datetime) -> LetterFact:
    """What was known of the letter at that moment."""
    fact = letter.fact
    failed = fact.failed_at if fact.failed_at and fact.failed_at <= moment else None
    return LetterFact(
        kind=LetterKind(letter.kind), printed=fact.printed, handed_over_at=fact.handed_over_at,
        failed_at=failed,
    )  # fmt: skip


def _reached(contact: Contact, policy: Policy, deadline: datetime, moment: datetime) -> bool:
    heard = Probe.objects.filter(returned_at__lte=moment).order_by("-sent_at").first()
    facts = [_known_at(letter, moment) for letter in contact.letters.all()]
    ear = Ear(heard_until=heard.sent_at if heard else None)
    return contact.counts and reached(facts, policy, deadline, ear)


def _assert_silence(listing: Listing) -> None:
    """The five conditions, as they stood when the paper was listed, without the trial's trust."""
    at = listing.opened_at
    report = Report.objects.select_related("inquiry").get(pk=listing.report_id)
    assert Outcome(report.outcome) in LISTABLE
    assert report.events.get(target=State.LAPSED).at == at
    change = DeadlineChange.objects.filter(inquiry__report=report, at__lt=at).last()
    assert change is not None and change.new is not None
    deadline = change.new
    assert deadline < at
    policy = report.inquiry.policy
    assert any(_reached(c, policy, deadline, at) for c in report.inquiry.contacts.all())
    assert not report.answers.filter(given_at__lte=at).exists()
    assert not Hold.objects.filter(inquiry__report=report, opened_at__lte=at).exists()
    assert Probe.objects.filter(sent_at__gt=deadline, returned_at__lte=at).exists()


def _assert_confirmed(listing: Listing) -> None:
    agreement = Agreement.objects.get(answer__reports=listing.report_id)
    assert agreement.settled_at == listing.opened_at == agreement.settles_at
    assert agreement.confirmed_at is not None
    assert (agreement.objected_at, agreement.taken_back_at) == (None, None)


def test_every_listing_satisfies_the_rule_of_its_ground() -> None:
    rules = {Ground.SILENCE: _assert_silence, Ground.CONFIRMED: _assert_confirmed}
    for listing in Listing.objects.all():
        rules[Ground(listing.ground)](listing)
    assert sorted(Listing.objects.values_list("ground", "ending")) == [
        ("confirmed", ""), ("silence", ""), ("silence", ""), ("silence", "annulled"),
        ("silence", "answered"),
    ]  # fmt: skip


def test_the_audit_finds_nothing() -> None:
    found = list(audit())
    assert [str(finding) for finding in found if not finding.right] == []
    assert len(found) == Listing.objects.count()


def test_what_is_listed_is_what_lapsed_or_was_confirmed() -> None:
    listing = Listing.objects.filter(closed_at=None).values_list("report_id", flat=True)
    listed = Report.objects.filter(state__in=(State.LAPSED, State.CONFIRMED), outcome__in=LISTABLE)
    assert sorted(listing) == sorted(listed.values_list("pk", flat=True))


def test_every_standing_is_that_of_the_public_reports() -> None:
    for paper in Paper.objects.all():
        derived = projections_of([paper.pk])[paper.pk]
        assert (paper.standing, paper.report_count, paper.match_count, paper.modes) == (
            derived.standing, derived.report_count, derived.match_count, derived.modes,
        )  # fmt: skip
        listing = paper.listings.filter(closed_at=None).first()
        assert paper.listed_at == (listing.opened_at if listing else None)


def test_no_letter_is_owed_from_the_past() -> None:
    assert set(ToDo.objects.values_list("event__report", flat=True)) == {live().pk}
    assert set(Email.objects.values_list("state", flat=True)) == {"accepted", "failed"}
    pending = [letter for letter in Letter.objects.all() if letter.fact.pending]
    assert [letter.contact.inquiry.report for letter in pending] == [live()]
    assert order_due_letters(now=NOW) == lapse_due(now=NOW) == confirm_due(now=NOW) == 0


def test_every_letter_of_the_clock_left_when_it_was_due() -> None:
    for letter in Letter.objects.exclude(contact__inquiry__report=live()):
        assert (letter.handed_over_at or letter.failed_at) == letter.owed_at


def test_one_inquiry_waits_for_the_real_outbox() -> None:
    report = live()
    assert (report.state, report.accepted_at, report.inquiry.deadline) == ("asking", NOW, None)
    assert report.paper is not None and report.paper.is_public and not report.paper.listed_at
    assert not Email.objects.filter(event__report=report, kind__in=LetterKind).exists()


def test_an_inquiry_is_held_for_a_moderator() -> None:
    hold = Hold.objects.get(released_at=None)
    assert (hold.inquiry.report.state, hold.inquiry.letters_at) == ("asking", None)
    assert hold.suggestion.decided_at is None
