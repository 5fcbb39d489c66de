"""Asking sources about identifiers that no paper here has, while somebody waits and afterwards;
and again about papers that were looked up, those with a public report first.

Whatever a source does, the person goes on: what is not answered in time a sweep asks for, and words
say so. One person starts PER_HOUR look-ups an hour, and one at a time holds a web process up.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from registry import identifiers
from registry.identifiers import Found
from registry.metadata import (
    VALUE_LENGTH,
    AnotherWork,
    Apart,
    Pinned,
    add_known,
    everything_is_named,
)
from registry.models import Identifier, LookUp, Paper
from registry.selectors import papers_of
from registry.sources.facts import Facts
from registry.sources.lookup import LookedUp, look_into

ASKED = {
    identifiers.ARXIV: "arXiv", identifiers.DOI: "Crossref and DataCite",
    identifiers.OPENREVIEW: "OpenReview", identifiers.ACL: "Crossref",
    identifiers.PMID: "OpenAlex", identifiers.S2: "Semantic Scholar",
    identifiers.OPENALEX: "OpenAlex",
}  # fmt: skip
"""Whom a page names as asked first, by scheme; others nobody can be asked about."""
FOLLOWED = (identifiers.ARXIV, identifiers.DOI, identifiers.OPENREVIEW, identifiers.ACL)
"""Identifiers by which a paper with a report is asked for again."""
WITHIN = 5.0
"""Seconds that a person waits."""
PATIENT = 8.0
"""Seconds that a sweep waits for one identifier."""
SECONDS = 10
"""After so long a sweep asks about nothing else: the worker has the clock to look after."""
LEASE = timedelta(minutes=1)
"""Longer than anybody asks."""
PER_HOUR = 20
RETRY = timedelta(minutes=1)
"""A source that did not answer is asked again for a person after so long."""
STALE = timedelta(hours=1)
"""That a source does not know an identifier is believed so long."""
AGAIN = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 720, 1440, 1440, 1440)]
"""When a sweep asks again after so many vain tries; then it gives up, or waits for the next turn.
"""
EVERY = {LookUp.Turn.REPORTED: timedelta(days=7), LookUp.Turn.OTHER: timedelta(days=60)}
MOST_ALSO = 5
"""Other forms of a work that are looked up beside it."""
SLOT, SWEEP = "look-ups:asking", "look-ups:sweep"
"""Taken in the cache by the one page, and by the one sweep, that asks."""

TOO_MANY = gettext(
    "You had {per_hour} identifiers looked up within an hour, which is as many as "
    "the sources are asked for one person. Go on in an hour, or enter the paper by "
    "hand below."
).format(per_hour=PER_HOUR)
SAID_LENGTH = 500


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is said about an identifier that no public paper has; `ask`: it may be asked for now."""

    words: str = ""
    ask: bool = False


def can_be_asked(found: Found) -> bool:
    """Whether sources are asked at all, and one knows such identifiers."""
    return bool(
        settings.LOOK_UP and found.scheme in ASKED and len(found.value) <= VALUE_LENGTH
    )  # fmt: skip


def told(found: Found, *, now: datetime, signed_in: bool) -> Told:
    """What came of looking `found` up so far. Asks nobody."""
    if not can_be_asked(found):
        return Told()
    source = ASKED[found.scheme]
    row = LookUp.objects.filter(scheme=found.scheme, value=found.value).first()
    if row is None or (row.turn != LookUp.Turn.WANTED and row.state == LookUp.State.WANTED):
        if not signed_in:
            return Told(
                words=gettext("Sign in, and {source} can be asked about it.").format(source=source)
            )
        return Told(
            words=gettext("Press “Find the paper”, and {source} is asked about it.").format(
                source=source
            ),
            ask=True,
        )
    since = now - max(row.asked_at, row.tried_at or row.asked_at)
    asking = row.leased_until is not None and row.leased_until > now
    ready = signed_in and not asking
    if row.state != LookUp.State.WANTED:
        return Told(words=row.said, ask=ready and since > STALE)
    if asking:
        return Told(
            words=gettext(
                "{source} is being asked at this moment. Search again in a little while."
            ).format(source=source)
        )
    goes_on = (
        "The site goes on asking by itself, and the paper is found here when you search again."
        if row.due_at is not None
        else "Press “Find the paper” to have it asked once more."
    )
    return Told(
        words=gettext(
            "{source} did not answer yet. {goes_on} You can enter the paper by hand meanwhile."
        ).format(source=source, goes_on=goes_on),
        ask=ready and since > RETRY,
    )


