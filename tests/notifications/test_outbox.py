"""Claiming, sending, marking."""

import logging
import threading
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.db import connection, transaction

from notifications import outbox
from notifications.letters import write_letters
from notifications.models import Email
from notifications.outbox import claim, free_expired_leases, lease_span, send_due
from notifications.transport import Transport
from reports import inquiry as clock_writer
from reports import lifecycle
from reports.answers import more_time
from reports.deadlines import Policy, deadline_after, in_words
from reports.models import Contact, Inquiry, Letter
from reports.reach import LetterKind
from reports.states import Actor, State
from tests.notifications.builders import (
    DAY,
    NOW,
    POLICY,
    Clock,
    answer,
    ask,
    contacts_of,
    inquiry_of,
    make_asking,
    make_submitted,
    move,
    queue,
)
from tests.notifications.conftest import Mailbox, SilentServer, free_port

pytestmark = pytest.mark.django_db


def send(clock: Clock | None = None, lane: str = "normal", **options: Any) -> int:
    return send_due(lane=lane, clock=clock or Clock(), **options)


def states() -> list[str]:
    return list(Email.objects.order_by("pk").values_list("state", flat=True))


def asked() -> list[Contact]:
    """The contacts of a report whose letters are in the outbox."""
    report = make_asking()
    write_letters(now=NOW)
    Email.objects.filter(kind__in=["received", "accepted"]).delete()
    return contacts_of(report)


# --- the ordinary way -----------------------------------------------------------------------


def test_notices_are_sent_marked_and_start_the_clock(mailbox: Mailbox) -> None:
    first, _ = asked()
    assert send() == 2
    assert states() == ["accepted", "accepted"]
    assert sorted(mailbox.to) == sorted(Email.objects.values_list("recipient", flat=True))
    assert sorted(mailbox.ids) == sorted(Email.objects.values_list("message_id", flat=True))
    letter = first.letters.get()
    deadline = deadline_after(POLICY, NOW, POLICY.window)
    assert (letter.handed_over_at, letter.printed) == (NOW, deadline)
    assert inquiry_of(first.inquiry.report).deadline == deadline
    body = mailbox.mails[0].get_body(("plain",))
    assert body is not None
    assert in_words(deadline) in body.get_content().replace("\r\n", "\n")


def test_nothing_due_opens_no_connection(mailbox: Mailbox) -> None:
    queue(not_before=NOW + DAY)
    assert send(lane="priority") == 0
    assert mailbox.connections == 0


def test_the_lanes_are_apart(mailbox: Mailbox) -> None:
    asked()
    mail = queue()
    assert send(lane="priority") == 1
    mail.refresh_from_db()
    assert (mail.state, mail.raw, mail.accepted_at) == ("accepted", None, NOW)
    assert Email.objects.filter(state="queued").count() == 2


def test_one_connection_for_all_and_ten_due_events_without_any_broker(mailbox: Mailbox) -> None:
    for _ in range(10):
        make_submitted()
    write_letters(now=NOW)
    assert send() == 10
    assert mailbox.connections == 1


# --- not owed any more ----------------------------------------------------------------------


def test_after_an_answer_the_other_letters_are_cancelled_with_the_reason(mailbox: Mailbox) -> None:
    first, second = asked()
    answer(first)
    assert send() == 0
    assert states() == ["cancelled", "cancelled"]
    mail = Email.objects.get(contact=second)
    assert (mail.reason, mail.ended_at) == ("the report is answered", NOW)
    assert second.letters.get().cancelled_at == NOW
    assert mailbox.raw == []


def test_a_letter_about_what_is_not_so_any_more_is_cancelled(mailbox: Mailbox) -> None:
    report = make_asking()
    write_letters(now=NOW)
    Email.objects.all().delete()
    Contact.objects.filter(inquiry__report=report).update(state="delivered")
    move(report, State.LAPSED, Actor.SWEEP)
    write_letters(now=NOW)
    answer(contacts_of(report)[0])
    send()
    assert set(Email.objects.filter(kind="listed").values_list("state", "reason")) == {
        ("cancelled", "the report is answered now")
    }


