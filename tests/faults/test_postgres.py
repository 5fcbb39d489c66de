"""The database goes away; the workers go on by themselves afterwards."""

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from local.postgres import Postgres
from tests.faults.books import all_lapsed, close_the_books, settled
from tests.faults.conftest import migrate, site_on
from tests.faults.site import LEASE

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("moved_clock")]
PROOF = bool(os.environ.get("PROOF"))
NUMBER, AWAY = (100, 60) if PROOF else (10, 4)


class Own:
    """A cluster of this test's own, which keeps what it said it kept."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "own"
        self.server = Postgres(self.data, throw_away=False)
        self.server.__enter__()
        migrate(self.server.url)

    def away(self, seconds: float) -> None:
        self.server.stop()
        time.sleep(seconds)
        self.server = Postgres(self.data, throw_away=False)
        self.server.__enter__()


@pytest.fixture
def own(open_folder: Path) -> Iterator[Own]:
    with tempfile.TemporaryDirectory(dir=open_folder) as folder:
        Path(folder).chmod(0o755)
        made = Own(Path(folder))
        yield made
        made.server.stop()


@pytest.mark.parametrize("away", [0, AWAY] if PROOF else [AWAY])
def test_gone_under_load_nothing_is_lost_and_nobody_is_listed_wrongly(
    own: Own,
    private_redis: str,
    django_db_blocker: DjangoDbBlocker,
    open_folder: Path,
    settings: object,
    away: float,
) -> None:
    with site_on(own.server.url, private_redis, django_db_blocker, open_folder, settings) as site:
        reports, ahead = site.ask_and_wait(NUMBER)
        before = len(site.mail.raw)
        site.ask(NUMBER, timedelta(days=28))
        site.mail.script("DATA", after=0.05)
        parts = [site.worker(name, ahead) for name in ("one", "two")] + [site.beat(ahead=ahead)]
        site.until(lambda: len(site.mail.raw) > before + NUMBER, 40, "letters under way")
        own.away(away)
        site.until(
            lambda: all_lapsed(reports) and settled(), LEASE + away + 180 + NUMBER, "every lapse"
        )

        assert [part.poll() for part in parts] == [None] * 3
        books = close_the_books(site.mail)
        assert (books.lost, books.wrong) == (0, 0)
        assert books.doubled <= 4  # what each of the four processes had under way
