"""Answers that are the same for everybody, and that nobody fetches twice (RFC 9110, 8.8 and 13)."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

ASK_AGAIN = "public, no-cache"
"""A cache keeps it and asks each time, so nothing taken back is served from there."""
REMEMBERED = 86_400 * 7  # seconds that it is remembered since when an answer is as it is


def tag_of(body: bytes) -> str:
    """A name of these very bytes."""
    return hashlib.sha256(body).hexdigest()[:32]


def answer(
    request: HttpRequest,
    body: str | bytes,
    media: str,
    *,
    modified: datetime | None = None,
    etag: str = "",
    cached: str = ASK_AGAIN,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """`body`, or 304 to whoever has it; what is given as text leaves in UTF-8 and says so.

    By its ETag, which is of the body's own bytes where none is given; by its date only if that is
    the very one that was sent: what is taken back may leave an older date behind.
    """
    raw = body
    if isinstance(raw, str):
        raw, media = raw.encode(), f"{media}; charset=utf-8"
    etag = f'"{etag or tag_of(raw)}"'
    told = {"ETag": etag, "Cache-Control": cached, **(headers or {})}
    stamp = None
    if modified is not None:
        at = int(modified.timestamp())
        told["Last-Modified"] = http_date(at)
        if parse_http_date_safe(request.headers.get("If-Modified-Since", "")) == at:
            stamp = at
    response = HttpResponse(raw, content_type=media, headers=told)
    return get_conditional_response(request, etag, stamp, response) or response


def first_given(request: HttpRequest, body: bytes) -> datetime:
    """Since when (UTC) the answer to this request is as it is, as far as this site gave it.

    For what comes from many rows that are not all dated. It is kept in the cache, and a site whose
    cache is lost says a later moment. Two answers that follow one another never share one.
    """
    tag, now = tag_of(body), int(timezone.now().timestamp())
    asked = hashlib.sha256(request.build_absolute_uri().encode("utf-8", "replace")).hexdigest()
    key = f"given.since.{asked}"
    known = cache.get(key)
    if known is not None and known[0] == tag:
        return datetime.fromtimestamp(known[1], UTC)
    since = now if known is None else max(now, known[1] + 1)
    cache.set(key, (tag, since), REMEMBERED)
    return datetime.fromtimestamp(since, UTC)