def test_nothing_is_sent_to_robots_and_the_next_address_is_tried(mailbox: Mailbox) -> None:
    report = make_submitted(authors=("Ada",), languages=("en",), emails=("no-reply@uni.example",))
    first = report.addresses.get()
    report.addresses.create(author_position=1, rank=2, email="ada@uni.example", source="homepage")
    ask(report)
    write_letters(now=NOW)
    send()
    mail = Email.objects.get(recipient="no-reply@uni.example")
    assert (mail.state, mail.reason) == (
        "cancelled", "nobody reads this address: it belongs to a mail robot",
    )  # fmt: skip
    first.refresh_from_db()
    assert first.dead_at == NOW
    contact = contacts_of(report)[0]
    assert contact.address is not None
    assert contact.address.email == "ada@uni.example"
    assert [to for to in mailbox.to if "uni.example" in to] == []


@pytest.mark.parametrize("robot", ["noreply@x.example", "MAILER-DAEMON@x.example", "bad address"])
def test_no_mail_of_any_kind_goes_to_a_robot(mailbox: Mailbox, robot: str) -> None:
    mail = queue(recipient=robot)
    send(lane="priority")
    mail.refresh_from_db()
    assert (mail.state, mail.raw) == ("cancelled", None)
    assert mailbox.raw == []


# --- failures -------------------------------------------------------------------------------


def test_a_bad_address_fails_at_once_and_voids_the_contact(mailbox: Mailbox) -> None:
    first, second = asked()
    assert first.address is not None
    bad = first.address.email
    mailbox.on_rcpt = lambda address: "550 5.1.1 no such user" if address == bad else None
    assert send() == 1
    mail = Email.objects.get(contact=first)
    assert (mail.state, mail.ended_at, mail.accepted_at) == ("failed", NOW, None)
    assert mail.reason == "the recipient was refused: 550 5.1.1 no such user"
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("failed", "handed_over")
    assert first.address.pk == first.address_id
    first.address.refresh_from_db()
    assert first.address.dead_at == NOW


@pytest.mark.parametrize(
    "reply", ["452 4.2.2 full", "552 5.2.2 full", "550 5.4.4 routing", "550 5.7.1 policy"]
)
def test_full_mailboxes_routing_and_policy_are_tried_again(mailbox: Mailbox, reply: str) -> None:
    first, _ = asked()
    mailbox.on_rcpt = lambda address: reply
    assert send() == 0
    assert states() == ["queued", "queued"]
    mailbox.on_rcpt = lambda address: None
    assert send(Clock(NOW + timedelta(minutes=2))) == 2
    assert first.letters.get().failed_at is None


def test_other_failures_are_tried_again_until_the_week_is_over(mailbox: Mailbox) -> None:
    reply = "552 5.2.2 full"
    first, _ = asked()
    mailbox.on_rcpt = lambda address: reply
    clock = Clock()
    tries = []
    for _ in range(100):
        send(clock)
        mail = Email.objects.get(contact=first)
        tries.append(clock.now)
        if mail.state != "queued":
            break
        assert mail.accepted_at is None
        assert timedelta(seconds=1) <= mail.not_before - clock.now <= timedelta(hours=6)
        clock.now = max(Email.objects.values_list("not_before", flat=True))
    assert mail.state == "failed"
    assert mail.reason == f"the recipient was refused: {reply}"
    assert tries[-1] == mail.give_up_at == NOW + 7 * DAY
    assert 25 < len(tries) < 60
    letter = first.letters.get()
    assert letter.failed_at == tries[-1]
    address = letter.address
    assert address is not None
    assert (address.failed_at, address.dead_at) == (tries[-1], None)
    assert inquiry_of(first.inquiry.report).report.state == State.UNREACHABLE


