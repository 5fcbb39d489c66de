"""Feeds as Atom 1.0 (RFC 4287) and JSON Feed 1.1, written from one description. Pure.

An entry is known by a `tag:` URI (RFC 4151) made of its key alone: it stays the same when the
site moves, a title is corrected, or what the entry tells has changed. Whoever keeps an entry
replaces it then, because its `updated` is newer.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

MOST = 50  # entries of a feed
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries changed last."""
TAG_YEAR = 2026
"""A year in which the domain of the tags was ours."""
_UNWRITABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""What XML cannot hold (XML 1.0, 2.2), and signs that turn the direction of what follows."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What happened, or what became of it; `url` is a path, times are in UTC."""

    key: str  # never changed, never used again, such as listing-12
    url: str
    title: str
    html: str
    published: datetime
    updated: datetime
    author: str = ""


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed: `view` and `args` name its address without the form, `query` what follows it.

    `page` is the path of the page it belongs to; `following` the query of the next older entries.
    """

    key: str
    title: str
    about: str
    view: str
    page: str
    entries: Sequence[Entry]
    args: tuple[int, ...] = ()
    query: str = ""
    following: str = ""

    @property
    def updated(self) -> datetime:
        """When anything in it changed last."""
        return max((entry.updated for entry in self.entries), default=BEGUN)

    def url(self, form: str, query: str | None = None) -> str:
        """Its web address in a form of FORMS."""
        path = reverse(self.view, args=[*self.args, form])
        return absolute(path + (self.query if query is None else query))


def absolute(path: str) -> str:
    """The web address of a path of this site."""
    return f"{settings.SITE_URL}{path}"


def tag(key: str) -> str:
    """The name of what has that key, for ever."""
    return f"tag:{settings.MESSAGE_ID_DOMAIN},{TAG_YEAR}:{quote(key, safe='/-._~:')}"


def writable(text: str) -> str:
    """`text` without what a feed cannot hold."""
    return _UNWRITABLE.sub("", text)


def one_line(text: str) -> str:
    """`text` as a title: on one line, of signs that a feed can hold."""
    return writable(" ".join(text.split()))


class _Atom(Atom1Feed):
    """Django's writer, which would say of an empty feed that it changed just now."""

    def latest_post_date(self) -> datetime:
        at: datetime = self.feed["changed"]
        return at

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if self.feed["older"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.feed["older"]})


def atom(feed: Feed) -> str:
    """The feed as Atom; its older entries, if any, are behind a link (RFC 5005)."""
    written = _Atom(
        title=one_line(feed.title),
        link=absolute(feed.page),
        description="",
        language="en",
        subtitle=one_line(feed.about),
        author_name=one_line(settings.SITE_NAME),
        author_link=settings.SITE_URL,
        feed_url=feed.url("atom"),
        feed_guid=tag(feed.key),
        feed_copyright="CC BY 4.0",
        changed=feed.updated,
        older=feed.url("atom", feed.following) if feed.following else "",
    )
    for entry in feed.entries:
        written.add_item(
            title=one_line(entry.title),
            link=absolute(entry.url),
            description=writable(entry.html),
            unique_id=tag(entry.key),
            pubdate=entry.published,
            updateddate=entry.updated,
            author_name=one_line(entry.author) or None,
        )
    text = StringIO()
    written.write(text, "utf-8")
    return text.getvalue()


def json_feed(feed: Feed) -> str:
    """The feed as JSON Feed."""
    told: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": one_line(feed.title),
        "home_page_url": absolute(feed.page),
        "feed_url": feed.url("json"),
        "description": one_line(feed.about),
        "language": "en",
        "authors": [{"name": one_line(settings.SITE_NAME), "url": settings.SITE_URL}],
    }
    if feed.following:
        told["next_url"] = feed.url("json", feed.following)
    told["items"] = [_item(entry) for entry in feed.entries]
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _item(entry: Entry) -> dict[str, object]:
    item: dict[str, object] = {
        "id": tag(entry.key),
        "url": absolute(entry.url),
        "title": one_line(entry.title),
        "content_html": writable(entry.html),
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
    }
    if name := one_line(entry.author):
        item["authors"] = [{"name": name}]
    return item


FORMS: dict[str, tuple[str, Callable[[Feed], str]]] = {
    "atom": ("application/atom+xml", atom),
    "json": ("application/feed+json", json_feed),
}
"""By the end of the address: media type, and what writes it."""
