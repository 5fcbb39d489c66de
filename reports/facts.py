"""What the mail tells about letters of the clock.

Notifications calls these inside the transaction that changes its own row, so a letter and its
fact are one. All times are UTC.
"""

from datetime import datetime

from reports import contacts, lapse, lifecycle
from reports import inquiry as clock
from reports.deadlines import at_least, deadline_after
from reports.models import Contact, EventKind, Inquiry, Letter
from reports.reach import LetterKind
from reports.states import Actor, State


def still_owed(letter: Letter) -> str:
    """Empty if the letter is to be sent; else the reason to cancel it."""
    contact = letter.contact
    inquiry = contact.inquiry
    if letter.cancelled_at is not None or letter.failed_at is not None:
        return letter.reason
    if inquiry.report.state != State.ASKING:
        return f"the report is {inquiry.report.state}"
    if contact.state in contacts.SILENCED:
        return f"the author {contact.get_state_display()}"
    if letter.address is None or letter.address_id != contact.address_id:
        return "another address is in use"
    if letter.address.failed_at is not None:
        return "the address failed"
    if contacts.opted_out(letter.address.email, inquiry.report.paper):
        return "the author asked not to be written to again"
    if letter.kind != LetterKind.NOTICE:
        if inquiry.deadline is None:
            return "no deadline is running"
        if clock.has_open_hold(inquiry):
            return "a hold stands"
    return ""


def deadline_to_print(letter: Letter, now: datetime) -> datetime:
    """The deadline that holds if the letter is accepted now (UTC)."""
    inquiry = letter.contact.inquiry
    policy = inquiry.policy
    if inquiry.deadline is None:
        return deadline_after(policy, now, policy.window)
    if letter.kind == LetterKind.NOTICE and not inquiry.late_author:
        return at_least(policy, inquiry.deadline, now, policy.late)
    return inquiry.deadline


def _lock(letter_id: int) -> tuple[Letter, Contact, Inquiry]:
    """The letter with its report locked, so that facts and the lapse never overtake each other."""
    of_report = Letter.objects.filter(pk=letter_id).values_list(
        "contact__inquiry__report_id", "contact__inquiry__report__paper_id"
    )
    report = lifecycle.lock(*of_report.get())
    letter = (
        Letter.objects.select_for_update(of=("self",))
        .select_related("contact__inquiry")
        .get(pk=letter_id)
    )
    letter.contact.inquiry.report = report
    return letter, letter.contact, letter.contact.inquiry


def handed_over(
    *, letter_id: int, printed: datetime, now: datetime, server: str = "", server_said: str = ""
) -> None:
    """`server` accepted the letter, which named the deadline `printed`, with the words
    `server_said` (without secrets; for moderators)."""
    letter, contact, inquiry = _lock(letter_id)
    if letter.handed_over_at is not None:
        return
    letter.handed_over_at, letter.printed = now, printed
    letter.server, letter.server_said = server, server_said
    letter.cancelled_at, letter.reason = None, ""
    letter.save(
        update_fields=[
            "handed_over_at", "printed", "server", "server_said", "cancelled_at", "reason"
        ]
    )  # fmt: skip
    contacts.record_fact(letter, "handed over", now=now)
    if not _in_use(letter, contact):
        return
    if contact.state in (Contact.State.UNKNOWN, Contact.State.LINKED):
        contact.state = Contact.State.HANDED_OVER
        contact.save(update_fields=["state"])
    if inquiry.report.state != State.ASKING:
        return
    if inquiry.deadline is None and letter.kind == LetterKind.NOTICE:
        reason = "The first notice was handed over: the clock started."
        clock.set_deadline(inquiry, printed, reason=reason, now=now)
    elif inquiry.deadline is not None and printed > inquiry.deadline:
        reason = "A notice named a later deadline."
        if now + inquiry.policy.late > inquiry.deadline:
            reason = "An author was first written to late."
            inquiry.late_author = True
            inquiry.save(update_fields=["late_author"])
        clock.set_deadline(inquiry, printed, reason=reason, now=now)
    clock.plan(inquiry, now=now)


def _in_use(letter: Letter, contact: Contact) -> bool:
    """Whether the letter went where the contact is written to now, and not to who is gone."""
    return letter.address_id == contact.address_id and contact.state not in contacts.GONE


def delivered(*, letter_id: int, now: datetime) -> None:
    """A provider or a success notice says that the letter arrived."""
    letter, contact, inquiry = _lock(letter_id)
    if letter.delivered_at is not None or letter.handed_over_at is None:
        return
    letter.delivered_at = now
    letter.save(update_fields=["delivered_at"])
    contacts.record_fact(letter, "delivered", now=now)
    if contact.state == Contact.State.HANDED_OVER and _in_use(letter, contact):
        contact.state = Contact.State.DELIVERED
        contact.save(update_fields=["state"])
    clock.plan(inquiry, now=now)


def cancelled(*, letter_id: int, reason: str, now: datetime) -> None:
    """The letter was not sent, because it was not owed any more."""
    letter, _, inquiry = _lock(letter_id)
    if not letter.fact.pending:
        return
    letter.cancelled_at, letter.reason = now, reason
    letter.save(update_fields=["cancelled_at", "reason"])
    contacts.record_fact(letter, "cancelled", now=now, note=reason)
    clock.plan(inquiry, now=now)


