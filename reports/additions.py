"""What either side adds after an answer, and what is said about whose turn it is.

conversation.py has the rule; here are its facts and its sentences. Functions that write are one
transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts.models import User
from reports import contacts, lifecycle
from reports.answers import TEXT_LENGTH, URL_LENGTH, USED_ALREADY, Incomplete, is_link
from reports.conversation import MOST, Round, Side
from reports.inquiry import has_open_hold
from reports.lifecycle import Refused
from reports.models import (
    AddedRun,
    Addition,
    Answer,
    Claim,
    Contact,
    EventKind,
    Report,
    ReportEvent,
)
from reports.results import of_runs
from reports.states import Actor, State

TALKING = (State.ANSWERED, State.DISPUTED)
"""States in which statements are added."""
STEPS = {Side.REPORTER: "reporter added", Side.AUTHORS: "authors added"}
"""What an addition's event is called, by who added."""
RESTS = "Both sides have said what they may say after this answer, so the conversation rests."
POSSIBLE = (
    "Still possible: the reporter accepts the answer or withdraws the report, and an author agrees "
    "or gives a new answer."
)
SPOKEN = "You have made your two statements after this answer. " + POSSIBLE
WAIT = {
    Side.REPORTER: "You spoke last: now it is the authors' turn. You can still accept the answer.",
    Side.AUTHORS: "An author spoke last: now it is the reporter's turn. You can give a new answer "
    "at any time.",
}
NOT_YET = "Statements are added while a report is answered or disputed."
TWO = "You may make two statements after this answer, in turn with the other side."
LAST = "This is the last of your two statements after this answer."
HELD = "A hold stands: a moderator looks at who was asked. Add your statement when it is decided."

# --- reading -------------------------------------------------------------------------------------


def round_of(
    answers: Iterable[Answer], additions: Iterable[Addition], events: Iterable[ReportEvent]
) -> Round | None:
    """What was said since the newest of the report's `answers`; None without one."""
    newest = max(answers, key=lambda answer: answer.pk, default=None)
    if newest is None:
        return None
    said = [(one.given_at, one.side) for one in additions if one.after_id == newest.pk]
    said += [
        (event.at, Side.REPORTER)
        for event in events
        if event.target == State.DISPUTED
        and event.actor == Actor.REPORTER
        and event.at >= newest.given_at
    ]
    said.sort(key=lambda word: word[0])
    return Round(answered_at=newest.given_at, said=tuple(Side(side) for _, side in said))


def shown_round(report: Report) -> Round | None:
    """The round of a report that was read by `selectors.with_history`."""
    return round_of(report.answers.all(), report.additions.all(), report.events.all())


def why_not_add(report: Report, round_: Round | None, side: Side) -> str:
    """Empty, or the sentence that says why the side cannot add a statement now."""
    if report.state not in TALKING or round_ is None:
        return NOT_YET
    inquiry = getattr(report, "inquiry", None)
    if inquiry is not None and has_open_hold(inquiry):
        return HELD
    if round_.may_add(side):
        return ""
    if round_.rests:
        return f"{RESTS} {POSSIBLE}"
    return WAIT[side] if round_.left(side) else SPOKEN


def why_not_dispute(report: Report, round_: Round | None) -> str:
    """Empty, or why the reporter cannot dispute the answer with a reason: both statements used."""
    if report.state != State.ANSWERED or round_ is None or round_.may_dispute():
        return ""
    return SPOKEN


def silence(report: Report, round_: Round | None, now: datetime) -> datetime | None:
    """Since when it can be said that the reporter did not react to the answer; None if never."""
    inquiry = getattr(report, "inquiry", None)
    if report.state != State.ANSWERED or round_ is None or inquiry is None:
        return None
    at = round_.silent_from(inquiry.policy.window)
    if at is None:
        return None
    at = max(at, report.state_at + inquiry.policy.window)  # of an answer that stood before, too
    return at if at <= now else None


@dataclass(frozen=True)
class Turn:
    """Whether a side may add a statement now, and the sentence that says so on its own page."""

    may_add: bool
    words: str


def turn_of(report: Report, side: Side) -> Turn | None:
    """The side's turn; None while statements are not added."""
    round_ = shown_round(report)
    if report.state not in TALKING or round_ is None:
        return None
    if why_not := why_not_add(report, round_, side):
        return Turn(False, why_not)
    return Turn(True, TWO if round_.left(side) == MOST else LAST)


