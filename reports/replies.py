"""Answers that came by mail (product.md, section 4): they wait under a hold for their kind.

The author chooses it through the link of a letter; after seven days a moderator does
(reply_decisions.py).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from registry.models import Listing
from reports import contacts, holds, lapse, lifecycle
from reports import inquiry as clock
from reports.models import Answer, Contact, EventKind, Inquiry, Reply, Report
from reports.states import Actor, State

HOLD = "An answer came by mail, and waits for its kind."
CAME_BEFORE = "An answer by mail had arrived before the paper was listed."
CLOSED = (State.REMOVED, State.DECLINED, State.WITHDRAWN)


def received(
    *, contact_id: int, mail: int, content: str, text: str, received_at: datetime, now: datetime
) -> Reply | None:
    """Store that the author answered by the incoming `mail`; the same content is stored once.

    Nothing lapses meanwhile, and while one reply of an author waits no second letter asks for its
    kind, so two robots cannot write to each other. None where nothing is left to answer.
    """
    with transaction.atomic():
        contact, inquiry = contacts.lock(contact_id)
        known = contact.replies.filter(content=content).first()
        if known is not None or inquiry.report.state in CLOSED:
            return known
        first = not contact.replies.filter(decided_at=None).exists()
        reply = Reply.objects.create(
            contact=contact, mail=mail, content=content, text=text, received_at=received_at,
            moderator_from=received_at + inquiry.policy.retry,
        )  # fmt: skip
        lifecycle.record(
            inquiry.report, EventKind.REPLY, actor=Actor.AUTHOR, now=now, contact=contact,
            data={"reply": reply.pk}, to_do=first,
        )  # fmt: skip
        _annul_if_it_came_before(inquiry, reply, now)
        holds.hold_for_mail(inquiry, mail=mail, reason=HOLD, now=now)
    return reply


def _annul_if_it_came_before(inquiry: Inquiry, reply: Reply, now: datetime) -> None:
    """A listing is annulled if an answer had arrived before it (product.md, section 3)."""
    report = inquiry.report
    if report.state != State.LAPSED:
        return
    listed = Listing.objects.filter(report_id=report.pk, closed_at=None).first()
    since = listed.opened_at if listed is not None else report.state_at
    if reply.received_at > since:
        return
    lifecycle.transition(
        report, State.UNREACHABLE, actor=Actor.MAIL, now=now, note=CAME_BEFORE, annulled=True
    )
    clock.void_clock(inquiry, reason=lapse.VOID, now=now)


def waiting_words(contact: Contact) -> tuple[Sequence[Reply], str]:
    """The contact's replies that wait, the oldest first, and their words together."""
    waiting = list(contact.replies.filter(decided_at=None))
    return waiting, "\n\n".join(reply.text for reply in waiting if reply.text)


def settle(
    contact: Contact,
    reports: Iterable[Report],
    answer: Answer,
    *,
    now: datetime,
    only: Reply | None = None,
    moderator: User | None = None,
) -> None:
    """The author gave an answer about `reports`: what they had written about them by mail is a
    part of it; where a `moderator` published one reply, that `only`. The reports are locked by the
    caller."""
    theirs = Q(contact=contact)
    if contact.address is not None:
        same = Q(contact__address__email__iexact=contact.address.email)
        theirs |= same & ~Q(contact__inquiry=contact.inquiry_id)
    locked = {report.pk: report for report in reports}
    waiting = Reply.objects.filter(theirs, decided_at=None, contact__inquiry__report__in=locked)
    if only is not None:
        waiting = waiting.filter(pk=only.pk)
    for reply in waiting.select_related("contact__inquiry").order_by("pk"):
        inquiry = reply.contact.inquiry
        inquiry.report = locked[inquiry.report_id]
        decide(reply, inquiry, now=now, answer=answer, moderator=moderator)


def decide(
    reply: Reply,
    inquiry: Inquiry,
    *,
    now: datetime,
    answer: Answer | None = None,
    set_aside: str = "",
    moderator: User | None = None,
) -> None:
    """The reply became a part of `answer`, or is none for the reason `set_aside`; its hold ends,
    unless another author's reply in the same mail waits. The report is locked by the caller."""
    reply.decided_at, reply.answer, reply.set_aside = now, answer, set_aside
    reply.save(update_fields=["decided_at", "answer", "set_aside"])
    others = Reply.objects.filter(contact__inquiry=inquiry, mail=reply.mail, decided_at=None)
    if others.exists():
        return
    actor = Actor.AUTHOR if moderator is None else Actor.MODERATOR
    holds.release_mail(inquiry, mail=reply.mail, actor=actor, moderator=moderator, now=now)
