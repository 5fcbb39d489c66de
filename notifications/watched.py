"""What can be watched: the list, the list of a venue, a search, a paper."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import Q
from django.urls import reverse

from notifications.models import Subscription
from notifications.models.subscriber import ASKED_LENGTH
from registry import query
from registry.models import Paper
from registry.query import Query
from registry.selectors import address_of

Kind = Subscription.Kind
TOO_LONG = "This search is too long to be watched. Write fewer words, and watch that search."


class NotWatched(Exception):
    """It cannot be watched; the text is a sentence for the person who asked."""


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One thing that somebody may watch."""

    kind: Kind
    paper: Paper | None = None
    asked: str = ""

    @property
    def row(self) -> Q:
        """The condition on the subscription to it."""
        return Q(kind=self.kind, paper=self.paper, asked=self.asked)

    @property
    def columns(self) -> dict[str, Any]:
        """What its row says of it."""
        return {"kind": self.kind, "paper": self.paper, "asked": self.asked}

    @property
    def question(self) -> Query:
        """What is asked of the papers; of a paper, or the list, nothing."""
        return question_of(self.asked)

    @property
    def page(self) -> str:
        """The path at which it is seen without mail."""
        if self.kind is Kind.LIST:
            return reverse("registry:list")
        if self.paper is not None:
            return address_of(self.paper)
        return reverse("registry:papers") + self.asked


THE_LIST = Thing(kind=Kind.LIST)


def of_paper(paper: Paper) -> Thing:
    """A public paper that stands for itself."""
    return Thing(kind=Kind.PAPER, paper=paper)


def of_venue(venue: str) -> Thing:
    """The list, of one venue; all of it without one. NotWatched if its name is too long."""
    return Thing(kind=Kind.VENUE, asked=_kept(Query(venue=venue))) if venue else THE_LIST


def of_search(asked: Query) -> Thing | None:
    """A search, whatever its order and page; None if nothing is asked. NotWatched if it is too
    long to be kept."""
    bare = asked.ordered("").at("")
    return Thing(kind=Kind.SEARCH, asked=_kept(bare)) if bare.encoded() else None


def _kept(asked: Query) -> str:
    encoded = asked.encoded()
    if len(encoded) > ASKED_LENGTH:
        raise NotWatched(TOO_LONG)
    return encoded


def of_row(row: Subscription) -> Thing:
    """What a subscription watches."""
    return Thing(kind=Kind(row.kind), paper=row.paper, asked=row.asked)


def question_of(encoded: str) -> Query:
    """The question of an address, which `Query.encoded` wrote."""
    return query.read(dict(parse_qsl(encoded.removeprefix("?"))))
