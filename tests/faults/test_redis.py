"""Redis is an alarm clock that may ring twice, or not at all, without harm."""

import os
import time
from pathlib import Path

import pytest
import redis

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
