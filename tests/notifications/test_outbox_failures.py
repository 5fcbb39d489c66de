"""What a server refuses or drops: tried again with a back-off, failed for good, never lost."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from notifications import outbox
from notifications.letters import write_letters
from notifications.models import Email
from reports.deadlines import Policy
from reports.states import State
from tests.notifications.builders import (
    DAY,
    NOW,
    Clock,
    inquiry_of,
    make_asking,
    make_submitted,
    queue,
)
from tests.notifications.conftest import SilentServer
from tests.notifications.sending import asked, send, states
from tests.servers import HANG_UP, SmtpServer, free_port
from tests.servers import smtp_server as smtp

pytestmark = pytest.mark.django_db


def test_a_bad_address_fails_at_once_and_voids_the_contact(smtp_server: SmtpServer) -> None:
    first, second = asked()
    assert first.address is not None
    bad = first.address.email
    smtp_server.script("RCPT", bad, "550 5.1.1 no such user")
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
def test_full_mailboxes_routing_and_policy_are_tried_again(
    smtp_server: SmtpServer, reply: str
) -> None:
    first, _ = asked()
    smtp_server.script("RCPT", reply=reply)
    assert send() == 0
    assert states() == ["queued", "queued"]
    smtp_server.scripts.clear()
    assert send(Clock(NOW + timedelta(minutes=2))) == 2
    assert first.letters.get().failed_at is None


def test_other_failures_are_tried_again_until_the_week_is_over(smtp_server: SmtpServer) -> None:
    reply = "552 5.2.2 full"
    first, _ = asked()
    smtp_server.script("RCPT", reply=reply)
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


def test_a_window_of_two_minutes_gives_up_after_thirty_seconds(smtp_server: SmtpServer) -> None:
    report = make_asking(policy=Policy.of(timedelta(seconds=120)))
    write_letters(now=NOW)
    smtp_server.script("RCPT", reply="451 4.3.0 later")
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


def test_a_mail_whose_time_was_over_before_its_first_try_is_tried_once(
    smtp_server: SmtpServer,
) -> None:
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


def test_mail_goes_out_when_the_server_is_back(settings: Any, smtp_server: SmtpServer) -> None:
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


def test_a_server_that_closes_in_mid_message_gets_the_same_mail_again(
    smtp_server: SmtpServer,
) -> None:
    asked()
    smtp_server.script("DATA", reply=HANG_UP, times=1)
    clock = Clock()
    assert send(clock) == 1
    waiting = Email.objects.get(state="queued")
    assert waiting.reason == "the connection to the server was lost"
    clock.now += timedelta(minutes=2)
    assert send(clock) == 1
    assert smtp_server.ids.count(waiting.message_id) == 1
    assert states() == ["accepted", "accepted"]


def test_a_server_that_closes_on_every_message_is_left_alone_after_three(
    smtp_server: SmtpServer,
) -> None:
    smtp_server.script("DATA", reply=HANG_UP)
    for _ in range(10):
        queue()
    assert send(lane="priority") == 0
    assert smtp_server.connections == 3
    assert set(states()) == {"queued"}


def test_a_server_that_refuses_everybody_leaves_all_queued(smtp_server: SmtpServer) -> None:
    for _ in range(5):
        queue()
    smtp_server.script("RCPT", reply="450 4.7.1 greylisted")
    assert send(lane="priority") == 0
    assert set(states()) == {"queued"}


def test_a_failed_sign_in_mail_loses_its_body_and_keeps_no_word_of_it(
    smtp_server: SmtpServer, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    mail = queue(raw=b"Subject: x\r\n\r\nYour code is QWZ-PLM\r\n", give_up_at=NOW)
    smtp_server.script("DATA", reply="554 5.7.1 we do not like QWZ-PLM")
    send(lane="priority")
    mail.refresh_from_db()
    assert (mail.state, mail.raw) == ("failed", None)
    assert mail.reason == "the server refused: 554 5.7.1"
    own = [r.getMessage() for r in caplog.records if r.name.startswith("notifications")]
    assert own
    assert "QWZ" not in " ".join(own)


def test_a_mail_that_cannot_be_rendered_is_logged_and_blocks_no_other(
    smtp_server: SmtpServer, monkeypatch: Any, caplog: Any
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
    assert len(set(smtp_server.ids)) == len(smtp_server.ids) == 10


def test_an_address_that_our_server_cannot_take_fails_at_once_and_is_not_called_dead(
    settings: Any,
) -> None:
    with smtp(utf8=False) as server:
        settings.SMTP = server.settings
        make_asking(emails=("näme@uni.example", "bob@uni.example"))
        write_letters(now=NOW)
        Email.objects.filter(kind__in=["received", "accepted"]).delete()
        assert send() == 1
    mail = Email.objects.get(recipient="näme@uni.example")
    assert (mail.state, mail.reason) == (
        "failed", "our server takes no address with such letters (SMTPUTF8)"
    )  # fmt: skip
    assert mail.letter is not None
    assert mail.letter.address is not None
    assert (mail.letter.address.failed_at, mail.letter.address.dead_at) == (NOW, None)


def test_an_address_with_such_letters_is_written_to_where_the_server_takes_it(
    smtp_server: SmtpServer,
) -> None:
    make_asking(emails=("näme@münchen.example", "bob@uni.example"))
    write_letters(now=NOW)
    Email.objects.filter(kind__in=["received", "accepted"]).delete()
    assert send() == 2
    assert "näme@xn--mnchen-3ya.example" in smtp_server.addressed
    raw = next(raw for raw in smtp_server.raw if "näme".encode() in raw)
    assert "\r\nTo: Ada Author <näme@xn--mnchen-3ya.example>\r\n".encode() in raw


@pytest.mark.parametrize("ends", ["mails_a_connection", "hangs_up_after"])
def test_a_server_that_takes_few_mails_a_connection_delays_none(
    smtp_server: SmtpServer, ends: str
) -> None:
    setattr(smtp_server, ends, 2)
    for _ in range(9):
        queue()
    assert send(lane="priority") == 9
    assert smtp_server.connections == 5
    assert set(Email.objects.values_list("state", "attempts")) == {("accepted", 1)}
