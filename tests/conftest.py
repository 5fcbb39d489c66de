"""What the tests of several rooms need: plain pages, and real servers where a test asks."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from inspect import signature
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import environ
import pytest
from django.apps import apps
from django.conf import settings as conf
from django.db.models.signals import post_migrate
from django.template import Template
from django.test import override_settings
from django.test.signals import setting_changed
from pytest_django import Settings

from registry.catalogue import compile_catalogues
from tests import copies, servers, tally
from tests.kept import SHELF

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.mailserver import MailServer
    from tests.trial import Trial

SERVERS = frozenset({"postfix_and_dovecot", "redis_url", "silent_server", "smtp_server"})
"""The fixtures that start one."""
ALIKE = {
    "tests/permissions/": "permissions",
    "tests/sample/": "sample",
    "tests/reports/test_moderation_": "moderation",
    "tests/reports/test_personal.py": "lives",
    "tests/reports/test_retention.py": "lives",
}
"""Tests that begin alike, so that one process builds for all of them."""
WAITING = ("tests/faults/", "tests/test_run.py", "tests/browser/test_main_job.py")
"""Tests that start a whole site, and mostly wait for it."""

IN_MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
"""Where files of tests go; a test that needs a disk says so."""

compile_catalogues()
gc.disable()  # what is imported stays, and is looked through once, at the end of the collection


def plain_static() -> dict[str, Any]:
    """Settings under which pages name static files without hashes, and find them at the source."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "DATA_DIR": Path(tempfile.gettempdir()) / "no-dumps-but-those-of-a-test",
        "STATIC_ROOT": conf.STATICFILES_DIRS[0],
        "STORAGES": {**conf.STORAGES, "staticfiles": plain, "uploads": IN_MEMORY},
    }


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what talks to a real server, or meets itself in the database over several connections.

    It mostly waits, and what it commits has to be wiped off: `make test` runs it beside others.
    What waits longest would come last, since it needs no database of the tests: one process would
    have it alone, and the others nothing. So it is spread among the others.
    """
    for item in items:
        database = item.get_closest_marker("django_db")
        commits = database is not None and database.kwargs.get("transaction")
        if commits or SERVERS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("servers")
    yield
    items[:] = spread(items)


def spread(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests of the WAITING files, file by file, at even distances among those of the others."""
    files = [list(group) for _, group in groupby(items, key=lambda item: item.path)]
    waiting = [file for file in files if file[0].nodeid.startswith(WAITING)]
    others = [file for file in files if not file[0].nodeid.startswith(WAITING)]
    count = sum(len(file) for file in others)
    mixed: list[pytest.Item] = []
    done = placed = 0
    for file in others:
        while placed < len(waiting) and done >= (placed + 0.5) * count / len(waiting):
            mixed += waiting[placed]
            placed += 1
        mixed += file
        done += len(file)
    return [*mixed, *chain.from_iterable(waiting[placed:])]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give a file to one process, or those whose tests share what is built for them."""
    from xdist.scheduler import LoadFileScheduling

    class ByWorld(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return next((world for start, world in ALIKE.items() if file.startswith(start)), file)

    return ByWorld(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    """Each process gets a copy of one database."""
    copies.expect(config, len(specs))


@pytest.hookimpl(wrapper=True)
def pytest_sessionstart(session: pytest.Session) -> Iterator[None]:
    """Make the copies when the processes have been started."""
    yield
    copies.make(session.config)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Drop them when the processes have ended."""
    yield
    copies.drop(session.config)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> None:
    """The database of this process."""
    with django_db_blocker.unblock():
        taken = copies.take(request.config)
    if not taken:
        request.getfixturevalue("django_db_setup")


def pytest_configure(config: pytest.Config) -> None:
    """Where `make proof` gathers what all processes count."""
    if os.environ.get("PROOF") and not hasattr(config, "workerinput"):
        file, name = tempfile.mkstemp(prefix="tally-")
        os.close(file)
        os.environ[tally.FILE] = name


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what came of the faults and the races."""
    name = os.environ.get(tally.FILE)
    if name and not hasattr(terminalreporter.config, "workerinput"):
        for line in tally.tables(Path(name)):
            terminalreporter.write_line(line)
        Path(name).unlink()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Every test begins anew; one that replaces code keeps nothing of what that code does."""
    test = getattr(item, "function", None)
    SHELF.begin(keeps=test is not None and "monkeypatch" not in signature(test).parameters)


def pytest_collection_finish() -> None:
    """Leave all that was imported alone: looking through it for garbage takes a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(1_000_000, 20, 100)
    gc.enable()


def first_version(**_: object) -> None:
    """What the migrations leave in a table."""
    from registry.models import ListVersion

    ListVersion.objects.get_or_create(id=1)


@pytest.fixture(scope="session", autouse=True)
def plain_templates(django_test_environment: None) -> Iterator[None]:
    """Render as the site does: Django would copy the context of each template for a test to see.

    No test asks for it: what people get is the page.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_settings(django_test_environment: None) -> Iterator[None]:
    """So that a test needs no collectstatic, and none leaves its rate limits to the next."""
    with override_settings(ACCOUNT_RATE_LIMITS=False, **plain_static()):
        setting_changed.connect(SHELF.lose)
        # A test that commits empties all tables after it; the row is of a migration.
        post_migrate.connect(first_version, sender=apps.get_app_config("registry"))
        yield
        setting_changed.disconnect(SHELF.lose)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Redis of REDIS_URL, or one of our own."""
    given = os.environ.get("TEST_REDIS_URL") or os.environ.get("REDIS_URL")
    if given:
        yield given
        return
    if shutil.which("redis-server") is None:
        pytest.skip("needs Redis: set REDIS_URL or install redis-server")
    with servers.redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def smtp_server(settings: Settings) -> Iterator[servers.SmtpServer]:
    """A real server to which `settings.SMTP` points; tests/servers.py says how it misbehaves."""
    with servers.smtp_server() as server:
        settings.SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.port}
        settings.SMTP_TIMEOUT = 5
        yield server


@pytest.fixture(scope="session")
def postfix_and_dovecot() -> "Iterator[MailServer]":
    """Real ones, on loopback; a test asks for `mail_server`."""
    from tests import mailserver

    if reason := mailserver.why_not():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="mail-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # the users of Postfix pass through it
        with mailserver.mail_server(Path(folder)) as server:
            yield server


@pytest.fixture
def mail_server(postfix_and_dovecot: "MailServer", settings: Settings) -> "MailServer":
    """A real mail server without any mail, to which the settings point; see tests/mailserver.py."""
    from tests.mail_configuration import AUTHSERV_ID

    postfix_and_dovecot.empty()
    settings.SMTP = environ.Env.email_url_config(postfix_and_dovecot.smtp_url)
    settings.SMTP_TIMEOUT = 5
    settings.AUTHSERV_ID = AUTHSERV_ID
    return postfix_and_dovecot


@pytest.fixture
def trial() -> "Iterator[Trial]":
    """A copy of the project to `make run`."""
    from tests.trial import trial_run

    with trial_run() as run:
        yield run


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """A real browser; nothing of it calls home."""
    program = servers.chromium_program()
    if program is None:
        pytest.skip("needs a Chromium: install the package chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # of a busy machine
    # Playwright keeps an event loop in this thread, at which Django's database calls balk.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-background-networking", "--disable-quic"],
        )
        yield browser
        browser.close()
