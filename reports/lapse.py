"""May this report lapse: the five conditions of product.md, section 4, checked under row locks in
the transaction that lists the paper."""

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple, Self

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from registry import merging
from reports import inquiry as clock
from reports import lifecycle
from reports.contacts import GONE, SILENCED, facts_of_all
from reports.deadlines import Policy
from reports.models import Answer, Claim, Contact, Hold, Inquiry, Letter, Reply, Report
from reports.reach import AuthorFact, Ear, LetterFact, LetterKind, reached
from reports.states import Actor, State

logger = logging.getLogger(__name__)
BATCH = 1000  # reports a transaction: so long may an author's answer have to wait
LANES = 2  # batches at once: while one waits for the database, the other has the processor
VOID = "The lapse was annulled: the clock is void."
ANSWER_STANDS = (State.ANSWERED, State.DISPUTED, State.RESOLVED, State.CONFIRMED)


class Conditions(NamedTuple):
    """Each of the five, true where it holds."""

    due: bool
    reached: bool
    silent: bool
    listening: bool
    new: bool

    @property
    def all_hold(self) -> bool:
        """Whether the report may lapse."""
        return all(self)

    @property
    def unmet(self) -> list[str]:
        """The names of those that do not hold."""
        return [name for name, holds in self._asdict().items() if not holds]


class Asking(NamedTuple):
    """What the conditions read of an inquiry and of its locked report."""

    pk: int
    report_id: int
    deadline: datetime | None
    late_author: bool
    lapse_at: datetime | None
    frozen_policy: dict[str, float]
    paper_id: int | None
    state: str

    @classmethod
    def of(cls, inquiry: Inquiry) -> Self:
        """What the objects say that somebody has in hand."""
        own = [getattr(inquiry, name) for name in OF_INQUIRY]
        return cls._make([*own, inquiry.report.paper_id, inquiry.report.state])

    @property
    def policy(self) -> Policy:
        """The frozen policy."""
        return Policy.from_json(self.frozen_policy)


OF_INQUIRY = Asking._fields[:-2]


def conditions(inquiry: Inquiry, now: datetime) -> Conditions:
    """The five conditions for the locked report of `inquiry`."""
    return conditions_of_all([Asking.of(inquiry)], now)[inquiry.pk]


def conditions_of_all(inquiries: Sequence[Asking], now: datetime) -> dict[int, Conditions]:
    """The five conditions for the locked report of each inquiry, by the inquiry's id.

    What the conditions ask for is read at once for all of them.
    """
    running = [i for i in inquiries if i.state == State.ASKING and i.deadline is not None]
    ear = clock.ear(now)
    promised = _more_time_is_promised(running)
    reached_ones = _reached(running, ear)
    talking = _answered(running) | _held(running)
    known = earlier_answers({inquiry.report_id: inquiry.paper_id for inquiry in running})
    never = Conditions(due=False, reached=False, silent=False, listening=False, new=False)
    found = dict.fromkeys((inquiry.pk for inquiry in inquiries), never)
    for inquiry in running:
        assert inquiry.deadline is not None
        heard = ear.heard_until is not None and ear.heard_until > inquiry.deadline
        found[inquiry.pk] = Conditions(
            due=now > inquiry.deadline and inquiry.pk not in promised,
            reached=inquiry.pk in reached_ones,
            silent=inquiry.pk not in talking,
            listening=ear.trusting or heard,
            new=inquiry.report_id not in known,
        )
    return found


def _more_time_is_promised(inquiries: Sequence[Asking]) -> set[int]:
    """Those for which a notice that would move the deadline is owed: a server may have it already,
    and then it names a later deadline than the one in force."""
    return set(
        Letter.objects.filter(
            contact__inquiry__among=[i.pk for i in inquiries if not i.late_author],
            kind=LetterKind.NOTICE, handed_over_at=None, failed_at=None, cancelled_at=None,
        )
        .exclude(contact__state__in=SILENCED)
        .values_list("contact__inquiry_id", flat=True)
    )  # fmt: skip


