"""Public pages in the memory of the process, kept until anything at all is written.

A page is kept under the snapshot of the database at which its making began: which transactions
were over and which were under way (`pg_current_snapshot`, PostgreSQL manual, 9.27). Each request
asks the primary for the snapshot of its own moment, one query of microseconds, and only a page of
that very snapshot answers it. Between two equal snapshots nothing was committed, whatever table it
would have been in, so a request that begins after a commit never meets a page from before it, and
nobody who writes a new table or service has to remember this module. The price: any transaction
that writes, also one that changes no page, makes each page be made once more.

Kept are the pages that search engines may show (indexing.py), without cookies on either side. What
a page says of the hour may be `KEPT` seconds old. A new connection begins with nothing, since it
may lead to another server, whose snapshots are numbered anew.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, connection
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from registry import languages
from registry.conditional import ASK_AGAIN, tag_of
from registry.indexing import HEADER, INDEXED

KEPT = 60.0
"""Seconds after which a page is made anew though nothing was written."""
VARIES = frozenset({"cookie", "hx-request"})
"""What pages may differ by; requests that bring one of these are not answered from here."""


@dataclass(frozen=True)
class Page:
    """An answer as it leaves, and when it was made, on the clock that only goes on."""

    body: bytes
    headers: dict[str, str]
    made: float

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or 304 to whoever has it (RFC 9110, section 13)."""
        whole = HttpResponse(self.body, headers=self.headers)
        return get_conditional_response(request, self.headers["ETag"], response=whole) or whole


@dataclass
class Pages:
    """The pages of one snapshot, by address."""

    snapshot: str = ""
    by_address: dict[str, Page] = field(default_factory=dict)
    size: int = 0

    def keep(self, address: str, page: Page) -> None:
        """Keep the page; where they become more bytes than allowed, all others are let go."""
        self.size += len(page.body)
        if self.size > settings.PAGE_CACHE_BYTES:
            self.by_address, self.size = {}, len(page.body)
        self.by_address[address] = page


KEEPABLE = INDEXED - {"data"}
"""The pages, by name; the list of dumps is what is in a folder, of which no transaction tells."""


class PageCache:
    """Answers from memory what everybody sees, as long as nothing was written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.pages = Pages()
        connection_created.connect(self._forget)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _may_be_kept(request) or not (address := self._address(request)):
            return self.get_response(request)
        if not (snapshot := _snapshot()):
            return self.get_response(request)
        pages = self.pages
        if pages.snapshot != snapshot:
            pages = self.pages = Pages(snapshot)
        page = pages.by_address.get(address)
        if page is not None and time.monotonic() - page.made < KEPT:
            return page.answer(request)
        made = time.monotonic()
        response = self.get_response(request)
        if not _is_same_for_everybody(response):
            return response
        assert isinstance(response, HttpResponse)
        page = _page_of(response, made)
        pages.keep(address, page)
        return page.answer(request)

    def _address(self, request: HttpRequest) -> str:
        """Where a page is that may be kept; empty of everything else, and if nobody can know."""
        try:
            address = request.build_absolute_uri()
            if address in self.pages.by_address:
                return address
            with translation.override(languages.of_path(request.path_info)):
                return address if resolve(request.path_info).view_name in KEEPABLE else ""
        except (DisallowedHost, Resolver404):
            return ""

    def _forget(self, **_: Any) -> None:
        self.pages = Pages()


def _may_be_kept(request: HttpRequest) -> bool:
    """Whether whoever asks is nobody in particular: no cookie but that of the language, which
    counts at `/` alone."""
    return (
        settings.PAGE_CACHE_BYTES > 0
        and request.method == "GET"
        and request.COOKIES.keys() <= {languages.COOKIE}
        and not (request.COOKIES and request.path_info == "/")
        and "HX-Request" not in request.headers
        and not connection.in_atomic_block
    )


def _snapshot() -> str:
    """Which transactions are over at this moment; empty if the database does not answer.

    This query is at once the check that the connection lives, which would be another one.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text")
            return str(cursor.fetchone()[0])
    except DatabaseError:
        connection.close()
        return ""


def _is_same_for_everybody(response: HttpResponseBase) -> bool:
    """Whether an answer to nobody in particular is everybody's, so that it may be kept."""
    varies = response.headers.get("Vary", "").lower().replace(" ", "")
    return (
        response.status_code == 200
        and isinstance(response, HttpResponse)
        and HEADER not in response.headers
        and not response.cookies
        and "Cache-Control" not in response.headers
        and set(filter(None, varies.split(","))) <= VARIES
    )


def _page_of(response: HttpResponse, made: float) -> Page:
    """The answer with what caches need: its tag, whom it is for, and that they ask each time."""
    patch_vary_headers(response, ["Cookie"])
    response.headers["ETag"] = f'"{tag_of(response.content)}"'
    response.headers["Cache-Control"] = ASK_AGAIN
    return Page(response.content, dict(response.headers), made)