def failed(*, letter_id: int, reason: str, address_is_bad: bool, now: datetime) -> None:
    """The letter was finally not delivered, also after it had been handed over.

    The author's next address is tried; with nobody left the clock is void. After a lapse that
    stood on this author the listing is annulled (product.md, section 3).
    """
    letter, contact, inquiry = _lock(letter_id)
    _fail(letter, contact, inquiry, reason, now, address_is_bad=address_is_bad)


def _fail(
    letter: Letter,
    contact: Contact,
    inquiry: Inquiry,
    reason: str,
    now: datetime,
    *,
    address_is_bad: bool,
) -> None:
    if letter.failed_at is not None:
        return
    letter.failed_at, letter.reason = now, reason
    letter.cancelled_at = None
    letter.save(update_fields=["failed_at", "reason", "cancelled_at"])
    contacts.record_fact(letter, "failed", now=now, note=reason)
    address = letter.address
    if address is not None:
        address.failed_at = address.failed_at or now
        if address_is_bad:
            address.dead_at = address.dead_at or now
        address.save(update_fields=["failed_at", "dead_at"])
    if letter.address_id == contact.address_id and contact.state not in contacts.SILENCED:
        following = contacts.next_address(contact)
        if following is not None:
            contacts.use_address(contact, following, now=now)
        else:
            contact.state = Contact.State.FAILED
            contact.save(update_fields=["state"])
            contacts.cancel_pending(contact, reason="the address failed", now=now)
    # What the server said may name the address, and these notes become public: it stays with the
    # letter, for moderators.
    if inquiry.report.state == State.LAPSED:
        lapse.annul_unless_reached(
            inquiry, note="A letter to an author had not arrived after all.", now=now
        )
    elif not clock.unreachable_if_nobody_left(
        inquiry, reason="No letter to an author arrived.", now=now
    ):
        clock.recount(inquiry, reason="The notice that had started the clock failed.", now=now)
        clock.plan(inquiry, now=now)


def returned(*, letter_id: int, reason: str, now: datetime) -> bool:
    """The letter came back, though not because the address is bad: whether it is owed again.

    Then it was not delivered, and goes out once more under its own row (product.md, section 4:
    for 7 days; when those are over the mail says `failed`). Where nothing runs any more that it
    could still serve, it has failed at once.
    """
    letter, contact, inquiry = _lock(letter_id)
    if letter.handed_over_at is None or letter.failed_at is not None:
        return letter.fact.pending
    if inquiry.report.state != State.ASKING or not _in_use(letter, contact):
        _fail(letter, contact, inquiry, reason, now, address_is_bad=False)
        return False
    contacts.cancel_pending(contact, reason="an earlier letter came back", now=now)
    letter.handed_over_at = letter.printed = letter.delivered_at = letter.robot_at = None
    letter.reason = reason
    letter.save(
        update_fields=["handed_over_at", "printed", "delivered_at", "robot_at", "reason"]
    )  # fmt: skip
    contacts.record_fact(letter, "returned", now=now, note=reason)
    if contact.state not in contacts.SILENCED and not any(
        x.fact.stands for x in contact.letters.filter(address=contact.address)
    ):
        contact.state = Contact.State.UNKNOWN
        contact.save(update_fields=["state"])
    clock.recount(inquiry, reason="The notice that had started the clock came back.", now=now)
    clock.plan(inquiry, now=now)
    return True


def delayed(*, letter_id: int, reason: str, now: datetime) -> None:
    """A server says that it is still trying: a line in the log, and nothing else."""
    letter, _, _ = _lock(letter_id)
    contacts.record_fact(letter, "delayed", now=now, note=reason)


def answered_by_robot(*, letter_id: int, reason: str, now: datetime) -> None:
    """An out-of-office or another robot answered the letter: never an answer, and the clock runs
    on; an author whose every letter drew one does not count as reached until a moderator has said
    what it is. Once the inquiry has ended it changes nothing."""
    letter, _, inquiry = _lock(letter_id)
    if inquiry.report.state not in contacts.RUNNING:
        return
    if letter.handed_over_at is not None and letter.robot_at is None:
        letter.robot_at = now
        letter.save(update_fields=["robot_at"])
    contacts.record_fact(letter, "answered by a robot", now=now, note=reason)


def complained(*, contact_id: int, now: datetime) -> None:
    """The author reported a letter as spam: no more letters of this inquiry go to them, and they do
    not count as reached. A lapse that stood on them is annulled."""
    contact, inquiry = contacts.lock(contact_id)
    if contact.state in contacts.GONE:
        return
    contact.state = Contact.State.COMPLAINED
    contact.save(update_fields=["state"])
    lifecycle.record(
        inquiry.report, EventKind.LETTER_FACT, actor=Actor.MAIL, now=now, contact=contact,
        data={"kind": "letter", "fact": "reported as spam"}, to_do=False,
    )  # fmt: skip
    contacts.cancel_pending(contact, reason="the author reported a letter as spam", now=now)
    note = "An author reported our letter as spam, and does not count as reached."
    if lapse.annul_unless_reached(inquiry, note=note, now=now):
        return
    clock.recount(inquiry, reason=note, now=now)
    clock.plan(inquiry, now=now)
