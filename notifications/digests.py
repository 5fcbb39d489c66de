"""Digests: what became public of all that one address watches, in one mail a period.

A row of Digest is the claim on a period: unique, and written in one transaction with the mail and
with the next date at which the subscriber is looked at. So any number of sweeps, at once, killed or
late, write each digest once. What it tells is read again when it leaves (`told_by`).
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from notifications import periods
from notifications.models import Digest, Email, Subscriber, Subscription
from notifications.periods import SETTLED
from notifications.subscriptions import DIGEST, row_for, silent_about
from notifications.watched import question_of
from registry.found_among import found_among
from registry.models import Standing
from registry.query import Query
from reports import news
from reports.news import News, What

logger = logging.getLogger(__name__)

BATCH = 100
"""Subscribers of one transaction."""
WITHIN = timedelta(days=2)
"""For so long a digest is tried."""
OF_THE_LIST = (What.LISTED, What.LEFT)
"""What the list tells of; a watched paper or search tells of everything."""
ON_THE_LIST = (Standing.NO_ANSWER, Standing.CONFIRMED)

Kind = Subscription.Kind


def write_digests(*, now: datetime, limit: int = 5000, batch: int = BATCH) -> int:
    """Write the digests of up to `limit` subscribers who are due; returns how many digests.

    Each batch is one transaction. A subscriber whose digest cannot be written is logged, and looked
    at again after an hour; that blocks nobody else.
    """
    written, seen, heard = 0, 0, _Heard()
    while seen < limit:
        numbers: list[int] = []
        try:
            with transaction.atomic():
                due = _due(now, min(batch, limit - seen))
                numbers = [subscriber.pk for subscriber in due]
                written += _write(due, heard, now) if due else 0
        except Exception:
            if not numbers:
                raise
            logger.exception("Digests cannot be written together, so one by one.")
            written += sum(_write_alone(number, now) for number in numbers)
        if not numbers:
            break
        seen += len(numbers)
    return written


def _due(now: datetime, limit: int) -> list[Subscriber]:
    """The subscribers who are to be looked at, locked; none that somebody else looks at."""
    due = Subscriber.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    return list(due.select_for_update(skip_locked=True)[:limit])


def _write_alone(number: int, now: datetime) -> int:
    try:
        with transaction.atomic():
            free = Subscriber.objects.select_for_update(skip_locked=True)
            due = list(free.filter(pk=number, due_at__lte=now))
            return _write(due, _Heard(), now) if due else 0
    except Exception:
        logger.exception("The digest of subscriber %s cannot be written.", number)
        later = now + timedelta(hours=1)
        Subscriber.objects.filter(pk=number, due_at__lte=now).update(due_at=later)
        return 0


class _Heard:
    """What became public, read once for all batches that it is enough for."""

    def __init__(self) -> None:
        self.since: datetime | None = None
        self.until: datetime | None = None
        self.news: Sequence[News] = ()

    def between(self, since: datetime, until: datetime) -> Sequence[News]:
        """All news of the span, and maybe of more."""
        known = self.since is not None and self.until is not None
        if not known or self.since > since or self.until < until:  # type: ignore[operator]
            self.since, self.until = since, until
            self.news = news.between(since, until)
        return self.news


def _write(due: Sequence[Subscriber], heard: _Heard, now: datetime) -> int:
    """Write the digests of the locked subscribers, and when each is due next; how many digests."""
    ends = {one.pk: periods.ended(one.rhythm, now - SETTLED) for one in due}
    begins = [one.told_until for one in due if one.told_until is not None]
    every = heard.between(min(begins), max(ends.values()))
    watched = _watched([one.pk for one in due])
    finding = _Finding.of([row for rows in watched.values() for row in rows], every)
    silent = silent_about(one.email_hash for one in due)
    mails: list[Email] = []
    digests: list[Digest] = []
    for one in due:
        since, until = one.told_until, ends[one.pk]
        assert since is not None
        told = finding.told(watched[one.pk], since, until, silent.get(one.email_hash, ()))
        if told:
            mail = row_for(
                one, kind=DIGEST, name=f"{until:%Y%m%d%H%M}", now=now, at=now, within=WITHIN
            )
            mails.append(mail)
            digests.append(Digest(email=mail, subscriber=one, since=since, until=until, keys=told))
        one.told_until = max(since, until)
        one.due_at = periods.looked_at(one.rhythm, now)
    Email.objects.bulk_create(mails)
    Digest.objects.bulk_create(digests)
    Subscriber.objects.bulk_update(due, ["told_until", "due_at"])
    return len(mails)


def _watched(subscribers: Collection[int]) -> Mapping[int, list[Subscription]]:
    """What is confirmed, by subscriber."""
    rows = Subscription.objects.filter(
        subscriber__among=subscribers, confirmed_at__isnull=False
    ).select_related("paper")
    heavy = ("search", "abstract", "sources", "facts")
    found: dict[int, list[Subscription]] = defaultdict(list)
    for row in rows.defer(*(f"paper__{name}" for name in heavy)):
        found[row.subscriber_id].append(row)
    return found


@dataclass(frozen=True)
class _Finding:
    """What the news is about: by paper, and which of the papers each question finds."""

    by_paper: Mapping[int, Sequence[News]]
    of_list: Sequence[News]
    papers: Mapping[tuple[str, str], Collection[int]]
    """Of each question (kind, and as it was asked) the papers that it finds."""

    @classmethod
    def of(cls, rows: Iterable[Subscription], every: Sequence[News]) -> "_Finding":
        """Ask all questions of all papers that there is news of, each question once."""
        by_paper: dict[int, list[News]] = defaultdict(list)
        for one in every:
            by_paper[one.paper.pk].append(one)
        of_list = [one for one in every if one.what in OF_THE_LIST]
        left = {one.paper.pk for one in every if one.what is What.LEFT}
        listed = {one.paper.pk for one in of_list}
        keys = sorted({(r.kind, r.asked) for r in rows if r.kind in (Kind.VENUE, Kind.SEARCH)})
        papers: dict[tuple[str, str], Collection[int]] = {}
        for kind, among in ((Kind.VENUE, listed), (Kind.SEARCH, set(by_paper))):
            of_kind = [key for key in keys if key[0] == kind]
            questions = [question_of(asked) for _, asked in of_kind]
            found = found_among(questions, among)
            also = found_among([_off_the_list(one) for one in questions], left)
            papers |= {key: found[n] | also[n] for n, key in enumerate(of_kind)}
        return cls(by_paper, of_list, papers)

    def told(
        self,
        rows: Iterable[Subscription],
        since: datetime,
        until: datetime,
        silent: Collection[int],
    ) -> list[str]:
        """The keys of what is new to somebody who watches `rows` and wants to hear nothing of the
        papers `silent`; each once."""
        keys: dict[str, None] = {}
        for row in rows:
            assert row.confirmed_at is not None
            for one in self._about(row):
                new = one.new_to(max(since, row.confirmed_at), until)
                if new and one.paper.pk not in silent:
                    keys[one.key] = None
        return list(keys)

    def _about(self, row: Subscription) -> Iterable[News]:
        if row.kind == Kind.LIST:
            return self.of_list
        if row.paper is not None:
            return self.by_paper.get(row.paper.root_id or row.paper.pk, ())
        found = self.papers[row.kind, row.asked]
        if row.kind == Kind.VENUE:
            return [one for one in self.of_list if one.paper.pk in found]
        return [one for pk in found for one in self.by_paper.get(pk, ())]


def _off_the_list(asked: Query) -> Query:
    """The question that finds a paper which is not on the list any more: who watches what is there
    is told that it left."""
    bare = asked.having("listed", None)
    return replace(bare, standing="") if asked.standing in ON_THE_LIST else bare


def told_by(digest: Digest) -> list[News]:
    """What the digest tells if it leaves now, the newest first: of what it was written for all that
    can still be told. A report whose listing it tells is not told beside."""
    hashed = digest.subscriber.email_hash
    silent = silent_about([hashed]).get(hashed, ())
    still = [one for one in news.again(digest.keys, digest.until) if one.paper.pk not in silent]
    listed = {one.report_id for one in still if one.what is What.LISTED}
    beside = (What.PUBLISHED, What.STATED)
    return [one for one in still if one.report_id not in listed or one.what not in beside]
