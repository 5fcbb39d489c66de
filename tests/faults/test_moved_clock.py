"""Real parts whose clock is days ahead (libfaketime)."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Email
from reports.models import Inquiry, ReportEvent
from tests.faults.books import all_lapsed, close_the_books, settled
from tests.faults.site import Site

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("moved_clock")]
DAY = timedelta(days=1)


def _run(site: Site, ahead: timedelta, happened, what: str) -> None:
    """Worker and alarm clock, so much ahead, until something has happened; then they stop."""
    worker, beat = site.worker(ahead=ahead), site.beat(ahead=ahead)
    site.until(happened, 40, what)
    site.stop(beat)
    site.stop(worker)


def test_the_alarm_clock_sleeps_three_days_before_each_letter_and_the_lapse_all_come_once_and_late(
    site: Site,
) -> None:
    """Case 33. A final notice so late that it could not settle moves the deadline first."""
    start = timezone.now()
    (report,) = site.ask(1, 28 * DAY)
    inquiry = Inquiry.objects.get(report=report)
    ahead = timedelta(0)
    while True:
        looked = inquiry.letters_at

        def looked_again(looked=looked) -> bool:
            inquiry.refresh_from_db()
            return inquiry.letters_at != looked and settled()

        _run(site, ahead, looked_again, f"the letters due at {looked}")
        if inquiry.letters_at is None:
            break
        assert not all_lapsed([report])
        ahead = inquiry.letters_at - start + 3 * DAY
    started, *later = inquiry.deadline_changes.all()
    assert {change.reason for change in later} == {
        "Letters left late, so the authors get more time."
    }
    assert inquiry.deadline == later[-1].new > started.new

    _run(
        site, inquiry.deadline - start + 3 * DAY,
        lambda: all_lapsed([report]) and settled(), "the lapse",
    )  # fmt: skip

    assert Counter(Email.objects.values_list("kind", flat=True)) == {
        "received": 1, "accepted": 1, "notice": 1, "reminder_1": 1, "reminder_2": 1,
        "final_notice": 1, "listed": 2,
    }  # fmt: skip
    assert ReportEvent.objects.filter(target="lapsed").count() == 1
    books = close_the_books(site.mail)
    assert (books.lost, books.doubled, books.wrong) == (0, 0, 0)