# --- writing -------------------------------------------------------------------------------------


def stored_round(report: Report) -> Round | None:
    """The round of a locked report, read anew."""
    return round_of(
        Answer.objects.filter(reports=report),
        Addition.objects.filter(report=report),
        report.events.filter(kind=EventKind.STATE, target=State.DISPUTED),
    )


def add_as_reporter(
    *,
    report_id: int,
    user: User,
    text: str,
    url: str,
    values: Mapping[int, Sequence[float]],
    form_key: UUID,
    now: datetime,
) -> Addition:
    """The reporter adds a statement, with the `values` of a new run by claim (id) if there are any.

    The same form sent twice (`form_key`) gives the same addition.
    """
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        if report.reporter_id != user.pk:
            raise Refused("Only the reporter does this.")
        stored = _stored(form_key, report, None)
        if stored is not None:
            return stored
        claims = _claims(report, values)
        _check(text, url)
        addition = _add(report, Side.REPORTER, text=text, url=url, form_key=form_key, now=now)
        AddedRun.objects.bulk_create(
            AddedRun(addition=addition, claim=claim, values=list(values[claim.pk]))
            for claim in claims
        )
        _record(addition, report, Actor.REPORTER, now, user=user)
    return addition


def add_as_author(
    *,
    contact_id: int,
    text: str,
    url: str,
    name: str,
    role: str,
    form_key: UUID,
    now: datetime,
) -> Addition:
    """An author adds a statement to the answer; the same form sent twice gives the same one."""
    with transaction.atomic():
        contact, inquiry = contacts.lock(contact_id)
        stored = _stored(form_key, inquiry.report, contact)
        if stored is not None:
            return stored
        _check(text, url, name)
        addition = _add(
            inquiry.report, Side.AUTHORS, contact=contact, text=text, url=url, name=name, role=role,
            form_key=form_key, now=now,
        )  # fmt: skip
        _record(addition, inquiry.report, Actor.AUTHOR, now, contact=contact)
    return addition


def _stored(form_key: UUID, report: Report, contact: Contact | None) -> Addition | None:
    stored = Addition.objects.filter(form_key=form_key).first()
    if stored is not None and (stored.report_id, stored.contact) != (report.pk, contact):
        raise Refused(USED_ALREADY)
    return stored


def _check(text: str, url: str, name: str | None = None) -> None:
    problems = {}
    if not text.strip():
        problems["text"] = "Write your statement: it is published in full, unedited."
    elif len(text) > TEXT_LENGTH:
        problems["text"] = gettext("Shorten the statement to {text_length:,} characters.").format(
            text_length=TEXT_LENGTH
        )
    if url and not is_link(url):
        problems["url"] = gettext(
            "The link must begin with http:// or https://, {url_length} characters at most."
        ).format(url_length=URL_LENGTH)
    if name is not None and not name.strip():
        problems["name"] = "Give your name: a statement is published under a name."
    if problems:
        raise Incomplete(problems)


def _claims(report: Report, values: Mapping[int, Sequence[float]]) -> list[Claim]:
    claims = list(report.claims.filter(pk__in=values))
    if len(claims) != len(values):
        raise Refused("A claim is not of this report. Please open the form again.")
    for claim in claims:
        try:
            of_runs(values[claim.pk])
        except ValueError as error:
            raise Refused(str(error)) from error
    return claims


def _add(report: Report, side: Side, **fields: Any) -> Addition:
    now = fields.pop("now")
    if why_not := why_not_add(report, stored_round(report), side):
        raise Refused(why_not)
    newest = Answer.objects.filter(reports=report).latest("pk")
    try:
        with transaction.atomic():
            return Addition.objects.create(
                report=report, after=newest, side=side, given_at=now, **fields
            )
    except IntegrityError as error:  # at this moment, beside another report
        raise Refused(USED_ALREADY) from error


def _record(addition: Addition, report: Report, actor: Actor, now: datetime, **who: Any) -> None:
    side = Side(addition.side)
    round_ = stored_round(report)
    assert round_ is not None
    lifecycle.record(
        report, EventKind.ADDITION, actor=actor, now=now,
        data={
            "addition": addition.pk, "step": STEPS[side],
            "may_reply": round_.may_add(side.other), "rests": round_.rests,
        },
        **who,
    )  # fmt: skip
