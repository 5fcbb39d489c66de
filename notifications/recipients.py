"""Whom a letter about an event goes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from notifications.models import Email
from reports import contacts
from reports.models import Address, Contact, Report, ReportEvent

REACHED = (Contact.State.HANDED_OVER, Contact.State.DELIVERED, Contact.State.LINKED)
"""Contacts to whom letters beside those of the clock may go."""


class To(Enum):
    """Whom a letter goes to."""

    REPORTER = "the reporter"
    ACTOR = "the author who did it"
    OTHERS = "the other authors who were reached"
    AUTHORS = "the authors who were reached, or who were told of a published match"
    ADDRESSES = "each author of a match, at the first address"


@dataclass(frozen=True)
class Recipient:
    """Where one mail goes; `name` is unique among the recipients of an event."""

    name: str
    address: str
    language: str
    contact: Contact | None = None
    user_id: int | None = None


def recipients_of(event: ReportEvent, groups: Iterable[To]) -> list[Recipient]:
    """The people in `groups`, each address once; nobody who asked not to be written to."""
    found: list[Recipient] = []
    for to in groups:
        found += _RECIPIENTS[to](event)
    unique: dict[str, Recipient] = {}
    for recipient in found:
        unique.setdefault(recipient.address.lower(), recipient)
    return list(unique.values())


def _reporter(event: ReportEvent) -> list[Recipient]:
    user = event.report.reporter
    if not user.is_active:
        return []
    return [Recipient(f"user-{user.pk}", user.email, user.language, user_id=user.pk)]


def _authors(event: ReportEvent) -> list[Recipient]:
    if not hasattr(event.report, "inquiry"):
        return _told(event)
    reached = (
        Contact.objects.filter(inquiry__report=event.report_id, state__in=REACHED)
        .filter(address__isnull=False, address__failed_at=None)
        .select_related("address")
    )
    return [
        Recipient(f"contact-{c.pk}", c.address.email, c.address.language, contact=c)
        for c in reached
        if c.address is not None and not opted_out(c.address.email, event.report)
    ]


def _actor(event: ReportEvent) -> list[Recipient]:
    return [r for r in _authors(event) if r.contact and r.contact.pk == event.contact_id]


def _others(event: ReportEvent) -> list[Recipient]:
    return [r for r in _authors(event) if r.contact and r.contact.pk != event.contact_id]


def _addresses(event: ReportEvent) -> list[Recipient]:
    """A match opens no inquiry, so there are no contacts: each author's first good address."""
    first: dict[int, Address] = {}
    good = event.report.addresses.filter(failed_at=None, dead_at=None).exclude(email="")
    for address in good.order_by("rank"):
        first.setdefault(address.author_position, address)
    return [
        Recipient(f"address-{a.pk}", a.email, a.language)
        for _, a in sorted(first.items())
        if not opted_out(a.email, event.report)
    ]


def _told(event: ReportEvent) -> list[Recipient]:
    """Of a match's authors, those to whom the letter about it went."""
    told = set(
        Email.objects.filter(
            event__report=event.report_id, kind="published", state=Email.State.ACCEPTED
        ).values_list("recipient", flat=True)
    )
    return [r for r in _addresses(event) if r.address in told]


_RECIPIENTS = {
    To.REPORTER: _reporter,
    To.ACTOR: _actor,
    To.OTHERS: _others,
    To.AUTHORS: _authors,
    To.ADDRESSES: _addresses,
}


def opted_out(address: str, report: Report) -> bool:
    """Whether the person asked not to be written to again about this paper."""
    return contacts.opted_out(address, report.paper)
