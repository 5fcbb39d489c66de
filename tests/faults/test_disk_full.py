"""The disk of the database fills up and is emptied again."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.faults.books import all_lapsed, close_the_books, settled
from tests.faults.conftest import site_on
from tests.faults.site import LEASE
from tests.faults.test_postgres import Own

pytestmark = [pytest.mark.servers, pytest.mark.long, pytest.mark.usefixtures("moved_clock")]
NUMBER = 100 if os.environ.get("PROOF") else 10


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk in memory that a cluster nearly fills."""
    with tempfile.TemporaryDirectory(prefix="disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=200m,mode=755", "tmpfs", folder]
        if subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("needs a disk of its own: only root may mount one")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def test_the_database_can_write_nothing_for_a_while_and_no_letter_or_lapse_is_lost(
    small_disk: Path,
    private_redis: str,
    django_db_blocker: DjangoDbBlocker,
    open_folder: Path,
    settings: object,
) -> None:
    own = Own(small_disk)
    junk = small_disk / "junk"
    with site_on(own.server.url, private_redis, django_db_blocker, open_folder, settings) as site:
        reports, ahead = site.ask_and_wait(NUMBER)
        site.ask(NUMBER, timedelta(days=28))
        with junk.open("wb") as file, pytest.raises(OSError, match="No space"):
            while True:
                os.write(file.fileno(), bytes(1 << 16))
        site.mail.script("DATA", after=0.05)
        parts = [site.worker(ahead=ahead), site.beat(ahead=ahead)]
        site.until(
            lambda: "No space left" in site.log("worker") or own.server.ended() is not None,
            60,
            "the first failed write",
        )
        assert not all_lapsed(reports)
        junk.unlink()
        if own.server.ended() is not None:
            own.away(0)
        site.until(lambda: all_lapsed(reports) and settled(), LEASE + 180 + NUMBER, "every lapse")
        assert [part.poll() for part in parts] == [None, None]
        books = close_the_books(site.mail)
        assert (books.lost, books.wrong) == (0, 0)
    own.server.stop()
