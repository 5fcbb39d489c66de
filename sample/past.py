"""The sweeps of the past: everything that came due between two moments, at the time it was due.

The services and the outbox are the real ones, with a clock that is moved. Only the mail server is
made up: it takes every letter and keeps none, and knows some addresses no more.
"""

from collections.abc import Container
from datetime import datetime, timedelta

from django.db.models import Min

from notifications.letters import write_letters
from notifications.models import Email
from notifications.outbox import send_due
from notifications.transport import Accepted, NotSent, Transport
from reports.agreements import confirm_due
from reports.lapse import lapse_due
from reports.letters_due import order_due_letters
from reports.models import Agreement, Inquiry, Probe

HEARD = timedelta(minutes=3)
"""So long after a deadline the site has heard from itself, and an inquiry may lapse."""


class MadeUpServer(Transport):
    """Says 250 to every letter, but 550 to those for an address in `gone`."""

    def __init__(self, gone: Container[str]) -> None:
        self.gone = gone

    def open(self) -> None:
        """It is always there."""

    def send(self, *, sender: str, recipient: str, raw: bytes) -> Accepted:
        """Takes the letter, or raises NotSent."""
        if recipient in self.gone:
            raise NotSent(
                "the recipient was refused", code=550, text="5.1.1 no such user",
                address_is_bad=True,
            )  # fmt: skip
        return Accepted("mail.example", "250 2.0.0 taken")

    def _close(self) -> None:
        pass


class Past:
    """A clock that goes from one due moment to the next."""

    def __init__(self, gone: Container[str]) -> None:
        self.gone = gone

    def go_to(self, moment: datetime) -> None:
        """Do everything that is due until `moment`, in its order."""
        while (due := self._next()) is not None and due < moment:
            self.sweep(due)

    @staticmethod
    def _next() -> datetime | None:
        running = Inquiry.objects.filter(closed_at=None)
        times = running.aggregate(letters=Min("letters_at"), lapse=Min("lapse_at"))
        settles = Agreement.objects.filter(settled_at=None).aggregate(at=Min("settles_at"))["at"]
        lapse = times["lapse"] + HEARD if times["lapse"] else None
        return min((at for at in (times["letters"], lapse, settles) if at), default=None)

    def sweep(self, now: datetime) -> None:
        """Every sweep once, as the worker would at `now`."""
        order_due_letters(now=now)
        if Inquiry.objects.filter(closed_at=None, lapse_at__lte=now - HEARD).exists():
            # The hourly mail that the site writes to itself, as it came back.
            Probe.objects.create(sent_at=now - HEARD / 2, returned_at=now - HEARD / 3)
            lapse_due(now=now)
        confirm_due(now=now)
        if write_letters(now=now):
            send_due(lane=Email.Lane.NORMAL, clock=lambda: now, transport=self._server)

    def _server(self) -> MadeUpServer:
        return MadeUpServer(self.gone)