def _reached(inquiries: Sequence[Asking], ear: Ear) -> set[int]:
    """Those of which an author who counts was reached with the deadline in force."""
    by_id = {inquiry.pk: (inquiry.policy, inquiry.deadline) for inquiry in inquiries}
    asked = Contact.objects.filter(inquiry__among=by_id.keys()).exclude(state__in=GONE)
    counting = {
        contact_id: (inquiry_id, address_id, author.robots_are)
        for contact_id, inquiry_id, address_id, *fact in asked.values_list(
            "pk", "inquiry_id", "address_id", *AuthorFact._fields
        )
        if (author := AuthorFact(*fact)).counts
    }
    facts = facts_of_all({pk: address_id for pk, (_, address_id, _) in counting.items()})
    found = set()
    for contact_id, (inquiry_id, _, robots_are) in counting.items():
        policy, deadline = by_id[inquiry_id]
        if deadline is not None and reached(
            facts[contact_id], policy, deadline, ear, robots_are=robots_are
        ):
            found.add(inquiry_id)
    return found


def _answered(inquiries: Sequence[Asking]) -> set[int]:
    """Those on whose report an author has answered."""
    by_report = {inquiry.report_id: inquiry.pk for inquiry in inquiries}
    answers = Answer.reports.through.objects.filter(report__among=by_report.keys())
    return {by_report[report_id] for report_id in answers.values_list("report_id", flat=True)}


def _held(inquiries: Sequence[Asking]) -> set[int]:
    """Those on which a hold stands, or to which an answer came by mail that waits for its kind."""
    ids = [inquiry.pk for inquiry in inquiries]
    holds = Hold.objects.filter(inquiry__among=ids, released_at=None)
    waiting = Reply.objects.filter(contact__inquiry__among=ids, decided_at=None)
    return set(
        holds.values_list("inquiry_id", flat=True).union(
            waiting.values_list("contact__inquiry_id", flat=True)
        )
    )


