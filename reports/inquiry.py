"""The clock's writer: opens inquiries, orders letters, moves deadlines (product.md, section 4).

Every function expects the report to be locked by `lifecycle.lock` in the running transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from accounts.models import User
from reports import lifecycle
from reports.contacts import GONE, SILENCED, add_contact, facts_of
from reports.deadlines import Policy, deadline_after
from reports.models import Contact, DeadlineChange, EventKind, Inquiry, Letter, Probe, Report
from reports.reach import Ear, LetterKind, final_counts, next_letter, rescue, silence_counts
from reports.states import Actor, State

TICK = timedelta(milliseconds=1)
NOBODY_LEFT = "Who was asked does not want to be written to again."


def open_inquiry(report: Report, *, policy: Policy, now: datetime) -> Inquiry:
    """The inquiry of an accepted report, with a contact for each author who has an address."""
    inquiry = Inquiry.objects.create(
        report=report, frozen_policy=policy.to_json(), opened_at=now, letters_at=now
    )
    for address in report.addresses.filter(failed_at=None).order_by("author_position", "rank"):
        add_contact(inquiry, address)
    return inquiry


def ear(now: datetime) -> Ear:
    """How far the site surely heard of failures; in trial mode it trusts every hand-over."""
    heard = (
        Probe.objects.filter(returned_at__lte=now)
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
        .first()
    )
    return Ear(heard_until=heard, trusting=settings.TRIAL_MODE)


def has_open_hold(inquiry: Inquiry) -> bool:
    """Whether a hold stands."""
    return inquiry.holds.filter(released_at=None).exists()


def set_deadline(inquiry: Inquiry, new: datetime | None, *, reason: str, now: datetime) -> None:
    """Put `new` (UTC) in force, with its append-only row; None voids the clock."""
    if new == inquiry.deadline:
        return
    DeadlineChange.objects.create(
        inquiry=inquiry, at=now, old=inquiry.deadline, new=new, reason=reason
    )
    lifecycle.record(
        inquiry.report,
        EventKind.DEADLINE,
        actor=Actor.SWEEP,
        now=now,
        note=reason,
        data={"deadline": new.isoformat() if new else None},
        to_do=False,
    )
    inquiry.deadline = inquiry.lapse_at = new
    inquiry.save(update_fields=["deadline", "lapse_at"])


def order_letters(inquiry: Inquiry, *, now: datetime) -> int:
    """Write down the letters that are due now, one pending at most a contact; returns how many.

    Moves the deadline first if letters were so late that no final notice could count for it.
    """
    if inquiry.report.state != State.ASKING or has_open_hold(inquiry):
        plan(inquiry, now=now)
        return 0
    policy = inquiry.policy
    contacts = _writable(inquiry)
    if inquiry.deadline is not None:
        later = rescue([facts_of(c) for c in contacts if c.counts], policy, inquiry.deadline, now)
        if later is not None and later > inquiry.deadline:
            set_deadline(
                inquiry, later, reason="Letters left late, so the authors get more time.", now=now
            )
    ordered = 0
    for contact in contacts:
        due = next_letter(facts_of(contact), policy, inquiry.deadline, now)
        if due is not None and due.at <= now:
            order_letter(contact, due.kind, now=now)
            ordered += 1
    plan(inquiry, now=now)
    return ordered


def _writable(inquiry: Inquiry) -> list[Contact]:
    return list(
        inquiry.contacts.exclude(state__in=SILENCED)
        .filter(address__isnull=False)
        .prefetch_related("letters")
    )


def order_letter(
    contact: Contact, kind: LetterKind, *, now: datetime, to_do: bool = True
) -> Letter:
    """Owe a letter to the contact: its event, its to-do and its row."""
    event = lifecycle.record(
        contact.inquiry.report,
        EventKind.LETTER,
        actor=Actor.SWEEP,
        now=now,
        contact=contact,
        data={"letter": str(kind)},
        to_do=to_do,
    )
    return Letter.objects.create(
        contact=contact, address=contact.address, event=event, kind=kind, owed_at=now
    )


def plan(inquiry: Inquiry, *, now: datetime) -> None:
    """Set when the sweep looks at the inquiry's letters next; None while nothing can be due.

    An inquiry that nobody is left to answer ends here: every change of it comes by.
    """
    contacts = _present(inquiry)
    if unreachable_if_nobody_left(inquiry, reason=NOBODY_LEFT, now=now, contacts=contacts):
        return
    at: datetime | None = None
    if inquiry.report.state == State.ASKING and not has_open_hold(inquiry):
        times = []
        counting = []
        for contact in contacts:
            if contact.state in SILENCED:
                continue
            facts = facts_of(contact)
            due = next_letter(facts, inquiry.policy, inquiry.deadline, now)
            if due is not None:
                times.append(due.at)
            if contact.counts and any(x.stands and x.kind is LetterKind.NOTICE for x in facts):
                counting.append(facts)
        deadline = inquiry.deadline
        if (
            deadline is not None
            and counting
            and not any(
                final_counts(fact, inquiry.policy, deadline) for facts in counting for fact in facts
            )
        ):
            times.append(deadline - inquiry.policy.settle + TICK)
        at = min(times, default=None)
    inquiry.letters_at = at
    inquiry.save(update_fields=["letters_at"])


def void_clock(inquiry: Inquiry, *, reason: str, now: datetime) -> None:
    """Nobody is left who can be reached: no deadline runs; the inquiry is open again."""
    inquiry.closed_at = None
    inquiry.letters_at = None
    inquiry.save(update_fields=["closed_at", "letters_at"])
    set_deadline(inquiry, None, reason=reason, now=now)


def recount(inquiry: Inquiry, *, reason: str, now: datetime) -> None:
    """The deadline counts from the first notice that still stands; it never moves forward.

    Notices from before the clock was void, and those to somebody who is gone, started none.
    """
    if inquiry.report.state != State.ASKING or inquiry.deadline is None:
        return
    notices = Letter.objects.filter(
        contact__inquiry=inquiry,
        kind=LetterKind.NOTICE,
        handed_over_at__isnull=False,
        failed_at=None,
        address=F("contact__address"),
    ).exclude(contact__state__in=GONE)
    void = inquiry.deadline_changes.filter(new=None).last()
    if void is not None:
        notices = notices.filter(handed_over_at__gte=void.at)
    first = notices.order_by("handed_over_at").first()
    if first is None or first.handed_over_at is None:
        set_deadline(inquiry, None, reason=reason, now=now)
        return
    policy = inquiry.policy
    counted = deadline_after(policy, first.handed_over_at, policy.window)
    set_deadline(inquiry, max(inquiry.deadline, counted), reason=reason, now=now)


def _present(inquiry: Inquiry) -> list[Contact]:
    """The authors with an address who are not gone, with their letters."""
    contacts = inquiry.contacts.exclude(state__in=GONE).filter(address__isnull=False)
    return list(contacts.prefetch_related("letters"))


def anybody_left(inquiry: Inquiry, contacts: Sequence[Contact] | None = None) -> bool:
    """Whether an author is left who may be written to, or whose silence may count."""
    return any(
        contact.state != Contact.State.OPTED_OUT or may_count(contact, inquiry)
        for contact in (_present(inquiry) if contacts is None else contacts)
    )


def may_count(contact: Contact, inquiry: Inquiry) -> bool:
    """Whether the silence of an author who wants no more letters may count: only if they were
    shown the deadline in force, because nobody can tell them of another."""
    deadline = inquiry.deadline
    return deadline is not None and silence_counts(facts_of(contact), inquiry.policy, deadline)


def unreachable_if_nobody_left(
    inquiry: Inquiry,
    *,
    reason: str,
    now: datetime,
    actor: Actor = Actor.MAIL,
    user: User | None = None,
    contacts: Sequence[Contact] | None = None,
) -> bool:
    """Move an asking report to unreachable, its clock void, if nobody is left to ask.

    `contacts` are its authors, where they were just read.
    """
    if inquiry.report.state != State.ASKING or anybody_left(inquiry, contacts):
        return False
    lifecycle.transition(
        inquiry.report, State.UNREACHABLE, actor=actor, now=now, user=user, note=reason
    )
    void_clock(inquiry, reason="No author could be reached: the clock is void.", now=now)
    return True
