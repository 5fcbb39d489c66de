"""What every answer of the API keeps: validators, limits, reading from other sites, problems."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from registry.models import Paper
from registry.problems import ProblemRenderer
from tests.api.asking import problem, refused
from tests.registry.builders import paper

pytestmark = pytest.mark.django_db
PAPERS = "/api/v1/papers"
LIMITS = ["RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining",
          "X-RateLimit-Reset"]  # fmt: skip
EVERY = [
    "/api/v1/", PAPERS, "/api/v1/listings", "/api/v1/reports", "/api/v1/answers", "/api/v1/schema",
    "/api/v1/statistics", "/api/v1/prefixes/0af",
]  # fmt: skip


def asked(path: str = PAPERS, **headers: str) -> HttpResponse:
    return Client().get(path, headers=headers)


# --- ETag and Last-Modified -------------------------------------------------------------
@pytest.mark.parametrize("path", EVERY)
def test_who_has_an_answer_is_not_sent_it_again(path: str) -> None:
    first = asked(path)
    tag, since = first.headers["ETag"], first.headers["Last-Modified"]
    assert "no-cache" in first.headers["Cache-Control"]
    for headers in (
        {"If-None-Match": tag}, {"If-None-Match": f'W/{tag}, "other"'}, {"If-None-Match": "*"},
        {"If-Modified-Since": since},
    ):  # fmt: skip
        again = asked(path, **headers)
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["ETag"], again.headers["Last-Modified"]) == (tag, since)
        assert "Content-Type" not in again.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"other"'}, {"If-None-Match": "nonsense"},
        {"If-Modified-Since": "yesterday"},
        {"If-Modified-Since": "Mon, 01 Jan 2035 00:00:00 GMT"},
        {"If-Modified-Since": "Mon, 01 Jan 1990 00:00:00 GMT"},
    ],
)  # fmt: skip
def test_who_has_another_answer_is_sent_this_one(headers: dict[str, str]) -> None:
    asked()
    assert asked(**headers).status_code == 200


def test_the_tag_counts_where_both_are_sent() -> None:
    first = asked()
    both = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]}
    assert asked(**both).status_code == 200


def test_what_changes_is_sent_even_if_it_changes_within_the_second_and_back() -> None:
    made = paper("Lantern")
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    seen = set()
    with time_machine.travel(at, tick=False):
        for title in ("Lantern", "Latern", "Lantern"):
            Paper.objects.filter(pk=made.pk).update(title=title)
            response = asked()
            since = response.headers["Last-Modified"]
            assert since not in seen
            for earlier in seen:
                assert asked(**{"If-Modified-Since": earlier}).status_code == 200
            seen.add(since)


def test_a_site_that_lost_its_cache_says_a_later_moment() -> None:
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        since = asked().headers["Last-Modified"]
    cache.clear()
    with time_machine.travel(at + timedelta(days=1), tick=False):
        again = asked(**{"If-Modified-Since": since})
    assert (again.status_code, since) == (200, "Mon, 02 Mar 2026 09:30:00 GMT")
    assert again.headers["Last-Modified"] == "Tue, 03 Mar 2026 09:30:00 GMT"


# --- limits -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        *((path, {}, 200) for path in EVERY),
        (f"{PAPERS}?year=x", {}, 400),
        ("/api/v1/nowhere", {}, 404),
        ("/api/v1/check", {}, 405),
        (PAPERS, {"Accept": "text/html"}, 406),
    ],
)
def test_every_answer_states_the_limit(path: str, headers: dict[str, str], status: int) -> None:
    response = asked(path, **headers)
    assert response.status_code == status
    assert all(name in response.headers for name in LIMITS)
    left = int(response.headers["X-RateLimit-Remaining"])
    assert int(asked(path, **headers).headers["X-RateLimit-Remaining"]) == left - 1


def test_who_asks_too_often_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.api.limits.Limit.THROTTLE_RATES", {"read": "2/min"})
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=False):
        first, second, third = (asked() for _ in range(3))
    assert [one.status_code for one in (first, second, third)] == [200, 200, 429]
    assert first.headers["RateLimit-Policy"] == '"read";q=2;w=60'
    assert first.headers["RateLimit"] == '"read";r=1;t=60'
    assert [second.headers["X-RateLimit-Remaining"], third.headers["X-RateLimit-Remaining"]] == [
        "0", "0",
    ]  # fmt: skip
    assert third.headers["Retry-After"] == "60"
    assert problem(third, 429) == "Too many requests: try again in 60 seconds."


# --- reading from pages of other sites --------------------------------------------------
@pytest.mark.parametrize("path", [*EVERY, "/api/v1/nowhere"])
def test_pages_of_every_site_may_read(path: str) -> None:
    response = asked(path, Origin="https://elsewhere.example")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    exposed = response.headers["Access-Control-Expose-Headers"]
    assert all(name in exposed for name in ("ETag", "Link", "Retry-After", *LIMITS))
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_browser_may_ask_first() -> None:
    response = Client().options(
        PAPERS,
        headers={
            "Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )  # fmt: skip
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_pages_of_other_sites_may_not_post() -> None:
    response = Client().post("/api/v1/check", b"10.1234/a", content_type="text/plain")
    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers


def test_no_other_page_may_be_read_from_elsewhere() -> None:
    assert "Access-Control-Allow-Origin" not in asked("/papers/").headers


# --- problems ---------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/api/", "/api/v2/papers", "/api/v1/paper", "/api/v1/%00%0A"])
def test_nothing_is_at_an_address_that_is_not_in_the_index(path: str) -> None:
    assert refused(path, 404) == "There is nothing at this address: /api/v1/ lists what there is."
    assert Client().post(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/api/v1", "/api/v1/"),
        ("/api/v1/papers/?q=a%20b", "/api/v1/papers?q=a%20b"),
        ("/api/v1/schema/", "/api/v1/schema"),
        ("/api/v1/docs", "/api/v1/docs/"),
    ],
)
def test_a_slash_more_or_less_leads_to_the_address_that_was_meant(path: str, meant: str) -> None:
    response = asked(path)
    assert (response.status_code, response.headers["Location"]) == (301, meant)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_reading_is_all_that_is_allowed(method: str) -> None:
    response = Client().generic(method, PAPERS)
    assert problem(response, 405) == f"{method} is not allowed here: use GET, HEAD, OPTIONS."
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", "\0"])
def test_nothing_but_json_is_answered(accept: str) -> None:
    said = problem(asked(Accept=accept), 406)
    assert said == "This answers in JSON alone: ask with Accept: application/json."


@pytest.mark.parametrize("accept", ["*/*", "application/*", "text/html, */*;q=0.1"])
def test_who_takes_json_gets_it(accept: str) -> None:
    assert asked(Accept=accept).headers["Content-Type"] == "application/json"


def test_head_is_answered_as_get_is() -> None:
    got, head = asked(), Client().head(PAPERS)
    assert head.content == b""
    assert (head.status_code, head.headers["ETag"]) == (200, got.headers["ETag"])


def test_an_error_of_ours_is_a_problem_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("registry.search.find", fail)
    response = Client(raise_request_exception=False).get(PAPERS)
    assert problem(response, 500).startswith("Something went wrong here")
    page = Client(raise_request_exception=False).get("/papers/")
    assert (page.status_code, page.headers["Content-Type"]) == (500, "text/html; charset=utf-8")


def test_a_request_that_django_refuses_is_a_problem_too(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["registry.example"]
    assert "cannot be read" in refused(PAPERS)
    assert asked("/papers/").headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_index_leads_to_everything() -> None:
    index = asked("/api/v1/").json()
    for name in ("papers", "listings", "reports", "answers", "statistics", "schema", "docs"):
        assert asked(index[name].removeprefix("http://testserver")).status_code == 200, name
    made = paper("Lantern", doi="10.1234/a")
    for name, values in (
        ("paper", {"id": made.pk}),
        ("paper_by_identifier", {"scheme": "doi", "value": "10.1234/a"}),
        ("prefix", {"prefix": "0af"}),
    ):  # fmt: skip
        path = index[name].format(**values).removeprefix("http://testserver")
        assert asked(path).status_code == 200, name
    assert ProblemRenderer.media_type not in str(index)
