"""Redis is an alarm clock that may ring twice, or not at all, without harm."""

import os
import time
from pathlib import Path

import pytest
import redis
import requests
from bs4 import BeautifulSoup

from notifications.models import Email
from tests import servers
from tests.faults.books import all_lapsed, close_the_books, settled
from tests.faults.site import Site

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("moved_clock")]
PROOF = bool(os.environ.get("PROOF"))
NUMBER, AWAY = (100, 60) if PROOF else (10, 2)


def test_emptied_all_the_time_it_loses_no_letter_and_no_lapse(
    site: Site, private_redis: str
) -> None:
    """Case 7."""
    reports, ahead = site.ask_and_wait(NUMBER)
    site.worker(ahead=ahead)
    site.beat(ahead=ahead)

    with redis.Redis.from_url(private_redis) as client:

        def lapsed() -> bool:
            client.flushall()
            return all_lapsed(reports) and settled()

        site.until(lapsed, 120 + NUMBER, "every lapse")

    books = close_the_books(site.mail)
    assert (books.lost, books.doubled, books.wrong) == (0, 0, 0)


@pytest.mark.long
def test_away_and_back_the_workers_go_on_by_themselves(site: Site, open_folder: Path) -> None:
    port = servers.free_port()
    site.env["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
    reports, ahead = site.ask_and_wait(NUMBER)
    with servers.redis_server(open_folder, port=port):
        worker, beat = site.worker(ahead=ahead), site.beat(ahead=ahead)
        site.until(lambda: all_lapsed(reports) and settled(), 90, "the first lapses")
    more, _ = site.ask_and_wait(NUMBER)
    time.sleep(AWAY)
    assert not all_lapsed(more)
    with servers.redis_server(open_folder, port=port):
        site.until(lambda: all_lapsed(more) and settled(), 120 + NUMBER, "the lapses after it")
        assert worker.poll() is None
        assert beat.poll() is None

    books = close_the_books(site.mail)
    assert (books.lost, books.doubled, books.wrong) == (0, 0, 0)


def test_while_it_is_away_pages_answer_and_people_sign_in(site: Site) -> None:
    site.env["REDIS_URL"] = f"redis://127.0.0.1:{servers.free_port()}/0"
    address = site.web()
    person = requests.Session()
    for path in ("/", "/papers/", "/papers/?q=gears"):
        assert person.get(address + path, timeout=20).status_code == 200

    page = BeautifulSoup(
        person.get(f"{address}/accounts/login/", timeout=20).content, "html.parser"
    )
    token = page.find("input", attrs={"name": "csrfmiddlewaretoken"})["value"]
    answer = person.post(
        f"{address}/accounts/login/",
        {"csrfmiddlewaretoken": token, "email": "rita@lab.example"},
        timeout=20,
    )

    assert answer.url == f"{address}/accounts/login/code/"
    assert Email.objects.get().recipient == "rita@lab.example"
    assert "Error 111 connecting" in site.log("web")  # loud in the log
