"""What the letters to those who watch something say: what is to be confirmed, and the digest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from notifications import digests, subscriptions, watch_words, wording
from notifications.markdown import TEXT, Quoting, one_line
from notifications.models import Email, Subscription
from registry.languages import path_in
from registry.models import Paper
from reports import links
from reports.news import News

PAPERS = 50
"""Papers that one digest names; of more, their number is."""
THINGS = 10
"""Watched things that a letter names; of more, their number is."""
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058, section 3.1


@dataclass(frozen=True)
class WatchContent:
    """One letter's values in one language, before they are quoted for a part."""

    kind: str
    language: str
    token: str
    rhythm: str
    things: Sequence[Subscription]
    """To be confirmed; of a digest, what is watched."""
    news: Sequence[News] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """By which mail programs offer to unsubscribe at one click (RFC 8058)."""
        return {
            "List-Unsubscribe": f"<{self._url('end/')}>",
            "List-Unsubscribe-Post": ONE_CLICK,
        }

    def under(self, quoting: Quoting) -> dict[str, Any]:
        """The template's context; every typed value quoted by `quoting`."""
        papers = self._papers(quoting)
        words = watch_words.LINKS[self.language]
        return {
            "site": quoting.line(settings.SITE_NAME),
            "things": [self._thing(one, quoting) for one in self.things[:THINGS]],
            "more_things": _more(self.things, THINGS),
            "rhythm": watch_words.RHYTHMS[self.language][self.rhythm],
            "papers": papers[:PAPERS],
            "count": str(len(papers)),
            "one": len(papers) == 1,
            "more_papers": _more(papers, PAPERS),
            "since": wording.moment(self.since, self.language) if self.since else "",
            "until": wording.moment(self.until, self.language) if self.until else "",
            "watch_link": quoting.link(self._url(), words["watch_link"]),
            "own_link": quoting.link(self._url(), words["own_link"]),
            "end_link": quoting.link(self._url("end/"), words["end_link"]),
            "list_link": f"<{self._page('/')}>",
            "privacy_link": f"<{self._page('/privacy/')}>",
        }

    def _url(self, more: str = "") -> str:
        return self._page(f"/watch/{self.token}/{more}")

    def _page(self, path: str) -> str:
        """The page at an English address, in the letter's language."""
        return f"{settings.SITE_URL}{path_in(self.language, path)}"

    def _thing(self, one: Subscription, quoting: Quoting) -> str:
        """What is watched, with no word that whoever asked could choose but the paper."""
        if one.paper is None:
            return watch_words.KINDS[self.language][one.kind]
        title = quoting.line(one.paper.title)
        return watch_words.THE_PAPER[self.language].format(title=title)

    def _papers(self, quoting: Quoting) -> list[dict[str, Any]]:
        """What happened by paper: that of the newest news first."""
        by_paper: dict[int, list[News]] = {}
        for one in self.news:
            by_paper.setdefault(one.paper.pk, []).append(one)
        return [self._paper(told[0].paper, told, quoting) for told in by_paper.values()]

    def _paper(self, paper: Paper, told: Sequence[News], quoting: Quoting) -> dict[str, Any]:
        hard = "" if quoting is TEXT else "\\"
        title = quoting.strong(quoting.line(paper.title))
        place = " ".join(filter(None, (one_line(paper.venue), str(paper.year or ""))))
        return {
            "title": f"{title}{hard}",
            "place": f"{quoting.line(place)}{hard}" if place else "",
            "link": f"<{self._page(f'/papers/{paper.pk}/')}>",
            "lines": [watch_words.line(one, self.language) for one in told],
        }


def _more(values: Sequence[object], most: int) -> str:
    return str(len(values) - most) if len(values) > most else ""


def contents(email: Email, language: str, now: datetime) -> WatchContent:
    """Gather what the letter says if it leaves now; it is owed, so its subscriber is there."""
    subscriber = email.subscriber
    assert subscriber is not None
    token = links.watch_token(subscriber.pk)
    if email.kind == subscriptions.CONFIRM:
        asked = list(subscriptions.waiting(subscriber, now))
        rhythm = asked[-1].rhythm if asked else subscriber.rhythm
        return WatchContent(email.kind, language, token, rhythm, asked)
    digest = email.digest
    return WatchContent(
        email.kind, language, token, subscriber.rhythm,
        list(subscriptions.watching(subscriber)),
        digests.told_by(digest), digest.since, digest.until,
    )  # fmt: skip
