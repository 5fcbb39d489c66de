"""Reading the mailbox of IMAP_URL: every message is stored, and marked only then.

A message is flagged as begun, fetched, stored and committed, and then unflagged and marked as read.
Whatever dies in between leaves the flag, and the message is done again: what was stored once is not
stored twice. One that cannot be done stays, hinders no other, and is told to the operator.
"""

import logging
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DataError, connection, transaction
from imapclient import DELETED, FLAGGED, SEEN, IMAPClient

from notifications import envelope, imap, incoming
from notifications.begun import Begun
from notifications.imap import Account, NoMailbox, Opened
from notifications.models import Incoming, Mailbox

logger = logging.getLogger(__name__)

LIMIT = 200
BUDGET = timedelta(seconds=40)
"""How much one call reads: with the slowest last message still below the time limit of a task."""
READ = ("Read", "INBOX.Read", "INBOX/Read")
"""The folder into which what was stored is moved, where there is one."""
STORED = "$Stored"
"""Our own flag, where the server keeps such: a person who opens a message hides it from nobody."""
TURN = 7_265_003  # the advisory lock by which one alone reads a mailbox

Clock = Callable[[], datetime]


class Unreadable(Exception):
    """The server has the message, and does not give it away."""


def read(*, clock: Clock, limit: int = LIMIT, budget: timedelta = BUDGET) -> int:
    """Store up to `limit` messages of the mailbox; returns how many. Any number of these may run
    at once: all but one do nothing."""
    if not settings.IMAP_URL:
        return 0
    account = imap.account(settings.IMAP_URL)
    with _alone(account.name) as ours:
        if not ours:
            return 0
        Mailbox.objects.get_or_create(name=account.name)
        ring = _Ring(account, clock, limit, clock() + budget)
        try:
            ring.run()
        except NoMailbox as error:
            _failed(account.name, str(error), clock())
        except imap.ERRORS as error:
            logger.debug("The mailbox cannot be listed.", exc_info=True)
            _failed(account.name, imap.why(error), clock())
        return ring.stored