def test_a_window_of_two_minutes_gives_up_after_thirty_seconds(mailbox: Mailbox) -> None:
    report = make_asking(policy=Policy.of(timedelta(seconds=120)))
    write_letters(now=NOW)
    mailbox.on_rcpt = lambda address: "451 4.3.0 later"
    mail = Email.objects.filter(kind="notice")[0]
    assert abs(mail.give_up_at - NOW - timedelta(seconds=30)) < timedelta(milliseconds=1)
    clock = Clock()
    for _ in range(60):
        send(clock)
        clock.now += timedelta(seconds=1)
    mail.refresh_from_db()
    assert mail.state == "failed"
    assert 10 < mail.attempts < 35
    assert inquiry_of(report).report.state == State.UNREACHABLE


def test_a_mail_whose_time_was_over_before_its_first_try_is_tried_once(mailbox: Mailbox) -> None:
    asked()
    assert send(Clock(NOW + 20 * DAY)) == 2


def test_a_server_that_is_away_costs_one_attempt_and_no_row(settings: Any) -> None:
    first, _ = asked()
    settings.SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": free_port()}
    assert send() == 0
    assert states() == ["queued", "queued"]
    assert set(Email.objects.values_list("accepted_at", "lease", "attempts")) == {(None, None, 1)}
    assert set(Email.objects.values_list("reason", flat=True)) == {"no connection"}
    assert first.letters.get().handed_over_at is None
    assert inquiry_of(first.inquiry.report).deadline is None


def test_mail_goes_out_when_the_server_is_back(settings: Any, mailbox: Mailbox) -> None:
    asked()
    back = settings.SMTP
    settings.SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": free_port()}
    clock = Clock()
    send(clock)
    settings.SMTP = back
    assert send(clock) == 0
    clock.now += timedelta(seconds=100)
    assert send(clock) == 2


def test_a_slow_server_delays_and_loses_nothing(silent_server: SilentServer) -> None:
    asked()
    assert send() == 0
    assert states() == ["queued", "queued"]


def test_a_server_that_closes_in_mid_message_gets_the_same_mail_again(mailbox: Mailbox) -> None:
    asked()
    replies = iter(["hang up"])
    mailbox.on_data = lambda raw: next(replies, None)
    clock = Clock()
    assert send(clock) == 1
    waiting = Email.objects.get(state="queued")
    assert waiting.reason == "the connection to the server was lost"
    clock.now += timedelta(minutes=2)
    assert send(clock) == 1
    assert mailbox.ids.count(waiting.message_id) == 1
    assert states() == ["accepted", "accepted"]


def test_a_server_that_closes_on_every_message_is_left_alone_after_three(mailbox: Mailbox) -> None:
    tries = []

    def hang_up(raw: bytes) -> str:
        tries.append(raw)
        return "hang up"

    mailbox.on_data = hang_up
    for _ in range(10):
        queue()
    assert send(lane="priority") == 0
    assert len(tries) == 3
    assert set(states()) == {"queued"}


def test_a_server_that_refuses_everybody_leaves_all_queued(mailbox: Mailbox) -> None:
    for _ in range(5):
        queue()
    mailbox.on_rcpt = lambda address: "450 4.7.1 greylisted"
    assert send(lane="priority") == 0
    assert set(states()) == {"queued"}


