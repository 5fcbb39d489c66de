"""Asking a source: politely, within its time, and what comes of every bad answer."""

import gzip
import json
import logging
import time
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from registry.sources import asking, body, kept, pace
from registry.sources.asking import ask, retry_after
from registry.sources.errors import Nonsense, NotKnown, SourceAway, SourceError
from registry.sources.source import ARXIV, CROSSREF, Source
from tests.registry.sources.serving import (
    Reply,
    Site,
    a_drip,
    a_gigabyte,
    bomb,
    half_a_chunk,
    serving,
    silence,
)

pytestmark = pytest.mark.servers  # they mostly wait
FAST = replace(CROSSREF, pause=0)


def read(answer: bytes) -> object:
    """As the readers of sources do."""
    try:
        return json.loads(answer)
    except ValueError:
        raise Nonsense("Crossref", "it is not the JSON that was promised") from None


def get(within: float = 5, source: Source = FAST, path: str = "/works/1") -> object:
    return ask(source, path, about="10.1/1", read=read, within=within)


def test_an_answer_is_read_and_we_say_who_we_are(site: Site) -> None:
    site.says("/crossref/works/1", Reply(b'{"a": 1}'))
    assert get() == {"a": 1}
    (headers,) = site.headers
    assert headers["User-Agent"].startswith("Unreproduced metadata (http")
    assert "mailto:contact@" in headers["User-Agent"]
    assert headers["Accept"] == "application/json, application/vnd.api+json"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


@pytest.mark.parametrize("status", [404, 410])
def test_an_unknown_work_is_not_asked_for_again(site: Site, status: int) -> None:
    site.says("/crossref/works/1", Reply(b"Resource not found.", status=status, kind="text/plain"))
    with pytest.raises(NotKnown, match=r"^Crossref does not know “10\.1/1”\. Check how it is"):
        get()
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_passes_by_itself_is_tried_again(site: Site, status: int) -> None:
    site.says("/crossref/works/1", Reply(status=status), Reply(b"[1]"))
    assert get() == [1]
    assert len(site.asked) == 2


def test_after_three_tries_the_source_rests(site: Site) -> None:
    site.says("/crossref/works/1", Reply(status=503))
    with pytest.raises(SourceAway, match=r"Crossref does not answer now\. It is asked again after"):
        get()
    assert len(site.asked) == 3
    with pytest.raises(SourceAway, match="rests"):
        get()
    assert len(site.asked) == 3
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        site.says("/crossref/works/1", Reply(b"[1]"))
        assert get() == [1]


def test_a_short_wait_that_is_asked_for_is_waited(site: Site) -> None:
    wait = Reply(status=429, headers={"Retry-After": "1"})
    site.says("/crossref/works/1", wait, Reply(b"[1]"))
    assert get() == [1]
    assert site.moments[1] - site.moments[0] >= 1


@pytest.mark.parametrize("as_date", [True, False])
def test_a_longer_wait_is_a_rest_of_that_length(site: Site, as_date: bool) -> None:
    at = timezone.now().replace(microsecond=0) + timedelta(minutes=20)
    header = format_datetime(at, usegmt=True) if as_date else "1200"
    site.says("/crossref/works/1", Reply(status=429, headers={"Retry-After": header}))
    with pytest.raises(SourceAway, match="asks for a rest") as raised:
        get()
    assert raised.value.until is not None
    assert abs(raised.value.until - at) < timedelta(seconds=5)
    site.says("/crossref/works/1", Reply(b"[1]"))
    pace._rests.clear()  # another process knows it from the cache
    with time_machine.travel(timezone.now() + timedelta(minutes=19)), pytest.raises(SourceAway):
        get()
    assert len(site.asked) == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=21)):
        assert get() == [1]


def test_nobody_can_make_us_rest_for_ever(site: Site) -> None:
    site.says("/crossref/works/1", Reply(status=503, headers={"Retry-After": "9" * 40}))
    with pytest.raises(SourceAway) as raised:
        get()
    assert raised.value.until is not None
    assert raised.value.until < timezone.now() + timedelta(days=1, minutes=1)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0), (" 7 ", 7), ("", None), ("-3", None), ("soon", None), ("1.5", None), ("²", None),
     ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Wed, 99 Oct 2015 07:28:00 GMT", None)],
)  # fmt: skip
def test_when_to_come_again(header: str, seconds: float | None) -> None:
    assert retry_after(header) == seconds


