"""The probe that the site writes to itself, and what it proves."""

from datetime import timedelta
from typing import Any

import pytest

from notifications import probe
from notifications.classify import classify
from notifications.inbound import act
from notifications.incoming import store
from notifications.mime import read
from notifications.models import Email, Incoming
from notifications.reading import process_waiting
from notifications.retention import forget_incoming
from reports.models import Probe
from tests.notifications.arriving import LATER, arrive
from tests.notifications.builders import NOW, Clock
from tests.notifications.mails import person
from tests.notifications.sending import send
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db


def test_what_comes_back_was_sent_and_heard(smtp_server: SmtpServer) -> None:
    assert probe.send(now=NOW) == Probe.objects.get()
    assert send(Clock(NOW)) == 1
    assert smtp_server.addressed[0].startswith("reply+p")
    row = arrive(smtp_server.raw[0])
    assert (row.state, row.matched_by, row.email) == ("done", "probe", None)
    assert Probe.objects.get().returned_at == LATER


def test_the_same_probe_twice_came_back_once(smtp_server: SmtpServer) -> None:
    probe.send(now=NOW)
    send(Clock(NOW))
    arrive(smtp_server.raw[0])
    arrive(b"Received: again\r\n" + smtp_server.raw[0], now=LATER + timedelta(hours=1))
    assert Probe.objects.get().returned_at == LATER


def test_while_earlier_mail_waits_unread_it_proves_nothing(smtp_server: SmtpServer) -> None:
    probe.send(now=NOW)
    send(Clock(NOW))
    earlier = person(sender="ada@uni.example", to="registry@site.example")
    store(earlier, via=Incoming.Via.PIPE, now=LATER)
    row = store(smtp_server.raw[0], via=Incoming.Via.PIPE, now=LATER)
    mail = read(bytes(row.raw or b""))
    done = act(row, mail, classify(mail), LATER)
    assert "proves nothing" in done.what
    assert Probe.objects.get().returned_at is None
    process_waiting(now=LATER)  # in their order, and then it does
    assert Probe.objects.get().returned_at == LATER


def test_while_earlier_mail_cannot_be_read_it_proves_nothing(smtp_server: SmtpServer) -> None:
    """It may be an answer."""
    probe.send(now=NOW)
    send(Clock(NOW))
    row = store(b"From: a@x.example\r\n\r\n?", via=Incoming.Via.PIPE, now=NOW)
    Incoming.objects.update(state="broken", error="x", retry_at=LATER + timedelta(hours=1))
    arrive(smtp_server.raw[0])
    assert Probe.objects.get().returned_at is None
    Incoming.objects.filter(pk=row.pk).update(state="held", retry_at=None)
    probe.send(now=LATER)
    send(Clock(LATER))
    arrive(smtp_server.raw[1])
    assert Probe.objects.exclude(returned_at=None).count() == 1


def test_nobody_else_can_make_one(smtp_server: SmtpServer) -> None:
    probe.send(now=NOW)
    forged = person(sender="eve@evil.example", to="reply+paaaaaaaaaaaaaaaaaaaaaaaaaa@site.example")
    assert arrive(forged).state == "held"
    assert Probe.objects.get().returned_at is None


def test_a_site_without_a_way_in_sends_none(settings: Any) -> None:
    settings.LISTENS = False
    assert probe.send(now=NOW) is None
    assert not Email.objects.exists() and not Probe.objects.exists()


def test_a_probe_that_came_back_is_forgotten_and_what_it_proved_is_not(
    smtp_server: SmtpServer,
) -> None:
    probe.send(now=NOW)
    send(Clock(NOW))
    arrive(smtp_server.raw[0])
    assert forget_incoming(now=LATER + timedelta(days=1)) == 0
    assert forget_incoming(now=LATER + timedelta(days=3)) == 1
    assert not Incoming.objects.exists() and Probe.objects.count() == 1
