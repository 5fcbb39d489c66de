"""Whom an inquiry asks, and at which address (product.md, section 4).

Functions that write expect the report to be locked by `lifecycle.lock` in the running transaction.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Max
from django.db.models.functions import Lower

from accounts.models import User
from registry.models import Paper
from reports import lifecycle
from reports.lifecycle import Refused
from reports.models import Address, Contact, EventKind, Inquiry, Letter, OptOut, Report
from reports.reach import LetterFact, LetterKind, robots_only
from reports.states import Actor, State

GONE = (Contact.State.FAILED, Contact.State.VOID, Contact.State.COMPLAINED)
"""States of a contact who cannot be reached any more, and does not count as reached."""
SILENCED = (*GONE, Contact.State.OPTED_OUT)
"""States of a contact to whom no letter is written."""
RUNNING = (State.ASKING, State.UNREACHABLE)
"""States of a report in which mail that waits for a decision holds something up."""
KINDS = {str(kind): kind for kind in LetterKind}
SOURCE_LENGTH = 200  # characters of an address's source
SHOWN = "shown on the page that took the wish not to be written to"
"""The reason of letters that count though none was sent (answers.opt_out)."""
OPTED_OUT = "This person asked not to be written to again about this paper."
COMPLAINED = "This person reported a letter as spam: no more letters of this inquiry go to them."


def email_hash(email: str) -> str:
    """What is kept of an address to honour 'do not write to me again'."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def opted_out(email: str, paper: Paper | None) -> bool:
    """Whether somebody asked that this address is not written to again about `paper`."""
    return OptOut.objects.filter(email_hash=email_hash(email), paper=paper).exists()


def authors_of(report: Report) -> list[str]:
    """The names of the paper's authors in order; as the reporter gave them where not known."""
    assert report.paper is not None
    return list(report.paper.authors.values_list("name", flat=True)) or list(report.author_names)


def lock(contact_id: int) -> tuple[Contact, Inquiry]:
    """The contact and its inquiry, with paper and report locked."""
    report_id = Contact.objects.values_list("inquiry__report_id", flat=True).get(pk=contact_id)
    report = lifecycle.lock(report_id)
    contact = Contact.objects.select_related("inquiry", "address").get(pk=contact_id)
    contact.inquiry.report = report
    return contact, contact.inquiry


def add_contact(inquiry: Inquiry, address: Address, *, name: str = "") -> Contact:
    """The contact of the author of `address`; an author has one, however many addresses.

    A position behind the last author is that of somebody else, called `name`, who was named.
    """
    names = authors_of(inquiry.report)
    position = address.author_position
    on_paper = position <= len(names)
    contact, _ = Contact.objects.get_or_create(
        inquiry=inquiry,
        position=position,
        defaults={
            "name": names[position - 1] if on_paper else name,
            "on_paper": on_paper,
            "first": position == 1 and on_paper,
            "last": position == len(names),
            "address": address,
        },
    )
    if address.corresponding and not contact.corresponding:
        contact.corresponding = True
        contact.save(update_fields=["corresponding"])
    if contact.state == Contact.State.UNKNOWN and opted_out(address.email, inquiry.report.paper):
        contact.state = Contact.State.OPTED_OUT
        contact.save(update_fields=["state"])
    return contact


def facts_of(contact: Contact) -> list[LetterFact]:
    """The letters to the contact's address in use; once it is forgotten, to the last one used."""
    letters = [(x.address_id, x.fact) for x in contact.letters.all()]
    return _to_address_in_use(contact.address_id, letters)


def facts_of_all(in_use: Mapping[int, int | None]) -> dict[int, list[LetterFact]]:
    """`facts_of` each contact by its id, read at once; `in_use` has the address of each."""
    letters: dict[int, list[tuple[int | None, LetterFact]]] = {pk: [] for pk in in_use}
    rows = (
        Letter.objects.filter(contact__among=in_use.keys())
        .order_by("pk")
        .values_list("contact_id", "address_id", *LetterFact._fields)
    )
    for contact_id, address_id, kind, *times in rows:
        letters[contact_id].append((address_id, LetterFact(KINDS[kind], *times)))
    return {pk: _to_address_in_use(address_id, letters[pk]) for pk, address_id in in_use.items()}