@pytest.mark.parametrize("status", [401, 403, 418, 451])
def test_a_source_that_refuses_us_is_left_alone_for_a_while(site: Site, status: int) -> None:
    site.says("/crossref/works/1", Reply(b"no", status=status))
    with pytest.raises(SourceAway, match=rf"refuses to answer \(status {status}\)"):
        get()
    with pytest.raises(SourceAway, match="rests"):
        get()
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(b"<html>", kind="text/html"), "a page and no metadata"),
        (Reply(b"{}", kind="text/plain"), "of another kind than promised"),
        (Reply(b"{}", kind=""), "of another kind than promised"),
        (Reply(b'{"half": '), "not the JSON"),
        (Reply(b""), "not the JSON"),
        (Reply(declared=1_000_000_000, spoil=silence), "far too long"),
        (Reply(spoil=a_gigabyte), "far too long"),
        (Reply(bomb(1_000_000_000 // 8), headers={"Content-Encoding": "gzip"}), "far too long"),
        (Reply(b"{}", headers={"Content-Encoding": "gzip"}), "cannot be unpacked"),
        (Reply(gzip.compress(b"{}"), headers={"Content-Encoding": "gzip, gzip"}), "packed in a"),
        (Reply(b"{}", headers={"Content-Encoding": "br"}), "packed in a way"),
        (Reply(status=302, headers={"Location": "https://127.0.0.1/"}), "another site"),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:22/"}), "another site"),
        (Reply(status=302, headers={"Location": "https://localhost/"}), "another site"),
        (Reply(status=302, headers={"Location": "//169.254.169.254/"}), "another site"),
        (Reply(status=302, headers={"Location": "https://evil.example/"}), "another site"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "another site"),
        (Reply(status=302, headers={"Location": "http://[/"}), "an address that is none"),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:99999/"}), "another site"),
        (Reply(status=302), "in a circle"),
        (Reply(status=308, headers={"Location": "/crossref/works/1"}), "in a circle"),
    ],
)  # fmt: skip
def test_nonsense_is_named_and_neither_believed_nor_asked_for_again(
    site: Site, reply: Reply, why: str
) -> None:
    site.says("/crossref/works/1", reply)
    with pytest.raises(Nonsense, match=why):
        get()
    assert len(site.asked) == (4 if why == "in a circle" else 1)


def test_a_redirect_to_another_server_of_this_machine_is_refused(site: Site) -> None:
    with serving() as ours:
        site.says("/crossref/works/1", Reply(status=302, headers={"Location": f"{ours.base}/"}))
        with pytest.raises(Nonsense, match="another site"):
            get()
        assert ours.asked == []


def test_a_redirect_on_the_same_server_is_followed_without_the_key(site: Site) -> None:
    site.says("/crossref/works/1", Reply(status=301, headers={"Location": "2"}))
    site.says("/crossref/works/2", Reply(b"[2]"))
    headers = {"x-api-key": "secret"}
    assert ask(FAST, "/works/1", about="1", read=read, within=5, headers=headers) == [2]
    assert [asked.get("x-api-key") for asked in site.headers] == ["secret", None]
    assert all("Cookie" not in asked for asked in site.headers)


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://api.crossref.org/works/1", True), ("https://api.crossref.org:443/", True),
        ("http://api.crossref.org/", False), ("https://api.crossref.org:8443/", False),
        ("https://api.crossref.org@evil.example/", False), ("https://x@api.crossref.org/", False),
        ("https://evil-api.crossref.org.example/", False), ("https:///", False),
        ("https://api.crossref.org:x/", False), ("https://arxiv.org/", False),
    ],
)  # fmt: skip
def test_where_a_source_may_lead_to(url: str, followed: bool) -> None:
    assert CROSSREF.may_lead_to(url) is followed


def test_arxiv_may_lead_to_its_other_hosts() -> None:
    assert ARXIV.may_lead_to("https://arxiv.org/api/query?id_list=1")
    assert not ARXIV.may_lead_to("http://arxiv.org/api/query")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b'{"half": ', declared=1000),
        Reply(spoil=half_a_chunk, headers={"Transfer-Encoding": "chunked"}),
        Reply(gzip.compress(b'{"a": "' + b"x" * 999)[:-9], headers={"Content-Encoding": "gzip"}),
    ],
)
def test_half_an_answer_is_asked_for_again(site: Site, reply: Reply) -> None:
    site.says("/crossref/works/1", reply, Reply(b"[1]"))
    assert get() == [1]
    site.says("/crossref/works/1", reply)
    with pytest.raises(SourceAway, match="does not answer"):
        get()


