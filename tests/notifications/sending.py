"""Sending in a test: the clock's letters in the outbox, a call that sends, the states after it."""

from typing import Any

from notifications.letters import write_letters
from notifications.models import Email
from notifications.outbox import send_due
from reports.models import Contact
from tests.notifications.builders import NOW, Clock, contacts_of, make_asking


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
