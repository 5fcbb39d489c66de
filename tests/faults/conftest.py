"""Private servers for the fault tests: never those of DATABASE_URL and REDIS_URL."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environ
import psycopg2
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from local.postgres import Postgres
from tests import servers
from tests.faults.site import ROOT, Site, can_move_the_clock


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """Not pytest's folder, which is root's alone when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def migrate(url: str) -> None:
    """Give the database its tables."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT, env={"DATABASE_URL": url, "DEBUG": "1", "PATH": ""}, check=True,
    )  # fmt: skip


@pytest.fixture(scope="session")
def cluster(open_folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL of our own with the database `unreproduced`, which has the tables alone."""
    with Postgres(open_folder / "cluster", throw_away=True) as server:
        migrate(server.url)
        yield server


@pytest.fixture
def database_url(cluster: Postgres) -> Iterator[str]:
    """A fresh database with all tables."""
    admin = psycopg2.connect(cluster.url.replace("/unreproduced?", "/postgres?"))
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS fault WITH (FORCE)")
        cursor.execute("CREATE DATABASE fault TEMPLATE unreproduced")
    admin.close()
    yield cluster.url.replace("/unreproduced?", "/fault?")


@pytest.fixture(scope="session")
def private_redis(open_folder: Path) -> Iterator[str]:
    """A Redis of our own, on a fixed port so that it can be started again there."""
    if shutil.which("redis-server") is None:
        pytest.skip("needs a redis-server of its own: install redis-server")
    with servers.redis_server(open_folder) as url:
        yield url


@contextmanager
def looking_at(url: str, blocker: DjangoDbBlocker) -> Iterator[None]:
    """This process's Django looks at the database `url`."""
    default = connections["default"]
    before = dict(default.settings_dict)
    default.close()
    default.settings_dict.update(environ.Env.db_url_config(url))
    try:
        with blocker.unblock():
            yield
    finally:
        default.close()
        default.settings_dict.clear()
        default.settings_dict.update(before)


@contextmanager
def site_on(
    database: str, redis: str, blocker: DjangoDbBlocker, folder: Path, settings: object
) -> Iterator[Site]:
    """A site on the database and the Redis, with a mail server; all its parts end with it."""
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix="site-") as own,
        servers.smtp_server() as mail,
        looking_at(database, blocker),
    ):
        settings.TRIAL_MODE = True
        settings.SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": mail.port}
        made = Site(Path(own), database, redis, mail)
        try:
            yield made
        finally:
            made.end()


@pytest.fixture
def site(
    database_url: str,
    private_redis: str,
    django_db_blocker: DjangoDbBlocker,
    open_folder: Path,
    settings: object,
) -> Iterator[Site]:
    """A site whose parts are not started yet."""
    with site_on(database_url, private_redis, django_db_blocker, open_folder, settings) as made:
        yield made


@pytest.fixture
def moved_clock() -> None:
    """For tests that start parts in another time."""
    if not can_move_the_clock():
        pytest.skip("needs libfaketime: install faketime")
