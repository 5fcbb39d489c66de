"""Answers of sources, kept to be asked for again cheaply (RFC 9110, conditional requests).

Kept are small answers with an ETag or a date, for a week, in the cache: it may lose them.
"""

import hashlib
import zlib
from dataclasses import dataclass

from django.core.cache import cache

LARGEST = 256 * 1024
"""Bytes; longer answers are not kept."""
SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Kept:
    """An answer and what tells whether it is still the newest."""

    body: bytes
    etag: str
    modified: str

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for an answer only if it changed."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in headers.items() if value}


def find(url: str) -> Kept | None:
    """The answer that was kept of `url`."""
    stored = cache.get(_key(url))
    try:
        body, etag, modified = stored
        return Kept(zlib.decompress(body), etag, modified)
    except (TypeError, ValueError, zlib.error):  # nothing, or of another release
        return None


def keep(url: str, answer: Kept) -> None:
    """Keep an answer that may be asked for conditionally."""
    if len(answer.body) <= LARGEST and (answer.etag or answer.modified):
        packed = (zlib.compress(answer.body), answer.etag[:200], answer.modified[:100])
        cache.set(_key(url), packed, SECONDS)


def forget(url: str) -> None:
    """Lose what was kept of `url`."""
    cache.delete(_key(url))


def _key(url: str) -> str:
    return f"sources:kept:{hashlib.sha256(url.encode()).hexdigest()}"