@pytest.mark.parametrize("spoil", [a_drip, silence])
def test_a_slow_answer_ends_in_time(site: Site, spoil: object) -> None:
    site.says("/crossref/works/1", Reply(spoil=spoil))
    start = time.monotonic()
    with pytest.raises(SourceAway, match="takes too long"):
        get(within=0.7)
    assert 0.6 < time.monotonic() - start < 20


def test_a_server_that_is_not_there_is_away(settings: Settings) -> None:
    settings.CROSSREF_API = "http://127.0.0.1:1"
    with pytest.raises(SourceAway, match="does not answer now"):
        get()


def test_a_loopback_source_is_refused_where_it_is_not_allowed(
    site: Site, settings: Settings
) -> None:
    """As in production, where LOOPBACK_SOURCES is off; settings.py does not start there at all."""
    settings.LOOPBACK_SOURCES = False
    with pytest.raises(SourceError):
        get()
    assert site.asked == []


def test_memory_stays_small_whatever_is_sent(site: Site) -> None:
    import tracemalloc

    for reply in (Reply(spoil=a_gigabyte),
                  Reply(bomb(200_000_000), headers={"Content-Encoding": "gzip"})):  # fmt: skip
        site.says("/crossref/works/1", reply)
        tracemalloc.start()
        with pytest.raises(Nonsense):
            get()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 6 * body.LONGEST  # the server of the test is measured, too


# --- what is kept ---------------------------------------------------------------------------------


def test_an_unchanged_answer_is_not_sent_again(site: Site) -> None:
    stated = {"ETag": '"v1"', "Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}
    site.says("/crossref/works/1", Reply(b"[1]", headers=stated), Reply(status=304))
    assert get() == get() == [1]
    assert site.headers[1]["If-None-Match"] == '"v1"'
    assert site.headers[1]["If-Modified-Since"] == stated["Last-Modified"]
    site.says("/crossref/works/1", Reply(b"[2]"))
    assert get() == [2]


def test_what_cannot_be_read_or_is_long_is_not_kept(site: Site) -> None:
    stated = {"ETag": '"v1"'}
    site.says("/crossref/works/1", Reply(b"no", headers=stated))
    with pytest.raises(Nonsense):
        get()
    long = b'"' + b"x" * kept.LARGEST + b'"'
    site.says("/crossref/works/1", Reply(long, headers=stated))
    get()
    get()
    assert all("If-None-Match" not in asked for asked in site.headers)


def test_a_cache_that_holds_rubbish_is_no_error(site: Site) -> None:
    site.says("/crossref/works/1", Reply(b"[1]"))
    url = f"{site.base}/crossref/works/1"
    for rubbish in (b"x", ("a",), (b"not packed", "", ""), 7):
        cache.set(kept._key(url), rubbish)
        assert get() == [1]


def test_a_304_to_nothing_that_was_kept_is_no_answer(site: Site) -> None:
    site.says("/crossref/works/1", Reply(status=304))
    with pytest.raises(SourceAway):
        get()


# --- nothing secret in the log --------------------------------------------------------------------


def test_neither_keys_nor_addresses_are_logged(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="registry")
    texts = []
    for reply in (Reply(status=403), Reply(b"{", declared=9), Reply(b"<html>", kind="text/html")):
        pace._rests.clear()
        cache.clear()
        site.says("/crossref/works/1", reply)
        with pytest.raises(SourceError) as raised:
            ask(FAST, "/works/1", about="1", read=read, within=1, params={"api_key": "s3cret"},
                headers={"x-api-key": "s3cret"})  # fmt: skip
        texts.append(str(raised.value))
    said = caplog.text + "".join(texts)
    assert "Crossref" in caplog.text
    assert "s3cret" not in said
    assert "127.0.0.1" not in said


def test_the_limits_are_what_the_documentation_says() -> None:
    from pathlib import Path

    from django.conf import settings

    text = (Path(settings.BASE_DIR) / "docs" / "sources.md").read_text()
    assert f"connect {asking.CONNECT:.0f} s, each read {asking.READ:.0f} s" in text
    assert f"{body.LONGEST // 1_000_000} MB" in text
    assert f"{asking.TRIES} tries" in text
