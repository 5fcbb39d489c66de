"""The feeds of the registry: papers put on the list, and papers that a search finds.

They read the public projection alone. A listing is one entry for ever: when it ends, the same
entry says why, so no reader of a feed goes on showing a paper as listed.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse

from registry import query, search
from registry.feeds import MOST, Entry, Feed
from registry.merging import whole
from registry.models import Ending, Listing, Paper
from registry.query import Query
from registry.selectors import address_of, place_of

MOMENT = "COALESCE(listing.closed_at, listing.opened_at)"


def listed(*, venue: str = "", after: str = "") -> Feed:
    """The papers put on the list, each with what became of that; the last change first."""
    asked = Query(venue=venue)
    rows = _changes(venue, place_of(after, "listings"), MOST + 1)
    following = ""
    if len(rows) > MOST:
        last = rows[MOST - 1]
        place = query.cursor("listings", (_moment(last).isoformat(), last.pk))
        following = asked.at(place).encoded()
    at = f" of {venue}" if venue else ""
    return Feed(
        key=f"listed{asked.encoded()}",
        title=f"Not reproducible{at} · {settings.SITE_NAME}",
        about=f"Papers{at} reported as not reproduced whose authors, asked, gave no answer by a "
        "dated deadline or confirmed the report; and why they left the list.",
        view="registry:listed_feed",
        page=reverse("registry:list"),
        entries=list(map(_listing, rows[:MOST])),
        query=asked.at(after).encoded(),
        following=following,
    )


def _changes(venue: str, place: tuple[datetime, int] | None, limit: int) -> Sequence[Listing]:
    """The listings of public papers that began or ended last, behind `place`."""
    condition, *values = search.of_venue(venue) if venue else ("true",)
    behind = f"({MOMENT}, listing.id) < (%s, %s)" if place is not None else "true"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listing.id FROM registry_listing AS listing"  # noqa: S608 - all our own words
            " JOIN registry_paper ON registry_paper.id = listing.paper_id"
            f" WHERE is_public AND {condition} AND {behind}"
            f" ORDER BY {MOMENT} DESC, listing.id DESC LIMIT %s",
            [*values, *(place or ()), limit],
        )
        numbers = [number for (number,) in cursor.fetchall()]
    found = Listing.objects.select_related("paper__root").in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def _moment(listing: Listing) -> datetime:
    return listing.closed_at or listing.opened_at


def _listing(listing: Listing) -> Entry:
    """What the listing is now."""
    paper = whole(listing.paper)
    if listing.closed_at is None:
        what = f"Not reproducible: {listing.get_ground_display()}"
    elif listing.ending == Ending.ANNULLED:
        what = "Listing annulled"
    else:
        what = f"No longer listed for report {listing.report_id}: {listing.get_ending_display()}"
    return Entry(
        key=f"listing-{listing.pk}",
        url=address_of(paper),
        title=f"{what} – {paper.title}",
        html=render_to_string("registry/feed_listing.html", {"listing": listing, "paper": paper}),
        published=listing.opened_at,
        updated=_moment(listing),
    )


def found(asked: Query) -> Feed:
    """The papers that `asked` asks for: those with a public report, the last change of standing
    first, unless it names another order."""
    page = search.find(asked if asked.sort else asked.ordered("changed"), MOST)
    whole_question = asked.at("")
    words = asked.q or ", ".join(asked.filters.values()) or "all papers"
    return Feed(
        key=f"papers{whole_question.encoded()}",
        title=f"{words} · {settings.SITE_NAME}",
        about="What is reported of the papers that this search finds. A paper without a report "
        "says nothing about whether it reproduces.",
        view="registry:papers_feed",
        page=reverse("registry:papers") + whole_question.encoded(),
        entries=list(map(_paper, page.papers)),
        query=asked.encoded(),
        following=asked.at(page.next).encoded() if page.next else "",
    )


def _paper(paper: Paper) -> Entry:
    """What is known of the paper now."""
    return Entry(
        key=f"paper-{paper.pk}",
        url=address_of(paper),
        title=f"{paper.get_standing_display().capitalize()} – {paper.title}",
        html=render_to_string("registry/feed_paper.html", {"paper": paper}),
        published=paper.created_at,
        updated=max(paper.created_at, paper.standing_at or paper.created_at),
    )
