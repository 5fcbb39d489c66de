"""The hourly probe: a mail that the site sends to its own reply address. Once it is back, what was
sent before surely had the time to come back, too (product.md, section 4, condition 4)."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.db import transaction

from notifications import headers, reply_address
from notifications.addresses import domain_of
from notifications.models import Email
from notifications.reply_address import Purpose
from reports.models import Probe


def send(*, now: datetime) -> Probe | None:
    """Queue a probe; None where the site has no way in, so that none could come back."""
    if not settings.LISTENS:
        return None
    with transaction.atomic():
        probe = Probe.objects.create(sent_at=now)
        key = f"probe-{probe.pk}"
        to = reply_address.address(
            settings.REPLY_ADDRESS, Purpose.PROBE, probe.pk, settings.LINK_KEY
        )
        message_id = headers.message_id(key, settings.MESSAGE_ID_DOMAIN)
        Email.objects.create(
            key=key, kind="probe", recipient=to, domain=domain_of(to), message_id=message_id,
            created_at=now, not_before=now,
            give_up_at=now + timedelta(seconds=6 * settings.PROBE_SECONDS),
            raw=_raw(to, message_id, now),
        )  # fmt: skip
    return probe


def _raw(to: str, message_id: str, now: datetime) -> bytes:
    message = EmailMessage(policy=headers.POLICY)
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = to
    message["Subject"] = "Probe of the incoming mail"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    for name, value in headers.AUTOMATIC.items():
        message[name] = value
    message.set_content("The site wrote this to itself, to see that answers reach it.\n")
    return message.as_bytes()
