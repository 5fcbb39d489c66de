"""What moderators decide about mail that is held: each decision, once, by who may decide."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import User
from notifications import held as decisions
from notifications.inbound import came_back
from notifications.models import Incoming, Robot
from registry.models import Listing
from reports import contacts, lapse, lifecycle, services
from reports.lifecycle import Refused
from reports.models import Address, Hold, Reply, Report, ToDo
from tests.notifications.held_mail import (
    held,
    make_asked,
    notice_to,
    received,
    reply_to,
    unmatched,
    written,
)
from tests.reports import race
from tests.reports.inquiries import (
    DAY,
    NOW,
    contact_of,
    events,
    inquiry_of,
    listen,
    make_moderator,
    owed,
    run_to_the_deadline,
    state_of,
    sweep,
)

pytestmark = pytest.mark.django_db
LATER = NOW + 2 * DAY
MINUTE = timedelta(minutes=1)


@pytest.fixture
def moderator(db: None) -> User:
    return make_moderator()


@pytest.fixture
def report(moderator) -> Report:
    return make_asked(moderator, "ada@lab.example", "bo@lab.example")


def open_holds(report: Report) -> int:
    return Hold.objects.filter(inquiry__report=report, released_at=None).count()


def state(mail: Incoming) -> tuple[str, str]:
    mail.refresh_from_db()
    return mail.state, mail.decision


def take(mail: Incoming, report: Report, moderator: User, position: int = 1) -> None:
    decisions.take_as_answer(
        pk=mail.pk, contact_id=contact_of(report, position).pk, moderator=moderator, now=LATER
    )


def add(mail: Incoming, report: Report, moderator: User, position: int = 1, **words: str) -> None:
    decisions.add_address(
        pk=mail.pk, report_id=report.pk, author_position=position, moderator=moderator,
        source=words.get("source", "The lab's page"), now=LATER,
    )  # fmt: skip


# --- taken as an answer --------------------------------------------------------------------------


def test_taken_as_an_answer_it_waits_for_its_kind_under_the_same_hold(report, moderator) -> None:
    mail = held(report, text="Use seed 3.\n\n> Dear Ada\n")
    assert open_holds(report) == 1
    take(mail, report, moderator)
    assert state(mail) == ("done", "answer")
    assert (mail.decided_by, mail.decided_at, mail.contact, mail.report) == (
        moderator, LATER, contact_of(report), report,
    )  # fmt: skip
    reply = Reply.objects.get()
    assert (reply.contact, reply.mail, reply.received_at, reply.text) == (
        contact_of(report), mail.pk, NOW + DAY, "Use seed 3.",
    )  # fmt: skip
    assert open_holds(report) == 1
    assert ToDo.objects.filter(event__kind="reply").count() == 1  # the letter with the link
    assert state_of(report) == "asking"


def test_it_may_be_the_answer_of_another_author_than_was_written_to(report, moderator) -> None:
    mail = held(report)
    take(mail, report, moderator, position=2)
    assert (Reply.objects.get().contact, mail.contact_id) == (
        contact_of(report, 2), contact_of(report).pk,
    )  # fmt: skip
    mail.refresh_from_db()
    assert mail.contact == contact_of(report, 2)


def test_what_it_held_up_beside_the_report_it_answers_goes_on(report, moderator) -> None:
    other = make_asked(moderator, "eve@lab.example")
    mail = unmatched(sender="Ada <someone@lab.example>")  # of the authors' domain
    assert (open_holds(report), open_holds(other)) == (1, 1)
    take(mail, report, moderator)
    assert (open_holds(report), open_holds(other)) == (1, 0)


def test_unmatched_mail_may_be_the_answer_to_any_report(report, moderator) -> None:
    mail = unmatched(sender="Ada <ada@home.example>")
    assert open_holds(report) == 0
    take(mail, report, moderator)
    assert (Reply.objects.get().contact, open_holds(report)) == (contact_of(report), 1)


def test_a_mail_that_was_taken_for_a_robots_is_read_when_it_is_taken_as_an_answer(
    report, moderator
) -> None:
    mail = held(report, subject="Automatic reply: away", text="No: use seed 3.")
    assert mail.kind == "unknown"
    Incoming.objects.filter(pk=mail.pk).update(text="")
    take(mail, report, moderator)
    assert Reply.objects.get().text == "No: use seed 3."


@pytest.mark.parametrize("gone", ["withdrawn", "removed"])
def test_where_nothing_is_left_to_answer_it_goes_on_waiting(report, moderator, gone) -> None:
    mail = held(report)
    words = {"report_id": report.pk, "now": NOW}
    if gone == "withdrawn":
        services.withdraw(user=report.reporter, note="", **words)
    else:
        services.remove(moderator=moderator, reason="Privacy.", **words)
    with pytest.raises(Refused, match="nothing left to answer"):
        take(mail, report, moderator)
    assert (state(mail), Reply.objects.count()) == (("held", ""), 0)


def test_a_listing_is_annulled_by_a_mail_that_had_come_before_it(moderator) -> None:
    """The mail matched nothing, the paper was listed, and then a moderator understood it."""
    report = make_asked(moderator, "ada@lab.example")
    mail = unmatched(sender="Ada <ada@home.example>", came=NOW + DAY)
    deadline = run_to_the_deadline(report)
    assert sweep(deadline + MINUTE) == 1
    decisions.take_as_answer(
        pk=mail.pk, contact_id=contact_of(report).pk, moderator=moderator, now=deadline + DAY
    )
    assert (state_of(report), Listing.objects.get().ending) == ("unreachable", "annulled")


def test_a_mail_that_came_after_the_listing_annuls_nothing(moderator) -> None:
    report = make_asked(moderator, "ada@lab.example")
    deadline = run_to_the_deadline(report)
    assert sweep(deadline + MINUTE) == 1
    mail = unmatched(sender="Ada <ada@home.example>", came=deadline + DAY)
    decisions.take_as_answer(
        pk=mail.pk, contact_id=contact_of(report).pk, moderator=moderator, now=deadline + DAY
    )
    assert (state_of(report), Listing.objects.get().closed_at) == ("lapsed", None)


# --- a new address -------------------------------------------------------------------------------


def test_the_sender_becomes_an_authors_new_address_and_the_mail_their_answer(
    report, moderator
) -> None:
    mail = held(report, sender="Ada <ada@elsewhere.example>")
    add(mail, report, moderator)
    assert state(mail) == ("done", "new address")
    address = Address.objects.get(email="ada@elsewhere.example")
    assert (address.author_position, address.source, address.checked_by, address.rank) == (
        1, "The lab's page", moderator, 2,
    )  # fmt: skip
    assert contact_of(report).address.email == "ada@lab.example"  # which works
    assert (Reply.objects.get().contact, open_holds(report)) == (contact_of(report), 1)


def test_a_co_author_who_was_never_asked_can_be_the_sender(report, moderator) -> None:
    mail = held(report, sender="Chen <chen@lab.example>")
    add(mail, report, moderator, position=3)
    assert Reply.objects.get().contact == contact_of(report, 3)
    assert contact_of(report, 3).address.email == "chen@lab.example"
    assert owed(report) == []  # a hold stands
    assert open_holds(report) == 1


def test_the_next_mail_from_there_is_the_authors(report, moderator, settings) -> None:
    settings.AUTHSERV_ID = "mx.site.example"
    add(held(report, sender="Ada <ada@elsewhere.example>"), report, moderator)
    said = "mx.site.example; dmarc=pass header.from=elsewhere.example"
    mail = received(
        written(
            reply_to(report), sender="Ada <ada@elsewhere.example>", text="And use v2.",
            Authentication_Results=said,
        ),
        came=LATER,
    )  # fmt: skip
    assert (mail.state, Reply.objects.count()) == ("done", 2)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"source": " "}, "Say why this is the author's address"),
        ({"position": 9}, "Choose an author of the paper"),
    ],
)
def test_a_new_address_that_cannot_be_kept_is_refused(report, moderator, words, sentence) -> None:
    mail = held(report)
    with pytest.raises(Refused, match=sentence):
        add(mail, report, moderator, **words)
    assert (state(mail), Address.objects.count(), Reply.objects.count()) == (("held", ""), 2, 0)


def test_an_address_that_is_another_authors_is_refused(report, moderator) -> None:
    mail = held(report, sender="Bo <bo@lab.example>")
    with pytest.raises(Refused, match="used for this report already"):
        add(mail, report, moderator)
    assert state(mail) == ("held", "")


def test_a_mail_without_a_sender_gives_no_address(report, moderator) -> None:
    mail = held(report, sender="a@x.example, b@x.example")
    assert mail.sender == ""
    with pytest.raises(Refused, match="names no sender"):
        add(mail, report, moderator)


# --- robots --------------------------------------------------------------------------------------


def test_a_robot_is_decided_once_and_its_next_mail_blocks_nothing(report, moderator) -> None:
    mail = held(report, sender="Desk <desk@lab.example>", text="Ticket 1 was opened.")
    decisions.robot(pk=mail.pk, moderator=moderator, now=LATER)
    assert (state(mail), open_holds(report)) == (("done", "robot"), 0)
    assert Robot.objects.get().sender_hash == contacts.email_hash("desk@lab.example")
    letter = notice_to(report).letter
    letter.refresh_from_db()
    assert letter.robot_at == LATER
    again = received(
        written(
            reply_to(report),
            sender="Desk <DESK@lab.example>",
            text="Ticket 2 was opened.",
            subject="Out of Office: Ticket 2",
        ),
        came=LATER,
    )
    assert (again.state, open_holds(report), Reply.objects.count()) == ("done", 0, 0)


def test_a_robot_of_one_report_is_none_of_another(report, moderator) -> None:
    other = make_asked(moderator, "eve@lab.example")
    desk = {"sender": "Desk <desk@lab.example>"}
    decisions.robot(pk=held(report, **desk).pk, moderator=moderator, now=LATER)
    assert open_holds(report) == 0
    held(other, text="Ticket 2.", **desk)
    assert open_holds(other) == 1


def test_a_robot_without_a_name_is_forgotten(report, moderator) -> None:
    mail = held(report, sender="a@x.example, b@x.example")
    decisions.robot(pk=mail.pk, moderator=moderator, now=LATER)
    assert (state(mail), Robot.objects.count()) == (("done", "robot"), 0)


# --- discarded, a failure notice -----------------------------------------------------------------


def test_discarded_the_report_goes_on_with_time_left(report, moderator) -> None:
    deadline = run_to_the_deadline(report)
    mail = held(report, came=deadline)
    assert sweep(deadline + MINUTE) == 0
    decisions.discard(pk=mail.pk, moderator=moderator, reason=" Spam. ", now=deadline + DAY)
    assert (state(mail), open_holds(report)) == (("done", "discarded"), 0)
    assert mail.why.endswith(" Spam.")
    assert inquiry_of(report).deadline >= deadline + 15 * DAY
    released = events(report, "release")[-1]
    assert (released.actor, released.user) == ("moderator", moderator)
    assert not ToDo.objects.filter(event=released).exists()  # no letter: it may have been spam


@pytest.mark.parametrize("reason", ["", " \n"])
def test_discarding_needs_its_reason(report, moderator, reason) -> None:
    mail = held(report)
    with pytest.raises(Refused, match="Give the reason"):
        decisions.discard(pk=mail.pk, moderator=moderator, reason=reason, now=LATER)
    assert (state(mail), open_holds(report)) == (("held", ""), 1)


def test_a_failure_notice_means_that_the_letter_is_sent_again(report, moderator) -> None:
    mail = held(report, sender="Gate <gate@lab.example>")
    decisions.failure(pk=mail.pk, moderator=moderator, now=LATER)
    assert state(mail) == ("done", "failure notice")
    email = notice_to(report)
    email.letter.refresh_from_db()
    assert (email.state, email.letter.handed_over_at, email.letter.fact.pending) == (
        "queued", None, True,
    )  # fmt: skip
    assert contact_of(report).address.dead_at is None


def test_a_failure_notice_after_the_seven_days_means_that_it_failed(moderator) -> None:
    report = make_asked(moderator, "ada@lab.example")
    mail = held(report, came=NOW + 8 * DAY)
    decisions.failure(pk=mail.pk, moderator=moderator, now=NOW + 9 * DAY)
    email = notice_to(report)
    email.letter.refresh_from_db()
    assert (email.bounced_at, email.letter.failed_at) == (NOW + 9 * DAY, NOW + 9 * DAY)
    assert (state_of(report), contact_of(report).address.dead_at) == ("unreachable", None)


def test_mail_about_no_letter_is_no_failure_notice(moderator) -> None:
    mail = unmatched()
    with pytest.raises(Refused, match="about no letter that we know"):
        decisions.failure(pk=mail.pk, moderator=moderator, now=LATER)
    assert state(mail) == ("held", "")


# --- who, and once -------------------------------------------------------------------------------

EACH: dict[str, Callable[[Incoming, Report, User], None]] = {
    "answer": take,
    "new address": add,
    "robot": lambda mail, report, who: decisions.robot(pk=mail.pk, moderator=who, now=LATER),
    "discarded": lambda mail, report, who: decisions.discard(
        pk=mail.pk, moderator=who, reason="Spam.", now=LATER
    ),
    "failure notice": lambda mail, report, who: decisions.failure(
        pk=mail.pk, moderator=who, now=LATER
    ),
}


def people(report: Report) -> dict[str, User]:
    """Who may not decide on the report, and why."""
    report.reporter.is_staff = True
    report.reporter.save()
    return {
        "This is your own report": report.reporter,
        "This is your own paper": make_moderator(email="ada@lab.example"),
        "This concerns your own institution": make_moderator(email="dean@physics.lab.example"),
        "Only moderators decide": User.objects.create_user("eve@strangers.example"),
    }


@pytest.mark.parametrize("decision", EACH)
def test_nobody_decides_on_mail_that_concerns_them(report, decision) -> None:
    mail = held(report)
    for why, person in people(report).items():
        with pytest.raises(Refused, match=why):
            EACH[decision](mail, report, person)
    assert (state(mail), open_holds(report), Reply.objects.count()) == (("held", ""), 1, 0)


@pytest.mark.parametrize("decision", ["answer", "new address"])
def test_nobody_gives_unmatched_mail_to_a_report_that_concerns_them(report, decision) -> None:
    mail = unmatched(sender="Ada <ada@home.example>")
    for why, person in people(report).items():
        with pytest.raises(Refused, match=why):
            EACH[decision](mail, report, person)
    assert (state(mail), Reply.objects.count()) == (("held", ""), 0)


@pytest.mark.parametrize("decision", EACH)
def test_only_moderators_decide_on_mail_about_no_report(report, decision) -> None:
    stranger = User.objects.create_user("eve@strangers.example")
    with pytest.raises(Refused, match="Only moderators decide on mail"):
        EACH[decision](unmatched(), report, stranger)


@pytest.mark.parametrize("decision", EACH)
def test_a_mail_is_decided_once(report, moderator, decision) -> None:
    mail = held(report)
    EACH[decision](mail, report, moderator)
    for again in EACH.values():
        with pytest.raises(Refused, match="Somebody decided on this mail already"):
            again(mail, report, moderator)
    assert state(mail) == ("done", decision)


@pytest.mark.parametrize("decision", EACH)
@pytest.mark.parametrize(
    ("as_it_is", "sentence"),
    [
        ({"state": "done"}, "This mail waits for nobody"),
        ({"state": "waiting"}, "was not read yet"),
        ({"state": "broken", "retry_at": NOW, "error": "x"}, "was not read yet"),
    ],
)
def test_mail_that_is_not_held_is_not_decided(
    report, moderator, decision, as_it_is, sentence
) -> None:
    mail = held(report)
    Incoming.objects.filter(pk=mail.pk).update(**as_it_is)
    with pytest.raises(Refused, match=sentence):
        EACH[decision](mail, report, moderator)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", race.ORDERS)
class TestAtOnce:
    """Two moderators, or a moderator and the sweeps, on two connections."""

    def waiting(self) -> tuple[Report, Incoming, list[User]]:
        moderators = [make_moderator(), make_moderator()]
        report = make_asked(moderators[0], "ada@lab.example", "bo@lab.example")
        return report, held(report), moderators

    @pytest.mark.parametrize("second", ["answer", "robot", "discarded"])
    def test_one_of_two_moderators_decides(self, order, second) -> None:
        report, mail, (one, two) = self.waiting()
        outcomes = race.race(
            order,
            lambda: EACH["answer"](mail, report, one),
            lambda: EACH[second](mail, report, two),
        )
        told = [x.text for x in outcomes if isinstance(x, race.Told)]
        assert told == ["Somebody decided on this mail already."]
        answered = state(mail)[1] == "answer"
        assert (Reply.objects.count(), open_holds(report)) == ((1, 1) if answered else (0, 0))

    def test_a_decision_and_the_lapse(self, order) -> None:
        """Discarding gives the authors fourteen days, whoever comes first."""
        moderator = make_moderator()
        report = make_asked(moderator, "ada@lab.example")
        deadline = run_to_the_deadline(report)
        mail = held(report, came=deadline)
        now = deadline + DAY
        listen(now)
        race.race(
            order,
            lambda: decisions.discard(pk=mail.pk, moderator=moderator, reason="Spam.", now=now),
            lambda: lapse.lapse(report.pk, now=now),
        )
        assert (state_of(report), open_holds(report)) == ("asking", 0)


@pytest.mark.django_db(transaction=True)
def test_a_failure_notice_waits_for_the_report_before_it_takes_the_letters_row() -> None:
    """As the outbox and the moderators do: else each would wait for what the other has."""
    report = make_asked(make_moderator(), "ada@lab.example")
    email, locked = notice_to(report), threading.Event()

    def comes_back() -> None:
        with transaction.atomic():
            came_back(email, reason="it came back: 4.4.7", address_is_bad=False, now=LATER)

    other = race.Runner(comes_back, lambda: locked.wait(race.PATIENCE))
    other.start()
    with transaction.atomic():
        lifecycle.lock(report.pk)
        locked.set()
        until = time.monotonic() + race.PATIENCE
        while not (other.backend and race.waits(other.backend)):
            assert time.monotonic() < until, "it never waits"
        comes_back()
    other.join(race.PATIENCE)
    assert other.error is None
    told = [event.data["fact"] for event in events(report, "letter_fact")]
    assert told.count("returned") == 1
