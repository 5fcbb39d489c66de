"""Several connections of one worker at once."""

import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from notifications.claims import free_expired_leases, lease_span
from notifications.models import Email
from notifications.transport import Accepted, Transport
from tests.notifications.builders import NOW, Clock, queue
from tests.notifications.sending import send, states
from tests.servers import SmtpServer, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def open_connections() -> int:
    """To this test's database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_they_send_each_mail_once_and_in_a_fraction_of_the_time(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.SMTP_CONNECTIONS = 4
    for _ in range(40):
        queue()
    smtp_server.script("DATA", after=0.2)
    began, before = time.monotonic(), open_connections()
    assert send(lane="priority") == 40
    assert time.monotonic() - began < 40 * 0.2  # as long as one would wait for the server alone
    assert smtp_server.connections == 4
    assert len(set(smtp_server.ids)) == len(smtp_server.ids) == 40
    assert states() == ["accepted"] * 40
    wait_for(lambda: open_connections() == before, 5, "the end of their connections")


def test_a_single_mail_needs_one(smtp_server: SmtpServer, settings: Any) -> None:
    settings.SMTP_CONNECTIONS = 4
    queue()
    assert send(lane="priority") == 1
    assert smtp_server.connections == 1


def test_one_that_fails_leaves_the_mails_to_the_others_and_its_own_to_the_lease(
    smtp_server: SmtpServer, settings: Any, monkeypatch: Any
) -> None:
    settings.SMTP_CONNECTIONS = 3
    for _ in range(60):
        queue()
    real, failing = Transport.send, threading.local()
    once = threading.Lock()

    def sometimes(self: Transport, **mail: Any) -> Accepted:
        if once.acquire(blocking=False) or getattr(failing, "here", False):
            failing.here = True
            raise OperationalError("the database is away")
        return real(self, **mail)

    monkeypatch.setattr(Transport, "send", sometimes)
    with pytest.raises(OperationalError):
        send(lane="priority")
    monkeypatch.undo()
    left = Email.objects.filter(state="sending").count()
    assert 0 < left < 60
    assert states().count("accepted") == 60 - left
    clock = Clock(NOW + lease_span() * 2)
    assert free_expired_leases(now=clock.now) == left
    assert send(clock, lane="priority") == left
    assert len(set(smtp_server.ids)) == len(smtp_server.ids) == 60


def test_a_server_that_goes_away_under_all_of_them_costs_no_row(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.SMTP_CONNECTIONS = 4
    for _ in range(40):
        queue()
    smtp_server.mails_a_connection = 0
    assert send(lane="priority") == 0
    assert set(Email.objects.values_list("state", "lease")) == {("queued", None)}


def test_inside_a_transaction_there_is_one(smtp_server: SmtpServer, settings: Any) -> None:
    """Others would not see its rows."""
    settings.SMTP_CONNECTIONS = 4
    with transaction.atomic():
        for _ in range(60):
            queue()
        assert send(lane="priority") == 60
    assert smtp_server.connections == 1
