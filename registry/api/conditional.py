"""Whether somebody has an answer already: ETag and Last-Modified (RFC 9110, sections 8.8 and 13).

The tag is of the answer's own bytes. What an answer says comes from many rows, and not all of them
are dated, so it counts as modified at the moment at which this site first gave it; that is kept in
the cache, and a site whose cache is lost says a later moment. Only the very moment that was told is
taken for an answer that somebody has.
"""

import hashlib
from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import http_date, parse_etags, parse_http_date_safe

KEPT = 86_400 * 7  # seconds that it is remembered since when an answer is as it is


def headers_of(request: HttpRequest, body: bytes) -> dict[str, str]:
    """The validators of an answer, and that it may be kept but is asked for again."""
    tag = hashlib.sha256(body).hexdigest()[:32]
    since = _since(request, tag, timezone.now())
    return {
        "ETag": f'"{tag}"',
        "Last-Modified": http_date(since),
        "Cache-Control": "public, no-cache",
    }


def is_known(request: HttpRequest, headers: dict[str, str]) -> bool:
    """Whether whoever asks has the answer with these `headers` already."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        known = [tag.removeprefix("W/") for tag in parse_etags(tags)]
        return known == ["*"] or headers["ETag"] in known
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and since == parse_http_date_safe(headers["Last-Modified"])


def _since(request: HttpRequest, tag: str, now: datetime) -> int:
    """Since when the answer has this tag, in seconds; two that follow one another never share
    one."""
    asked = hashlib.sha256(request.build_absolute_uri().encode("utf-8", "replace")).hexdigest()
    key = f"api.since.{asked}"
    known = cache.get(key)
    if known is not None and known[0] == tag:
        return int(known[1])
    since = int(now.timestamp())
    if known is not None:
        since = max(since, known[1] + 1)
    cache.set(key, (tag, since), KEPT)
    return since