def test_a_failed_sign_in_mail_loses_its_body_and_keeps_no_word_of_it(
    mailbox: Mailbox, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    mail = queue(raw=b"Subject: x\r\n\r\nYour code is QWZ-PLM\r\n", give_up_at=NOW)
    mailbox.on_data = lambda raw: "554 5.7.1 we do not like QWZ-PLM"
    send(lane="priority")
    mail.refresh_from_db()
    assert (mail.state, mail.raw) == ("failed", None)
    assert mail.reason == "the server refused: 554 5.7.1"
    own = [r.getMessage() for r in caplog.records if r.name.startswith("notifications")]
    assert own
    assert "QWZ" not in " ".join(own)


# --- poison ---------------------------------------------------------------------------------


def test_a_mail_that_cannot_be_rendered_is_logged_and_blocks_no_other(
    mailbox: Mailbox, monkeypatch: Any, caplog: Any
) -> None:
    for _ in range(10):
        make_submitted()
    write_letters(now=NOW)
    poison = Email.objects.order_by("pk")[4].pk
    real = outbox.compose

    def compose(email: Email, now: Any) -> Any:
        if email.pk == poison:
            raise ZeroDivisionError("poison")
        return real(email, now)

    monkeypatch.setattr(outbox, "compose", compose)
    clock = Clock()
    assert send(clock) == 9
    row = Email.objects.get(pk=poison)
    assert (row.state, row.reason) == ("queued", "it cannot be written: ZeroDivisionError")
    assert row.not_before > NOW
    assert "ZeroDivisionError: poison" in caplog.text
    assert send(clock) == 0
    monkeypatch.undo()
    clock.now = row.not_before
    assert send(clock) == 1
    assert len(set(mailbox.ids)) == len(mailbox.ids) == 10


# --- leases ---------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


def test_killed_after_the_claim_it_goes_out_once_with_the_same_id(mailbox: Mailbox) -> None:
    asked()
    ids = sorted(Email.objects.values_list("message_id", flat=True))
    claim(lane="normal", now=NOW)
    assert states() == ["sending", "sending"]
    clock = Clock()
    assert send(clock) == 0
    assert free_expired_leases(now=NOW) == 0
    clock.now = NOW + lease_span() + timedelta(seconds=1)
    assert free_expired_leases(now=clock.now) == 2
    assert send(clock) == 2
    assert sorted(mailbox.ids) == ids
    assert states() == ["accepted", "accepted"]


def test_killed_after_250_and_before_the_mark_it_goes_out_again_with_the_same_id(
    mailbox: Mailbox, monkeypatch: Any
) -> None:
    mail = queue()

    def killed(*args: object) -> None:
        raise Killed

    monkeypatch.setattr(outbox._Sending, "_accepted", killed)
    with pytest.raises(Killed):
        send(lane="priority")
    monkeypatch.undo()
    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at) == ("sending", None)
    clock = Clock(NOW + lease_span() + timedelta(seconds=1))
    free_expired_leases(now=clock.now)
    assert send(clock, lane="priority") == 1
    assert mailbox.ids == [mail.message_id, mail.message_id]


def test_a_batch_of_fifty_that_crashes_after_twenty_gives_fifty_different_mails(
    mailbox: Mailbox, monkeypatch: Any
) -> None:
    for _ in range(50):
        queue()
    real, done = Transport.send, []

    def dies(self: Transport, **mail: Any) -> None:
        if len(done) == 20:
            raise Killed
        real(self, **mail)
        done.append(1)

    monkeypatch.setattr(Transport, "send", dies)
    with pytest.raises(Killed):
        send(lane="priority")
    monkeypatch.undo()
    clock = Clock(NOW + lease_span() + timedelta(seconds=1))
    free_expired_leases(now=clock.now)
    assert send(clock, lane="priority") == 30
    assert len(mailbox.ids) == len(set(mailbox.ids)) == 50
    assert states() == ["accepted"] * 50


def test_who_lost_the_lease_does_not_send(mailbox: Mailbox, monkeypatch: Any, caplog: Any) -> None:
    queue()
    real = outbox.compose

    def slow(email: Email, now: Any) -> Any:
        Email.objects.update(state="queued", lease=None, leased_until=None, not_before=NOW + DAY)
        return real(email, now)

    monkeypatch.setattr(outbox, "compose", slow)
    assert send(lane="priority") == 0
    assert mailbox.raw == []
    assert states() == ["queued"]
    assert "the lease was lost" in caplog.text


