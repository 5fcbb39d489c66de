"""A plain mail of the site's own, beside the letters: to itself, or to its operator."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings

from notifications import headers
from notifications.addresses import domain_of
from notifications.models import Email


def queue_plain(
    *, kind: str, key: str, to: str, subject: str, text: str, now: datetime, give_up_at: datetime
) -> Email:
    """The row of a mail that reads `text`, in English; it is tried until `give_up_at`."""
    message_id = headers.message_id(key, settings.MESSAGE_ID_DOMAIN)
    message = EmailMessage(policy=headers.POLICY)
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = to
    message["Subject"] = headers.subject(subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    for name, value in headers.AUTOMATIC.items():
        message[name] = value
    message.set_content(text)
    return Email.objects.create(
        key=key, kind=kind, recipient=to, domain=domain_of(to), message_id=message_id,
        raw=message.as_bytes(), created_at=now, not_before=now, give_up_at=give_up_at,
    )  # fmt: skip
