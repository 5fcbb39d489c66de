"""Who said what, and when, about the public reports of a paper: dated facts, no opinion.

Everything here is of reports that everybody sees; load them by `selectors.with_history`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext

from registry.models import Listing
from reports import additions
from reports.conversation import Side
from reports.deadlines import in_words, span_in_words
from reports.models import Addition, Answer, EventKind, Report, ReportEvent
from reports.public_letters import told_of_letters
from reports.states import LISTABLE, Actor, State


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line: when, of which report, who (as shown in public; may be empty), did what.

    `key` names the line for ever, whatever its words, among all lines of all reports.
    """

    key: str
    at: datetime
    report_id: int
    what: str
    who: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer, the words with which its reporter or a moderator disputes or resolves it, what
    either side added, or a dated line about the silence that followed."""

    at: datetime
    answer: Answer | None = None
    late: str = ""  # how long after the deadline the answer came that ended a lapse
    event: ReportEvent | None = None
    by_reporter: bool = False
    addition: Addition | None = None
    line: str = ""  # a sentence of ours: nobody said anything


def told(report: Report) -> Sequence[ReportEvent]:
    """The report's events, in their order."""
    return list(report.events.all())


def appealed_at(report: Report) -> list[datetime]:
    """When the appeals were received that wait for a decision (UTC)."""
    waiting: dict[int, datetime] = {}
    for event in told(report):
        if event.kind == EventKind.APPEAL and event.data["step"] == "received":
            waiting[event.data["appeal"]] = event.at
        elif event.kind == EventKind.APPEAL:
            waiting.pop(event.data["appeal"], None)
    return list(waiting.values())


def late_by(report: Report, answer: Answer) -> str:
    """How long after the deadline the answer came; empty unless it ended a lapse."""
    deadline = getattr(report, "inquiry", None) and report.inquiry.deadline
    if deadline is None or answer.given_at <= deadline:
        return ""
    ended = any(
        event.source == State.LAPSED
        and event.target == State.ANSWERED
        and event.data.get("answer") == answer.pk
        for event in told(report)
    )
    return span_in_words(answer.given_at - deadline) if ended else ""


ANNULLED = (
    "It was taken back that the authors did not answer",
    "The listing was annulled: it should not have been made",
)
ANSWERED_BESIDE = tuple(
    f"{words}. The authors had answered before, beside another entry of the same work"
    for words in ANNULLED
)
SILENT = "The reporter did not react to the answer within {span}."


def said(report: Report, now: datetime) -> list[Said]:
    """What was said since the report, in order of time: the answers, the words on them, and what
    was added; last, that nobody may say more, or that the reporter kept silent."""
    answers = [
        Said(at=answer.given_at, answer=answer, late=late_by(report, answer))
        for answer in report.answers.all()
    ]
    words = [
        Said(at=event.at, event=event, by_reporter=event.actor == Actor.REPORTER)
        for event in told(report)
        if event.target in (State.DISPUTED, State.RESOLVED) and event.note
    ]
    added = [Said(at=one.given_at, addition=one) for one in report.additions.all()]
    told_ = sorted([*answers, *words, *added], key=lambda one: one.at)
    return [*told_, *_quiet(report, told_, now)]


def _quiet(report: Report, said: Sequence[Said], now: datetime) -> list[Said]:
    """The line about the reporter's silence, or that the conversation rests."""
    round_ = additions.shown_round(report)
    since = additions.silence(report, round_, now)
    if since is not None:
        return [Said(at=since, line=gettext(SILENT).format(span=_window(report)))]
    if round_ is not None and round_.rests and report.state in additions.TALKING:
        return [
            Said(at=said[-1].at, line=f"{gettext(additions.RESTS)} {gettext(additions.POSSIBLE)}")
        ]
    return []


def _window(report: Report) -> str:
    return span_in_words(report.inquiry.policy.window)


def entries(
    reports: Iterable[Report],
    lines: Iterable[Report] = (),
    listings: Iterable[Listing] = (),
    *,
    now: datetime,
) -> list[Entry]:
    """The time line of public `reports`, of `lines` (reports of which only a dated line is left)
    and of the listings that they made; the oldest first."""
    told_lines = [
        *(line for report in reports for line in _of_report(report, now)),
        *(_of_line(report) for report in lines),
        *(line for listing in listings for line in _of_listing(listing)),
    ]
    return sorted(told_lines, key=lambda line: (line.at, line.report_id))


def _of_line(report: Report) -> Entry:
    withdrawn = report.state == State.WITHDRAWN
    what = "The reporter withdrew the report" if withdrawn else "A moderator removed the report"
    key = f"report-{report.pk}-{report.state}"
    return Entry(key=key, at=report.state_at, report_id=report.pk, what=what)


