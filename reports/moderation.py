"""What moderators do to a running inquiry. Each function is one transaction; the conflict rule of
section 3 holds for all."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from reports import inquiry as clock
from reports import lifecycle, links
from reports.deadlines import at_least, deadline_after
from reports.lifecycle import Refused
from reports.models import (
    Address,
    AddressSearch,
    Contact,
    EventKind,
    Hold,
    Inquiry,
    OptOut,
    Report,
    Suggestion,
)
from reports.states import Actor, State
from reports.visibility import may_moderate


@contextmanager
def _deciding(report_id: int, moderator: User) -> Iterator[tuple[Report, Inquiry]]:
    """The locked report and its inquiry, for a moderator who may decide on it."""
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        why_not = may_moderate(moderator, report)
        if why_not:
            raise Refused(why_not)
        inquiry = Inquiry.objects.select_for_update().filter(report=report).first()
        if inquiry is None:
            raise Refused("The authors were never asked about this report.")
        inquiry.report = report
        yield report, inquiry


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused("Give the reason, in words for the people concerned.")
    return text.strip()


def open_hold(*, report_id: int, moderator: User, reason: str, now: datetime) -> Hold:
    """Nothing lapses until the hold is released."""
    with _deciding(report_id, moderator) as (_, inquiry):
        return clock.hold(inquiry, reason=_reason(reason), now=now, moderator=moderator)


def release_hold(*, hold_id: int, moderator: User, now: datetime) -> None:
    """End a hold; the deadline is then at least 14 days later."""
    report_id = Hold.objects.values_list("inquiry__report_id", flat=True).get(pk=hold_id)
    with _deciding(report_id, moderator) as (_, inquiry):
        hold = Hold.objects.get(pk=hold_id)
        if hold.released_at is None and Suggestion.objects.filter(hold=hold).exists():
            raise Refused("An author's word waits behind this hold: decide on it instead.")
        hold.inquiry = inquiry
        clock.release(hold, moderator=moderator, now=now)


def record_search(
    *, report_id: int, moderator: User, where: str, found: str, now: datetime
) -> AddressSearch:
    """Record a search for an author's address: where, and what it gave."""
    with _deciding(report_id, moderator) as (report, _):
        search = AddressSearch.objects.create(
            report=report, moderator=moderator, where=_reason(where), found=found, at=now
        )
        lifecycle.record(
            report, EventKind.SEARCH, actor=Actor.MODERATOR, now=now, user=moderator,
            data={"search": search.pk}, to_do=False,
        )  # fmt: skip
    return search


def unasked(*, report_id: int, moderator: User, now: datetime) -> Report:
    """Make an unreachable report public, never listed: after 60 days and two searches."""
    with _deciding(report_id, moderator) as (report, inquiry):
        earliest = report.state_at + inquiry.policy.window * 60 / 28
        if report.state == State.UNREACHABLE and now < earliest:
            raise Refused(f"Not before {earliest:%d %B %Y, %H:%M} UTC: 60 days must have passed.")
        if report.searches.count() < 2:
            raise Refused("Record two searches for the authors' addresses first.")
        lifecycle.transition(report, State.UNASKED, actor=Actor.MODERATOR, now=now, user=moderator)
    return report


def ask_again(
    *, report_id: int, moderator: User, author_position: int, email: str, source: str, now: datetime
) -> Contact:
    """Write to an author at a new address; an unreachable or unasked report is asking again."""
    with _deciding(report_id, moderator) as (report, inquiry):
        if report.state not in (State.ASKING, State.UNREACHABLE, State.UNASKED):
            raise Refused(f"The report is {report.state}: nobody is asked any more.")
        contact = _new_address(
            inquiry, author_position, email, _reason(source), moderator=moderator, now=now
        )
        if report.state != State.ASKING:
            Inquiry.objects.filter(pk=inquiry.pk).update(closed_at=None)
            inquiry.closed_at = None
            lifecycle.transition(
                report, State.ASKING, actor=Actor.MODERATOR, now=now, user=moderator
            )
        clock.order_letters(inquiry, now=now)
    return contact


def _new_address(
    inquiry: Inquiry, position: int, email: str, source: str, *, moderator: User, now: datetime
) -> Contact:
    """The contact of the author at `position`, now at `email`."""
    report = inquiry.report
    if not 1 <= position <= len(clock.authors_of(report)):
        raise Refused("Choose an author of the paper: only they are asked.")
    if OptOut.objects.filter(email_hash=clock.email_hash(email), paper=report.paper).exists():
        raise Refused("This person asked not to be written to again about this paper.")
    if report.addresses.filter(email__iexact=email).exists():
        raise Refused("This address was used for this report already.")
    rank = report.addresses.filter(author_position=position).aggregate(m=Max("rank"))["m"] or 0
    address = Address.objects.create(
        report=report, author_position=position, rank=rank + 1, email=email, source=source,
        checked_by=moderator, checked_at=now,
    )  # fmt: skip
    contact = clock.add_contact(inquiry, address)
    if contact.address_id != address.pk and contact.state in clock.GONE:
        contact.address, contact.state = address, Contact.State.UNKNOWN
        contact.save(update_fields=["address", "state"])
    return contact


