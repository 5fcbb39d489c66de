"""Links are opened once, of named hosts alone; a server of our own stands for all hosts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import Settings

from reports import link_checks, link_fetch
from reports.link_hosts import HOSTS, host_of
from reports.models import Evidence, LinkCheck
from tests.reports import stages
from tests.reports.stages import NOW
from tests.reports.typed import complete, make_paper, make_user, signed_in

MINUTE = timedelta(minutes=1)
Answered = tuple[int, str]  # a status, and where it leads


@dataclass
class Host:
    """What the server answers at each path, and what it was asked."""

    port: int = 0
    answers: dict[str, Answered] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, host, path
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(host: Host) -> Iterator[Host]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            host.asked.append((self.command, self.headers["Host"], self.path))
            host.headers.append(dict(self.headers))
            status, to = host.answers.get(f"{self.command} {self.path}") or host.answers.get(
                self.path, (404, "")
            )
            self.send_response(status)
            self.send_header("Set-Cookie", "who=you")
            self.send_header("Content-Length", "1000000000000")
            if to:
                self.send_header("Location", to)
            self.end_headers()

        do_GET = do_HEAD

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def host(settings: Settings) -> Iterator[Host]:
    with serving(Host()) as found:
        settings.LINK_CHECK_BASE = f"http://127.0.0.1:{found.port}"
        yield found


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://github.com/a/b", "github.com"),
        ("HTTPS://GitHub.com/a/b", "github.com"),
        ("https://raw.githubusercontent.com/a", "githubusercontent.com"),
        ("https://github.com:443/a", "github.com"),
        ("https://github.com./a", "github.com"),
        ("http://github.com/a", ""),
        ("https://github.com:8443/a", ""),
        ("https://github.com@evil.example/a", ""),
        ("https://user:pass@github.com/a", ""),
        ("https://evilgithub.com/a", ""),
        ("https://github.com.evil.example/a", ""),
        ("https://127.0.0.1/a", ""),
        ("https://[::1]/a", ""),
        ("https://[/a", ""),
        ("https://github.com:x/a", ""),
        ("ftp://github.com/a", ""),
        ("", ""),
    ],
)
def test_only_named_hosts_are_asked_over_https(url: str, named: str) -> None:
    assert host_of(url, HOSTS) == named


URL = "https://github.com/ada/lantern"


@pytest.mark.parametrize(
    ("answers", "outcome", "status", "methods"),
    [
        ({"/ada/lantern": (200, "")}, "opens", 200, ["HEAD"]),
        ({"HEAD /ada/lantern": (405, ""), "GET /ada/lantern": (200, "")}, "opens", 200,
         ["HEAD", "GET"]),
        ({}, "gone", 404, ["HEAD", "GET"]),
        ({"/ada/lantern": (410, "")}, "gone", 410, ["HEAD", "GET"]),
        ({"/ada/lantern": (403, "")}, "unsure", 403, ["HEAD", "GET"]),
        ({"/ada/lantern": (503, "")}, "unsure", 503, ["HEAD", "GET"]),
        ({"/ada/lantern": (301, "/ada/lamp"), "/ada/lamp": (200, "")}, "opens", 200,
         ["HEAD", "HEAD"]),
        ({"/ada/lantern": (302, "https://zenodo.org/7"), "/7": (410, "")}, "gone", 410,
         ["HEAD", "HEAD", "GET"]),
        ({"/ada/lantern": (302, "https://publisher.example/7")}, "elsewhere", 302, ["HEAD"]),
        ({"/ada/lantern": (302, "http://github.com/")}, "elsewhere", 302, ["HEAD"]),
        ({"/ada/lantern": (302, "https://127.0.0.1/")}, "elsewhere", 302, ["HEAD"]),
        ({"/ada/lantern": (302, "file:///etc/passwd")}, "elsewhere", 302, ["HEAD"]),
        ({"/ada/lantern": (302, "/ada/lantern")}, "unsure", 302, ["HEAD"] * 4),
    ],
)  # fmt: skip
def test_what_an_answer_means(
    host: Host, answers: dict[str, Answered], outcome: str, status: int, methods: list[str]
) -> None:
    host.answers = answers
    assert link_fetch.opens(URL) == (outcome, status)
    assert [asked[0] for asked in host.asked] == methods
    assert host.asked[0][1:] == ("github.com", "/ada/lantern")


def test_we_say_who_we_are_and_bring_nothing_along(host: Host) -> None:
    host.answers = {"/ada/lantern": (302, "/b"), "/b": (200, "")}
    link_fetch.opens(URL)
    for headers in host.headers:
        assert headers["User-Agent"].startswith("Unreproduced link check (once a link; http")
        assert "mailto:contact@" in headers["User-Agent"]
        assert not {"Cookie", "Authorization", "Referer"} & set(headers)


def test_a_host_that_does_not_answer_is_no_error(settings: Settings) -> None:
    settings.LINK_CHECK_BASE = "http://127.0.0.1:1"
    assert link_fetch.opens(URL) == ("unsure", None)


def test_a_name_that_leads_into_our_network_is_not_connected_to() -> None:
    """Whatever stands in the address: it is looked up for the connection itself."""
    with serving(Host()) as ours, link_fetch._session() as session:
        with pytest.raises(OSError, match="not public"):
            session.head(f"https://localhost:{ours.port}/", timeout=2)
        assert ours.asked == []


# --- the sweep ---------------------------------------------------------------------------------


@pytest.fixture
def due(db: None) -> LinkCheck:
    return link_checks.ask([URL], now=NOW)[URL]


def test_a_link_is_opened_once(host: Host, due: LinkCheck) -> None:
    host.answers = {"/ada/lantern": (200, "")}
    assert link_checks.check_due(now=NOW) == 1
    link_checks.ask([URL], now=NOW + MINUTE)
    assert link_checks.check_due(now=NOW + timedelta(days=9)) == 0
    due.refresh_from_db()
    assert (due.outcome, due.status, due.tried_at, due.tries) == ("opens", 200, NOW, 1)
    assert len(host.asked) == 1


def test_what_could_not_be_told_is_tried_again_three_times(host: Host, due: LinkCheck) -> None:
    host.answers = {"/ada/lantern": (503, "")}
    tried = [
        hour
        for hour in range(200)
        if link_checks.check_due(now=NOW + timedelta(hours=hour))
    ]  # fmt: skip
    assert tried == [0, 1, 7, 31]
    due.refresh_from_db()
    assert (due.outcome, due.due_at) == ("unsure", None)


def test_one_link_of_a_host_at_a_time(host: Host, due: LinkCheck) -> None:
    link_checks.ask([f"{URL}/{n}" for n in range(3)] + ["https://zenodo.org/1"], now=NOW)
    assert link_checks.check_due(now=NOW) == 2
    assert {asked[1] for asked in host.asked} == {"github.com", "zenodo.org"}
    assert link_checks.check_due(now=NOW + timedelta(seconds=5)) == 0
    assert link_checks.check_due(now=NOW + MINUTE) == 1


def test_a_worker_that_died_loses_no_link(
    host: Host, due: LinkCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(url: str) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(link_checks, "opens", die)
        with pytest.raises(SystemExit):
            link_checks.check_due(now=NOW)
    assert link_checks.check_due(now=NOW + MINUTE) == 0
    assert link_checks.check_due(now=NOW + link_checks.LEASE) == 1


def test_what_is_known_of_a_link_that_nobody_gives_is_forgotten(host: Host, due: LinkCheck) -> None:
    report = stages.submitted()
    kept = link_checks.ask(["https://zenodo.org/1"], now=NOW)["https://zenodo.org/1"]
    Evidence.objects.filter(report=report).update(url_check=kept)
    link_checks.check_due(now=NOW)
    assert link_checks.forget_unused(now=NOW + MINUTE) == 0
    assert link_checks.forget_unused(now=NOW + link_checks.UNUSED) == 1
    assert LinkCheck.objects.get() == kept


# --- what pages say ------------------------------------------------------------------------------


def words(client: Client, path: str) -> str:
    main = BeautifulSoup(client.get(path).content, "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


@pytest.mark.django_db
def test_the_preview_asks_and_the_pages_say_what_came_of_it(host: Host) -> None:
    host.answers = {"/ada/lantern": (200, "")}
    client = signed_in(make_user())
    form = complete(make_paper(), evidence__0__url=URL) | {"do": "preview"}
    preview = client.post("/reports/new/", form)["Location"]
    assert f"{URL} ( not checked yet )" in words(client, preview).replace("(not", "( not").replace(
        "yet)", "yet )"
    )
    check = LinkCheck.objects.get()
    assert check.due_at is not None
    link_checks.check_due(now=check.due_at)
    assert "(opened on" in words(client, preview)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("opens", "(opened on 2 March 2026)"),
        ("gone", "( not found on 2 March 2026)"),
        ("unsure", "(could not be told whether it opens, 2 March 2026)"),
        ("elsewhere", "(leads elsewhere, 2 March 2026; not checked)"),
        ("", "(not checked yet)"),
        (None, "(not checked)"),
    ],
)
def test_what_was_found_stands_beside_the_link_in_words(outcome: str | None, said: str) -> None:
    url = URL if outcome is not None else "https://elsewhere.example/x"
    check = None
    if outcome is not None:
        check = LinkCheck.objects.create(url=URL, host="github.com", outcome=outcome, tried_at=NOW)
    report = stages.asked()
    stages.answer(report, at=NOW, kind="provides", url=url)
    Evidence.objects.filter(report=report).update(url_check=check)
    # Beside the evidence, and beside the link of the answer.
    assert words(Client(), f"/reports/{report.pk}/").count(said) == 2
    moderator = Client()
    moderator.force_login(stages.moderator())
    assert said in words(moderator, f"/moderation/{report.pk}/")


@pytest.mark.django_db
def test_an_answer_asks_for_its_link() -> None:
    report = stages.asked()
    answer = stages.answer(report, at=NOW, kind="provides", url=URL)
    assert answer.url_check == LinkCheck.objects.get(url=URL)
    other = stages.answer(report, at=NOW, kind="provides", url="https://elsewhere.example/x")
    assert other.url_check is None
