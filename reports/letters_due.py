"""The sweep that orders the letters of the clock when they are due."""

from datetime import datetime

from django.db import transaction

from reports import inquiry as clock
from reports import lifecycle
from reports.models import Inquiry


def order_due_letters(*, now: datetime, limit: int = 1000) -> int:
    """Order the due letters of up to `limit` inquiries; returns how many letters.

    Running it twice, in parallel or late changes nothing but the time.
    """
    due = (
        Inquiry.objects.filter(closed_at=None, letters_at__lte=now)
        .order_by("letters_at", "pk")
        .values_list("report_id", flat=True)[:limit]
    )
    return sum(_order(report_id, now=now) for report_id in list(due))


def _order(report_id: int, *, now: datetime) -> int:
    with transaction.atomic():
        report = lifecycle.lock(report_id, skip_locked=True)
        if report is None:
            return 0
        inquiry = Inquiry.objects.select_for_update().get(report=report)
        inquiry.report = report
        if inquiry.closed_at is not None or inquiry.letters_at is None or inquiry.letters_at > now:
            return 0
        return clock.order_letters(inquiry, now=now)
