"""“I am an author of this paper”: who confirmed it by mail, and whom a moderator believes, gets the
links by which authors answer (product.md, section 4: late answers).

What was sent before stays as it is: a listing is not taken back by it, an answer takes it off. Who
got a link in this way where nobody is being asked was not written to, and is in no public count.
"""

from datetime import datetime

from django.db.models import F, Q

from accounts.models import User
from registry.merging import group_of
from registry.models import Paper
from reports import contacts, lifecycle, links, merging
from reports import inquiry as clock
from reports.deciding import ask_at, record_decision
from reports.identity import position_of
from reports.models import Address, Appeal, Contact, Inquiry, Report
from reports.states import State
from reports.visibility import same_institution

ANSWERED_BY_LINK = (
    State.ASKING, State.UNREACHABLE, State.UNASKED, State.LAPSED, State.ANSWERED, State.DISPUTED,
    State.RESOLVED, State.CONFIRMED,
)  # fmt: skip
"""States of a report on which an author can say something."""
SOURCE = "The author asked for a link, and confirmed this address by mail"
GIVEN = "author's link given"
OWN_INSTITUTION = "This concerns your own institution: another moderator decides on it."


def lock_asked(paper: Paper, *, of: Appeal | None = None) -> list[Report]:
    """Lock and return the reports about the work on which its authors are or were asked, and those
    that the appeal `of` holds; entries before their root, as whatever happens to them locks."""
    asked = Q(paper__in=group_of(paper), state__in=ANSWERED_BY_LINK)
    if of is not None:
        asked |= Q(inquiry__holds__appeal=of)
    wanted = Report.objects.filter(asked, inquiry__isnull=False).distinct()
    order = wanted.order_by(F("paper__root").asc(nulls_last=True), "paper", "pk")
    return [lifecycle.lock(pk) for pk in list(order.values_list("pk", flat=True))]


def why_not(appeal: Appeal, moderator: User) -> str:
    """Empty, or why the moderator may not decide: their own paper, a report about it, or somebody
    of their own institution who asks."""
    if appeal.paper is None:
        return ""
    if same_institution(moderator, appeal.email):
        return OWN_INSTITUTION
    work = Paper.objects.filter(pk__in=group_of(appeal.paper)).prefetch_related("authors")
    return merging.why_not(moderator, *work)


def author_of(appeal: Appeal) -> str:
    """The name on the author list that they say is theirs; empty if they say it is missing."""
    if appeal.paper is None or appeal.position is None:
        return ""
    author = appeal.paper.authors.filter(position=appeal.position).first()
    return author.name if author is not None else ""


def seen(appeal: Appeal) -> list[tuple[Report, list[Contact]]]:
    """For moderators: each report that the author could answer, and whom it asked."""
    if appeal.paper is None:
        return []
    asked = Report.objects.filter(
        paper__in=group_of(appeal.paper), state__in=ANSWERED_BY_LINK, inquiry__isnull=False
    )
    reports = asked.prefetch_related("inquiry__contacts__address").order_by("pk")
    return [(report, list(report.inquiry.contacts.all())) for report in reports]


def give(
    appeal: Appeal, report: Report, *, moderator: User, reason: str, now: datetime
) -> str | None:
    """The token of the author's link for the locked report; None where nothing can be answered, or
    the report is about another work by now.

    Where the authors are being asked they are written to at the confirmed address from now on,
    beginning with a notice; an unreachable report is asking again.
    """
    assert appeal.paper is not None
    if report.state not in ANSWERED_BY_LINK or report.paper_id not in group_of(appeal.paper):
        return None
    inquiry = Inquiry.objects.select_for_update().get(report=report)
    inquiry.report = report
    address = _address(appeal, inquiry, moderator, now)
    contact = contacts.add_contact(inquiry, address, name=appeal.name)
    record_decision(report, moderator, now, GIVEN, contact=contact, note=reason)
    over = inquiry.closed_at is not None and now > inquiry.closed_at + links.VALID_AFTER_END / 2
    if over or contact.state == Contact.State.VOID:  # it ends soon, or the wrong person has it
        links.revoke(contact, now)
    if contact.state not in (Contact.State.OPTED_OUT, Contact.State.COMPLAINED):
        _write_there(inquiry, contact, address, moderator, now)
    report.forgotten_at = None  # an address came anew
    report.save(update_fields=["forgotten_at"])
    return links.token_for(contact, now)


def _write_there(
    inquiry: Inquiry, contact: Contact, address: Address, moderator: User, now: datetime
) -> None:
    """From now on the contact is written to at `address`, unless a letter failed there: that counts
    for ever, so it can be no address for the clock."""
    report = inquiry.report
    if address.failed_at is not None and report.state in (*contacts.RUNNING, State.UNASKED):
        return
    new = contact.address_id != address.pk or contact.state in contacts.GONE
    if new:
        contacts.use_address(contact, address, now=now)
    if report.state == State.UNREACHABLE:
        ask_at(inquiry, address, moderator=moderator, now=now)
    if report.state == State.ASKING:
        clock.order_letters(inquiry, now=now)
    elif contact.state == Contact.State.UNKNOWN:
        contact.state = Contact.State.LINKED
        contact.save(update_fields=["state"])


def _address(appeal: Appeal, inquiry: Inquiry, moderator: User, now: datetime) -> Address:
    """The confirmed address among those of the report; whose it is there, if it is known there."""
    report = inquiry.report
    known = report.addresses.filter(email__iexact=appeal.email).first()
    if known is None:
        position = _position(appeal, inquiry)
        last = report.addresses.filter(author_position=position).order_by("rank").last()
        known = Address(
            report=report, author_position=position, rank=last.rank + 1 if last else 1,
            email=appeal.email, language=appeal.language, source=SOURCE,
        )  # fmt: skip
    known.checked_by, known.checked_at = moderator, now
    known.save()
    return known


def _position(appeal: Appeal, inquiry: Inquiry) -> int:
    """Where the author stands among those of the report's paper; behind the last one, where that
    is not sure: such a person never counts as reached."""
    names, name = contacts.authors_of(inquiry.report), author_of(appeal)
    at = appeal.position
    same_list = inquiry.report.paper_id == appeal.paper_id
    if name and at is not None and same_list and names[at - 1 : at] == [name]:
        return at
    try:
        return position_of(name, names)
    except ValueError:  # no such author, or several of this name
        last = inquiry.contacts.order_by("position").values_list("position", flat=True).last()
        return max(len(names), last or 0) + 1
