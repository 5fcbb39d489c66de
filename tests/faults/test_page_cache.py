"""Public pages from memory: never older than the last commit, and everybody's alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import User
from registry import page_cache
from registry.models import Paper, Standing
from registry.page_cache import PageCache
from registry.selectors import address_of
from tests.faults.conftest import looking_at
from tests.registry import builders

pytestmark = pytest.mark.servers


@pytest.fixture(autouse=True)
def alone(database_url: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A server where nobody else writes: a snapshot is of all its databases."""
    with looking_at(database_url, django_db_blocker):
        yield


@pytest.fixture
def paper() -> Paper:
    made = builders.paper("A Survey of Compost", venue="Journal of Soil")
    return builders.with_standing(made, Standing.CONFIRMED)


@contextmanager
def another_connection() -> Iterator[BaseDatabaseWrapper]:
    """To the same database, as another process has."""
    other = connection.copy()
    try:
        yield other
    finally:
        other.close()


@pytest.fixture
def cache(settings: Any) -> PageCache:
    """Before the whole site, in the place of its own."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "page_cache" not in name]
    handler = BaseHandler()
    handler.load_middleware()
    return PageCache(handler.get_response)


def content(cache: PageCache, path: str) -> bytes:
    response = cache(RequestFactory().get(path))
    assert isinstance(response, HttpResponse)
    return response.content


def queries_of(client: Client, path: str, **headers: Any) -> tuple[HttpResponse, int]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path, **headers)
    return response, len(queries)


def test_a_page_is_made_once_until_something_is_written(client: Client, paper: Paper) -> None:
    first, many = queries_of(client, address_of(paper))
    second, one = queries_of(client, address_of(paper))
    assert many > 2
    assert one == 1  # for the snapshot
    assert first.content == second.content
    assert first.headers == second.headers
    assert second.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Content-Security-Policy" in second.headers
    assert "Cookie" in second.headers["Vary"]


@pytest.mark.parametrize("path", ["/", "paper"])
def test_what_is_committed_is_on_the_next_page(client: Client, paper: Paper, path: str) -> None:
    path = address_of(paper) if path == "paper" else path
    assert b"A Survey of Compost" in client.get(path).content
    Paper.objects.filter(pk=paper.pk).update(venue="A New Venue")
    assert b"A New Venue" in client.get(path).content


def test_what_is_not_committed_changes_no_page_and_then_does(client: Client, paper: Paper) -> None:
    page = address_of(paper)
    client.get(page)
    with another_connection() as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE registry_paper SET venue = 'A New Venue' WHERE id = %s", [paper.pk])
        for _ in range(2):
            assert b"A New Venue" not in client.get(page).content
        cursor.execute("COMMIT")
    assert b"A New Venue" in client.get(page).content


def test_a_commit_while_a_page_is_made_is_on_the_next_one(paper: Paper) -> None:
    """The page is kept under the snapshot before the commit, which no later request has."""
    with another_connection() as other:

        def view(request: HttpRequest) -> HttpResponse:
            title = Paper.objects.get(pk=paper.pk).title
            with other.cursor() as cursor:
                cursor.execute("UPDATE registry_paper SET title = title || '!'")
            return HttpResponse(title)

        cached = PageCache(view)
        for expected in ("", "!", "!!"):
            assert content(cached, "/") == f"A Survey of Compost{expected}".encode()


def test_within_a_transaction_nothing_is_kept(client: Client, paper: Paper) -> None:
    with transaction.atomic():
        client.get("/")
        Paper.objects.filter(pk=paper.pk).update(title="Renamed within")
        assert b"Renamed within" in client.get("/").content
        transaction.set_rollback(True)
    assert b"A Survey of Compost" in client.get("/").content


def test_who_is_signed_in_is_not_answered_from_memory(client: Client, paper: Paper) -> None:
    client.get("/")
    signed_in = Client()
    signed_in.force_login(User.objects.create_user("who@example.org"))
    response, queries = queries_of(signed_in, "/")
    assert queries > 1
    assert b"Sign out" in response.content
    assert b"Sign out" not in client.get("/").content


@pytest.mark.parametrize(
    "path",
    [
        "/papers/?q=compost",
        "/accounts/sign-in/",
        "/papers/999999/x/",
        "/feeds/listed.atom",
        "/api/v1/papers/",
        "/nowhere/",
        "/data/",
    ],
)
def test_searches_forms_and_what_is_not_there_are_not_kept(
    cache: PageCache, paper: Paper, path: str
) -> None:
    cache(RequestFactory().get("/"))
    kept = set(cache.pages.by_address)
    assert kept
    cache(RequestFactory().get(path))
    assert set(cache.pages.by_address) <= kept


def test_each_language_has_its_pages(client: Client, paper: Paper) -> None:
    english, chinese = client.get("/"), client.get("/zh-hans/")
    for path, first in (("/", english), ("/zh-hans/", chinese)):
        again, queries = queries_of(client, path)
        assert (again.content, queries) == (first.content, 1)
    assert english.content != chinese.content
    assert chinese.headers["Content-Language"] == "zh-Hans"


def test_who_chose_a_language_is_led_there_and_reads_from_memory(
    client: Client, paper: Paper
) -> None:
    client.get("/")
    client.get("/zh-hans/")
    client.cookies["language"] = "zh-hans"
    assert client.get("/").headers["Location"] == "/zh-hans/"
    _, queries = queries_of(client, "/zh-hans/")
    assert queries == 1


def test_the_same_page_is_not_sent_twice(client: Client, paper: Paper) -> None:
    first = client.get("/")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get("/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    Paper.objects.filter(pk=paper.pk).update(title="Another title of it")
    changed = client.get("/", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_page_of_an_hour_ago_is_made_anew(
    client: Client, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/")
    monkeypatch.setattr(page_cache, "KEPT", 0.0)
    _, queries = queries_of(client, "/")
    assert queries > 2


def test_a_new_connection_begins_with_nothing(client: Client, paper: Paper) -> None:
    client.get("/")
    connection.close()
    connection.ensure_connection()
    _, queries = queries_of(client, "/")
    assert queries > 2


def test_memory_is_bounded(cache: PageCache, paper: Paper, settings: Any) -> None:
    size = len(content(cache, "/"))
    settings.PAGE_CACHE_BYTES = int(size * 3.5)
    most = 0
    for number in range(20):
        cache(RequestFactory().get("/", {"after": "x" * number}))
        kept = cache.pages.by_address.values()
        assert sum(len(page.body) for page in kept) <= settings.PAGE_CACHE_BYTES
        most = max(most, len(kept))
    assert most == 3


def test_it_can_be_switched_off(client: Client, paper: Paper, settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 0
    first, many = queries_of(client, "/")
    _, again = queries_of(client, "/")
    assert many == again
    assert "ETag" not in first.headers


def test_a_connection_that_died_is_replaced(client: Client, paper: Paper) -> None:
    client.get("/")
    with another_connection() as other, other.cursor() as cursor:
        own = connection.connection.info.backend_pid
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [own])
    assert client.get("/").status_code == 200


@pytest.fixture
def away() -> Iterator[None]:
    def refuse(*_: Any) -> None:
        raise OperationalError("away")

    with connection.execute_wrapper(refuse):
        yield


def test_a_page_that_asks_nothing_answers_without_a_database(client: Client, away: None) -> None:
    assert client.get("/policy/").status_code == 200
