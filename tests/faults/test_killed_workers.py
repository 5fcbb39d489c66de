"""SIGKILL at each point of a worker's way. The worker is an ordinary one; a lock or a slow server
of the test makes it stand still just there."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests

from notifications.models import Email
from reports.models import Report, ReportEvent
from reports.states import State
from tests.faults.author import open_the_link
from tests.faults.books import all_lapsed, close_the_books, settled
from tests.faults.site import LEASE, Holder, Site
from tests.servers import wait_for

pytestmark = pytest.mark.servers
HOUR = timedelta(hours=1)
TIMES = 20 if os.environ.get("PROOF") else 1
WRITE, SEND = "notifications.tasks.write_letters", "notifications.tasks.send_outbox"
LAPSE = "reports.tasks.lapse_due_inquiries"


def _goes_on(site: Site) -> None:
    """After the lease of the dead, another worker sends what is left."""
    site.worker("second")
    site.beat()
    site.until(settled, LEASE + 30, "the end of all letters")


@pytest.mark.parametrize("time", range(TIMES))
def test_killed_after_the_claim_the_mail_goes_once_when_the_lease_ends(
    site: Site, time: int
) -> None:
    """Case 3."""
    site.ask(1, HOUR)
    site.swept(WRITE)
    site.mail.script("MAIL", after=60, times=1)
    first = site.sweep(SEND)
    wait_for(lambda: site.mail.connections > 0, 20, "the first try")
    site.until(lambda: Email.objects.filter(state="sending").exists(), 10, "the claim")
    site.kill(first)

    _goes_on(site)

    books = close_the_books(site.mail)
    assert (books.lost, books.doubled, books.wrong) == (0, 0, 0)


@pytest.mark.parametrize("time", range(TIMES))
def test_killed_between_the_servers_250_and_the_mark_it_is_repeated_under_its_message_id(
    site: Site, database_url: str, time: int
) -> None:
    """Case 3: no way to know; the repeat is recognisably the same mail."""
    (report,) = site.ask(1, HOUR)
    site.swept(WRITE)
    lock = Holder(database_url, f"SELECT 1 FROM reports_report WHERE id = {report.pk} FOR UPDATE")
    first = site.sweep(SEND)
    wait_for(lambda: site.mail.raw and lock.somebody_waits(), 20, "the worker at its mark")
    site.kill(first)
    lock.release()
    assert Email.objects.filter(kind="notice").get().accepted_at is None  # Case 32

    _goes_on(site)

    books = close_the_books(site.mail)
    assert (books.lost, books.doubled, books.wrong) == (0, 1, 0)


@pytest.mark.parametrize("time", range(TIMES))
def test_killed_in_the_middle_of_a_batch_fifty_people_get_one_mail_each(
    site: Site, time: int
) -> None:
    """Case 6."""
    site.ask(17, HOUR, authors=3)
    site.swept(WRITE)
    first = site.sweep(SEND)
    wait_for(lambda: len(site.mail.raw) >= 20, 30, "20 mails")
    site.kill(first)

    _goes_on(site)

    books = close_the_books(site.mail)
    # Three notices each; and received and accepted, to the reporter.
    assert (books.owed, books.lost, books.wrong) == (17 * 5, 0, 0)
    assert books.doubled <= 1  # the one that was under way


@pytest.mark.usefixtures("moved_clock")
@pytest.mark.parametrize("time", range(TIMES))
def test_killed_in_the_middle_of_a_lapse_nothing_of_it_is_seen_and_it_happens_once(
    site: Site, database_url: str, time: int
) -> None:
    (report,), ahead = site.ask_and_wait(1)
    lock = Holder(database_url, "LOCK TABLE registry_listing IN EXCLUSIVE MODE")
    first = site.sweep(LAPSE, ahead=ahead)
    wait_for(lock.somebody_waits, 20, "the lapse at the listing")
    site.kill(first)
    lock.release()
    assert Report.objects.get(pk=report.pk).state == State.ASKING
    assert not ReportEvent.objects.filter(target="lapsed").exists()

    site.swept(LAPSE, LAPSE, ahead=ahead)
    assert ReportEvent.objects.filter(target="lapsed").count() == 1
    site.swept(WRITE, SEND, ahead=ahead)
    assert all_lapsed([report])
    books = close_the_books(site.mail)
    assert (books.lost, books.wrong) == (0, 0)


@pytest.mark.parametrize("time", range(TIMES))
def test_the_web_server_killed_in_the_middle_of_an_answer_stores_all_of_it_or_nothing(
    site: Site, database_url: str, time: int
) -> None:
    (report,) = site.ask(1, HOUR)
    site.swept(WRITE, SEND)
    address = site.web()
    page, form = open_the_link(site)
    lock = Holder(database_url, "LOCK TABLE reports_reportevent IN EXCLUSIVE MODE")
    with pytest.raises(requests.ConnectionError), ThreadPoolExecutor(1) as pool:
        answering = pool.submit(page.post, form["action"], data=form["data"], timeout=30)
        wait_for(lock.somebody_waits, 20, "the answer at its event")
        site.kill(site.parts[-1])
        lock.release()
        answering.result()
    assert not report.answers.exists()
    assert Report.objects.get(pk=report.pk).state == State.ASKING

    # The author presses the button again, twice, on the page that is still open.
    form["action"] = form["action"].replace(address, site.web())
    for _ in range(2):
        assert page.post(form["action"], data=form["data"], timeout=30).status_code == 200
    assert report.answers.get().text == "The seed was missing."
    assert Report.objects.get(pk=report.pk).state == State.ANSWERED
    site.swept(WRITE, SEND)
    books = close_the_books(site.mail)
    assert (books.lost, books.doubled, books.wrong) == (0, 0, 0)
