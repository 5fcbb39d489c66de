"""Asking a source one thing: politely, within a time, and believing nothing of the answer.

Redirects are followed by hand; 429 and 5xx are tried again as Retry-After says (RFC 9110, 6585), or
the source rests. Errors are those of errors.py, and nothing else.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlencode, urljoin

import requests
import urllib3
from django.conf import settings
from django.utils import timezone

from registry import outbound
from registry.sources import body, kept, pace
from registry.sources.errors import Nonsense, NotKnown, SourceAway
from registry.sources.source import Source

logger = logging.getLogger(__name__)
CONNECT, READ = 3.0, 4.0
"""Seconds to connect, and for each piece of an answer."""
TRIES = 3
BACK_OFF = (0.5, 1.5)
"""Seconds before the second and the third try, where the source says nothing."""
REDIRECTS = 3
FAILING = 30.0
"""Seconds that a source rests which failed at every try."""
REFUSING = 600.0
"""Seconds that a source rests which refuses to answer us."""
AGAIN = (429, 500, 502, 503, 504)
T = TypeVar("T")


class _Failed(Exception):
    """A try came to nothing, and another one may not; `wait` is what the source asked for."""

    def __init__(self, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__()


def ask(
    source: Source,
    path: str,
    *,
    about: str,
    read: Callable[[bytes], T],
    within: float,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> T:
    """What `read` makes of the answer at `path`, about the identifier `about`.

    Takes `within` seconds at most. Raises SourceAway, NotKnown and Nonsense.
    """
    until = time.monotonic() + within
    if rests := pace.rests_until(source):
        raise SourceAway(source.name, "rests", until=rests)
    url = source.base + path + (f"?{urlencode(params)}" if params else "")
    for number in range(TRIES):
        try:
            with pace.turn(source, until=until):
                return _once(source, url, about, read, until, dict(headers or {}))
        except _Failed as failed:
            _wait(source, number, failed.wait, until)
    raise AssertionError("the last try ends by itself")


def _wait(source: Source, number: int, wanted: float | None, until: float) -> None:
    """Wait for the next try; raises SourceAway if there is none, or no time for it."""
    left = until - time.monotonic()
    # Some more or less, so that all who failed together do not come back together.
    least = BACK_OFF[number] * random.uniform(0.8, 1.2) if number < TRIES - 1 else left  # noqa: S311
    wait = max(least, wanted or 0.0)
    if wait >= left:
        why = "asks for a rest" if wanted else "does not answer now"
        raise SourceAway(source.name, why, until=pace.rest(source, wanted or FAILING))
    time.sleep(wait)


def _once(
    source: Source,
    url: str,
    about: str,
    read: Callable[[bytes], T],
    until: float,
    headers: dict[str, str],
) -> T:
    known = kept.find(url)
    left = until - time.monotonic()
    try:
        with _session(source) as session, outbound.bounded(left):
            status, answer = _follow(session, source, url, known, until, headers)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        logger.info("%s: %s", source.name, type(error).__name__)
        if time.monotonic() >= until:
            raise SourceAway(source.name, "takes too long to answer") from None
        raise _Failed from None
    except ValueError as error:  # an address that none can be
        logger.info("%s: %s", source.name, type(error).__name__)
        raise Nonsense(source.name, "it leads to an address that is none") from None
    if status in source.unknown:
        raise NotKnown(source.name, about)
    if answer is None:
        logger.warning("%s answered with status %d", source.name, status)
        until_then = pace.rest(source, REFUSING)
        raise SourceAway(source.name, f"refuses to answer (status {status})", until=until_then)
    try:
        found = read(answer.body)
    except Nonsense:
        kept.forget(url)
        raise
    kept.keep(url, answer)
    return found


def _session(source: Source) -> requests.Session:
    session = outbound.session("metadata")
    session.headers["Accept"] = ", ".join(source.kinds)
    session.headers["Accept-Encoding"] = "gzip"
    if settings.LOOPBACK_SOURCES and source.base.startswith("http://"):
        outbound.allow_loopback(session, source.base)
    return session


def _follow(
    session: requests.Session,
    source: Source,
    url: str,
    known: kept.Kept | None,
    until: float,
    headers: dict[str, str],
) -> tuple[int, kept.Kept | None]:
    """The status, and the answer where there is one. Raises _Failed for what passes by itself."""
    for hop in range(REDIRECTS + 1):
        session.cookies.clear()
        # What is only for the source itself, such as a key, does not go on to where it leads.
        sent = {**headers, **(known.conditions if known else {})} if hop == 0 else {}
        with session.get(
            url, headers=sent, timeout=(CONNECT, READ), allow_redirects=False, stream=True
        ) as answer:
            status = answer.status_code
            if status == 304 and known:
                return 200, known
            if status in AGAIN:
                raise _Failed(retry_after(answer.headers.get("Retry-After", "")))
            if status == 200:
                return 200, _kept(source, answer, until)
            if status not in (301, 302, 303, 307, 308):
                return status, None
            url = urljoin(url, answer.headers.get("Location", ""))
        if not source.may_lead_to(url):
            raise Nonsense(source.name, "it leads to another site")
    raise Nonsense(source.name, "it leads in a circle")


def _kept(source: Source, answer: requests.Response, until: float) -> kept.Kept:
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in source.kinds:
        raise Nonsense(source.name, "it is a page and no metadata" if "html" in kind
                       else "it is of another kind than promised")  # fmt: skip
    try:
        content = body.read(answer, until=until)
    except body.Refused as refused:
        raise Nonsense(source.name, str(refused)) from None
    return kept.Kept(
        content, answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
    )


def retry_after(header: str) -> float | None:
    """Seconds to wait, from a number or a date (RFC 9110, 10.2.3); None if it is neither."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.now().tzinfo)
    return max(0.0, (at - timezone.now()).total_seconds())
