"""What the tests of several rooms need: plain pages, and real servers where a test asks."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as conf
from pytest_django import Settings

from tests import servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.trial import Trial


def plain_static() -> dict[str, Any]:
    """Settings under which pages name static files without hashes, and find them at the source."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "STATIC_ROOT": conf.STATICFILES_DIRS[0],
        "STORAGES": {**conf.STORAGES, "staticfiles": plain},
    }


@pytest.fixture(autouse=True)
def plain_static_files(settings: Settings) -> None:
    """So that a test needs no collectstatic."""
    for name, value in plain_static().items():
        setattr(settings, name, value)


@pytest.fixture(autouse=True)
def no_rate_limits(settings: Settings) -> None:
    """They are counted in the cache, which one test would leave to the next."""
    settings.ACCOUNT_RATE_LIMITS = False


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
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, at which Django's database calls balk.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-background-networking", "--disable-quic"],
        )
        yield browser
        browser.close()