def _to_address_in_use(
    in_use: int | None, letters: Sequence[tuple[int | None, LetterFact]]
) -> list[LetterFact]:
    used = in_use or (letters[-1][0] if letters else None)
    return [fact for address_id, fact in letters if address_id == used]


def running_with(emails: Sequence[str]) -> list[int]:
    """The reports (ids) whose inquiry runs and wrote to one of the addresses."""
    wanted = {email.strip().lower() for email in emails} - {""}
    known = Address.objects.annotate(folded=Lower("email")).filter(
        report__state__in=RUNNING, folded__in=wanted
    )
    return sorted(set(known.values_list("report_id", flat=True)))


def no_robots(contact: Contact) -> str:
    """Empty if robots alone answered the author's letters and nobody said what they are; else why
    there is nothing to say."""
    if contact.robots_are:
        return "What answers this author's letters is marked already."
    if not robots_only(facts_of(contact)):
        return "Not every letter to this author was answered by a robot."
    return ""


def next_address(contact: Contact) -> Address | None:
    """The author's next address that has not failed, by rank."""
    return (
        contact.inquiry.report.addresses.filter(
            author_position=contact.position, failed_at=None, dead_at=None
        )
        .order_by("rank")
        .first()
    )


def use_address(contact: Contact, address: Address, *, now: datetime) -> None:
    """From now on the contact is written to at `address`, beginning with a notice."""
    contact.address, contact.state = address, Contact.State.UNKNOWN
    contact.save(update_fields=["address", "state"])
    cancel_pending(contact, reason="another address is in use", now=now)


def cancel_pending(contact: Contact, *, reason: str, now: datetime) -> None:
    """Cancel what is owed to the contact and was not sent yet."""
    for letter in contact.letters.filter(handed_over_at=None, failed_at=None, cancelled_at=None):
        letter.cancelled_at, letter.reason = now, reason
        letter.save(update_fields=["cancelled_at", "reason"])
        record_fact(letter, "cancelled", now=now, note=reason)


def record_fact(letter: Letter, fact: str, *, now: datetime, note: str = "") -> None:
    """Write into the log what became of the letter, so that the log alone tells all of it."""
    data = {"letter": letter.pk, "kind": letter.kind, "fact": fact}
    if fact == "handed over" and letter.printed is not None:
        data["printed"] = letter.printed.isoformat()
    lifecycle.record(
        letter.contact.inquiry.report, EventKind.LETTER_FACT, actor=Actor.MAIL, now=now,
        contact=letter.contact, note=note, data=data, to_do=False,
    )  # fmt: skip


def found_address(
    report: Report,
    position: int,
    email: str,
    *,
    source: str,
    source_url: str = "",
    moderator: User,
    now: datetime,
) -> Address:
    """The address that a moderator found for the author at `position`: one that is new to the
    report, or one that is known and was never tried. Refused for every other."""
    email = valid_email(email)
    contact = Contact.objects.filter(inquiry__report=report, position=position).first()
    if contact is not None and contact.state == Contact.State.OPTED_OUT:
        raise Refused(OPTED_OUT)
    if contact is not None and contact.state == Contact.State.COMPLAINED:
        raise Refused(COMPLAINED)
    if opted_out(email, report.paper):
        raise Refused(OPTED_OUT)
    checked = {
        "source": source[:SOURCE_LENGTH],
        "source_url": source_url,
        "checked_by": moderator,
        "checked_at": now,
    }
    known = report.addresses.filter(email__iexact=email).first()
    if known is None:
        rank = report.addresses.filter(author_position=position).aggregate(m=Max("rank"))["m"] or 0
        return Address.objects.create(
            report=report, author_position=position, rank=rank + 1, email=email,
            language=Address.language_for(email), **checked,
        )  # fmt: skip
    tried = known.failed_at is not None or Letter.objects.filter(address=known).exists()
    if known.author_position != position or tried:
        raise Refused("This address was used for this report already.")
    for name, value in checked.items():
        setattr(known, name, value)
    known.save(update_fields=list(checked))
    return known


def valid_email(typed: str) -> str:
    """The address as typed, without space around it; Refused if it is none."""
    email = typed.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused(
            "This is not a whole e-mail address: write it like name@university.edu."
        ) from error
    return email
