"""What moderators do to a running inquiry. Each function is one transaction; the conflict rule of
section 3 holds for all. What authors say of their address is decided in suggestions.py."""

from datetime import datetime

from accounts.models import User
from reports import contacts, holds, lifecycle, links, permitted, two_persons
from reports import inquiry as clock
from reports.deadlines import deadline_after
from reports.deciding import ask_at, deciding, must, record_decision, words
from reports.lifecycle import Refused
from reports.models import Address, AddressSearch, Contact, EventKind, Hold, Report
from reports.states import Actor, State

EXTENSIONS = (7, 14, 28)
"""Days by which a moderator may extend a deadline at once, of a window of 28."""
SILENT = "Both sides were silent for 90 days."
"""The public reason for which a moderator closes a report."""

# --- holds -----------------------------------------------------------------------------------


def open_hold(*, report_id: int, moderator: User, reason: str, now: datetime) -> Hold:
    """Nothing lapses until the hold is released."""
    with deciding(report_id, moderator) as (_, inquiry):
        return holds.open_hold(inquiry, reason=words(reason), now=now, moderator=moderator)


def release_hold(*, hold_id: int, moderator: User, now: datetime, agreed: bool = False) -> None:
    """End a hold; the deadline is then at least 14 days later.

    `agreed`: a second moderator confirmed it (proposals.py).
    """
    report_id = Hold.objects.values_list("inquiry__report_id", flat=True).get(pk=hold_id)
    with deciding(report_id, moderator) as (_, inquiry):
        hold = Hold.objects.get(pk=hold_id)
        must(permitted.releasing(hold))
        if two_persons.for_release(inquiry, now) and not agreed:
            raise Refused(two_persons.ASK_ANOTHER)
        hold.inquiry = inquiry
        holds.release(hold, moderator=moderator, now=now)
        clock.plan(inquiry, now=now)


# --- more time ---------------------------------------------------------------------------------


def extend(*, report_id: int, moderator: User, days: int, reason: str, now: datetime) -> datetime:
    """Give the authors `days` more than the deadline in force, for a reason that everybody reads.

    As often as it is needed, and never less than they have; the new deadline (UTC). Days are those
    of a window of 28. The author's own extension is not used up.
    """
    with deciding(report_id, moderator) as (report, inquiry):
        must(permitted.extending(report, inquiry))
        reason = words(reason, "Give the reason: everybody reads it once the report is public.")
        if days not in EXTENSIONS:
            raise Refused("Choose how much more time the authors get.")
        assert inquiry.deadline is not None
        policy = inquiry.policy
        new = deadline_after(policy, max(inquiry.deadline, now), policy.window * days / 28)
        clock.set_deadline(inquiry, new, reason="A moderator gave more time.", now=now)
        lifecycle.record(
            report, EventKind.EXTENSION, actor=Actor.MODERATOR, now=now, user=moderator,
            note=reason, data={"deadline": new.isoformat()},
        )  # fmt: skip
        clock.plan(inquiry, now=now)
    return new


# --- nobody was reached ----------------------------------------------------------------------


def not_reached(*, report_id: int, moderator: User, reason: str, now: datetime) -> Report:
    """A moderator finds that nobody was reached: the clock is void, a listing is annulled."""
    with deciding(report_id, moderator) as (report, inquiry):
        lifecycle.transition(
            report, State.UNREACHABLE, actor=Actor.MODERATOR, now=now, user=moderator,
            note=words(reason), annulled=True,
        )  # fmt: skip
        # What was sent proves nothing any more: only a new address, and a new notice, count.
        asked = inquiry.contacts.exclude(state__in=contacts.SILENCED)
        Address.objects.filter(pk__in=asked.values("address"), failed_at=None).update(failed_at=now)
        for contact in asked:
            contact.state = Contact.State.FAILED
            contact.save(update_fields=["state"])
            contacts.cancel_pending(
                contact, reason="a moderator found that nobody was reached", now=now
            )
        clock.void_clock(inquiry, reason="A moderator found that nobody was reached.", now=now)
    return report


