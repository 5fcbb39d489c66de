"""What the mail provider posts: mail that came in, and what became of ours (docs/mail.md).

django-anymail checks who posts and reads the request; its answer is 200 only if these return. What
they raise is answered with 500, and the provider posts it again.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from anymail import signals
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, RejectReason
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from notifications import envelope, incoming, originals, reply_address, tracking
from notifications.diagnostics import address_is_bad, codes, replies
from notifications.models import Incoming
from notifications.tracking import TrackingFact, What


def connect() -> None:
    """Have anymail tell us."""
    signals.inbound.connect(mail_came, dispatch_uid="notifications.mail_came")
    signals.tracking.connect(letter_tracked, dispatch_uid="notifications.letter_tracked")


def mail_came(sender: object, event: AnymailInboundEvent, esp_name: str, **_: object) -> None:
    """Store the mail and commit."""
    message = event.message
    raw = originals.original(esp_name, event.esp_event, message)
    raw, _line = envelope.without_mbox_line(raw)
    given = message.envelope_sender
    by = envelope.sent_by(raw) if given is None else envelope.sender(given)
    with transaction.atomic():
        incoming.store(
            envelope.with_return_path(raw, by),
            via=Incoming.Via.PROVIDER,
            now=timezone.now(),
            sent_to=envelope.first((message.envelope_recipient or "", envelope.sent_to(raw))),
            sent_by=by,
        )


def letter_tracked(sender: object, event: AnymailTrackingEvent, esp_name: str, **_: object) -> None:
    """Act on what became of a letter, and commit; who opened it is not our concern."""
    if event.event_type in set(What):
        tracking.told(fact_of(event, esp_name), timezone.now())


def fact_of(event: AnymailTrackingEvent, provider: str) -> TrackingFact:
    """The event in our words. Only what the receiving server said marks an address as bad: the
    descriptions of providers name a few of the things that it could have been."""
    said = str(event.mta_response or "")
    known = [*replies(said)[:1], *codes(said)[:1]]
    status = next(iter(codes(said)), "")
    final = event.event_type in (What.BOUNCED, What.REJECTED, What.FAILED)
    bad = event.reject_reason == RejectReason.INVALID or address_is_bad(status, said)
    texts = list(_texts(event.esp_event))
    signed = reply_address.read_all(texts, settings.LINK_KEY)
    return TrackingFact(
        what=What(event.event_type),
        by=provider,
        recipient=envelope.clean(event.recipient or ""),
        message_id=envelope.clean(event.message_id or ""),
        letters=tuple(s.number for s in signed if s.purpose is not reply_address.Purpose.PROBE),
        others=tuple(dict.fromkeys(_ids(texts))),
        event_id=envelope.clean(str(event.event_id or "")),
        at=event.timestamp,
        codes=" ".join(known),
        address_is_bad=final and bad,
    )


def _texts(value: object) -> Iterator[str]:
    """Every text in what the provider posted: it may echo our headers and addresses anywhere."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        lists: Any = getattr(value, "lists", value.items)  # a QueryDict has several of a name
        for _, one in lists():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _ids(texts: list[str]) -> Iterator[str]:
    """Message-IDs of ours; not that of a thread, under which many letters stand."""
    domain = re.escape(settings.MESSAGE_ID_DOMAIN)
    pattern = re.compile(rf"<?([A-Za-z0-9._-]{{1,200}}@{domain})(?![A-Za-z0-9.-])", re.IGNORECASE)
    for text in texts:
        if settings.MESSAGE_ID_DOMAIN in text:
            yield from (match[1] for match in pattern.finditer(text))
