"""The sweeps. No arguments: the database says what is due."""

import logging

from celery import shared_task
from django.utils import timezone

from reports import agreements, audit, lapse, letters_due, retention

logger = logging.getLogger(__name__)


@shared_task
def order_due_letters() -> None:
    """Order the letters of the clock that are due."""
    letters_due.order_due_letters(now=timezone.now())


@shared_task
def lapse_due_inquiries() -> None:
    """Lapse the reports that are due and may lapse."""
    lapse.lapse_due(now=timezone.now())


@shared_task
def confirm_agreements() -> None:
    """Confirm the agreements to which nobody objected in time."""
    agreements.confirm_due(now=timezone.now())


@shared_task
def forget_addresses() -> None:
    """Delete the addresses of authors that are not needed any more."""
    retention.forget_addresses(now=timezone.now())


@shared_task
def audit_listings() -> None:
    """Alarm the operator about every listing that does not stand on its ground."""
    for finding in audit.audit():
        if not finding.right:
            logger.critical("Audit: %s", finding)