def unfinished() -> int:
    """How many messages of the mailbox were begun and are not stored: each may be an answer."""
    if not settings.IMAP_URL:
        return 0
    name = imap.account(settings.IMAP_URL).name
    return Mailbox.objects.filter(name=name).values_list("leftovers", flat=True).first() or 0


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether nobody else reads this mailbox; then nobody does until the end of the `with`.

    The lock is of the connection and not of a transaction, since each message is committed alone.
    Whoever dies lets go of it.
    """
    key = zlib.crc32(name.encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [TURN, key])
        row = cursor.fetchone()
    ours = row is not None and bool(row[0])
    held_by = connection.connection
    try:
        yield ours
    finally:
        if ours and connection.connection is held_by and not held_by.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [TURN, key])


def _failed(name: str, reason: str, now: datetime) -> None:
    """Keep why the mailbox cannot be read; log it once, until it is another reason."""
    changed = Mailbox.objects.filter(name=name).exclude(error=reason)
    if changed.update(error=reason, error_at=now):
        logger.error("The mailbox (%s) cannot be read: %s. It is tried again.", name, reason)


class _Ring:
    """One go at the mailbox."""

    def __init__(self, account: Account, clock: Clock, limit: int, until: datetime) -> None:
        self.account = account
        self.clock = clock
        self.limit = limit
        self.until = until
        self.stored = 0

    def run(self) -> None:
        """Store what is there; NoMailbox if the mailbox cannot be read, or not any more."""
        started = self.clock()
        with imap.opened(self.account) as mailbox:
            waiting = self._list(mailbox, started)
            self._take_from(mailbox.client, waiting)
        while waiting and not self._over():  # one could not be taken
            with imap.opened(self.account) as mailbox:
                self._take_from(mailbox.client, waiting)
        self.begun.end(self.clock())
        self._told(started if not waiting and not self.begun.since else None)

    def _list(self, mailbox: Opened, now: datetime) -> list[int]:
        """The numbers of the messages to take, in their order.

        Where what was stored is moved away, all that is here; else what has not our flag. So
        whoever looks into the mailbox and marks a message as seen hides nothing from us.
        """
        client = mailbox.client
        self.folder = next((name for name in READ if client.folder_exists(name)), None)
        self.marks = [SEEN, STORED] if mailbox.keywords else [SEEN]
        unmarked = ["UNKEYWORD", STORED] if mailbox.keywords else ["UNSEEN"]
        new = [] if self.folder else ["OR", *unmarked, "FLAGGED"]
        waiting = [int(uid) for uid in client.search(["UNDELETED", *new])]
        flagged = {int(uid) for uid in client.search(["UNDELETED", "FLAGGED"])}
        self.begun = Begun(self.account.name, mailbox.validity, now)
        again = self.begun.begin(waiting, flagged)
        # What was begun by one that died is done in its turn; what was in vain before, last.
        return sorted(waiting, key=lambda uid: (uid in again, uid))

    def _take_from(self, client: IMAPClient, waiting: list[int]) -> None:
        """Take one after another, until one cannot be taken: the connection may be useless then."""
        while waiting and not self._over():
            uid = waiting.pop(0)
            try:
                self._take(client, uid)
            except (Unreadable, DataError, *imap.ERRORS) as error:
                # Before the next is stored: whoever acts on that must know that one is missing.
                self.begun.add(uid, self.clock())
                reason = str(error) if isinstance(error, Unreadable) else imap.why(error)
                logger.warning(
                    "Message %s of the mailbox (%s) is not done: %s.",
                    uid, self.account.name, reason,
                )  # fmt: skip
                return
            self.begun.done(uid)

    def _over(self) -> bool:
        return self.stored >= self.limit or self.clock() >= self.until

    def _take(self, client: IMAPClient, uid: int) -> None:
        """Store one message, and mark it only then."""
        client.add_flags(uid, [FLAGGED], silent=True)
        raw = _fetch(client, uid)
        if raw is None:
            return
        with transaction.atomic():
            incoming.store(
                raw,
                via=Incoming.Via.IMAP,
                now=self.clock(),
                sent_to=envelope.sent_to(raw),
                sent_by=envelope.sent_by(raw),
            )
        self.stored += 1
        client.add_flags(uid, self.marks, silent=True)
        client.remove_flags(uid, [FLAGGED], silent=True)
        if self.folder is not None:
            _move(client, uid, self.folder)

    def _told(self, read_at: datetime | None) -> None:
        """The mailbox could be read; to its end, as of `read_at`."""
        rows = Mailbox.objects.filter(name=self.account.name)
        if rows.exclude(error="").update(error="", error_at=None):
            logger.info("The mailbox (%s) can be read again.", self.account.name)
        if read_at is not None:
            rows.update(read_at=read_at)


def _fetch(client: IMAPClient, uid: int) -> bytes | None:
    """The message, or the beginning of one that is too large; None if it is gone."""
    found = client.fetch([uid], [f"BODY.PEEK[]<0.{incoming.LARGEST}>"]).get(uid, {})
    raw = next((value for key, value in found.items() if key.startswith(b"BODY[")), None)
    if raw:
        return bytes(raw)
    if not client.search(["UID", str(uid)]):
        return None
    raise Unreadable("the server does not give it away")


def _move(client: IMAPClient, uid: int, folder: str) -> None:
    """Put a message that is stored into `folder` (RFC 6851, or as before it)."""
    if client.has_capability("MOVE"):
        client.move([uid], folder)
        return
    client.copy([uid], folder)
    client.add_flags(uid, [DELETED], silent=True)
    if client.has_capability("UIDPLUS"):  # else whoever expunges the mailbox takes it away
        client.uid_expunge([uid])
