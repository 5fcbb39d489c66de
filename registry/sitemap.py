"""The sitemap (sitemaps.org): the plain pages, and the papers with a public report in parts by
ranges of ids, so that no part is larger than a range and nothing has to be counted."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from django.core.cache import cache
from django.db.models import F, Max
from django.urls import reverse

from registry import listing
from registry.feeds import absolute
from registry.indexing import PLAIN
from registry.models import Standing
from registry.selectors import address_of, public_papers

RANGE = 10_000  # ids of a part; a sitemap may have 50,000 addresses
KEPT = 3600  # seconds that the parts are remembered for a list version
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def index() -> str:
    """The parts, each with its last change."""
    pages = (absolute(reverse("registry:sitemap_pages")), None)
    parts = (
        (absolute(reverse("registry:sitemap_papers", args=[part])), at) for part, at in _parts()
    )
    return _written("sitemapindex", "sitemap", [pages, *parts])


def pages() -> str:
    """The plain pages."""
    return _written("urlset", "url", ((absolute(reverse(name)), None) for name in PLAIN))


def papers(part: int) -> str:
    """The papers of a range of ids that have a public report; empty if there are none."""
    ids = range(part * RANGE, (part + 1) * RANGE)
    found = public_papers().filter(pk__gte=ids.start, pk__lt=ids.stop)
    shown = found.exclude(standing=Standing.NONE).only("title", "standing_at").order_by("pk")
    rows = [(absolute(address_of(paper)), paper.standing_at) for paper in shown]
    return _written("urlset", "url", rows) if rows else ""


def _parts() -> list[tuple[int, datetime | None]]:
    """The ranges with papers that have a public report, remembered until a standing changes."""
    key = f"registry.sitemap.{listing.version()}"
    found: list[tuple[int, datetime | None]] | None = cache.get(key)
    if found is None:
        reported = public_papers().exclude(standing=Standing.NONE)
        rows = reported.values_list(F("pk") / RANGE).annotate(Max("standing_at"))
        found = sorted(rows.order_by())
        cache.set(key, found, KEPT)
    return found


def _written(outer: str, inner: str, rows: Iterable[tuple[str, datetime | None]]) -> str:
    return HEAD + f"<{outer} {XMLNS}>\n" + "".join(_lines(inner, rows)) + f"</{outer}>\n"


def _lines(inner: str, rows: Iterable[tuple[str, datetime | None]]) -> Iterator[str]:
    for url, at in rows:
        when = f"<lastmod>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if at else ""
        yield f"<{inner}><loc>{escape(url)}</loc>{when}</{inner}>\n"
