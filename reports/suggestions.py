"""An author's word on who should be asked: a moderator decides (product.md, section 4)."""

from datetime import datetime

from accounts.models import User
from reports import contacts, holds, lapse, links, permitted
from reports import inquiry as clock
from reports.deadlines import at_least, deadline_after
from reports.deciding import ask_at, deciding, must, record_decision, words
from reports.lifecycle import Refused
from reports.models import Address, Contact, Inquiry, Suggestion
from reports.states import Actor, State


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

    Upheld, the contact is void, and a lapse that stood on them alone is annulled. Whoever is named
    at `email` is asked, with one restart of the clock an inquiry; without `author_position` they
    are not on the author list and never count. Refused, at least 14 days follow.
    """
    report_id = Suggestion.objects.values_list("contact__inquiry__report_id", flat=True).get(
        pk=suggestion_id
    )
    with deciding(report_id, moderator) as (report, inquiry):
        suggestion = Suggestion.objects.select_related("contact", "hold").get(pk=suggestion_id)
        if suggestion.decided_at is not None:
            raise Refused("Somebody decided on this already.")
        decision = words(decision)
        suggestion.decided_at, suggestion.decided_by = now, moderator
        suggestion.upheld, suggestion.decision = upheld, decision
        suggestion.save()
        what = "upheld" if upheld else "refused"
        record_decision(report, moderator, now, what, contact=suggestion.contact, note=decision)
        suggestion.hold.inquiry = inquiry
        holds.release(suggestion.hold, moderator=moderator, now=now)
        if upheld:
            _void(suggestion, inquiry, moderator, now)
            if email.strip() or author_position is not None:
                _ask_the_named(suggestion, inquiry, moderator, now, author_position, email)
            clock.unreachable_if_nobody_left(
                inquiry, reason=decision, now=now, actor=Actor.MODERATOR, user=moderator
            )
        clock.order_letters(inquiry, now=now)


def _void(suggestion: Suggestion, inquiry: Inquiry, moderator: User, now: datetime) -> None:
    """What was sent to the contact was sent to the wrong person."""
    contact = suggestion.contact
    contact.state = Contact.State.VOID
    contact.save(update_fields=["state"])
    # Whoever reads there is not the author: nothing sent there, now or later, counts for them.
    if contact.address_id is not None:
        Address.objects.filter(pk=contact.address_id, failed_at=None).update(failed_at=now)
    contacts.cancel_pending(contact, reason="not an author, or the wrong person", now=now)
    if suggestion.kind == Suggestion.Kind.NOT_AN_AUTHOR:
        links.revoke(contact, now)  # one who named another may have passed the link on to them
    lapse.annul_unless_reached(
        inquiry, note=suggestion.decision, now=now, actor=Actor.MODERATOR, user=moderator
    )
    clock.recount(inquiry, reason="The notice went to the wrong person.", now=now)


def _ask_the_named(
    suggestion: Suggestion,
    inquiry: Inquiry,
    moderator: User,
    now: datetime,
    position: int | None,
    email: str,
) -> None:
    report = inquiry.report
    must(permitted.asking(report))
    authors = len(contacts.authors_of(report))
    if position is None:
        taken = inquiry.contacts.order_by("position").values_list("position", flat=True).last()
        position = max(authors, taken or 0) + 1
    elif not 1 <= position <= authors:
        raise Refused("Choose an author of the paper, or say that the person is none.")
    if not email.strip():
        raise Refused("Give the address of the person who is named.")
    address = contacts.found_address(
        report, position, email, source=f"Named by {suggestion.contact.name}",
        moderator=moderator, now=now,
    )  # fmt: skip
    running = report.state == State.ASKING
    ask_at(inquiry, address, moderator=moderator, now=now, name=suggestion.name)
    if running:
        _restart(inquiry, now=now)


def _restart(inquiry: Inquiry, *, now: datetime) -> None:
    """The one restart an inquiry, for a person named by another.

    Where no notice stands the clock begins with theirs in any case.
    """
    if inquiry.restarted:
        return
    inquiry.restarted = True
    inquiry.save(update_fields=["restarted"])
    if inquiry.deadline is None:
        return
    policy = inquiry.policy
    new = max(
        deadline_after(policy, now, policy.window),
        at_least(policy, inquiry.deadline, now, policy.late),
    )
    clock.set_deadline(inquiry, new, reason="Another person was named.", now=now)
