"""The messages of a mailbox that were begun and are not finished: which, and since when."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from notifications.models import Mailbox

logger = logging.getLogger(__name__)

OVERDUE = timedelta(hours=1)
"""A message that was begun so long ago and is not finished is alarmed."""


class Begun:
    """What the mailbox's row says of them, kept true before the next message is stored."""

    def __init__(self, name: str, validity: int, now: datetime) -> None:
        self.name = name
        self.validity = validity
        self.now = now
        self.since: dict[str, datetime] = {}
        """By number and UIDVALIDITY."""
        row = Mailbox.objects.get(name=name)
        self._known = {key: datetime.fromisoformat(since) for key, since in row.begun.items()}

    def begin(self, waiting: Iterable[int], flagged: set[int]) -> set[int]:
        """Note which of the messages that wait were begun before; returns those that were found so
        at an earlier call already, so that it was in vain twice."""
        keys = {uid: self._key(uid) for uid in waiting}
        again = {uid for uid, key in keys.items() if key in self._known}
        self.since = {
            key: self._known.get(key, self.now)
            for uid, key in keys.items()
            if uid in again or uid in flagged
        }
        self._save()
        return again

    def add(self, uid: int, now: datetime) -> None:
        """This one was begun, and could not be finished."""
        self.since.setdefault(self._key(uid), now)
        self._save()

    def done(self, uid: int) -> None:
        """This one is finished; `end` says so."""
        self.since.pop(self._key(uid), None)

    def end(self, now: datetime) -> None:
        """Keep what is left; alarm once what is left for too long."""
        before = Mailbox.objects.values_list("overdue", flat=True).get(name=self.name)
        overdue = sum(since <= now - OVERDUE for since in self.since.values())
        self._save(overdue=overdue)
        if overdue > before:
            logger.error(
                "%s messages in the mailbox (%s) could not be stored for more than %s: they may be "
                "answers, and nothing lapses until they are. Look at them, and move them away.",
                overdue, self.name, OVERDUE,
            )  # fmt: skip

    def _key(self, uid: int) -> str:
        return f"{self.validity}.{uid}"

    def _save(self, **more: int) -> None:
        begun = {key: since.isoformat() for key, since in self.since.items()}
        Mailbox.objects.filter(name=self.name).update(begun=begun, leftovers=len(begun), **more)
