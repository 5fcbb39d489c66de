"""The pages for whatever watches the site, and the settings that guard the page of letters."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from config import health


@pytest.fixture(autouse=True)
def _a_fresh_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def test_health_asks_nothing_of_the_database(client: Client) -> None:
    response = client.get("/healthz")  # without the mark django_db a query would fail

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.django_db
def test_ready_when_the_database_answers_and_is_migrated(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert client.get("/readyz").status_code == 200
    with django_assert_num_queries(1):  # later the migrations are not looked at again
        assert client.get("/readyz").content == b"ok\n"


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client: Client) -> None:
    newest = MigrationLoader(connection).graph.leaf_nodes("reports")[0]
    MigrationRecorder(connection).record_unapplied(*newest)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.content == b"migrations are missing: run manage.py migrate\n"


def test_not_ready_while_the_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health.connection, "cursor", away)

    response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"the database does not answer\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_health_pages_are_read_only(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_a_check_from_inside_is_not_sent_to_tls(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get("/policy/").status_code == 301


def test_there_is_no_page_of_letters_outside_a_trial(client: Client) -> None:
    from config import urls

    assert settings.MAILBOX_DIR == ""
    assert not [page for page in urls.urlpatterns if str(page.pattern).startswith("mailbox")]


def test_the_page_of_letters_is_refused_outside_a_trial() -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("DEBUG",)}
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        env=kept | {"MAILBOX_DIR": "letters", "SECRET_KEY": "s", "LINK_KEY": "l"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "MAILBOX_DIR opens a page that shows every letter" in done.stderr