def test_who_lost_the_lease_does_not_mark(mailbox: Mailbox, monkeypatch: Any) -> None:
    first, _ = asked()
    real = Transport.send

    def stolen(self: Transport, **mail: Any) -> None:
        real(self, **mail)
        Email.objects.update(state="queued", lease=None, leased_until=None, not_before=NOW + DAY)

    monkeypatch.setattr(Transport, "send", stolen)
    assert send() == 0
    assert states() == ["queued", "queued"]
    assert first.letters.get().handed_over_at is None


def test_an_accepted_mail_whose_fact_cannot_be_stored_is_not_marked_accepted(
    mailbox: Mailbox, monkeypatch: Any, caplog: Any
) -> None:
    asked()

    def broken(**fact: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(outbox.facts, "handed_over", broken)
    assert send() == 2
    assert states() == ["queued", "queued"]
    assert min(Email.objects.values_list("not_before", flat=True)) > NOW
    assert "was accepted, but that cannot be recorded" in caplog.text


def test_when_the_time_is_up_the_rest_is_given_back(mailbox: Mailbox, monkeypatch: Any) -> None:
    for _ in range(5):
        queue()
    clock = Clock()
    real = Transport.send

    def slow(self: Transport, **mail: Any) -> None:
        real(self, **mail)
        clock.now += timedelta(seconds=20)

    monkeypatch.setattr(Transport, "send", slow)
    assert send(clock, lane="priority") == 3
    assert sorted(states()) == ["accepted"] * 3 + ["queued"] * 2
    assert set(Email.objects.filter(state="queued").values_list("attempts", "lease")) == {(0, None)}


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(mailbox: Mailbox) -> None:
    for _ in range(40):
        queue()
    start = threading.Barrier(2)
    sent: list[int] = []

    def sender() -> None:
        try:
            start.wait(5)
            sent.append(send(lane="priority", limit=3))
        finally:
            connection.close()

    threads = [threading.Thread(target=sender) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(sent) == 40
    assert len(mailbox.ids) == len(set(mailbox.ids)) == 40
    assert states() == ["accepted"] * 40


# --- dates ----------------------------------------------------------------------------------


def test_a_second_try_names_the_deadline_of_its_own_time(mailbox: Mailbox) -> None:
    first, _ = asked()
    mailbox.on_rcpt = lambda address: "451 4.3.0 later"
    clock = Clock()
    send(clock)
    mailbox.on_rcpt = lambda address: None
    clock.now = NOW + 3 * DAY
    assert send(clock) == 2
    late = deadline_after(POLICY, clock.now, POLICY.window)
    assert first.letters.get().printed == late
    assert inquiry_of(first.inquiry.report).deadline == late


def test_a_final_notice_names_the_deadline_in_force_at_its_try(mailbox: Mailbox) -> None:
    first, _ = asked()
    send()
    more_time(contact_id=first.pk, now=NOW)
    report = inquiry_of(first.inquiry.report)
    deadline = report.deadline
    assert deadline is not None
    at = deadline - 5 * DAY
    with transaction.atomic():
        locked = lifecycle.lock(report.report_id)
        inquiry = Inquiry.objects.get(report=locked)
        inquiry.report = locked
        contact = Contact.objects.get(pk=first.pk)
        contact.inquiry = inquiry
        clock_writer.order_letter(contact, LetterKind.FINAL_NOTICE, now=at)
    write_letters(now=at)
    send(Clock(at))
    letter = Letter.objects.get(kind="final_notice")
    assert letter.printed == deadline
    found = [m for m in mailbox.mails if str(m["Subject"]).startswith("Final notice")]
    assert len(found) == 1
    body = found[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().count(in_words(deadline)) == 2


def test_every_mail_has_the_headers_of_a_robot(mailbox: Mailbox) -> None:
    asked()
    send()
    for mail, raw in zip(mailbox.mails, mailbox.raw, strict=True):
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["X-Auto-Response-Suppress"] == "All"
        assert mail["Precedence"] is None
        assert message_from_bytes(raw)["References"] == message_from_bytes(raw)["In-Reply-To"]
