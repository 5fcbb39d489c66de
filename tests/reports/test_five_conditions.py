"""A report lapses only if five conditions hold (product.md, section 4): each alone forbids it."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from registry.models import Listing, Paper
from reports import (
    answers,
    facts,
    holds,
    lapse,
    letters_due,
    moderation,
    replies,
    services,
    suggestions,
)
from reports.models import Contact, Hold, Letter, Probe, Report
from reports.reply_decisions import robots_are
from tests.reports.inquiries import (
    DAY,
    NOW,
    answer,
    contact_of,
    fail,
    hand_over,
    inquiry_of,
    listen,
    make_asking,
    run_to_the_deadline,
    say_no_author,
)

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


@pytest.fixture
def report(moderator: User) -> Report:
    """Nobody answered, every letter was handed over when it was due."""
    return make_asking(moderator)


@pytest.fixture
def now(report: Report) -> datetime:
    """A minute after the deadline; the site listens."""
    after = run_to_the_deadline(report) + SOON
    listen(after)
    return after


def unmet(report: Report, now: datetime) -> list[str]:
    """The conditions for which the report does not lapse at `now`."""
    found = lapse.lapse(report.pk, now=now)
    assert found is not None
    return found.unmet


def test_all_five_hold(report, now) -> None:
    assert unmet(report, now) == []


@pytest.mark.parametrize(
    ("outcome", "listed", "standing"),
    [
        ("did not match", True, "no_answer"),
        ("could not be attempted", True, "no_answer"),
        ("matched in part", False, "partial_no_answer"),
    ],
)
def test_only_a_failed_reproduction_lists(
    moderator: User, outcome: str, listed: bool, standing: str
) -> None:
    report = make_asking(moderator, outcome=outcome)
    after = run_to_the_deadline(report) + SOON
    listen(after)
    assert unmet(report, after) == []
    paper = Paper.objects.get(reports=report)
    assert paper.standing == standing
    assert (paper.listed_at == after) is listed
    assert Listing.objects.filter(report_id=report.pk).exists() is listed


# --- due --------------------------------------------------------------------------------------


def test_at_the_deadline_it_is_not_due(report, now) -> None:
    deadline = inquiry_of(report).deadline
    Probe.objects.create(sent_at=deadline + SOON, returned_at=deadline)
    assert unmet(report, deadline) == ["due"]
    assert unmet(report, deadline + timedelta(microseconds=1)) == []


def test_after_an_extension_it_is_not_due(report, now) -> None:
    answers.more_time(contact_id=contact_of(report).pk, now=now - 2 * SOON)
    assert "due" in unmet(report, now)


# --- reached ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["notice", "reminder_1", "reminder_2", "final_notice"])
def test_a_letter_that_failed_reached_nobody(report, now, kind) -> None:
    Letter.objects.filter(kind=kind).update(failed_at=now, reason="5.1.1")
    assert unmet(report, now) == ["reached"]


def cancel(*kinds: str) -> None:
    """As if these letters had never left."""
    Letter.objects.filter(kind__in=kinds).update(
        handed_over_at=None, printed=None, cancelled_at=NOW, reason="x"
    )


@pytest.mark.parametrize("kinds", [["notice"], ["reminder_1", "reminder_2"], ["final_notice"]])
def test_without_notice_reminder_or_final_notice_nobody_is_reached(report, now, kinds) -> None:
    cancel(*kinds)
    assert unmet(report, now) == ["reached"]


def test_one_reminder_is_enough(report, now) -> None:
    cancel("reminder_1")
    assert unmet(report, now) == []


def test_a_final_notice_that_names_another_deadline_does_not_count(report, now) -> None:
    Letter.objects.filter(kind="final_notice").update(printed=now - DAY)
    assert unmet(report, now) == ["reached"]


def test_a_final_notice_that_had_no_time_to_settle_does_not_count(report, now) -> None:
    deadline, settle = inquiry_of(report).deadline, inquiry_of(report).policy.settle
    final = Letter.objects.filter(kind="final_notice")
    final.update(handed_over_at=deadline - settle + timedelta(seconds=1))
    assert unmet(report, now) == ["reached"]
    final.update(delivered_at=deadline)
    assert unmet(report, now) == []


def test_a_hand_over_settles_only_while_the_site_listens(report, now) -> None:
    Probe.objects.all().delete()
    assert unmet(report, now) == ["reached", "listening"]
    Letter.objects.update(delivered_at=now - DAY)
    assert unmet(report, now) == ["listening"]


def test_an_author_in_the_middle_does_not_count_unless_a_moderator_says_why(moderator) -> None:
    report = make_asking(moderator, "", "bo@lab.example")
    now = run_to_the_deadline(report) + SOON
    listen(now)
    assert unmet(report, now) == ["reached"]
    contact = contact_of(report, 2)
    moderation.mark_counts(
        contact_id=contact.pk, moderator=moderator, because="Did the experiments.", now=now
    )
    letters_due.order_due_letters(now=now)
    assert "reached" not in unmet(report, now)


@pytest.mark.parametrize(
    "state", [Contact.State.FAILED, Contact.State.VOID, Contact.State.COMPLAINED]
)
def test_who_is_gone_does_not_count(report, now, state) -> None:
    Contact.objects.update(state=state)
    assert unmet(report, now) == ["reached"]


def robots(report: Report, *letters: Letter, now: datetime) -> None:
    for letter in letters or Letter.objects.filter(contact__inquiry__report=report):
        facts.answered_by_robot(letter_id=letter.pk, reason="Auto-Submitted", now=now)


def test_whom_robots_alone_answered_does_not_count_until_a_moderator_looked(
    report, now, moderator
) -> None:
    robots(report, now=now)
    assert unmet(report, now) == ["reached"]
    for contact in Contact.objects.all():
        robots_are(contact_id=contact.pk, moderator=moderator, what="away", now=now)
    assert unmet(report, now) == []


def test_one_letter_without_a_robot_is_enough(report, now) -> None:
    robots(report, Letter.objects.filter(contact__inquiry__report=report)[0], now=now)
    assert unmet(report, now) == []


def test_a_letter_that_came_back_was_not_delivered(report, now) -> None:
    letter = Letter.objects.get(contact=contact_of(report), kind="reminder_1")
    other = Letter.objects.get(contact=contact_of(report), kind="reminder_2")
    for one in (letter, other):
        facts.returned(letter_id=one.pk, reason="5.2.2", now=now)
        facts.cancelled(letter_id=one.pk, reason="the report ended", now=now)
    assert unmet(report, now) == ["reached"]


def test_a_complaint_after_the_lapse_annuls_the_listing(report, now) -> None:
    assert unmet(report, now) == []
    for contact in Contact.objects.all():
        facts.complained(contact_id=contact.pk, now=now + SOON)
    assert Listing.objects.get(report_id=report.pk).ending == "annulled"


def test_a_failure_notice_after_the_lapse_annuls_the_listing(report, now) -> None:
    assert unmet(report, now) == []
    fail(report, now=now + SOON)
    report.refresh_from_db()
    assert report.state == "unreachable"
    ended = Listing.objects.get(report_id=report.pk)
    assert (ended.closed_at, ended.ending) == (now + SOON, "annulled")
    assert ended.note == "A letter to an author had not arrived after all."


def test_who_turns_out_to_be_no_author_takes_the_listing_with_them(report, now, moderator) -> None:
    assert unmet(report, now) == []
    word = say_no_author(report, now=now + SOON)
    suggestions.decide_suggestion(
        suggestion_id=word.pk, moderator=moderator, upheld=True, decision="A namesake.",
        now=now + SOON,
    )  # fmt: skip
    report.refresh_from_db()
    assert report.state == "unreachable"


# --- silent -----------------------------------------------------------------------------------


def test_what_was_answered_does_not_lapse(report, now) -> None:
    answer(report, now=now)
    assert lapse.lapse_due(now=now) == 0
    report.refresh_from_db()
    assert report.state == "answered"


def test_while_a_hold_stands_nothing_lapses(report, now, moderator) -> None:
    moderation.open_hold(report_id=report.pk, moderator=moderator, reason="An appeal.", now=now)
    assert unmet(report, now) == ["silent"]


def test_an_author_s_word_that_waits_for_a_decision_is_a_hold(report, now) -> None:
    say_no_author(report, now=now)
    assert unmet(report, now) == ["silent"]


def test_an_answer_by_mail_waits_and_nothing_lapses(report, now) -> None:
    reply = replies.received(
        contact_id=contact_of(report).pk, mail=1, content="1", text="No.", received_at=now, now=now
    )  # fmt: skip
    assert unmet(report, now) == ["silent"]
    Hold.objects.update(released_at=now)  # whatever ends the hold, the reply is there
    assert unmet(report, now) == ["silent"]
    assert reply is not None and reply.decided_at is None


def test_a_mail_that_waits_for_a_decision_is_a_hold(report, now) -> None:
    holds.hold_for_mail(inquiry_of(report), mail=7, reason="A mail waits.", now=now)
    assert unmet(report, now) == ["silent"]


# --- listening --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "returned"),
    [(-2 * SOON, timedelta(0)), (timedelta(0), None), (timedelta(0), SOON)],
    ids=["sent before the deadline", "never returned", "not yet returned"],
)
def test_only_a_probe_that_was_sent_after_the_deadline_and_returned_is_heard(
    report, now, sent, returned
) -> None:
    Letter.objects.update(delivered_at=now - DAY)
    returned_at = None if returned is None else now + returned
    Probe.objects.update(sent_at=now + sent, returned_at=returned_at)
    assert unmet(report, now) == ["listening"]


def test_in_trial_mode_nobody_needs_to_listen(report, now, settings) -> None:
    Probe.objects.all().delete()
    settings.TRIAL_MODE = True
    assert unmet(report, now) == []


# --- new --------------------------------------------------------------------------------------


@pytest.fixture
def answered(report: Report, now: datetime, moderator: User) -> Report:
    """Another report of the paper on the same claim, answered."""
    other = make_asking(moderator, "chen@lab.example", paper=report.paper)
    hand_over(other, now)
    answer(other, now=now)
    return other


def test_while_an_answer_to_the_claim_stands_elsewhere_it_is_not_new(report, now, answered) -> None:
    assert unmet(report, now) == ["new"]


def test_a_disputed_and_a_resolved_answer_stand_as_well(report, now, answered) -> None:
    reporter = Report.objects.select_related("reporter").get(pk=answered.pk).reporter
    services.dispute(report_id=answered.pk, user=reporter, reason="Ten seeds.", now=now)
    assert unmet(report, now) == ["new"]
    services.accept_answer(report_id=answered.pk, user=reporter, now=now)
    assert unmet(report, now) == ["new"]


def test_an_answer_to_another_claim_says_nothing(report, now, moderator) -> None:
    other = make_asking(moderator, "chen@lab.example", paper=report.paper, place="Figure 7")
    hand_over(other, now)
    answer(other, now=now)
    assert unmet(report, now) == []


@pytest.mark.parametrize("root", ["none", "this", "the other", "a third"])
def test_an_answer_beside_another_entry_of_the_same_work_stands(
    report, now, moderator, root: str
) -> None:
    other = make_asking(moderator, "chen@lab.example")
    hand_over(other, now)
    answer(other, now=now)
    assert other.paper_id != report.paper_id
    third = Paper.objects.create(title="The same work", created_at=now, is_public=True)
    points = {
        "none": {},
        "this": {other.paper_id: report.paper_id},
        "the other": {report.paper_id: other.paper_id},
        "a third": {report.paper_id: third.pk, other.paper_id: third.pk},
    }[root]
    for paper, to in points.items():
        Paper.objects.filter(pk=paper).update(root=to, standing="none", report_count=0)
    assert unmet(report, now) == (["new"] if points else [])


def test_the_answer_to_a_withdrawn_report_does_not_stand(report, now, answered) -> None:
    reporter = Report.objects.select_related("reporter").get(pk=answered.pk).reporter
    services.withdraw(report_id=answered.pk, user=reporter, note="", now=now)
    assert unmet(report, now) == []


def test_a_letter_is_marked_once(report, now) -> None:
    """A fact told twice changes nothing."""
    letter = Letter.objects.get(kind="notice")
    before = letter.handed_over_at
    facts.handed_over(letter_id=letter.pk, printed=now + DAY, now=now)
    letter.refresh_from_db()
    assert letter.handed_over_at == before
    assert unmet(report, now) == []
