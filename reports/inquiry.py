"""The clock's writer: opens inquiries, orders letters, moves deadlines (product.md, section 4).

Every function expects the report to be locked by `lifecycle.lock` in the running transaction.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from reports import lifecycle
from reports.deadlines import Policy, at_least
from reports.lifecycle import Refused
from reports.models import (
    Address,
    Contact,
    DeadlineChange,
    EventKind,
    Hold,
    Inquiry,
    Letter,
    OptOut,
    Probe,
    Report,
)
from reports.reach import Ear, LetterFact, LetterKind, final_counts, next_letter, rescue
from reports.states import Actor, State

GONE = (Contact.State.FAILED, Contact.State.VOID)
"""States of a contact who cannot be reached any more."""
SILENCED = (*GONE, Contact.State.OPTED_OUT)
"""States of a contact to whom no letter is written."""
TICK = timedelta(milliseconds=1)


def email_hash(email: str) -> str:
    """What is kept of an address to honour 'do not write to me again'."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def open_inquiry(report: Report, *, policy: Policy, now: datetime) -> Inquiry:
    """The inquiry of an accepted report, with a contact for each author who has an address."""
    inquiry = Inquiry.objects.create(
        report=report, frozen_policy=policy.to_json(), opened_at=now, letters_at=now
    )
    for address in report.addresses.filter(failed_at=None).order_by("author_position", "rank"):
        add_contact(inquiry, address)
    return inquiry


def authors_of(report: Report) -> list[str]:
    """The names of the paper's authors in order; as the reporter gave them where not known."""
    assert report.paper is not None
    return list(report.paper.authors.values_list("name", flat=True)) or list(report.author_names)


def add_contact(inquiry: Inquiry, address: Address) -> Contact:
    """The contact of the author of `address`; an author has one, however many addresses."""
    names = authors_of(inquiry.report)
    position = address.author_position
    opted_out = OptOut.objects.filter(
        email_hash=email_hash(address.email), paper=inquiry.report.paper
    ).exists()
    contact, _ = Contact.objects.get_or_create(
        inquiry=inquiry,
        position=position,
        defaults={
            "name": names[position - 1] if position <= len(names) else "",
            "first": position == 1,
            "last": position == len(names),
            "address": address,
            "state": Contact.State.OPTED_OUT if opted_out else Contact.State.UNKNOWN,
        },
    )
    if address.corresponding and not contact.corresponding:
        contact.corresponding = True
        contact.save(update_fields=["corresponding"])
    return contact


def facts_of(contact: Contact) -> list[LetterFact]:
    """The letters to the contact's address in use; once it is forgotten, to the last one used."""
    letters = list(contact.letters.all())
    used = contact.address_id or (letters[-1].address_id if letters else None)
    return [letter.fact for letter in letters if letter.address_id == used]


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
    """Set when the sweep looks at the inquiry's letters next; None while nothing can be due."""
    at: datetime | None = None
    if inquiry.report.state == State.ASKING and not has_open_hold(inquiry):
        times = []
        counting = []
        for contact in _writable(inquiry):
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


def anybody_left(inquiry: Inquiry) -> bool:
    """Whether an author is left who was or may still be reached."""
    return inquiry.contacts.exclude(state__in=GONE).filter(address__isnull=False).exists()


def unreachable_if_nobody_left(inquiry: Inquiry, *, reason: str, now: datetime) -> bool:
    """Move an asking report to unreachable, its clock void, if nobody is left to ask."""
    if inquiry.report.state != State.ASKING or anybody_left(inquiry):
        return False
    lifecycle.transition(inquiry.report, State.UNREACHABLE, actor=Actor.MAIL, now=now, note=reason)
    void_clock(inquiry, reason="No author could be reached: the clock is void.", now=now)
    return True


def hold(inquiry: Inquiry, *, reason: str, now: datetime, moderator: User | None = None) -> Hold:
    """Open a hold: nothing lapses and no reminder leaves while it stands."""
    if inquiry.report.state not in (State.ASKING, State.UNREACHABLE, State.LAPSED):
        raise Refused(f"The report is {inquiry.report.state}: nothing runs that could be held.")
    opened = Hold.objects.create(inquiry=inquiry, reason=reason, opened_at=now, opened_by=moderator)
    lifecycle.record(
        inquiry.report, EventKind.HOLD, actor=Actor.MODERATOR if moderator else Actor.AUTHOR,
        now=now, user=moderator, note=reason, data={"hold": opened.pk},
    )  # fmt: skip
    plan(inquiry, now=now)
    return opened


def release(opened: Hold, *, moderator: User, now: datetime) -> None:
    """End a hold; the deadline is then at least `policy.late` later."""
    if opened.released_at is not None:
        raise Refused("This hold was released already.")
    inquiry = opened.inquiry
    opened.released_at, opened.released_by = now, moderator
    opened.save(update_fields=["released_at", "released_by"])
    if inquiry.report.state == State.ASKING and inquiry.deadline is not None:
        policy = inquiry.policy
        set_deadline(
            inquiry,
            at_least(policy, inquiry.deadline, now, policy.late),
            reason="A hold was released.",
            now=now,
        )
    lifecycle.record(
        inquiry.report, EventKind.RELEASE, actor=Actor.MODERATOR, now=now, user=moderator,
        note=opened.reason, data={"hold": opened.pk},
    )  # fmt: skip
    plan(inquiry, now=now)


def next_address(contact: Contact, *, exclude: Iterable[int] = ()) -> Address | None:
    """The author's next address that has not failed, by rank."""
    return (
        contact.inquiry.report.addresses.filter(
            author_position=contact.position, failed_at=None, dead_at=None
        )
        .exclude(pk__in=list(exclude))
        .order_by("rank")
        .first()
    )
