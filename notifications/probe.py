"""The hourly probe: a mail that the site sends to its own reply address. Once it is back, what was
sent before surely had the time to come back, too (product.md, section 4, condition 4)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from notifications import reply_address
from notifications.plain import queue_plain
from notifications.reply_address import Purpose
from reports.models import Probe

TRIES = 6  # hours of the clock for which a probe is tried


def send(*, now: datetime) -> Probe | None:
    """Queue a probe; None where the site has no way in, so that none could come back."""
    if not settings.LISTENS:
        return None
    with transaction.atomic():
        probe = Probe.objects.create(sent_at=now)
        queue_plain(
            kind="probe",
            key=f"probe-{probe.pk}",
            to=reply_address.address(
                settings.REPLY_ADDRESS, Purpose.PROBE, probe.pk, settings.LINK_KEY
            ),
            subject="Probe of the incoming mail",
            text="The site wrote this to itself, to see that answers reach it.\n",
            now=now,
            give_up_at=now + timedelta(seconds=TRIES * settings.PROBE_SECONDS),
        )
    return probe
