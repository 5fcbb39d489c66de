"""People who watch something by mail, as the services make them; and what they are sent."""

from datetime import datetime
from typing import Any

from notifications import subscriptions
from notifications.digests import write_digests
from notifications.models import Email, Rhythm, Subscriber
from notifications.periods import SETTLED
from notifications.watched import THE_LIST, Thing
from reports import links
from tests.notifications.builders import Clock
from tests.notifications.sending import send
from tests.reports.stages import DAY, NOW
from tests.servers import SmtpServer

VERA = "vera@readers.example"
MONDAY = datetime.fromisoformat("2026-03-09T06:00:00Z")
"""The end of the week that runs at NOW."""


def ask(thing: Thing = THE_LIST, *, email: str = VERA, now: datetime = NOW, **wish: str) -> None:
    """Somebody asks that `email` is told of `thing`."""
    wished = {"rhythm": Rhythm.WEEKLY, "language": "en"} | wish
    subscriptions.ask(email=email, thing=thing, now=now, **wished)


def watch(*things: Thing, email: str = VERA, now: datetime = NOW, **wish: str) -> Subscriber:
    """Somebody watches these things, or the list: asked for and confirmed at `now`."""
    for thing in things or (THE_LIST,):
        ask(thing, email=email, now=now, **wish)
    subscriber = of(email)
    confirm(subscriber, now=now)
    Email.objects.filter(subscriber=subscriber).delete()
    subscriber.refresh_from_db()
    return subscriber


def of(email: str = VERA) -> Subscriber:
    return Subscriber.objects.get(email=email)


def token_of(subscriber: Subscriber) -> str:
    return links.watch_token(subscriber.pk)


def confirm(subscriber: Subscriber, *, now: datetime = NOW) -> int:
    """Confirm all that waits."""
    ids = [row.pk for row in subscriptions.waiting(subscriber, now)]
    return subscriptions.confirm(token=token_of(subscriber), ids=ids, now=now)


def written(at: datetime = MONDAY + SETTLED) -> int:
    """How many digests a sweep at that moment writes."""
    return write_digests(now=at)


def sent(at: datetime = MONDAY + SETTLED, lane: str = "digest") -> int:
    """How many mails of the lane leave at that moment."""
    return send(Clock(at), lane=lane)


def body(mail: Any) -> str:
    """The text part of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def only(server: SmtpServer, email: str = VERA) -> str:
    """The text of the one mail that went there."""
    (mail,) = server.to(email)
    return body(mail)


__all__ = ["DAY", "MONDAY", "NOW", "VERA", "ask", "body", "confirm", "of", "only", "sent",
           "token_of", "watch", "written"]  # fmt: skip
