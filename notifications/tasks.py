"""The sweeps of the mail. No arguments: the database says what is due."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from notifications import (
    claims,
    digests,
    letters,
    mailbox,
    outbox,
    probe,
    reading,
    reconciliation,
    retention,
    subscriptions,
    tracking,
)
from notifications.models import Email

DIGESTS_BUDGET = timedelta(seconds=10)
"""Of one call, so that a worker that sends digests is soon free for letters."""


@shared_task
def write_letters() -> None:
    """Write down the letters that events asked for."""
    letters.write_letters(now=timezone.now())


@shared_task
def send_priority() -> None:
    """Send sign-in codes and confirmations."""
    outbox.send_due(lane=Email.Lane.PRIORITY, clock=timezone.now)


@shared_task
def send_outbox() -> None:
    """Send the letters."""
    outbox.send_due(lane=Email.Lane.NORMAL, clock=timezone.now)


@shared_task
def write_digests() -> None:
    """Write the digests of those who are due."""
    digests.write_digests(now=timezone.now())


@shared_task
def send_digests() -> None:
    """Send digests, while no letter waits."""
    outbox.send_due(lane=Email.Lane.DIGEST, clock=timezone.now, budget=DIGESTS_BUDGET)


@shared_task
def free_expired_leases() -> None:
    """Queue again what a worker did not finish."""
    claims.free_expired_leases(now=timezone.now())


@shared_task
def read_mailbox() -> None:
    """Store what came into the mailbox of IMAP_URL."""
    mailbox.read(clock=timezone.now)


@shared_task
def read_incoming() -> None:
    """Read, match and act on the mail that came in."""
    reading.process_waiting(now=timezone.now())


@shared_task
def send_probe() -> None:
    """Write to ourselves, to see that answers reach us."""
    probe.send(now=timezone.now())


@shared_task
def reconcile() -> None:
    """Tell the operator what stands that should not."""
    reconciliation.reconcile(now=timezone.now())


@shared_task
def forget_recipients() -> None:
    """Forget whom mail went to, what came in and what providers told, once it is not needed."""
    retention.forget_recipients(now=timezone.now())
    tracking.forget_events(now=timezone.now())
    retention.forget_incoming(now=timezone.now())
    subscriptions.forget_unconfirmed(now=timezone.now())