def mark_counts(*, contact_id: int, moderator: User, because: str, now: datetime) -> None:
    """Record why reaching this author will do, beside corresponding, first and last."""
    report_id = Contact.objects.values_list("inquiry__report_id", flat=True).get(pk=contact_id)
    with _deciding(report_id, moderator) as (report, inquiry):
        contact = Contact.objects.get(pk=contact_id)
        contact.counts_because = _reason(because)
        contact.save(update_fields=["counts_because"])
        _decision(report, moderator, now, contact, "counts", contact.counts_because)
        clock.plan(inquiry, now=now)


def revoke_link(*, contact_id: int, moderator: User, now: datetime) -> None:
    """End the contact's answer link; the next letter carries a new one."""
    report_id = Contact.objects.values_list("inquiry__report_id", flat=True).get(pk=contact_id)
    with _deciding(report_id, moderator) as (report, _):
        contact = Contact.objects.get(pk=contact_id)
        links.revoke(contact, now)
        _decision(report, moderator, now, contact, "link revoked", "")


def _decision(
    report: Report, moderator: User, now: datetime, contact: Contact, what: str, note: str
) -> None:
    lifecycle.record(
        report, EventKind.DECISION, actor=Actor.MODERATOR, now=now, user=moderator,
        contact=contact, note=note, data={"what": what}, to_do=False,
    )  # fmt: skip


def decide_suggestion(
    *,
    suggestion_id: int,
    moderator: User,
    upheld: bool,
    decision: str,
    now: datetime,
    author_position: int | None = None,
    email: str = "",
) -> None:
    """Uphold or refuse what an author said of their address; the hold behind it is released.

    Upheld, the contact is void; a named person who is on the author list (`author_position`,
    `email`) is asked, with one restart of the clock an inquiry. Refused, at least 14 days follow.
    """
    report_id = Suggestion.objects.values_list("contact__inquiry__report_id", flat=True).get(
        pk=suggestion_id
    )
    with _deciding(report_id, moderator) as (report, inquiry):
        suggestion = Suggestion.objects.select_related("contact", "hold").get(pk=suggestion_id)
        if suggestion.decided_at is not None:
            raise Refused("Somebody decided on this already.")
        suggestion.decided_at, suggestion.decided_by = now, moderator
        suggestion.upheld, suggestion.decision = upheld, _reason(decision)
        suggestion.save()
        contact = suggestion.contact
        _decision(report, moderator, now, contact, "upheld" if upheld else "refused", decision)
        suggestion.hold.inquiry = inquiry
        clock.release(suggestion.hold, moderator=moderator, now=now)
        if upheld:
            contact.state = Contact.State.VOID
            contact.save(update_fields=["state"])
            if author_position is not None and email and report.state == State.ASKING:
                _new_address(
                    inquiry, author_position, email, f"Named by {contact.name}",
                    moderator=moderator, now=now,
                )  # fmt: skip
                _restart(inquiry, now=now)
            clock.unreachable_if_nobody_left(inquiry, reason=suggestion.decision, now=now)
        clock.order_letters(inquiry, now=now)


def _restart(inquiry: Inquiry, *, now: datetime) -> None:
    """The one restart an inquiry, for a person named by another."""
    if inquiry.restarted or inquiry.deadline is None:
        return
    policy = inquiry.policy
    inquiry.restarted = True
    inquiry.save(update_fields=["restarted"])
    new = max(
        deadline_after(policy, now, policy.window),
        at_least(policy, inquiry.deadline, now, policy.late),
    )
    clock.set_deadline(inquiry, new, reason="Another person was named.", now=now)


def not_reached(*, report_id: int, moderator: User, reason: str, now: datetime) -> Report:
    """A moderator finds that nobody was reached: the clock is void, a listing is annulled."""
    with _deciding(report_id, moderator) as (report, inquiry):
        lifecycle.transition(
            report, State.UNREACHABLE, actor=Actor.MODERATOR, now=now, user=moderator,
            note=_reason(reason), annulled=True,
        )  # fmt: skip
        # What was sent proves nothing any more: only a new address, and a new notice, count.
        asked = inquiry.contacts.exclude(state__in=clock.SILENCED)
        Address.objects.filter(pk__in=asked.values("address"), failed_at=None).update(failed_at=now)
        asked.update(state=Contact.State.FAILED)
        clock.void_clock(inquiry, reason="A moderator found that nobody was reached.", now=now)
    return report
