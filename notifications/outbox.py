"""Claiming, sending, marking (architecture: outbox).

A row is claimed under a lease and committed; then, one by one: still due? render, send, mark.
A crash leaves the row leased; when the lease has expired it goes out once more, with the same
Message-ID. Nothing is marked accepted that the server did not accept.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet

from notifications import subscriptions
from notifications.claims import (
    BATCH,
    MAIL_SPAN,
    Batch,
    claim,
    lease_span,
)
from notifications.compose import Composed, compose, return_path
from notifications.headers import never_written_to
from notifications.models import Email
from notifications.owed import still_owed
from notifications.retries import draw, next_try
from notifications.rows import WATCHED, now_in, watched, with_their_letters
from notifications.transport import Accepted, NotSent, Transport
from reports import facts

logger = logging.getLogger(__name__)

BUDGET = timedelta(seconds=50)
"""How long one call goes on: with the slowest last mail still below the time limit of a task."""
READ_AGAIN = timedelta(seconds=10)
"""What was read for a whole batch is so long good for words that seldom change, such as a title."""
READINGS = 3
"""So often a row is read anew that changes while it is looked at."""
DROPPED_IN_A_ROW = 3
"""So many mails without a word from the server, and the batch waits."""

Clock = Callable[[], datetime]


class LeaseLost(Exception):
    """Somebody else has the row now: do not send, do not mark."""


class Changed(Exception):
    """What the row was read with is not so any more: read it again."""


def send_due(
    *,
    lane: str,
    clock: Clock,
    limit: int = BATCH,
    budget: timedelta = BUDGET,
    transport: Callable[[], Transport] = Transport,
) -> int:
    """Send what is due in `lane` until nothing is, or `budget` is spent; returns how many mails
    the server accepted. Any number may run at once.

    SMTP_CONNECTIONS of them go on at once in threads, each with its own connections, where a first
    claim shows that there is work for them.
    """
    until = clock() + budget
    lanes = 1 if connection.in_atomic_block else settings.SMTP_CONNECTIONS
    size = limit if lanes == 1 else min(limit, max(5, limit // lanes))
    first = claim(lane=lane, now=clock(), limit=size)
    way = _Way(lane, clock, until, size, transport)
    if lanes == 1 or len(first.ids) < size:
        return way.run(first)
    with ThreadPoolExecutor(lanes) as threads:
        ways = [threads.submit(way.run_apart, first if n == 0 else None) for n in range(lanes)]
        return sum(done.result() for done in ways)


@dataclass(frozen=True)
class _Way:
    """One connection to the server, and what goes over it."""

    lane: str
    clock: Clock
    until: datetime
    size: int
    transport: Callable[[], Transport]

    def run(self, batch: Batch | None) -> int:
        """Send `batch`, then what else is due."""
        sent = 0
        with self.transport() as server:
            while batch is None or batch.ids:
                if batch is not None:
                    sent += _Sending(batch, server, self.clock, self.until).run()
                if self.clock() >= self.until:
                    break
                batch = claim(lane=self.lane, now=self.clock(), limit=self.size)
        return sent

    def run_apart(self, batch: Batch | None) -> int:
        """`run` in a thread, which has a connection to the database of its own."""
        try:
            return self.run(batch)
        finally:
            connection.close()


class _Sending:
    """One claimed batch on its way."""

    def __init__(self, batch: Batch, transport: Transport, clock: Clock, until: datetime) -> None:
        self.batch = batch
        self.transport = transport
        self.clock = clock
        self.until = until
        self.dropped = 0
        self.read: dict[int, Email] = {}
        self.read_at = clock()

    def run(self) -> int:
        """Send the rows one by one; returns how many the server accepted."""
        sent = 0
        waiting = list(self.batch.ids)
        self.read_at = self.clock()
        rows = Email.objects.filter(pk__in=waiting, lease=self.batch.lease)
        self.read = {email.pk: email for email in with_their_letters(rows)}
        while waiting:
            if self.clock() >= self.until:
                self._give_back(waiting)
                break
            email_id = waiting.pop(0)
            try:
                sent += self._send(email_id)
            except LeaseLost:
                logger.warning("Mail %s: the lease was lost, somebody else sends it.", email_id)
            except NotSent as no_server:
                logger.warning("No mail can be sent now: %s", no_server)
                for other in (email_id, *waiting):
                    self._postpone(other, no_server)
                break
        return sent

    def _send(self, email_id: int) -> bool:
        """Send one row and mark it; NotSent only if no mail at all can be sent now."""
        email = self.read.get(email_id) if self.clock() < self.read_at + READ_AGAIN else None
        for _ in range(READINGS):
            try:
                return self._send_as_read(email or self._as_it_is(email_id))
            except Changed:
                email = None
        raise LeaseLost  # it never stands still: when the lease ends it is tried again

    def _send_as_read(self, email: Email) -> bool:
        """Send the row as it was read; Changed, and nothing was done, if it is not so any more."""
        composed = self._ready(email)
        if composed is None:
            return False
        try:
            try:
                accepted = self._handed_over(email, composed)
            except NotSent as error:
                if not error.wants_another_connection:
                    raise
                accepted = self._handed_over(email, composed)
        except NotSent as error:
            self.dropped = self.dropped + 1 if error.dropped else 0
            if error.no_server or self.dropped >= DROPPED_IN_A_ROW:
                raise
            self._not_accepted(email, error)
            return False
        self.dropped = 0
        self._accepted(email, composed, accepted)
        return True

    def _handed_over(self, email: Email, composed: Composed) -> Accepted:
        """Give the mail to the server, over a connection and under a lease that stand, if what it
        says is still so."""
        self.transport.open()
        self._stands(email)
        return self.transport.send(
            sender=return_path(email), recipient=email.recipient, raw=composed.raw
        )

    def _stands(self, email: Email) -> None:
        """Make sure that the row is ours for as long as a mail takes, and as it was read; else
        LeaseLost or Changed."""
        now = self.clock()
        found = now_in(email.pk, self.batch.lease, (*WATCHED, "leased_until"))
        if found is None:
            raise LeaseLost
        *seen, leased_until = found
        if tuple(seen) != watched(email):
            raise Changed
        if leased_until <= now + MAIL_SPAN * settings.SMTP_TIMEOUT and not self._mine(
            email.pk
        ).update(leased_until=now + lease_span()):
            raise LeaseLost

    def _as_it_is(self, email_id: int) -> Email:
        """The row as it is now, with what its letter says; LeaseLost if it is not ours any more."""
        for email in with_their_letters(self._mine(email_id)):
            return email
        raise LeaseLost

    def _mine(self, email_id: int) -> QuerySet[Email]:
        return Email.objects.filter(pk=email_id, lease=self.batch.lease, state=Email.State.SENDING)

    def _ready(self, email: Email) -> Composed | None:
        """The mail as bytes; None if it is not owed any more, or cannot be written now."""
        try:
            robot = never_written_to(email.recipient)
            reason = robot or still_owed(email)
            if reason:
                self._stands(email)
                self._cancelled(email, reason, address_is_bad=bool(robot))
                return None
            return compose(email, self.clock())
        except (LeaseLost, Changed, OperationalError):
            raise
        except Exception as error:
            logger.exception("Mail %s (%s) cannot be written.", email.pk, email.kind)
            self._stands(email)
            self._not_accepted(email, NotSent(f"it cannot be written: {type(error).__name__}"))
            return None

    # --- marks, each in one transaction with the fact it tells -----------------------------

    def _mark(self, email: Email, state: Email.State, **changes: object) -> None:
        """Give the row its next state; LeaseLost, and nothing changed, if it is not ours."""
        marked = self._mine(email.pk).update(state=state, lease=None, leased_until=None, **changes)
        if not marked:
            raise LeaseLost

    def _accepted(self, email: Email, composed: Composed, accepted: Accepted) -> None:
        now = self.clock()
        said: dict[str, Any] = {"server": accepted.server, "server_said": accepted.said}
        own_id = "" if f"<{accepted.id}>" == email.message_id else accepted.id
        alone = email.letter_id is None  # one statement needs no transaction around it
        try:
            with nullcontext() if alone else transaction.atomic():
                if email.letter_id is not None:
                    assert composed.printed is not None
                    facts.handed_over(
                        letter_id=email.letter_id, printed=composed.printed, now=now, **said
                    )
                self._mark(
                    email, Email.State.ACCEPTED, accepted_at=now, ended_at=now, raw=None,
                    reason="", provider_id=own_id, **said,
                )  # fmt: skip
        except (LeaseLost, OperationalError):
            raise
        except Exception as error:
            logger.exception("Mail %s was accepted, but that cannot be recorded.", email.pk)
            reason = f"accepted, but that could not be recorded: {type(error).__name__}"
            self._not_accepted(email, NotSent(reason))
            return
        logger.info("Mail %s (%s) was accepted.", email.pk, email.kind)

    def _cancelled(self, email: Email, reason: str, *, address_is_bad: bool) -> None:
        """Not sent; to a robot's address never, so that the author's next address is tried."""
        now = self.clock()
        with transaction.atomic():
            if email.letter_id is not None and address_is_bad:
                facts.failed(letter_id=email.letter_id, reason=reason, address_is_bad=True, now=now)
            elif email.letter_id is not None:
                facts.cancelled(letter_id=email.letter_id, reason=reason, now=now)
            self._mark(email, Email.State.CANCELLED, ended_at=now, raw=None, reason=reason)
        logger.info("Mail %s (%s) was cancelled: %s", email.pk, email.kind, reason)

    def _not_accepted(self, email: Email, error: NotSent) -> None:
        """Queue the row for another try, or fail it for good."""
        now = self.clock()
        reason = error.without_text if email.raw is not None else str(error)
        again = (
            None
            if error.final
            else next_try(
                attempts=email.attempts,
                created_at=email.created_at,
                give_up_at=email.give_up_at,
                now=now,
                chance=draw(),
            )
        )
        if again is not None:
            self._mark(email, Email.State.QUEUED, not_before=again, reason=reason)
            logger.warning(
                "Mail %s (%s) was not accepted (%s); again at %s.",
                email.pk, email.kind, reason, again,
            )  # fmt: skip
            return
        with transaction.atomic():
            if email.letter_id is not None:
                facts.failed(
                    letter_id=email.letter_id,
                    reason=reason,
                    address_is_bad=error.address_is_bad,
                    now=now,
                )
            if error.address_is_bad:
                subscriptions.address_failed(email.recipient, now=now)
            self._mark(email, Email.State.FAILED, ended_at=now, raw=None, reason=reason)
        logger.error("Mail %s (%s) failed: %s", email.pk, email.kind, reason)

    def _postpone(self, email_id: int, error: NotSent) -> None:
        email = self._mine(email_id).first()
        if email is not None:
            self._not_accepted(email, error)

    def _give_back(self, ids: list[int]) -> None:
        """Rows that were claimed and not tried."""
        Email.objects.filter(pk__in=ids, lease=self.batch.lease, state=Email.State.SENDING).update(
            state=Email.State.QUEUED, lease=None, leased_until=None, attempts=F("attempts") - 1
        )
