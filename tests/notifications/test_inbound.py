"""What mail that comes in does to an inquiry (product.md, section 4)."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from notifications import held, inbound
from notifications.incoming import store
from notifications.letters import write_letters
from notifications.models import Email, Incoming
from notifications.reading import process_waiting
from reports.lapse import conditions
from reports.models import Contact, EventKind, Hold, Reply
from reports.states import State
from tests.notifications.arriving import LATER, MINUTE, arrive, asked, letter_to
from tests.notifications.builders import DAY, Clock, answer, inquiry_of, make_user
from tests.notifications.mails import (
    OURS,
    bounce,
    complaint,
    out_of_office,
    person,
    reply_to,
    return_path,
)
from tests.notifications.sending import send
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def our_server(settings: Any) -> None:
    settings.AUTHSERV_ID = OURS


@pytest.fixture
def moderator() -> User:
    return make_user(is_staff=True, email="mo@mods.example")


def address_of(contact: Contact) -> str:
    assert contact.address is not None
    return contact.address.email


def held_up(contact: Contact) -> bool:
    return Hold.objects.filter(inquiry=contact.inquiry_id, released_at=None).exists()


# --- people ----------------------------------------------------------------------------------


def test_an_authors_reply_opens_a_hold_and_asks_for_its_kind(smtp_server: SmtpServer) -> None:
    first, _ = asked(smtp_server)
    letter = letter_to(first)
    text = "We used another split.\n\n> A report about your paper\n> says this"
    row = arrive(person(sender=address_of(first), to=reply_to(letter), text=text))
    assert (row.state, row.kind, row.matched_by) == ("done", "human", "reply address")
    assert (row.email, row.contact, row.report) == (letter, first, first.inquiry.report)
    reply = Reply.objects.get()
    assert (reply.contact, reply.text, reply.received_at) == (
        first,
        "We used another split.",
        LATER,
    )
    assert held_up(first)
    assert first.inquiry.report.state == State.ASKING
    write_letters(now=LATER)
    owed = Email.objects.filter(state="queued")
    assert [(m.kind, m.contact) for m in owed] == [("reply_received", first)]
    send(Clock(LATER))
    text = smtp_server.mails[-1].get_body(("plain",))
    assert text is not None and "We used another split." in text.get_content()


def test_a_second_mail_is_kept_and_writes_no_second_letter(smtp_server: SmtpServer) -> None:
    """So two robots cannot write to each other for ever."""
    first, _ = asked(smtp_server)
    to, sender = reply_to(letter_to(first)), address_of(first)
    for number in range(5):
        arrive(person(sender=sender, to=to, text=f"And {number} more."))
    write_letters(now=LATER)
    assert Reply.objects.count() == 5
    assert Email.objects.filter(kind="reply_received").count() == 1


def test_the_same_mail_many_times_is_one_answer(smtp_server: SmtpServer) -> None:
    first, _ = asked(smtp_server)
    raw = person(sender=address_of(first), to=reply_to(letter_to(first)))
    rows = [arrive(f"Received: by relay {n}\r\n".encode() + raw) for n in range(30)]
    assert arrive(b"Received: by relay 1\r\n" + raw) == rows[1]
    assert Reply.objects.count() == 1
    assert {row.state for row in rows} == {"done"}
    assert rows[-1].why.endswith(f"a copy of mail {rows[0].pk}")


def test_a_reply_to_three_reports_is_one_answer_to_each(smtp_server: SmtpServer) -> None:
    emails = ("ada@uni.example", "bob@uni.example")
    contacts = [asked(smtp_server, emails=emails)[0] for _ in range(3)]
    to = ", ".join(reply_to(letter_to(contact)) for contact in contacts)
    for contact in contacts:  # the copy that each of the three addresses gets
        arrive(
            person(sender="ada@uni.example", to=to, Message_ID="<one@uni.example>"),
            sent_to=reply_to(letter_to(contact)),
        )
    assert sorted(Reply.objects.values_list("contact", flat=True)) == [c.pk for c in contacts]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"passed": False}, "Our mail server does not say"),
        ({"sender": "ada.author@home.example"}, "an address that we did not write to"),
        (
            {"From": "ada@uni.example, eve@evil.example"},
            "no sender, or several",
        ),
        (
            {
                "passed": False,
                "Authentication_Results": "mx.evil.example; dmarc=pass header.from=uni.example",
            },
            "Our mail server does not say",
        ),
    ],
)
def test_whoever_is_not_surely_the_author_is_held(
    smtp_server: SmtpServer, changed: dict[str, Any], why: str
) -> None:
    first, _ = asked(smtp_server, emails=("ada@uni.example", "bob@uni.example"))
    given = {"sender": "ada@uni.example", "to": reply_to(letter_to(first))} | changed
    row = arrive(person(**given))
    assert (row.state == "held" and why in row.why and row.suggestion) or "several" in row.why
    assert held_up(first)
    assert not Reply.objects.exists()


def test_a_person_is_held_though_a_robot_wrote_from_the_same_address(
    smtp_server: SmtpServer, moderator: User
) -> None:
    """Whose absence was answered by a machine that nobody knew answers some day."""
    first, _ = asked(smtp_server)
    sender, to = address_of(first), reply_to(letter_to(first))
    subject = "Out of Office: A report about your paper"
    row = arrive(person(sender=sender, to=to, Subject=subject))
    assert (row.state, row.kind) == ("held", "unknown")
    held.robot(pk=row.pk, moderator=moderator, now=LATER)
    assert not held_up(first)
    again = arrive(person(sender=sender, to=to, Subject=subject, text="Still away."))
    assert again.state == "done" and not held_up(first)  # decided once
    answer = arrive(person(sender=sender, to=to, passed=False))
    assert (answer.state, answer.kind) == ("held", "human")
    assert held_up(first)


@pytest.mark.parametrize("subject", ["Re: A report", "Out of Office: A report"])
def test_the_link_of_a_letter_that_was_passed_on_is_no_part_of_the_words(
    smtp_server: SmtpServer, moderator: User, subject: str
) -> None:
    first, _ = asked(smtp_server)
    text = "See https://site.example/answer/kEy-0123456789/?do=answer and answer there."
    row = arrive(
        person(sender="ada@home.example", to=reply_to(letter_to(first)), text=text, Subject=subject)
    )
    assert row.state == "held"
    held.take_as_answer(pk=row.pk, contact_id=first.pk, moderator=moderator, now=LATER)
    assert Reply.objects.get().text == "See … and answer there."


def test_a_provider_that_changes_the_message_id_is_matched_by_its_own(
    smtp_server: SmtpServer,
) -> None:
    first, _ = asked(smtp_server)
    letter = letter_to(first)
    Email.objects.filter(pk=letter.pk).update(provider_id="0100-abc@provider.example")
    row = arrive(
        person(
            sender=address_of(first),
            to="registry@site.example",
            In_Reply_To="<0100-abc@provider.example>",
        )
    )
    assert (row.email, row.matched_by, row.state) == (letter, "Message-ID", "done")
    row = arrive(
        person(sender=address_of(first), to="registry@site.example", References=letter.message_id)
    )
    assert row.email == letter


def test_mail_about_nothing_we_know_blocks_only_what_it_names(smtp_server: SmtpServer) -> None:
    one, _ = asked(smtp_server, emails=("ada@one.example", "b@gmail.com"), title="A" * 30)
    two, _ = asked(smtp_server, emails=("cyd@two.example", "d@gmail.com"), title="B" * 30)

    def blocked(raw: bytes) -> set[int]:
        row = arrive(raw)
        assert row.state == "held"
        return set(Hold.objects.filter(mail=row.pk).values_list("inquiry__report_id", flat=True))

    to = "registry@site.example"
    first, second = one.inquiry.report_id, two.inquiry.report_id
    assert blocked(person(sender="eve@elsewhere.example", to=to)) == set()
    assert blocked(person(sender="dean@one.example", to=to)) == {first}
    assert blocked(person(sender="somebody@gmail.com", to=to)) == set()
    assert blocked(person(sender="d@gmail.com", to=to)) == {second}
    assert blocked(person(sender="e@x.example", to=to, text=f"On report {second}: no.")) == {second}
    paper = two.inquiry.report.paper_id
    link = f"https://site.example/papers/{paper}/b/"
    assert blocked(person(sender="e@x.example", to=to, text=f"See {link}")) == {second}
    assert blocked(person(sender="e@x.example", to=to, text="b" * 30)) == {second}


# --- robots and servers ----------------------------------------------------------------------


def test_an_out_of_office_is_no_answer_and_the_clock_runs_on(smtp_server: SmtpServer) -> None:
    first, _ = asked(smtp_server)
    before = inquiry_of(first.inquiry.report)
    row = arrive(out_of_office(sender=address_of(first), to=return_path(letter_to(first))))
    assert (row.state, row.kind) == ("done", "auto_reply")
    after = inquiry_of(first.inquiry.report)
    assert (after.deadline, after.letters_at) == (before.deadline, before.letters_at)
    assert not held_up(first) and not Reply.objects.exists()
    letter = first.letters.get()
    assert letter.robot_at == LATER and letter.handed_over_at is not None
    write_letters(now=LATER)
    assert not Email.objects.filter(state="queued").exists()


def test_an_automatic_reply_after_the_end_changes_nothing(smtp_server: SmtpServer) -> None:
    first, _ = asked(smtp_server)
    answer(first)
    report = first.inquiry.report
    before = list(report.events.values_list("pk", flat=True))
    row = arrive(out_of_office(sender=address_of(first), to=reply_to(letter_to(first))))
    assert (row.state, row.kind) == ("done", "auto_reply")
    report.refresh_from_db()
    assert report.state == State.ANSWERED
    assert list(report.events.values_list("pk", flat=True)) == before


def test_a_bad_address_makes_the_inquiry_unreachable_once_nobody_is_left(
    smtp_server: SmtpServer,
) -> None:
    first, second = asked(smtp_server)
    for contact in (first, second):
        letter = letter_to(contact)
        row = arrive(bounce(to=return_path(letter), address=address_of(contact)))
        assert (row.state, row.kind, row.email) == ("done", "bounce_permanent", letter)
        letter.refresh_from_db()
        assert letter.bounced_at == LATER
        assert contact.address is not None
        contact.address.refresh_from_db()
        assert contact.address.dead_at == LATER
    report = first.inquiry.report
    report.refresh_from_db()
    assert report.state == State.UNREACHABLE
    assert inquiry_of(report).deadline is None


def test_a_full_mailbox_gets_the_letter_again_for_seven_days(smtp_server: SmtpServer) -> None:
    first, second = asked(smtp_server)
    arrive(bounce(to=return_path(letter_to(second)), address=address_of(second)))
    letter = letter_to(first)
    started = inquiry_of(first.inquiry.report).deadline
    clock = Clock(LATER)
    times = 0
    while clock.now < letter.created_at + 10 * DAY:
        arrive(
            bounce(to=return_path(letter), address=address_of(first), status="5.2.2"),
            now=clock.now,
        )
        letter.refresh_from_db()
        if letter.state != "queued":
            break
        assert inquiry_of(first.inquiry.report).deadline is None  # nobody has a notice now
        assert first.letters.get().handed_over_at is None
        clock.now = letter.not_before
        assert send(clock) == 1
        times += 1
        assert smtp_server.ids[-1] == letter.message_id
        moved = inquiry_of(first.inquiry.report).deadline
        assert moved is not None and started is not None and moved >= started
        clock.now += MINUTE
    assert 20 <= times <= 29
    assert clock.now <= letter.created_at + 7 * DAY
    assert first.letters.get().failed_at is not None
    assert first.address is not None
    first.address.refresh_from_db()
    assert (first.address.failed_at, first.address.dead_at) == (clock.now, None)
    report = first.inquiry.report
    report.refresh_from_db()
    assert report.state == State.UNREACHABLE


def test_a_delay_is_a_line_in_the_log(smtp_server: SmtpServer) -> None:
    first, _ = asked(smtp_server)
    letter = letter_to(first)
    row = arrive(
        bounce(to=return_path(letter), address=address_of(first), status="4.4.1", action="delayed")
    )
    assert (row.state, row.kind) == ("done", "delay")
    fact = first.inquiry.report.events.filter(kind=EventKind.LETTER_FACT).latest("pk")
    assert fact.data["fact"] == "delayed"
    assert first.letters.get().fact.stands


def test_a_notice_of_success_delivers_the_letter(smtp_server: SmtpServer) -> None:
    first, _ = asked(smtp_server)
    to = return_path(letter_to(first))
    arrive(bounce(to=to, address=address_of(first), status="2.0.0", action="delivered"))
    letter = first.letters.get()
    assert (letter.delivered_at, letter.robot_at) == (LATER, None)
    first.refresh_from_db()
    assert first.state == "delivered"


def test_who_pressed_the_spam_button_is_not_written_to_and_not_reached(
    smtp_server: SmtpServer,
) -> None:
    first, second = asked(smtp_server)
    letter = letter_to(first)
    row = arrive(
        complaint(to="fbl@site.example", address=address_of(first), about=letter.message_id)
    )
    assert (row.state, row.kind) == ("done", "complaint")
    first.refresh_from_db()
    assert first.state == "complained"
    row = arrive(
        complaint(
            to="fbl@site.example",
            address=address_of(second),
            about=letter_to(second).message_id,
        )
    )
    report = first.inquiry.report
    report.refresh_from_db()
    assert report.state == State.UNREACHABLE


def test_a_failure_notice_about_a_late_letter_fails_it_alone(smtp_server: SmtpServer) -> None:
    """A bounce for another address than ours (a forwarding) does not make ours a bad one."""
    first, _ = asked(smtp_server)
    letter = letter_to(first)
    arrive(bounce(to=return_path(letter), address="old@elsewhere.example"))
    letter.refresh_from_db()
    assert letter.state == "queued"
    assert first.address is not None
    first.address.refresh_from_db()
    assert first.address.dead_at is None


def test_the_same_failure_notice_twice_counts_once(smtp_server: SmtpServer) -> None:
    first, _ = asked(smtp_server)
    letter = letter_to(first)
    for _ in range(2):
        arrive(bounce(to=return_path(letter), address=address_of(first)))
    failed = first.inquiry.report.events.filter(data__fact="failed")
    assert failed.count() == 1


def test_conditions_of_a_held_report_are_not_silent(smtp_server: SmtpServer) -> None:
    first, _ = asked(smtp_server)
    arrive(person(sender="ada@home.example", to=reply_to(letter_to(first))))
    inquiry = inquiry_of(first.inquiry.report)
    assert inquiry.deadline is not None
    found = conditions(inquiry, inquiry.deadline + timedelta(seconds=1))
    assert not found.silent


# --- poison ----------------------------------------------------------------------------------


def test_a_mail_that_cannot_be_read_blocks_its_report_and_no_other_mail(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases, row 10: 10 mails with poison at 5."""
    first, _ = asked(smtp_server)
    act = inbound.act
    poison = person(sender=address_of(first), to=reply_to(letter_to(first)), text="poison")

    def fails(row: Incoming, *rest: Any) -> Any:
        if "poison" in bytes(row.raw or b"").decode():
            raise RuntimeError("it cannot be read")
        return act(row, *rest)

    monkeypatch.setattr(inbound, "act", fails)
    rows = [
        arrive(poison if n == 5 else person(sender="e@x.example", to="r@site.example", text=str(n)))
        for n in range(10)
    ]
    assert [row.state for row in rows] == ["held"] * 5 + ["broken"] + ["held"] * 4
    broken = rows[5]
    assert broken.retry_at == LATER + MINUTE and "it cannot be read" in broken.error
    assert held_up(first)
    before = Incoming.objects.count()
    arrive(poison)
    assert Incoming.objects.count() == before
    monkeypatch.setattr(inbound, "act", act)
    arrive(b"From: x@x.example\r\n\r\nhello", now=LATER + MINUTE)
    broken.refresh_from_db()
    assert broken.state == "done"
    assert Reply.objects.get().contact == first
    assert held_up(first)  # by the reply now


@pytest.mark.parametrize("named", ["the address", "a Message-ID", "the sender", "nothing"])
def test_what_cannot_be_read_waits_for_a_moderator_after_an_hour(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    first, _ = asked(smtp_server)
    letter = letter_to(first)
    raw = {
        "the address": person(sender="e@x.example", to=reply_to(letter).upper()),
        "a Message-ID": person(
            sender="e@x.example", to="r@x.example", References=letter.message_id
        ),
        "the sender": person(sender=address_of(first).upper(), to="r@x.example"),
        "nothing": person(sender="e@x.example", to="r@x.example"),
    }[named]

    def fails(*_: Any) -> Any:
        raise RuntimeError("it cannot be read")

    monkeypatch.setattr(inbound, "act", fails)
    row = store(raw, via=Incoming.Via.PIPE, now=LATER)
    now, tries = LATER, 0
    while row.state != "held":
        process_waiting(now=now)
        row.refresh_from_db()
        tries += 1
        assert held_up(first) == (named != "nothing")
        now = row.retry_at or now
    assert (tries, row.kind, row.why) == (7, "unknown", "It could not be read.")
    assert now - LATER == timedelta(minutes=63)
