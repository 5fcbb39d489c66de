"""Does every listing stand on its ground: checked anew against what was recorded (product.md,
section 5), and not by the code that made it. Reads only."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, groupby, islice
from typing import NamedTuple, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry.models import Ending, Ground, Listing
from reports.lapse import same_claims
from reports.models import (
    Agreement,
    Contact,
    Letter,
    PaperEvent,
    Probe,
    Report,
    ReportEvent,
)
from reports.reach import REMINDERS, LetterKind
from reports.states import LISTABLE, State

BATCH = 500
NEVER = datetime.max.replace(tzinfo=UTC)
Kind = PaperEvent.Kind
STATE_OF = {Ground.SILENCE: State.LAPSED, Ground.CONFIRMED: State.CONFIRMED}


@dataclass(frozen=True)
class Finding:
    """What the audit says of one listing, or of a report that should have one."""

    report_id: int
    listing_id: int | None
    right: bool
    why: str

    def __str__(self) -> str:
        what = f"listing {self.listing_id}" if self.listing_id else "no listing"
        word = "right" if self.right else "WRONG"
        return f"report {self.report_id}, {what}: {word}: {self.why}"


def audit() -> Iterator[Finding]:
    """A finding for every listing ever made, then one for every report that misses its own."""
    listings = Listing.objects.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(listings, BATCH)):
        record = _Record.of(batch)
        for listing in batch:
            report = record.reports.get(listing.report_id)
            wrong = (
                ["its report does not exist"] if report is None else _wrong(listing, report, record)
            )
            yield Finding(
                listing.report_id, listing.pk, not wrong, "; ".join(wrong) or _why(listing)
            )
    yield from _missing()


class _Spell(NamedTuple):
    """From when until when a paper was merged into its root."""

    paper: int
    root: int
    begun: datetime
    ended: datetime


def _spells_of(papers: set[int]) -> list[_Spell]:
    """The spells of the papers, and of all that were merged with them at some time."""
    events = PaperEvent.objects.filter(kind__in=(Kind.MERGED, Kind.UNMERGED))
    own = events.filter(paper__among=papers).values_list("root_id", flat=True)
    near = papers.union(own)
    spells: list[_Spell] = []
    last: dict[int, int] = {}  # where the newest spell of each paper stands
    for event in events.filter(Q(paper__among=near) | Q(root__among=near)).order_by("pk"):
        if event.kind == Kind.MERGED:
            last[event.paper_id] = len(spells)
            spells.append(_Spell(event.paper_id, event.into, event.at, NEVER))
        else:
            ended = last[event.paper_id]
            spells[ended] = spells[ended]._replace(ended=event.at)
    return spells


@dataclass(frozen=True)
class _Record:
    """What was recorded, read at once for the listings of a batch."""

    reports: dict[int, Report]
    spells: list[_Spell]
    answered_papers: set[int | None]
    returned: list[datetime]  # of each probe, in order
    sent: list[datetime]  # the newest among the probes returned until then

    @classmethod
    def of(cls, batch: Sequence[Listing]) -> Self:
        reports: QuerySet[Report] = Report.objects.select_related("inquiry").prefetch_related(
            "events", "answers__agreement", "inquiry__contacts__letters__address", "inquiry__holds",
            "inquiry__deadline_changes",
        )  # fmt: skip
        found = reports.in_bulk([listing.report_id for listing in batch])
        papers = {report.paper_id for report in found.values() if report.paper_id is not None}
        spells = _spells_of(papers)
        entries = papers.union(*((spell.paper, spell.root) for spell in spells))
        answered = Report.objects.filter(paper__among=entries, answers__isnull=False)
        deadlines = [
            change.new
            for report in found.values()
            if hasattr(report, "inquiry")
            for change in report.inquiry.deadline_changes.all()
            if change.new is not None
        ]
        probes = Probe.objects.filter(
            returned_at__gt=min(deadlines, default=batch[0].opened_at),
            returned_at__lte=max(listing.opened_at for listing in batch),
        )
        rows = list(probes.order_by("returned_at").values_list("returned_at", "sent_at"))
        return cls(
            reports=found,
            spells=spells,
            answered_papers=set(answered.values_list("paper_id", flat=True)),
            returned=[returned for returned, _ in rows if returned is not None],
            sent=list(accumulate((sent for _, sent in rows), max)),
        )

    def work(self, paper_id: int | None, since: datetime, until: datetime) -> set[int]:
        """The entries that were one work with the paper at some time between both moments."""
        if paper_id is None:
            return set()
        during = [s for s in self.spells if s.begun < until and since < s.ended]
        own = [_Spell(paper_id, paper_id, since, until)]  # while it is nobody's member
        own += [spell for spell in during if spell.paper == paper_id]
        found = {spell.root for spell in own}
        for mine in own:
            found |= {
                other.paper
                for other in during
                if other.root == mine.root and other.begun < mine.ended and mine.begun < other.ended
            }
        return found

    def listened(self, deadline: datetime, at: datetime) -> bool:
        """Whether a probe that was sent after `deadline` had come back by `at`."""
        before = bisect_right(self.returned, at)
        return before > 0 and self.sent[before - 1] > deadline


def _why(listing: Listing) -> str:
    if listing.ending == Ending.ANNULLED:
        return f"annulled, with its reason: {listing.note}"
    return {
        Ground.SILENCE: "due, reached, silent, listening and new",
        Ground.CONFIRMED: "agreed, confirmed by a second mail, settled without an objection",
    }[Ground(listing.ground)]


def _wrong(listing: Listing, report: Report, record: _Record) -> list[str]:
    """What does not hold; empty for a listing that is right."""
    wrong = []
    state = STATE_OF[Ground(listing.ground)]
    event = next(
        (e for e in report.events.all() if e.target == state and e.at == listing.opened_at), None
    )
    if event is None:
        wrong.append(f"no event made the report {state} when it opened")
    if report.outcome not in LISTABLE:
        wrong.append(f"the outcome {report.outcome!r} cannot list")
    if listing.closed_at is None:
        if report.state != state:
            wrong.append(f"it is open, and the report is {report.state}")
    elif not any(e.source == state and e.at == listing.closed_at for e in report.events.all()):
        wrong.append("no event ended it when it closed")
    if listing.ending == Ending.ANNULLED:
        return wrong if listing.note else [*wrong, "it is annulled without a reason"]
    if listing.ground == Ground.CONFIRMED:
        return wrong + _not_confirmed(listing, report)
    return wrong + (_not_silent(listing, report, event, record) if event is not None else [])


# --- ground: silence ------------------------------------------------------------------------


def _not_silent(listing: Listing, report: Report, event: ReportEvent, record: _Record) -> list[str]:
    """Which of the five conditions did not hold when the listing opened."""
    inquiry, at = report.inquiry, listing.opened_at
    changes = [change for change in inquiry.deadline_changes.all() if change.at <= at]
    deadline = changes[-1].new if changes else None
    if deadline is None:
        return ["no deadline was in force"]
    wrong = []
    if not deadline < at:
        wrong.append(f"not due: the deadline in force was {deadline}")
    until = listing.closed_at or NEVER
    if not any(_reached(x, report, deadline, at, until) for x in inquiry.contacts.all()):
        wrong.append("not reached: no author who counts got notice, reminder and final notice")
    if any(answer.given_at <= at for answer in report.answers.all()):
        wrong.append("not silent: an answer had arrived")
    if any(
        hold.opened_at <= at and (hold.released_at is None or hold.released_at > at)
        for hold in inquiry.holds.all()
    ):
        wrong.append("not silent: a hold stood")
    trial = bool(event.data.get("trial"))
    if not trial and not record.listened(deadline, at):
        wrong.append("not listening: no probe sent after the deadline had come back")
    work = record.work(report.paper_id, at, until) & record.answered_papers
    if work and _answered_before(report, work, at):
        wrong.append("not new: an answer to the same claims stood from another report")
    return wrong


def _reached(
    contact: Contact, report: Report, deadline: datetime, at: datetime, until: datetime
) -> bool:
    """Whether one address of an author who counts got the three letters by `at`, and as long as the
    listing stood no letter to it failed, it was not found to be somebody else's, and they did not
    complain."""
    complained = any(
        e.contact_id == contact.pk and e.data.get("fact") == "reported as spam" and e.at <= until
        for e in report.events.all()
    )
    if not contact.counts or complained:
        return False
    settle = report.inquiry.policy.settle
    letters = sorted(contact.letters.all(), key=lambda letter: letter.address_id or 0)
    for _, group in groupby(letters, key=lambda letter: letter.address_id):
        sent = [x for x in group if x.handed_over_at is not None and x.handed_over_at <= at]
        if any(_until(x.failed_at, until) or _until(_lost(x), until) for x in sent):
            continue
        if not contact.robots_are and all(x.robot_at and x.robot_at <= at for x in sent):
            continue
        kinds = {LetterKind(letter.kind) for letter in sent}
        final = any(
            letter.kind == LetterKind.FINAL_NOTICE
            and letter.printed == deadline
            and _settled(letter, settle_by=deadline, settle=settle)
            for letter in sent
        )
        if LetterKind.NOTICE in kinds and kinds & REMINDERS and final:
            return True
    return False


def _lost(letter: Letter) -> datetime | None:
    """When the address of the letter was found not to be the author's, or failed."""
    return letter.address.failed_at if letter.address is not None else None


