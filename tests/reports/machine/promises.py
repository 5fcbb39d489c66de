"""What the clock promises to authors, checked on the rows after each step."""

import hashlib
from datetime import timedelta
from itertools import pairwise

from tests.reports.machine.snapshot import Row, Snapshot

GONE = ("failed", "void", "complained")
SILENCED = (*GONE, "opted_out")
REMINDERS = ("reminder_1", "reminder_2")
RUNNING = ("asking", "unreachable")


def check_deadlines(s: Snapshot, inquiry: Row) -> None:
    """No deadline is earlier than one printed in a letter that stands."""
    state = s.reports[inquiry.report_id].state
    if state not in ("asking", "lapsed") or inquiry.deadline is None:
        return
    for contact in s.of("contacts", "inquiry_id", inquiry.id):
        if contact.state in GONE:
            continue
        for letter in s.of("letters", "contact_id", contact.id):
            stands = letter.handed_over_at is not None and letter.failed_at is None
            if stands and letter.address_id == contact.address_id:
                assert letter.printed <= inquiry.deadline, (letter, inquiry)


def check_letters(s: Snapshot, inquiry: Row) -> None:
    """Letters to one address leave in their order, with the gap between two; one is pending.

    One that came back is sent again when it can be: it had not arrived.
    """
    gap = timedelta(seconds=inquiry.frozen_policy["gap"])
    returned = {
        e.data["letter"]
        for e in s.of("events", "report_id", inquiry.report_id)
        if e.kind == "letter_fact" and e.data["fact"] == "returned"
    }
    for contact in s.of("contacts", "inquiry_id", inquiry.id):
        letters = s.of("letters", "contact_id", contact.id)
        assert sum(pending(letter) for letter in letters) <= 1
        for address in {letter.address_id for letter in letters}:
            own = [x for x in letters if x.address_id == address and x.handed_over_at is not None]
            if returned & {x.id for x in letters}:
                continue
            own.sort(key=lambda x: (x.handed_over_at, x.id))
            sent = [x for x in own if s.of("emails", "letter_id", x.id)]
            for before, after in pairwise(sent):
                if before.failed_at is None:
                    assert after.handed_over_at - before.handed_over_at >= gap, (before, after)
            kinds = [x.kind for x in own]
            assert not sent or sent[0].kind == "notice", kinds
            for n, kind in enumerate(kinds):
                if kind == "final_notice":
                    assert set(kinds[:n]) & set(REMINDERS), kinds
            assert len([k for k in kinds if k == "reminder_1"]) <= 1, kinds


def pending(letter: Row) -> bool:
    """Owed, and nothing is known of it yet."""
    return (letter.handed_over_at, letter.failed_at, letter.cancelled_at) == (None, None, None)


def check_ways_on(s: Snapshot, inquiry: Row) -> None:
    """While the authors are asked, something is due some day; afterwards nothing is."""
    state = s.reports[inquiry.report_id].state
    assert (inquiry.closed_at is None) == (state in RUNNING), (state, inquiry)
    if state != "asking":
        assert inquiry.letters_at is None and (inquiry.lapse_at is None or state == "unreachable")
        return
    holds = [h for h in s.of("holds", "inquiry_id", inquiry.id) if h.released_at is None]
    letters = [
        letter
        for contact in s.of("contacts", "inquiry_id", inquiry.id)
        for letter in s.of("letters", "contact_id", contact.id)
    ]
    assert (
        holds
        or inquiry.letters_at is not None
        or inquiry.lapse_at is not None
        or any(pending(letter) for letter in letters)
    ), ("nothing will ever happen", inquiry)
    if inquiry.deadline is not None:
        assert inquiry.lapse_at >= inquiry.deadline


def check_mails(s: Snapshot) -> None:
    """Letters owed = accepted + cancelled with reason + failed with reason; mail and letter agree;
    no mail is owed twice."""
    for email in s.emails.values():
        if email.state in ("cancelled", "failed"):
            assert email.reason.strip()
        if email.letter_id is None:
            continue
        letter = s.letters[email.letter_id]
        if email.state == "accepted":
            assert letter.handed_over_at == email.accepted_at
        elif email.state in ("cancelled", "failed"):
            assert not pending(letter)
        if letter.handed_over_at is not None:
            assert email.state == "accepted", (email, letter)
    for letter in s.letters.values():
        if pending(letter):
            owed = letter.event_id in s.todos or s.of("emails", "letter_id", letter.id)
            assert owed, ("nobody will send it", letter)
    keys = [(e.event_id, e.kind, e.recipient.lower()) for e in s.emails.values() if e.recipient]
    assert len(keys) == len(set(keys))


def check_opt_outs(s: Snapshot) -> None:
    """Who asked not to be written to again about a paper is silenced under all reports of it."""
    papers = {(o.email_hash, o.paper_id) for o in s.opt_outs.values()}
    for contact in s.contacts.values():
        if contact.address_id is None or contact.state in SILENCED:
            continue
        email = s.addresses[contact.address_id].email
        paper = s.reports[s.inquiries[contact.inquiry_id].report_id].paper_id
        key = hashlib.sha256(email.lower().encode()).hexdigest()
        assert (key, paper) not in papers, ("somebody who opted out is asked", contact)
