"""Reading rows of the outbox: many at once with all that their letters say, and, right before each
is sent, the little that decides whether what was read still holds."""

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from notifications.models import Email

WATCHED = (
    "recipient", "letter__cancelled_at", "letter__failed_at",
    "event__report__state", "event__report__paper_id",
    "event__report__inquiry__deadline", "event__report__inquiry__late_author",
    "contact__state", "contact__link_version", "contact__address_id",
    "contact__address__email", "contact__address__failed_at",
    "user__is_active", "user__email", "subscriber_id",
)  # fmt: skip
"""What may change while a batch is under way and decides whether, where and how a letter goes."""


def with_their_letters(rows: QuerySet[Email]) -> Iterator[Email]:
    """The rows, with what tells whether their letters are still due, and what these say.

    The letter's contact is the mail's, and both are of the inquiry of the event's report. Read
    once, they leave the query below the number of tables from which on PostgreSQL plans by chance.
    """
    related = ("event__report__paper", "event__report__inquiry", "letter", "contact__address")
    for email in rows.select_related(*related, "user"):
        contact, letter = email.contact, email.letter
        if contact is not None and email.event is not None:
            inquiry = getattr(email.event.report, "inquiry", None)
            if inquiry is not None and inquiry.pk == contact.inquiry_id:
                contact.inquiry = inquiry
        if contact is not None and letter is not None:
            letter.contact = contact
            if letter.address_id == contact.address_id:
                letter.address = contact.address
        yield email


def watched(email: Email) -> tuple[Any, ...]:
    """What WATCHED says, of a row as it was read."""
    return tuple(_value(email, path) for path in WATCHED)


def _value(found: Any, path: str) -> Any:
    for name in path.split("__"):
        found = getattr(found, name, None)
    return found


def now_in(email_id: int, lease: UUID, columns: tuple[str, ...]) -> tuple[Any, ...] | None:
    """The columns as they are now; None if the row is not under the lease any more."""
    with connection.cursor() as cursor:
        cursor.execute(_written(columns), {"id": email_id, "lease": lease})
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


@cache
def _written(columns: tuple[str, ...]) -> str:
    """The SQL of `now_in`: Django takes longer to write it than PostgreSQL to answer it."""
    query = Email.objects.filter(pk=-1, lease=UUID(int=0), state=Email.State.SENDING)
    sql, parameters = query.values_list(*columns).query.sql_with_params()
    names = {-1: "%(id)s", UUID(int=0): "%(lease)s", "sending": "'sending'"}
    return str(sql % tuple(names[parameter] for parameter in parameters))
