"""Django's mail goes into the outbox: a row first, sent by the worker."""

from collections.abc import Sequence
from datetime import timedelta
from email.charset import QP, Charset
from email.utils import parseaddr
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from notifications import headers
from notifications.addresses import domain_of
from notifications.models import Email
from notifications.retries import retry_span

CODE_LIFETIME = timedelta(minutes=15)
"""A sign-in code is worth nothing later, so it is not sent later; other mail has a `lifetime`."""

_SEVEN_BITS = Charset("utf-8")
_SEVEN_BITS.body_encoding = QP  # not every server takes eight bits


class OutboxBackend(BaseEmailBackend):
    """Writes an Email row in the priority lane for each recipient; sends nothing itself.

    The row stands in the caller's transaction: rolled back, no mail leaves.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages; returns how many."""
        now = timezone.now()
        rows = []
        for message in email_messages:
            lifetime = getattr(message, "lifetime", CODE_LIFETIME)
            for recipient in (parseaddr(address)[1] for address in message.recipients()):
                key = f"mail-{uuid4().hex}"
                message_id = headers.message_id(key, settings.MESSAGE_ID_DOMAIN)
                rows.append(
                    Email(
                        key=key,
                        lane=Email.Lane.PRIORITY,
                        kind="django",
                        recipient=recipient,
                        domain=domain_of(recipient),
                        message_id=message_id,
                        raw=as_sent(message, recipient, message_id),
                        created_at=now,
                        not_before=now,
                        give_up_at=now + min(lifetime, retry_span(settings.RESPONSE_WINDOW)),
                    )
                )
        Email.objects.bulk_create(rows)
        return len(email_messages)


def as_sent(message: EmailMessage, recipient: str, message_id: str) -> bytes:
    """The message to one of its recipients alone, under our header rules."""
    before = (
        message.subject, message.to, message.cc, message.from_email, message.extra_headers,
        message.encoding,
    )  # fmt: skip
    try:
        message.subject = headers.subject(str(message.subject))
        message.to, message.cc = [recipient], []
        message.from_email = headers.mailbox(*headers.name_and_address(message.from_email))
        message.encoding = _SEVEN_BITS
        message.extra_headers = {
            **message.extra_headers,
            **headers.AUTOMATIC,
            "Message-ID": message_id,
        }
        return message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # SafeMIME
    finally:
        (
            message.subject, message.to, message.cc, message.from_email, message.extra_headers,
            message.encoding,
        ) = before  # fmt: skip