def _of_report(report: Report, now: datetime) -> list[Entry]:
    number, lines = report.pk, []

    def add(key: str, at: datetime, what: str, who: str = "") -> None:
        lines.append(Entry(key=key, at=at, report_id=number, what=what, who=who))

    shown_as = report.shown_as or gettext("a researcher")
    if report.submitted_at is not None:
        what = gettext("reported: {outcome} ({mode}, version {version})").format(
            outcome=gettext(report.outcome), mode=gettext(report.mode), version=report.version
        )
        add(f"report-{number}", report.submitted_at, what, shown_as)
    asked = False
    for event in told(report):
        if event.kind == EventKind.EXTENSION:
            until = event.data.get("deadline", "")
            when = in_words(datetime.fromisoformat(until)) if until else ""
            words = gettext(", until {deadline}").format(deadline=when) if when else ""
            if event.note:
                what = gettext("A moderator gave the authors more time{until}: {reason}")
                what = what.format(until=words, reason=event.note)
            else:
                what = gettext("The authors were given more time{until}").format(until=words)
            add(f"event-{event.pk}", event.at, what)
        what, who = _of_event(event, asked, shown_as)
        if what:
            add(f"event-{event.pk}", event.at, what, who)
        asked = asked or event.target == State.ASKING
    for at, first, what in told_of_letters(told(report), authors_of(report)):
        add(f"letters-{first}", at, what)
    for answer in report.answers.all():
        late = late_by(report, answer)
        what = gettext("answered: {kind}").format(kind=gettext(answer.get_kind_display()))
        role = f" ({answer.role})" if answer.role else ""
        what += gettext(", {late} after the deadline").format(late=late) if late else ""
        add(f"answer-{answer.pk}-report-{number}", answer.given_at, what, answer.name + role)
    for first, at, name, words in _shared(report):
        what = gettext("said what is shared: {words}").format(words=words)
        add(f"shared-{first}", at, what, name)
    for one in report.additions.all():
        key = f"addition-{one.pk}"
        if one.side == Side.REPORTER:
            what = "added a new run" if one.runs.all() else "added a statement"
            add(key, one.given_at, what, shown_as)
        else:
            role = f" ({one.role})" if one.role else ""
            add(key, one.given_at, "added to the answer", one.name + role)
    since = additions.silence(report, additions.shown_round(report), now)
    if since is not None:
        add(f"silence-{number}-{since:%Y%m%d}", since, gettext(SILENT).format(span=_window(report)))
    return lines


def _shared(report: Report) -> Iterator[tuple[int, datetime, str, str]]:
    """What authors said of what is shared without an answer: the id of the first row, when, who,
    and in words."""
    alone = [s for s in report.statements.all() if s.contact_id and not s.answer_id]
    alone.sort(key=lambda statement: (statement.said_at, statement.pk))
    for (at, name), rows in groupby(alone, key=lambda s: (s.said_at, s.name)):
        said = list(rows)
        told = (f"{gettext(s.get_item_display())}: {gettext(s.value)}" for s in said)
        yield said[0].pk, at, name, ", ".join(told)


def authors_of(report: Report) -> int:
    """How many authors the paper has."""
    assert report.paper is not None
    return len(report.paper.author_names) or len(report.author_names)


def _of_event(event: ReportEvent, asked: bool, shown_as: str) -> tuple[str, str]:
    """What a change of state says, and who did it; empty for what is not told."""
    by_reporter = event.actor == Actor.REPORTER
    match event.target:
        case State.PUBLISHED:
            return "The report became public", ""
        case State.ASKING:
            return ("The authors were asked again" if asked else "The authors were asked"), ""
        case State.UNASKED:
            return "The report became public: the authors could not be reached", ""
        case State.LAPSED:
            return "The deadline passed without an answer, and the report became public", ""
        case State.UNREACHABLE if event.source == State.LAPSED:
            return ANNULLED[event.report.outcome in LISTABLE], ""
        case State.ANSWERED if event.data.get("beside"):
            return ANSWERED_BESIDE[event.report.outcome in LISTABLE], ""
        case State.DISPUTED:
            if by_reporter:
                return "disputes the answer", shown_as
            return "A moderator opened the report again: disputed", ""
        case State.RESOLVED:
            if by_reporter:
                return "accepts the answer: resolved", shown_as
            return "A moderator closed the report as resolved", ""
        case State.CONFIRMED:
            return "The authors confirmed the report", ""
        case State.ANSWERED if event.source == State.CONFIRMED:
            return "The authors took their agreement back", ""
    return "", ""


def is_told(event: ReportEvent) -> bool:
    """Whether the time line, or what is said beside an answer, tells of this change of state."""
    late = event.source == State.LAPSED and event.target == State.ANSWERED
    return late or bool(_of_event(event, asked=False, shown_as="")[0])


def _of_listing(listing: Listing) -> list[Entry]:
    ground = gettext("ground: {ground}, version {version}").format(
        ground=gettext(listing.get_ground_display()), version=listing.version
    )
    lines = [
        Entry(
            key=f"listing-{listing.pk}", at=listing.opened_at, report_id=listing.report_id,
            what=gettext("The paper came onto the list Not reproducible; {ground}").format(
                ground=ground
            ),
        )
    ]  # fmt: skip
    if listing.closed_at is not None:
        lines.append(
            Entry(
                key=f"listing-{listing.pk}-ended", at=listing.closed_at,
                report_id=listing.report_id,
                what=gettext("The listing ended: {ending}").format(
                    ending=gettext(listing.get_ending_display())
                ),
            )
        )  # fmt: skip
    return lines