def _folded(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def _named_by(place: str, quote: str) -> set[tuple[str, str]]:
    """What a claim is known by: its place, or its quoted words, spelling folded."""
    return {("place", _folded(place)), ("quote", _folded(quote))}


def same_claims(report: Report, other: Report) -> bool:
    """Whether two reports share a claim."""
    mine, theirs = (
        {name for claim in claims for name in _named_by(claim.place, claim.quote)}
        for claims in (report.claims.all(), other.claims.all())
    )
    return bool(mine & theirs)


def earlier_answer_stands(report: Report) -> int | None:
    """Another report (its id) of the paper, or of one that is merged with it, on the same claims
    on which an answer of the authors stands."""
    return earlier_answers({report.pk: report.paper_id}).get(report.pk)


def earlier_answers(papers: Mapping[int, int | None]) -> dict[int, int]:
    """`earlier_answer_stands` for those of the reports that have one, read at once; `papers` has
    the paper of each report by their ids."""
    roots = merging.roots_of({paper_id for paper_id in papers.values() if paper_id is not None})

    def work(paper_id: int | None) -> int | None:
        return roots.get(paper_id, paper_id) if paper_id is not None else None

    answered: dict[int | None, list[int]] = defaultdict(list)
    others = Report.objects.filter(
        Exists(Answer.reports.through.objects.filter(report=OuterRef("pk"))),
        paper__among={*papers.values(), *roots, *roots.values()},
        state__in=ANSWER_STANDS,
    )
    for paper_id, other in others.order_by("pk").values_list("paper_id", "pk"):
        answered[work(paper_id)].append(other)
    asked = [pk for pk, paper_id in papers.items() if work(paper_id) in answered]
    claims = _claims_of([*asked, *chain.from_iterable(answered.values())] if asked else [])
    found: dict[int, int] = {}
    for pk in asked:
        for other in answered[work(papers[pk])]:
            if other != pk and claims[pk] & claims[other]:
                found.setdefault(pk, other)
    return found


def _claims_of(reports: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    """What the claims of each report are known by."""
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    if reports:
        claims = Claim.objects.filter(report__among=reports).order_by()
        for report_id, place, quote in claims.values_list("report_id", "place", "quote"):
            found[report_id] |= _named_by(place, quote)
    return found


def lapse(report_id: int, *, now: datetime) -> Conditions | None:
    """Lapse the report if all five conditions hold; None if somebody else holds its lock."""
    return lapse_all([report_id], now=now).get(report_id)


def lapse_all(report_ids: Sequence[int], *, now: datetime) -> dict[int, Conditions]:
    """Lapse those of the reports for which all five conditions hold, in one transaction.

    What was found for each, by its id, without those whose lock somebody else holds.
    """
    with transaction.atomic():
        reports = {report.pk: report for report in lifecycle.lock_all(report_ids)}
        merging.lock_roots({r.paper_id for r in reports.values() if r.paper_id is not None})
        inquiries = [
            Asking._make([*row, reports[row[1]].paper_id, reports[row[1]].state])
            for row in Inquiry.objects.filter(report__among=reports.keys())
            .order_by("pk")
            .values_list(*OF_INQUIRY)
        ]
        by_inquiry = conditions_of_all(inquiries, now)
        found = {inquiry.report_id: by_inquiry[inquiry.pk] for inquiry in inquiries}
        lapsing = {i.report_id: i.deadline for i in inquiries if by_inquiry[i.pk].all_hold}
        lifecycle.transition_all(
            [reports[report_id] for report_id in lapsing],
            State.LAPSED,
            actor=Actor.SWEEP,
            now=now,
            data={
                report_id: {"deadline": deadline.isoformat(), "trial": settings.TRIAL_MODE}
                for report_id, deadline in lapsing.items()
                if deadline is not None
            },
        )
        _leave_alone([i for i in inquiries if i.report_id not in lapsing], now=now)
    return found


def _leave_alone(inquiries: Iterable[Asking], *, now: datetime) -> None:
    """Look at overdue inquiries whose conditions do not hold again in about an hour."""
    by_pause: dict[timedelta, list[int]] = {}
    for inquiry in inquiries:
        if inquiry.lapse_at is not None and inquiry.lapse_at <= now:
            pause = max(timedelta(seconds=1), min(timedelta(hours=1), inquiry.policy.window / 60))
            by_pause.setdefault(pause, []).append(inquiry.pk)
    for pause, ids in by_pause.items():
        Inquiry.objects.filter(pk__among=ids).update(lapse_at=now + pause)


def lapse_due(*, now: datetime, limit: int = 10_000) -> int:
    """Lapse what is due and may lapse; returns how many reports lapsed.

    Running it twice, in parallel or late changes nothing but the time.
    """
    due = list(
        Inquiry.objects.filter(closed_at=None, lapse_at__lt=now)
        .order_by("lapse_at")
        .values_list("report_id", flat=True)[:limit]
    )
    batches = [due[start : start + BATCH] for start in range(0, len(due), BATCH)]
    if len(batches) < LANES or connection.in_atomic_block:
        return sum(_lapse_batch(batch, now=now) for batch in batches)

    def lane(first: int) -> int:
        """Every LANES-th batch, over a connection of its own."""
        try:
            return sum(_lapse_batch(batch, now=now) for batch in batches[first::LANES])
        finally:
            connection.close()

    with ThreadPoolExecutor(LANES) as lanes:
        return sum(lanes.map(lane, range(LANES)))


def _lapse_batch(report_ids: list[int], *, now: datetime) -> int:
    """Lapse a batch; where that fails, each alone, so that one report cannot hold up the others."""
    try:
        found = lapse_all(report_ids, now=now)
    except OperationalError:  # the database is away: so it is for each
        raise
    except Exception:
        if len(report_ids) == 1:
            logger.exception("Report %s could not be looked at for its lapse", report_ids[0])
            return 0
        return sum(_lapse_batch([report_id], now=now) for report_id in report_ids)
    return sum(conditions.all_hold for conditions in found.values())


def annul_unless_reached(
    inquiry: Inquiry,
    *,
    note: str,
    now: datetime,
    actor: Actor = Actor.MAIL,
    user: User | None = None,
) -> bool:
    """Annul the lapse of the locked report if no author it could stand on counts any more."""
    if inquiry.report.state != State.LAPSED or inquiry.deadline is None:
        return False
    if _still_reached(inquiry, inquiry.deadline, clock.ear(now)):
        return False
    lifecycle.transition(
        inquiry.report, State.UNREACHABLE, actor=actor, now=now, user=user, note=note,
        annulled=True,
    )  # fmt: skip
    clock.void_clock(inquiry, reason=VOID, now=now)
    return True


def _still_reached(inquiry: Inquiry, deadline: datetime, ear: Ear) -> bool:
    """Whether an author who counts was reached at one address of theirs; since the lapse letters
    may go to another one (author_links.py)."""
    asked = inquiry.contacts.exclude(state__in=GONE).prefetch_related("letters__address")
    for contact in asked:
        by_address: dict[int | None, list[LetterFact]] = defaultdict(list)
        for letter in contact.letters.all():
            if letter.address is None or letter.address.failed_at is None:
                by_address[letter.address_id].append(letter.fact)
        if contact.counts and any(
            reached(facts, inquiry.policy, deadline, ear, robots_are=contact.robots_are)
            for facts in by_address.values()
        ):
            return True
    return False
