"""The sweeps. No arguments: the database says what is due."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from registry import look_ups
from reports import (
    agreements,
    appeals,
    audit,
    file_retention,
    lapse,
    letters_due,
    link_checks,
    mail_domains,
    named,
    retention,
)
from reports.dumps import writing
from reports.statistics import computing

logger = logging.getLogger(__name__)
LONG = 3 * 3600
"""Seconds that a dump of a very large registry may take."""
SOFT = LONG - 60 if settings.CELERY_TASK_SOFT_TIME_LIMIT else 0


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
def forget_appeals() -> None:
    """Delete appeals that nobody confirmed, and who wrote those that ended a year ago."""
    appeals.forget(now=timezone.now())


@shared_task
def forget_files() -> None:
    """Delete files that nobody may see any more, and what belongs to nothing; what is known of
    links and domains likewise."""
    file_retention.forget_files(now=timezone.now())
    file_retention.sweep_orphans(now=timezone.now())
    link_checks.forget_unused(now=timezone.now())
    mail_domains.forget_unused(now=timezone.now())


@shared_task
def check_links() -> None:
    """Open the links that nobody has opened yet."""
    link_checks.check_due(now=timezone.now())


@shared_task
def check_mail_domains() -> None:
    """Ask whether domains take mail of which nobody has asked yet."""
    mail_domains.check_due(now=timezone.now())


@shared_task
def look_up() -> None:
    """Ask sources about the identifiers that are due."""
    look_ups.look_up_due(now=timezone.now(), pinned=named.any_of)


@shared_task
def audit_listings() -> None:
    """Alarm the operator about every listing that does not stand on its ground."""
    for finding in audit.audit():
        if not finding.right:
            logger.critical("Audit: %s", finding)


@shared_task
def compute_statistics() -> None:
    """Count what the page of statistics shows."""
    computing.compute(timezone.now())


@shared_task(time_limit=LONG, soft_time_limit=SOFT)
def dump_public_data() -> None:
    """Write the dump of the day unless it is there, and take dumps off that may not be shown."""
    try:
        writing.dump(timezone.now())
    except writing.Busy:
        logger.info("Dumps: another process writes one now.")
