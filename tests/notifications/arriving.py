"""An inquiry whose letters were handed over, and mail that arrives."""

from datetime import datetime, timedelta
from typing import Any

from notifications.incoming import store
from notifications.letters import write_letters
from notifications.models import Email, Incoming
from notifications.reading import process_waiting
from reports.models import Contact
from tests.notifications.builders import NOW, Clock, contacts_of, make_asking
from tests.notifications.sending import send
from tests.servers import SmtpServer

MINUTE = timedelta(minutes=1)
LATER = NOW + 10 * MINUTE


def asked(server: SmtpServer, **fields: Any) -> list[Contact]:
    """The contacts of a report whose notices the server accepted."""
    report = make_asking(**fields)
    write_letters(now=NOW)
    send(Clock(NOW + MINUTE))
    return contacts_of(report)


def letter_to(contact: Contact, kind: str = "notice") -> Email:
    return Email.objects.filter(contact=contact, kind=kind).latest("pk")


def arrive(raw: bytes, *, now: datetime = LATER, sent_to: str = "") -> Incoming:
    """The mail as it stands after it was read."""
    row = store(raw, via=Incoming.Via.PIPE, now=now, sent_to=sent_to)
    process_waiting(now=now)
    row.refresh_from_db()
    return row
