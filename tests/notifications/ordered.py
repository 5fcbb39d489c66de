"""Every kind of letter as a row of the outbox, ordered as the services order it."""

from typing import Any
from uuid import uuid4

from accounts.models import User
from notifications.letters import BY_KIND, BY_STEP, BY_TARGET
from notifications.models import Email
from reports import lifecycle
from reports.models import Addition, Answer, Contact, EventKind, Reply, Report, ReportEvent
from reports.reach import LetterKind
from reports.states import Actor, State
from tests.kept import kept
from tests.notifications.builders import (
    DAY,
    NOW,
    answer,
    contacts_of,
    inquiry_of,
    make_asking,
    make_user,
)

TO_REPORTER = {"received", "returned", "declined", "accepted", "unreachable", "unasked"}
TO_AUTHOR = {*map(str, LetterKind), "published", "answer_copy", "agreement_confirm"}
TO_AUTHOR.add("reply_received")
KINDS = sorted(
    {str(kind) for kind in LetterKind}
    | {"annulled"}
    | {o.kind for orders in (*BY_TARGET.values(), *BY_STEP.values()) for o in orders}
    | {o.kind for orders in BY_KIND.values() for o in orders or ()}
)
TO = [
    (kind, author)
    for kind in KINDS
    for author in (
        [True] if kind in TO_AUTHOR else [False] if kind in TO_REPORTER else [True, False]
    )
]
"""Every kind of letter, to an author or to the reporter."""


def event_of(report: Report, kind: str, contact: Contact, given: Answer) -> Any:
    """An event that orders the letter, as the services record it."""
    note = "A reason with *stars*\nand a second line."
    states = {o.kind: state for state, orders in BY_TARGET.items() for o in orders}
    if kind in states:
        source = State.LAPSED if states[kind] == State.WITHDRAWN else State.ASKING
        return ReportEvent.objects.create(
            report=report, kind=EventKind.STATE, source=source, target=states[kind], at=NOW,
            actor=Actor.MODERATOR, note=note,
        )  # fmt: skip
    words: dict[str, Any] = {"actor": Actor.MODERATOR, "now": NOW, "note": note, "to_do": False}
    if kind.startswith("agreement"):
        step = {"agreement": "confirmed", "agreement_confirm": "asked"}.get(kind, "objected")
        data = {"step": step, "agreement": given.agreement.pk}
        return lifecycle.record(report, EventKind.AGREEMENT, contact=contact, data=data, **words)
    if kind == "reply_received":
        reply = Reply.objects.create(
            contact=contact, mail=1, content="1", text="We *disagree*.", received_at=NOW,
            moderator_from=NOW + 7 * DAY,
        )  # fmt: skip
        data = {"reply": reply.pk}
        return lifecycle.record(report, EventKind.REPLY, contact=contact, data=data, **words)
    if kind == "addition":
        addition = Addition.objects.create(
            report=report, after=given, side="authors", contact=contact, text="Use *seed* 3.",
            name="Ada", given_at=NOW, form_key=uuid4(),
        )  # fmt: skip
        data = {"addition": addition.pk, "step": "authors added", "may_reply": True}
        return lifecycle.record(report, EventKind.ADDITION, contact=contact, data=data, **words)
    data = {"answer": given.pk} if kind.startswith("answer") else {}
    return lifecycle.record(report, EventKind.ANSWER, contact=contact, data=data, **words)


@kept
def answered(language: str, **fields: Any) -> tuple[User, Contact, Answer]:
    """A reporter, an author they asked, and the author's answer."""
    user = make_user(language=language, name="Rita Reporter")
    report = make_asking(languages=(language,), authors=("Ada Author",), reporter=user, **fields)
    inquiry = inquiry_of(report)
    inquiry.deadline = inquiry.lapse_at = NOW + 28 * DAY
    inquiry.save()
    contact = contacts_of(report)[0]
    Contact.objects.filter(pk=contact.pk).update(state="delivered")
    given = answer(contact, "agrees", text="You are *right*.\nWe overlooked it.")
    given.agreement.settles_at = NOW + 14 * DAY
    given.agreement.save()
    return user, contact, given


def letter(kind: str, language: str, *, author: bool, **fields: Any) -> Email:
    """A row of the outbox that orders this letter about a report with an answer."""
    user, contact, given = answered(language, **fields)
    report = Report.objects.get(inquiry=contact.inquiry_id)
    row = Email(
        key=f"report-{report.pk}.event-1.{kind}.contact-{contact.pk}",
        kind=kind,
        recipient="ada@uni.example",
        language=language,
        message_id="<1@site.example>",
        created_at=NOW, not_before=NOW, give_up_at=NOW,
        event=event_of(report, kind, contact, given),
    )  # fmt: skip
    if author:
        row.contact = contact
        if kind in set(LetterKind):
            row.letter = contact.letters.get()
    else:
        row.user = user
        row.key = f"report-{report.pk}.event-1.{kind}.user-{user.pk}"
    return row
