"""Readers under load never see a standing from before the last commit (page_cache.py)."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

import pytest
import requests
from django.utils import timezone

from registry.models import Listing
from reports.lapse import lapse
from reports.models import Report
from tests.faults.site import Site
from tests.notifications.builders import answer, contacts_of

pytestmark = pytest.mark.servers
PROOF = bool(os.environ.get("PROOF"))
PAPERS, READERS = (20, 6) if PROOF else (6, 3)


@dataclass
class Change:
    """That a paper is, or is no longer, on the list; it was committed between two moments."""

    listed: bool
    begun: float
    done: float


@dataclass(frozen=True)
class Seen:
    """A page, and when it was asked for and had arrived."""

    asked: float
    arrived: float
    text: str


@dataclass
class History:
    """What became of one paper, the oldest first."""

    changes: list[Change] = field(default_factory=lambda: [Change(False, 0, 0)])

    def record(self, listed: bool, change: Callable[[], object]) -> None:
        begun = time.monotonic()
        change()
        self.changes.append(Change(listed, begun, time.monotonic()))

    def allowed(self, seen: Seen) -> set[bool]:
        """What the page may say: the last commit before it was asked for, or one since."""
        before = [change for change in self.changes if change.done <= seen.asked][-1]
        since = [one for one in self.changes if one.done > seen.asked and one.begun < seen.arrived]
        return {before.listed, *(change.listed for change in since)}


def test_a_lapse_and_a_late_answer_are_on_every_page_that_is_asked_for_afterwards(
    site: Site,
) -> None:
    reports, ahead = site.ask_and_wait(PAPERS)
    histories = {report.paper_id: History() for report in reports}
    address = site.web()
    over = Event()

    def read() -> list[Seen]:
        pages = []
        while not over.is_set():
            asked = time.monotonic()
            response = requests.get(f"{address}/", timeout=30)
            pages.append(Seen(asked, time.monotonic(), response.text))
            assert response.status_code == 200
        return pages

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read) for _ in range(READERS)]
        try:
            for report in reports:
                list_and_answer(report, histories[report.paper_id], timezone.now() + ahead)
        finally:
            over.set()
    pages = [page for reader in readers for page in reader.result()]

    stale = [
        (paper, page.asked)
        for page in pages
        for paper, history in histories.items()
        if is_listed(page, paper) not in history.allowed(page)
    ]
    assert stale == []
    assert len(pages) > 10 * PAPERS  # most of them from memory
    assert {is_listed(page, paper) for page in pages for paper in histories} == {True, False}


def list_and_answer(report: Report, history: History, now: datetime) -> None:
    """Nobody answered in time; then somebody does."""
    history.record(True, lambda: lapse(report.pk, now=now))
    assert Listing.objects.filter(report_id=report.pk, closed_at=None).exists()
    time.sleep(0.2)
    late = now + timedelta(minutes=1)
    history.record(False, lambda: answer(contacts_of(report)[0], now=late))
    time.sleep(0.2)


def is_listed(page: Seen, paper: int) -> bool:
    """Whether the list names the paper, above the newest answers."""
    rows, _, _ = page.text.partition('id="answers"')
    return f'href="/papers/{paper}/' in rows
