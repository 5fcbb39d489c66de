"""A claim is a lease: a sender that died, lost it, ran out of time, or is one of two."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from notifications import outbox
from notifications.claims import claim, free_expired_leases, lease_span
from notifications.models import Email
from notifications.transport import Accepted, Transport
from tests.notifications.builders import (
    DAY,
    NOW,
    Clock,
    queue,
)
from tests.notifications.sending import asked, send, states
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process ends here."""


def test_killed_after_the_claim_it_goes_out_once_with_the_same_id(smtp_server: SmtpServer) -> None:
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
    assert sorted(smtp_server.ids) == ids
    assert states() == ["accepted", "accepted"]


def test_killed_after_250_and_before_the_mark_it_goes_out_again_with_the_same_id(
    smtp_server: SmtpServer, monkeypatch: Any
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
    assert smtp_server.ids == [mail.message_id, mail.message_id]


def test_a_batch_of_fifty_that_crashes_after_twenty_gives_fifty_different_mails(
    smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    for _ in range(50):
        queue()
    real, done = Transport.send, []

    def dies(self: Transport, **mail: Any) -> Accepted:
        if len(done) == 20:
            raise Killed
        done.append(1)
        return real(self, **mail)

    monkeypatch.setattr(Transport, "send", dies)
    with pytest.raises(Killed):
        send(lane="priority")
    monkeypatch.undo()
    clock = Clock(NOW + lease_span() + timedelta(seconds=1))
    free_expired_leases(now=clock.now)
    assert send(clock, lane="priority") == 30
    assert len(smtp_server.ids) == len(set(smtp_server.ids)) == 50
    assert states() == ["accepted"] * 50


def test_who_lost_the_lease_does_not_send(
    smtp_server: SmtpServer, monkeypatch: Any, caplog: Any
) -> None:
    queue()
    real = outbox.compose

    def slow(email: Email, now: Any) -> Any:
        Email.objects.update(state="queued", lease=None, leased_until=None, not_before=NOW + DAY)
        return real(email, now)

    monkeypatch.setattr(outbox, "compose", slow)
    assert send(lane="priority") == 0
    assert smtp_server.raw == []
    assert states() == ["queued"]
    assert "the lease was lost" in caplog.text


def test_who_lost_the_lease_does_not_mark(smtp_server: SmtpServer, monkeypatch: Any) -> None:
    first, _ = asked()
    real = Transport.send

    def stolen(self: Transport, **mail: Any) -> Accepted:
        accepted = real(self, **mail)
        Email.objects.update(state="queued", lease=None, leased_until=None, not_before=NOW + DAY)
        return accepted

    monkeypatch.setattr(Transport, "send", stolen)
    assert send() == 0
    assert states() == ["queued", "queued"]
    assert first.letters.get().handed_over_at is None


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_row_that_another_sender_has_claimed_meanwhile_is_left_to_it(
    smtp_server: SmtpServer, monkeypatch: Any, moment: str
) -> None:
    first, _ = asked()
    real, others = Transport.send, []

    def overtaken() -> None:
        if not others:
            Email.objects.update(state="queued", lease=None, leased_until=None)
            others.append(claim(lane="normal", now=NOW))

    def slow(self: Transport, **mail: Any) -> Accepted:
        accepted = real(self, **mail)
        overtaken()
        return accepted

    if moment == "after":
        monkeypatch.setattr(Transport, "send", slow)
    else:
        compose = outbox.compose
        monkeypatch.setattr(outbox, "compose", lambda *args: (compose(*args), overtaken())[0])
    assert send() == 0
    assert len(smtp_server.raw) == (1 if moment == "after" else 0)
    assert states() == ["sending", "sending"]
    assert set(Email.objects.values_list("lease", flat=True)) == {others[0].lease}
    assert first.letters.get().handed_over_at is None


def test_an_accepted_mail_whose_fact_cannot_be_stored_is_not_marked_accepted(
    smtp_server: SmtpServer, monkeypatch: Any, caplog: Any
) -> None:
    asked()

    def broken(**fact: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(outbox.facts, "handed_over", broken)
    assert send() == 2
    assert states() == ["queued", "queued"]
    assert min(Email.objects.values_list("not_before", flat=True)) > NOW
    assert "was accepted, but that cannot be recorded" in caplog.text


def test_when_the_time_is_up_the_rest_is_given_back(
    smtp_server: SmtpServer, monkeypatch: Any
) -> None:
    for _ in range(5):
        queue()
    clock = Clock()
    real = Transport.send

    def slow(self: Transport, **mail: Any) -> Accepted:
        accepted = real(self, **mail)
        clock.now += timedelta(seconds=20)
        return accepted

    monkeypatch.setattr(Transport, "send", slow)
    assert send(clock, lane="priority") == 3
    assert sorted(states()) == ["accepted"] * 3 + ["queued"] * 2
    assert set(Email.objects.filter(state="queued").values_list("attempts", "lease")) == {(0, None)}


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(smtp_server: SmtpServer) -> None:
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
    assert len(smtp_server.ids) == len(set(smtp_server.ids)) == 40
    assert states() == ["accepted"] * 40
