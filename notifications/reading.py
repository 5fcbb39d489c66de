"""Reading what came in: each mail is read, matched and acted on, in the order of arrival.

A message that cannot be read becomes a broken row with a time for the next try, and blocks no other
(architecture: incoming mail). After some tries it waits for a moderator.
"""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Q

from notifications import inbound, matching, mime
from notifications.classify import Kind, classify
from notifications.inbound import Done
from notifications.models import Incoming
from reports.text import plain

logger = logging.getLogger(__name__)
FIRST = timedelta(minutes=1)
"""After the first try to read a mail that cannot be read; doubled each time."""
TRIES = 7
"""Of them; in about an hour what was wrong has passed, or somebody has to look."""


def process_waiting(*, now: datetime, limit: int = 200) -> int:
    """Read, match and act on up to `limit` mails that wait, in their order; returns how many.

    Each is one transaction; any number of these may run at once.
    """
    done, after = 0, 0
    while done < limit:
        pk = _next(after, now)
        if pk is None:
            break
        after = pk
        done += _process(pk, now)
    return done


def _next(after: int, now: datetime) -> int | None:
    due = Q(state=Incoming.State.WAITING) | Q(state=Incoming.State.BROKEN, retry_at__lte=now)
    return (
        Incoming.objects.filter(due, pk__gt=after)
        .order_by("pk")
        .values_list("pk", flat=True)
        .first()
    )


def _process(pk: int, now: datetime) -> bool:
    """Whether this call did the mail; it is left to whoever has its row."""
    try:
        with transaction.atomic():
            row = (
                Incoming.objects.select_for_update(skip_locked=True)
                .filter(pk=pk, state__in=[Incoming.State.WAITING, Incoming.State.BROKEN])
                .first()
            )
            if row is None:
                return False
            _read(row, now)
    except OperationalError:  # the database is away, or two of us met: the next ring tries again
        raise
    except Exception as error:
        logger.exception("Incoming mail %s cannot be read; it is tried again.", pk)
        _broken(pk, error, now)
    return True


def _read(row: Incoming, now: datetime) -> None:
    mail = mime.read(bytes(row.raw or b""))
    row.content = inbound.content_of(mail)
    row.sender = inbound.sender_of(mail)[:254]
    row.subject = mail.subject[:300]
    verdict = classify(mail)
    row.kind, row.why = verdict.kind, verdict.why
    copy = _copy_of(row)
    if copy is not None:
        done = Done(f"a copy of mail {copy}")
    else:
        done = inbound.act(row, mail, verdict, now)
    if row.state == Incoming.State.BROKEN and not done.held:
        inbound.unblock(row, now)
    row.why = f"{verdict.why} {done.what}".strip()
    row.suggestion = done.suggestion
    row.state = Incoming.State.HELD if done.held else Incoming.State.DONE
    row.retry_at, row.error = None, ""
    row.save()


def _copy_of(row: Incoming) -> int | None:
    """An earlier mail with the same content to the same recipient, whatever servers wrote on it."""
    same = Incoming.objects.filter(content=row.content, sent_to=row.sent_to, pk__lt=row.pk)
    return same.exclude(state=Incoming.State.BROKEN).values_list("pk", flat=True).first()


def _broken(pk: int, error: Exception, now: datetime) -> None:
    """Mark the mail, and let it block the reports that its bytes name, until it can be read: it may
    be an answer. After TRIES a moderator decides."""
    with transaction.atomic():
        row = Incoming.objects.select_for_update().get(pk=pk)
        row.attempts += 1
        row.error = plain(f"{type(error).__name__}: {error}")[:1000]  # the database takes no NUL
        if row.attempts < TRIES:
            row.state = Incoming.State.BROKEN
            row.retry_at = now + FIRST * 2 ** (row.attempts - 1)
        else:
            row.state, row.retry_at, row.kind = Incoming.State.HELD, None, Kind.UNKNOWN
            row.why = "It could not be read."
        row.save()
        start = bytes(row.raw or b"")[:100_000].decode("ascii", "replace")
        inbound.block(row, matching.reports_in(f"{row.sent_to}\n{start}"), now)