def want(found: Found, *, user_id: int, now: datetime) -> str:
    """Ask the sources about `found`, for a person, in WITHIN seconds; what `told` says afterwards.

    Empty, or why they are not asked. Nothing is raised because of a source.
    """
    if not told(found, now=now, signed_in=True).ask:
        return ""
    if not _one_more(user_id):
        return TOO_MANY
    row, _ = LookUp.objects.get_or_create(
        scheme=found.scheme, value=found.value, defaults={"asked_at": now, "due_at": now}
    )
    # Somebody else may have had it found meanwhile.
    LookUp.objects.filter(pk=row.pk).exclude(state=LookUp.State.FOUND).update(
        turn=LookUp.Turn.WANTED, state=LookUp.State.WANTED, asked_at=now, due_at=now
    )
    # The site has two web processes: while one waits for a source, the other answers.
    with _alone(SLOT, WITHIN + 2) as free:
        rested = Q(tried_at=None) | Q(tried_at__lte=now - RETRY)
        if free and _lease(LookUp.objects.filter(rested, pk=row.pk), now):
            _answer(_row(row.pk), now=now, within=WITHIN)
    return ""


def _one_more(user_id: int) -> bool:
    """Whether the person may have another identifier looked up this hour. While the cache is away
    nobody may: nothing else counts."""
    key = f"look-ups:{user_id}"
    cache.add(key, 0, 3600)
    try:
        count = cache.incr(key)
    except ValueError:  # the hour ended between both
        cache.set(key, 1, 3600)
        count = 1
    return isinstance(count, int) and count <= PER_HOUR


@contextmanager
def _alone(slot: str, seconds: float) -> Iterator[bool]:
    """Whether nobody else is in the slot; who dies in it holds it for so long."""
    free = cache.add(slot, 1, seconds)
    try:
        yield free
    finally:
        if free:
            cache.delete(slot)


def look_up_due(*, now: datetime, limit: int = 5, pinned: Pinned = everything_is_named) -> int:
    """Ask about up to `limit` identifiers that are due; returns about how many.

    First those that somebody waits for, then those of papers with a public report, the oldest
    first. Running it twice, in parallel or late changes nothing but the time.
    """
    if not settings.LOOK_UP:
        return 0
    with _alone(SWEEP, SECONDS + PATIENT + 2) as free:
        return _sweep(now, limit, pinned) if free else 0


def _sweep(now: datetime, limit: int, pinned: Pinned) -> int:
    until = time.monotonic() + SECONDS
    due = _due(now).order_by("turn", "due_at", "pk").values_list("pk", flat=True)
    done = 0
    for pk in list(due[:limit]):
        if time.monotonic() > until:
            break
        if _lease(_due(now).filter(pk=pk), now):
            _answer(_row(pk), now=now, within=PATIENT, pinned=pinned)
            done += 1
    return done


def _due(now: datetime) -> QuerySet[LookUp]:
    return LookUp.objects.filter(_free(now), due_at__lte=now)


def _free(now: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=now)


def _lease(row: QuerySet[LookUp], now: datetime) -> bool:
    """Take the one row, if nobody else has; a lease that its holder did not end ends by itself."""
    return bool(row.filter(_free(now)).update(leased_until=now + LEASE, tried_at=now))


def _row(pk: int) -> LookUp:
    return LookUp.objects.select_related("paper").get(pk=pk)


