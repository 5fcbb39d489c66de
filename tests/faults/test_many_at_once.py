"""More of everything than there should be: two alarm clocks, four workers, sweeps by hand."""

import os
from datetime import timedelta

import pytest

from reports.models import ReportEvent
from tests.faults.books import all_lapsed, close_the_books, settled
from tests.faults.site import Site

pytestmark = [pytest.mark.servers, pytest.mark.long]
PROOF = bool(os.environ.get("PROOF"))
NUMBER, WINDOW = 200 if PROOF else 12, timedelta(seconds=60 if PROOF else 40)


def test_two_beats_and_four_workers_send_each_letter_once_and_list_each_paper_once(
    site: Site,
) -> None:
    """Case 4: the same message many times at once."""
    reports = site.ask(NUMBER, WINDOW, authors=2)
    for number in range(4):
        site.worker(f"worker{number}")
    for number in range(2):
        site.beat(f"beat{number}")

    site.until(lambda: all_lapsed(reports) and settled(), WINDOW.total_seconds() * 6, "every lapse")

    books = close_the_books(site.mail)
    assert (books.lost, books.doubled, books.wrong) == (0, 0, 0)
    assert ReportEvent.objects.filter(target="lapsed").count() == NUMBER
