"""Answers that came by mail: they wait under a hold until their kind is chosen."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from accounts.models import User
from registry.models import Listing
from reports import answers, holds, moderation, replies, reply_decisions, services
from reports.lifecycle import Refused
from reports.models import Answer, Contact, Hold, Letter, Reply, Report, ToDo
from tests.reports import race
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    contact_of,
    events,
    hand_over,
    inquiry_of,
    make_asking,
    make_lapsed,
    make_moderator,
    run_to_the_deadline,
    state_of,
    sweep,
)

pytestmark = pytest.mark.django_db
WEEK = 7 * DAY
MINUTE = timedelta(minutes=1)


@pytest.fixture
def report(moderator) -> Report:
    made = make_asking(moderator, "ada@lab.example", "bo@lab.example")
    hand_over(made, NOW)
    return made


def reply(
    report: Report,
    position: int = 1,
    *,
    now: datetime = NOW + DAY,
    mail: int = 1,
    content: str = "",
    text: str = "Use seed 3.",
    came: datetime | None = None,
) -> Reply | None:
    return replies.received(
        contact_id=contact_of(report, position).pk, mail=mail, content=content or f"content {mail}",
        text=text, received_at=came or now, now=now,
    )  # fmt: skip


def letters_asking_for_the_kind() -> int:
    return ToDo.objects.filter(event__kind="reply").count()


def open_holds(report: Report) -> int:
    return Hold.objects.filter(inquiry__report=report, released_at=None).count()


def publish(waiting: Reply, moderator: User, now: datetime, **words: str) -> Answer:
    return reply_decisions.publish(
        reply_id=waiting.pk, moderator=moderator, kind=words.get("kind", "explains"),
        name="Ada Muster", text=words.get("text", waiting.text), form_key=uuid4(), now=now,
    )  # fmt: skip


def set_aside(waiting: Reply, moderator: User, now: datetime, reason: str = "Thanks only.") -> None:
    reply_decisions.set_aside(reply_id=waiting.pk, moderator=moderator, reason=reason, now=now)


# --- it comes in ---------------------------------------------------------------------------------


def test_a_reply_waits_under_a_hold_and_one_letter_asks_for_its_kind(report) -> None:
    waiting = reply(report)
    assert waiting is not None
    assert (waiting.text, waiting.decided_at, waiting.moderator_from) == (
        "Use seed 3.", None, NOW + 8 * DAY,
    )  # fmt: skip
    assert (open_holds(report), letters_asking_for_the_kind()) == (1, 1)
    assert (state_of(report), report.answers.count()) == ("asking", 0)
    event = events(report, "reply")[0]
    assert (event.actor, event.contact, event.data) == (
        "author", contact_of(report), {"reply": waiting.pk},
    )  # fmt: skip


def test_while_one_reply_waits_the_next_asks_for_nothing(report) -> None:
    reply(report, mail=1)
    reply(report, mail=2)
    assert (Reply.objects.count(), open_holds(report), letters_asking_for_the_kind()) == (2, 2, 1)


def test_the_reply_of_another_author_gets_its_own_letter(report) -> None:
    reply(report, mail=1)
    reply(report, 2, mail=2)
    assert letters_asking_for_the_kind() == 2


def test_the_same_content_is_stored_once_and_gives_the_first(report) -> None:
    first = reply(report, mail=1, content="same")
    assert reply(report, mail=2, content="same") == first
    assert (Reply.objects.count(), open_holds(report), letters_asking_for_the_kind()) == (1, 1, 1)


def test_a_copy_of_what_was_decided_changes_nothing(report, moderator) -> None:
    first = reply(report, content="same")
    set_aside(first, moderator, NOW + 2 * DAY)
    assert reply(report, mail=2, content="same", now=NOW + 3 * DAY) == first
    assert open_holds(report) == 0


def test_nothing_lapses_while_a_reply_waits(report) -> None:
    deadline = run_to_the_deadline(report)
    reply(report, now=deadline)
    assert sweep(deadline + MINUTE) == 0
    assert sweep(deadline + 60 * DAY) == 0


def test_no_reminder_leaves_while_a_reply_waits(report) -> None:
    reply(report)
    assert inquiry_of(report).letters_at is None


@pytest.mark.parametrize("gone", ["withdrawn", "removed"])
def test_where_nothing_is_left_to_answer_nothing_is_stored(report, moderator, gone) -> None:
    words = {"report_id": report.pk, "now": NOW}
    if gone == "withdrawn":
        services.withdraw(user=report.reporter, note="", **words)
    else:
        services.remove(moderator=moderator, reason="Privacy.", **words)
    assert reply(report) is None
    assert (Reply.objects.count(), Hold.objects.count()) == (0, 0)


def test_beside_an_answer_a_reply_holds_nothing_up_and_still_asks_for_its_kind(report) -> None:
    answer(report, now=NOW)
    assert reply(report) is not None
    assert (Hold.objects.count(), letters_asking_for_the_kind()) == (0, 1)


# --- a listing -----------------------------------------------------------------------------------


def listed(moderator: User) -> tuple[Report, datetime]:
    report = make_lapsed(moderator, "ada@lab.example")
    return report, Listing.objects.get(report_id=report.pk).opened_at


@pytest.mark.parametrize("early", [timedelta(0), MINUTE, 10 * DAY])
def test_an_answer_that_had_come_before_the_listing_annuls_it(moderator, early) -> None:
    report, opened = listed(moderator)
    reply(report, came=opened - early, now=opened + DAY)
    assert (state_of(report), inquiry_of(report).deadline) == ("unreachable", None)
    listing = Listing.objects.get()
    assert (listing.ending, listing.closed_at) == ("annulled", opened + DAY)
    assert events(report, "state")[-1].note == replies.CAME_BEFORE
    assert open_holds(report) == 1


def test_an_answer_that_came_after_the_listing_leaves_it_until_it_is_published(moderator) -> None:
    report, opened = listed(moderator)
    waiting = reply(report, came=opened + MINUTE, now=opened + MINUTE)
    assert (state_of(report), Listing.objects.get().closed_at) == ("lapsed", None)
    publish(waiting, moderator, opened + 8 * DAY)
    assert state_of(report) == "answered"
    assert Listing.objects.get().ending == "answered"


def test_a_lapse_without_a_listing_is_annulled_too(moderator) -> None:
    report = make_lapsed(moderator, "ada@lab.example", outcome="matched in part")
    assert Listing.objects.count() == 0
    lapsed_at = Report.objects.get(pk=report.pk).state_at
    reply(report, came=lapsed_at - DAY, now=lapsed_at + DAY)
    assert state_of(report) == "unreachable"


# --- the author chooses --------------------------------------------------------------------------


def test_the_authors_own_answer_settles_all_that_they_wrote_by_mail(report) -> None:
    reply(report, mail=1)
    reply(report, mail=2)
    given = answer(report, now=NOW + 2 * DAY)
    assert {(one.answer, one.decided_at) for one in Reply.objects.all()} == {
        (given, NOW + 2 * DAY)
    }  # fmt: skip
    assert (open_holds(report), state_of(report)) == (0, "answered")


def test_the_answer_of_a_co_author_leaves_the_reply_waiting(report) -> None:
    waiting = reply(report)
    answer(report, 2, now=NOW + 2 * DAY)
    waiting.refresh_from_db()
    assert waiting.decided_at is None


def test_an_answer_to_two_reports_settles_the_mail_that_went_to_both(report, moderator) -> None:
    other = make_asking(moderator, "ada@lab.example", paper=report.paper, place="Fig 4")
    hand_over(other, NOW)
    for one in (report, other):
        reply(one, mail=7, content="one mail to both")
    answers.give_answer(
        contact_id=contact_of(report).pk, kind="explains", text="Use seed 3.", url="", name="Ada",
        role="", form_key=uuid4(), now=NOW + 2 * DAY, also=[other.pk],
    )  # fmt: skip
    assert Reply.objects.filter(decided_at=None).count() == 0
    assert (open_holds(report), open_holds(other)) == (0, 0)
    assert (state_of(report), state_of(other)) == ("answered", "answered")


def test_an_answer_to_one_of_two_reports_leaves_the_mail_to_the_other(report, moderator) -> None:
    other = make_asking(moderator, "ada@lab.example", paper=report.paper, place="Fig 4")
    hand_over(other, NOW)
    for one in (report, other):
        reply(one, mail=7, content="one mail to both")
    answer(report, now=NOW + 2 * DAY)
    assert (open_holds(report), open_holds(other)) == (0, 1)


def test_the_words_that_wait_stand_together(report) -> None:
    reply(report, mail=1, text="First.")
    reply(report, mail=2, text="")
    reply(report, mail=3, text="Third.")
    waiting, words = replies.waiting_words(contact_of(report))
    assert ([one.mail for one in waiting], words) == ([1, 2, 3], "First.\n\nThird.")


# --- a moderator publishes -----------------------------------------------------------------------


def test_a_moderator_publishes_only_after_seven_days(report, moderator) -> None:
    waiting = reply(report)
    early = waiting.moderator_from - MINUTE
    with pytest.raises(Refused, match="The author chooses its kind until 10 March 2026, 13:00 UTC"):
        publish(waiting, moderator, early)
    assert (Answer.objects.count(), open_holds(report)) == (0, 1)
    given = publish(waiting, moderator, waiting.moderator_from)
    assert (given.text, given.kind, given.contact, given.given_at) == (
        "Use seed 3.", "explains", contact_of(report), waiting.moderator_from,
    )  # fmt: skip
    assert (state_of(report), open_holds(report)) == ("answered", 0)
    decided = events(report, "decision")[-1]
    assert (decided.data, decided.user, decided.contact, decided.note) == (
        {"what": "reply published"}, moderator, contact_of(report), "",
    )  # fmt: skip
    released = events(report, "release")[-1]
    assert (released.actor, released.user) == ("moderator", moderator)


def test_the_log_says_that_the_text_is_not_the_whole_mail(report, moderator) -> None:
    publish(reply(report), moderator, NOW + 9 * DAY, text="Use seed 3")
    assert events(report, "decision")[-1].note == reply_decisions.CHANGED


def test_what_else_waits_of_the_author_goes_on_waiting(report, moderator) -> None:
    first, second = reply(report, mail=1), reply(report, mail=2, now=NOW + 5 * DAY)
    publish(first, moderator, NOW + 9 * DAY)
    second.refresh_from_db()
    assert (second.decided_at, open_holds(report)) == (None, 1)


def test_a_reply_is_published_once(report, moderator) -> None:
    waiting = reply(report)
    publish(waiting, moderator, NOW + 9 * DAY)
    with pytest.raises(Refused, match="decided on already"):
        publish(waiting, moderator, NOW + 9 * DAY)
    with pytest.raises(Refused, match="decided on already"):
        set_aside(waiting, moderator, NOW + 9 * DAY)
    assert Answer.objects.count() == 1


def test_an_answer_without_its_kind_is_not_published(report, moderator) -> None:
    waiting = reply(report)
    with pytest.raises(answers.Incomplete, match="Choose what kind"):
        publish(waiting, moderator, NOW + 9 * DAY, kind="")
    assert (Answer.objects.count(), open_holds(report)) == (0, 1)


def test_an_agreement_by_mail_lists_nothing_before_the_second_mail(report, moderator) -> None:
    publish(reply(report), moderator, NOW + 9 * DAY, kind="agrees")
    assert (state_of(report), Listing.objects.count()) == ("answered", 0)
    assert events(report, "agreement")[-1].data["step"] == "asked"


# --- a moderator sets it aside -------------------------------------------------------------------


def test_set_aside_at_least_fourteen_days_are_left(report, moderator) -> None:
    deadline = run_to_the_deadline(report)
    waiting = reply(report, now=deadline - DAY)
    set_aside(waiting, moderator, deadline + DAY, reason=" It asks for the *deadline* only. ")
    waiting.refresh_from_db()
    assert (waiting.set_aside, waiting.answer) == ("It asks for the *deadline* only.", None)
    moved = inquiry_of(report).deadline
    assert moved >= deadline + 15 * DAY
    assert (state_of(report), open_holds(report)) == ("asking", 0)
    assert inquiry_of(report).letters_at is not None  # a final notice that names it is owed
    assert sweep(deadline + 2 * DAY) == 0


def test_set_aside_early_the_deadline_stays(report, moderator) -> None:
    set_aside(reply(report), moderator, NOW + 2 * DAY)
    assert inquiry_of(report).deadline == FIRST_DEADLINE


def test_setting_aside_needs_its_reason_and_no_waiting(report, moderator) -> None:
    waiting = reply(report)
    with pytest.raises(Refused, match="Give the reason"):
        set_aside(waiting, moderator, NOW + DAY, reason=" \n")
    assert open_holds(report) == 1
    set_aside(waiting, moderator, NOW + DAY + MINUTE)
    assert events(report, "decision")[-1].note == "Thanks only."


def test_the_next_reply_after_one_was_set_aside_asks_again(report, moderator) -> None:
    set_aside(reply(report, mail=1), moderator, NOW + 2 * DAY)
    reply(report, mail=2, now=NOW + 3 * DAY)
    assert (letters_asking_for_the_kind(), open_holds(report)) == (2, 1)


def test_a_mail_of_two_authors_holds_until_both_are_decided(report, moderator) -> None:
    """One mail to both reply addresses: there is one hold, and a reply of each."""
    ada, bo = reply(report, 1, mail=7, content="x"), reply(report, 2, mail=7, content="x")
    assert open_holds(report) == 1
    set_aside(ada, moderator, NOW + 2 * DAY)
    assert open_holds(report) == 1
    set_aside(bo, moderator, NOW + 2 * DAY)
    assert open_holds(report) == 0


def test_a_hold_behind_a_reply_is_not_released_by_hand(report, moderator) -> None:
    reply(report)
    with pytest.raises(Refused, match="A mail waits behind this hold"):
        moderation.release_hold(hold_id=Hold.objects.get().pk, moderator=moderator, now=NOW)


def test_a_hold_of_a_mail_is_opened_once(report) -> None:
    inquiry = inquiry_of(report)
    first = holds.hold_for_mail(inquiry, mail=3, reason="A mail waits.", now=NOW)
    assert holds.hold_for_mail(inquiry, mail=3, reason="A mail waits.", now=NOW) == first
    opened = events(report, "hold")
    assert [event.data for event in opened] == [{"hold": first.pk, "mail": 3}]
    assert not ToDo.objects.filter(event__in=opened).exists()  # what came may be spam: no letter


# --- robots --------------------------------------------------------------------------------------


def robots_answered(report: Report, position: int = 1) -> Contact:
    contact = contact_of(report, position)
    Letter.objects.filter(contact=contact).update(robot_at=NOW)
    return contact


def test_who_only_sent_robots_counts_after_a_moderator_said_what_they_are(
    report, moderator
) -> None:
    deadline = run_to_the_deadline(report)
    robots_answered(report)
    Letter.objects.filter(contact=contact_of(report, 2)).update(failed_at=NOW)
    assert sweep(deadline + MINUTE) == 0
    reply_decisions.robots_are(
        contact_id=contact_of(report).pk, moderator=moderator, what="away", now=deadline + DAY
    )
    assert contact_of(report).robots_are == "away"
    decided = events(report, "decision")[-1]
    assert (decided.data, decided.contact) == ({"what": "robots: away"}, contact_of(report))
    assert sweep(deadline + 2 * DAY) == 1


@pytest.mark.parametrize("what", ["", "human", "AWAY"])
def test_what_the_robots_are_is_one_of_two_words(report, moderator, what) -> None:
    contact = robots_answered(report)
    with pytest.raises(Refused, match="Choose whether the author is away"):
        reply_decisions.robots_are(contact_id=contact.pk, moderator=moderator, what=what, now=NOW)


def test_where_one_letter_drew_no_robot_there_is_nothing_to_say(report, moderator) -> None:
    contact = contact_of(report)
    with pytest.raises(Refused, match="Not every letter"):
        reply_decisions.robots_are(contact_id=contact.pk, moderator=moderator, what="away", now=NOW)


def test_the_robots_are_marked_once(report, moderator) -> None:
    contact = robots_answered(report)
    words = {"contact_id": contact.pk, "moderator": moderator, "now": NOW}
    reply_decisions.robots_are(what="robot", **words)
    with pytest.raises(Refused, match="marked already"):
        reply_decisions.robots_are(what="away", **words)
    assert contact_of(report).robots_are == "robot"


# --- at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", race.ORDERS)
class TestAtOnce:
    """Two people, or a person and the mail, on two connections."""

    def waiting(self) -> tuple[Report, Reply, list[User]]:
        moderators = [make_moderator(), make_moderator()]
        report = make_asking(moderators[0], "ada@lab.example")
        hand_over(report, NOW)
        waiting = reply(report)
        assert waiting is not None
        return report, waiting, moderators

    def test_one_of_two_moderators_publishes(self, order) -> None:
        report, waiting, moderators = self.waiting()
        one, two = race.race(
            order, *[lambda m=m: publish(waiting, m, NOW + 9 * DAY) for m in moderators]
        )
        assert sorted(isinstance(x, race.Told) for x in (one, two)) == [False, True]
        assert (report.answers.count(), open_holds(report)) == (1, 0)

    def test_the_author_and_a_moderator_answer(self, order) -> None:
        """Whoever is first settles it; the author's form is never refused for it."""
        report, waiting, moderators = self.waiting()
        given, published = race.race(
            order,
            lambda: answer(report, now=NOW + 9 * DAY),
            lambda: publish(waiting, moderators[0], NOW + 9 * DAY),
        )
        assert isinstance(given, Answer)
        waiting.refresh_from_db()
        assert waiting.answer in (given, published)
        assert (open_holds(report), state_of(report)) == (0, "answered")

    def test_the_same_mail_twice_is_one_reply(self, order) -> None:
        report, _, _ = self.waiting()
        one, two = race.race(
            order, *[lambda m=m: reply(report, mail=m, content="same") for m in (5, 6)]
        )
        assert one == two
        assert Reply.objects.filter(content="same").count() == 1
