"""Answers that are the same for everybody, and that nobody has to fetch twice."""

from datetime import datetime
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

ASK_AGAIN = "public, no-cache"
"""A cache keeps it and asks each time, so nothing taken back is served from there."""


def answer(
    request: HttpRequest,
    body: str,
    media: str,
    *,
    modified: datetime | None = None,
    etag: str = "",
    cached: str = ASK_AGAIN,
) -> HttpResponseBase:
    """`body`, or 304 to whoever has it (RFC 9110, 13).

    By its ETag, which is a digest of the body where none is given; by its date only if that is the
    very one that was sent: what is taken back may leave an older date behind.
    """
    raw = body.encode()
    etag = f'"{etag or sha256(raw).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": cached}
    stamp = None
    if modified is not None:
        at = int(modified.timestamp())
        headers["Last-Modified"] = http_date(at)
        if parse_http_date_safe(request.headers.get("If-Modified-Since", "")) == at:
            stamp = at
    response = HttpResponse(raw, content_type=f"{media}; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag, stamp, response) or response