def _until(moment: datetime | None, until: datetime) -> bool:
    return moment is not None and moment <= until


def _settled(letter: Letter, *, settle_by: datetime, settle: timedelta) -> bool:
    assert letter.handed_over_at is not None
    settled = letter.handed_over_at + settle
    return min(letter.delivered_at or settled, settled) <= settle_by


def _answered_before(report: Report, work: set[int], at: datetime) -> bool:
    """Whether another report on the same claims, beside a paper of `work`, had an answer that stood
    at `at`."""
    gone = ReportEvent.objects.filter(
        report=OuterRef("pk"), target__in=(State.WITHDRAWN, State.REMOVED), at__lte=at
    )
    others = (
        Report.objects.filter(~Exists(gone), paper__among=work, answers__given_at__lte=at)
        .exclude(pk=report.pk)
        .distinct()
        .prefetch_related("claims")
    )
    return any(same_claims(report, other) for other in others)


# --- ground: confirmed ----------------------------------------------------------------------


def _not_confirmed(listing: Listing, report: Report) -> list[str]:
    agreements = Agreement.objects.filter(
        answer__reports=report, settled_at__lte=listing.opened_at, confirmed_at__isnull=False
    )
    for agreement in agreements:
        undone = (agreement.objected_at, agreement.taken_back_at)
        if not any(moment is not None and moment <= listing.opened_at for moment in undone):
            return []
    return ["no agreement was confirmed, unopposed and not taken back"]


# --- the other way round --------------------------------------------------------------------


def _missing() -> Iterator[Finding]:
    """Reports in a state that lists, without an open listing."""
    for ground, state in STATE_OF.items():
        open_ones = Listing.objects.filter(ground=ground, closed_at=None).values("report_id")
        missing = Report.objects.filter(state=state, outcome__in=LISTABLE).exclude(pk__in=open_ones)
        for report_id in missing.values_list("pk", flat=True):
            yield Finding(report_id, None, False, f"it is {state}, and not on the list")