def _answer(
    row: LookUp, *, now: datetime, within: float, pinned: Pinned = everything_is_named
) -> None:
    """Ask about a leased row, with no transaction open, and keep what came of it."""
    found = Found(row.scheme, row.value)
    looked = look_into(found, within=within)
    if looked.facts is not None:
        _found(row, found, looked.facts, now, pinned)
    elif looked.again:
        _away(row, looked, now)
    else:
        row.said = next(iter(looked.said), "")[:SAID_LENGTH]
        if row.state == LookUp.State.FOUND:  # it knew it once
            row.due_at = now + EVERY[_regular(row)]
        else:
            row.state, row.due_at = LookUp.State.UNKNOWN, None
        _end(row)


def _found(row: LookUp, found: Found, facts: Facts, now: datetime, pinned: Pinned) -> None:
    enter = row.turn == LookUp.Turn.WANTED
    try:
        paper = add_known(found, facts, now, pinned=pinned, near=row.paper, enter=enter)
    except AnotherWork:
        row.delete()
        return
    except Apart as apart:
        row.state, row.said, row.due_at = LookUp.State.APART, str(apart), None
        _end(row)
        return
    row.state, row.paper, row.said, row.tries = LookUp.State.FOUND, paper, "", 0
    row.turn = _regular(row)
    row.due_at = now + EVERY[row.turn]
    _end(row)
    _look_up_also(facts, paper, now)


def _away(row: LookUp, looked: LookedUp, now: datetime) -> None:
    """No source answered: when it is tried again, not before they said."""
    row.said = next(iter(looked.said), "")[:SAID_LENGTH]
    if row.tries < len(AGAIN):
        row.due_at = max(now + AGAIN[row.tries], looked.again_at or now)
        row.tries += 1
    else:
        row.tries = 0
        known = row.state == LookUp.State.FOUND
        row.due_at = now + EVERY[_regular(row)] if known else None
    _end(row)


def _end(row: LookUp) -> None:
    row.leased_until = None
    row.save(update_fields=["state", "turn", "paper", "said", "tries", "due_at", "leased_until"])


def _regular(row: LookUp) -> LookUp.Turn:
    """The turn of a row for which nobody waits."""
    is_other = row.turn != LookUp.Turn.REPORTED
    return LookUp.Turn.OTHER if is_other else LookUp.Turn.REPORTED


def _look_up_also(facts: Facts, paper: Paper, now: datetime) -> None:
    """Other forms of the work, as its source names them: they become the paper's own identifiers
    when their own source gives them the same title, since authors may name a wrong one."""
    also = [one for one in facts.also if can_be_asked(one)][:MOST_ALSO]
    held = papers_of([(one.scheme, one.value) for one in also]) if also else {}
    LookUp.objects.bulk_create(
        [
            LookUp(
                scheme=one.scheme, value=one.value, turn=LookUp.Turn.OTHER, paper=paper,
                asked_at=now, due_at=now,
            )
            for one in also
            if (one.scheme, one.value) not in held
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def follow_reported(*, now: datetime, limit: int = 200) -> int:
    """Let the sources be asked, now and then, about papers with a public report; returns of how
    many that is new. Of others it would tell that something is going on about them."""
    if not settings.LOOK_UP:
        return 0
    reported = Paper.objects.filter(is_public=True).exclude(standing="none")
    new = reported.exclude(look_ups__turn=LookUp.Turn.REPORTED).filter(
        identifiers__scheme__in=FOLLOWED
    )
    papers = list(new.distinct().order_by("pk").values_list("pk", flat=True)[:limit])
    rows = Identifier.objects.filter(paper__in=papers, scheme__in=FOLLOWED)
    LookUp.objects.bulk_create(
        [
            LookUp(
                scheme=one.scheme, value=one.value, state=LookUp.State.FOUND,
                turn=LookUp.Turn.REPORTED, paper_id=one.paper_id, asked_at=now, due_at=now,
            )
            for one in rows
        ],
        update_conflicts=True,
        unique_fields=["value", "scheme"],
        update_fields=["state", "turn", "paper", "due_at"],
    )  # fmt: skip
    return len(papers)