def record_search(
    *, report_id: int, moderator: User, where: str, found: str, now: datetime
) -> AddressSearch:
    """Record a search for an author's address: where, and what it gave."""
    with deciding(report_id, moderator) as (report, _):
        must(permitted.asking(report))
        where = words(where, "Say where you searched, so that the next one looks elsewhere.")
        if report.searches.filter(where__iexact=where, at__gte=report.state_at).exists():
            raise Refused("This search is recorded already.")
        search = AddressSearch.objects.create(
            report=report, moderator=moderator, where=where, found=found.strip(), at=now
        )
        lifecycle.record(
            report, EventKind.SEARCH, actor=Actor.MODERATOR, now=now, user=moderator,
            data={"search": search.pk}, to_do=False,
        )  # fmt: skip
    return search


def unasked(*, report_id: int, moderator: User, now: datetime) -> Report:
    """Make an unreachable report public, never listed: after 60 days and two searches."""
    with deciding(report_id, moderator) as (report, inquiry):
        must(permitted.unasking(report, inquiry, now))
        lifecycle.transition(report, State.UNASKED, actor=Actor.MODERATOR, now=now, user=moderator)
    return report


# --- whom to ask -----------------------------------------------------------------------------


def ask_again(
    *,
    report_id: int,
    moderator: User,
    author_position: int,
    email: str,
    source: str,
    now: datetime,
    source_url: str = "",
) -> Contact:
    """Write to an author at a new address; an unreachable or unasked report is asking again.

    While the author's present address works, the new one is kept until that fails.
    """
    with deciding(report_id, moderator) as (report, inquiry):
        must(permitted.asking(report))
        if not 1 <= author_position <= len(contacts.authors_of(report)):
            raise Refused("Choose an author of the paper: only they are asked.")
        source = words(source, "Say where the address was found; it must be open to see.")
        address = contacts.found_address(
            report, author_position, email, source=source, source_url=source_url,
            moderator=moderator, now=now,
        )  # fmt: skip
        contact = ask_at(inquiry, address, moderator=moderator, now=now)
        record_decision(report, moderator, now, "address found", contact=contact)
        clock.order_letters(inquiry, now=now)
    return contact


def mark_counts(*, contact_id: int, moderator: User, because: str, now: datetime) -> None:
    """Record why reaching this author will do, beside corresponding, first and last."""
    report_id = Contact.objects.values_list("inquiry__report_id", flat=True).get(pk=contact_id)
    with deciding(report_id, moderator) as (report, inquiry):
        contact = Contact.objects.get(pk=contact_id)
        must(permitted.counting(report, contact))
        because = words(because, "Say why reaching this author will do.")
        contact.counts_because = because
        contact.save(update_fields=["counts_because"])
        record_decision(report, moderator, now, "counts", contact=contact, note=because)
        clock.plan(inquiry, now=now)


def revoke_link(*, contact_id: int, moderator: User, now: datetime) -> None:
    """End the contact's answer link; the next letter carries a new one.

    Where a deadline runs, enough time is left for a final notice with the new link: silence of
    somebody who has no link is none.
    """
    report_id = Contact.objects.values_list("inquiry__report_id", flat=True).get(pk=contact_id)
    with deciding(report_id, moderator) as (report, inquiry):
        contact = Contact.objects.get(pk=contact_id)
        links.revoke(contact, now)
        record_decision(report, moderator, now, "link revoked", contact=contact)
        holds.give_time(inquiry, reason="A link was revoked.", now=now)
        clock.plan(inquiry, now=now)


# --- after the answer ------------------------------------------------------------------------


def resolve(*, report_id: int, moderator: User, now: datetime) -> Report:
    """Close an answered or disputed report on which both sides were silent for 90 days."""
    with deciding(report_id, moderator) as (report, inquiry):
        must(permitted.resolving(report, inquiry, now))
        lifecycle.transition(
            report, State.RESOLVED, actor=Actor.MODERATOR, now=now, user=moderator, note=SILENT
        )
    return report


def reopen(*, report_id: int, moderator: User, reason: str, now: datetime) -> Report:
    """Open a resolved report again: it is disputed, for the reason that everybody reads."""
    with deciding(report_id, moderator) as (report, _):
        must(permitted.reopening(report))
        lifecycle.transition(
            report, State.DISPUTED, actor=Actor.MODERATOR, now=now, user=moderator,
            note=words(reason),
        )  # fmt: skip
    return report
