"""A mail server that refuses, is slow, and hangs up: nothing is marked that it did not take."""

import os
from datetime import timedelta
from itertools import product

import pytest

from notifications.models import Email
from registry.models import Listing
from reports.models import Inquiry
from reports.states import State
from tests.faults.books import all_lapsed, close_the_books, settled
from tests.faults.site import LEASE, Site
from tests.servers import HANG_UP, STEPS

pytestmark = pytest.mark.servers
PROOF = bool(os.environ.get("PROOF"))
WINDOW = timedelta(seconds=60 if PROOF else 40)
NUMBER = 20 if PROOF else 4
FAULTS = {
    "refuses": {"reply": "451 4.3.0 not now"},
    "hangs up": {"reply": HANG_UP},
    "is too slow": {"after": 3, "reply": "250 too late"},
}


@pytest.mark.parametrize(
    ("step", "fault"), [*product(STEPS, FAULTS)] if PROOF else [*zip(STEPS, FAULTS, strict=True)]
)
def test_it_misbehaves_at_a_step_and_each_letter_still_leaves_once(
    site: Site, step: str, fault: str
) -> None:
    """Cases 3 and 32."""
    site.mail.script(step, times=3, **FAULTS[fault])
    reports = site.ask(NUMBER, timedelta(hours=1))
    site.worker()
    site.beat()

    def noticed() -> bool:
        sent = Email.objects.filter(kind="notice", state="accepted").count()
        return sent == len(reports) and settled()

    site.until(noticed, LEASE + 60, "every notice")

    books = close_the_books(site.mail)
    assert (books.lost, books.doubled, books.wrong) == (0, 0, 0)


def test_it_stays_away_until_the_letters_are_given_up_and_nobody_lapses(site: Site) -> None:
    """Silence after the site's own mail failed is nobody's silence: the clock is void."""
    reports = site.ask(NUMBER, WINDOW)
    site.worker()
    site.beat()
    site.until(lambda: Inquiry.objects.exclude(deadline=None).count() == NUMBER, 30, "the clocks")
    for step in STEPS:
        site.mail.script(step, reply="421 4.3.2 shutting down")

    def unreachable() -> bool:
        return Inquiry.objects.filter(report__state=State.UNREACHABLE).count() == NUMBER

    site.until(unreachable, WINDOW.total_seconds() * 2, "the end of all tries")
    site.mail.scripts.clear()
    site.until(settled, 30, "the letters about it")

    assert not Listing.objects.exists()
    assert set(Inquiry.objects.values_list("deadline", "lapse_at")) == {(None, None)}
    books = close_the_books(site.mail)
    assert (books.lost, books.wrong) == (0, 0)
    assert not all_lapsed(reports[:1])
