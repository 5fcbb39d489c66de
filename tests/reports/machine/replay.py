"""The log of events, read from its start, gives the state that is stored."""

from datetime import datetime

from tests.reports.machine.record import PUBLIC
from tests.reports.machine.snapshot import Row, Snapshot

ALLOWED = {
    "draft": "submitted",
    "submitted": "returned declined published asking unreachable withdrawn",
    "returned": "submitted withdrawn",
    "declined": "",
    "published": "withdrawn removed",
    "asking": "answered lapsed unreachable withdrawn removed",
    "unreachable": "asking unasked answered withdrawn removed",
    "unasked": "asking answered withdrawn removed",
    "answered": "resolved disputed confirmed withdrawn removed",
    "lapsed": "answered unreachable withdrawn removed",
    "disputed": "resolved confirmed withdrawn removed",
    "resolved": "disputed withdrawn removed",
    "confirmed": "answered withdrawn removed",
    "withdrawn": "removed",
    "removed": "",
}
"""The table of product.md, section 3."""
NEEDS_A_REASON = ("returned", "declined", "removed", "disputed")


def check_report(s: Snapshot, report: Row) -> None:
    """State and dates of a report follow from its events, each of which the table allows."""
    state, dates = "draft", dict.fromkeys(("state", "submitted", "accepted", "public"))
    for e in s.of("events", "report_id", report.id):
        if e.kind != "state":
            continue
        assert e.source == state, e
        assert e.target in ALLOWED[state].split(), e
        state = e.target
        dates["state"] = e.at
        if state == "submitted":
            dates["submitted"] = e.at
        if state in ("published", "asking", "unreachable"):
            dates["accepted"] = dates["accepted"] or e.at
        if state in PUBLIC:
            dates["public"] = dates["public"] or e.at
        if state in NEEDS_A_REASON:
            assert e.note.strip(), e
    assert report.state == state
    assert report.submitted_at == dates["submitted"]
    assert report.accepted_at == dates["accepted"]
    assert report.public_at == dates["public"]
    if dates["state"]:
        assert report.state_at == dates["state"]


def check_inquiry(s: Snapshot, inquiry: Row) -> None:
    """Deadline, holds, extension and answers follow from the events of the report."""
    events = s.of("events", "report_id", inquiry.report_id)
    deadline: datetime | None = None
    holds: set[int] = set()
    answers: set[int] = set()
    changes = iter(s.of("changes", "inquiry_id", inquiry.id))
    for e in events:
        if e.kind == "deadline":
            new = e.data["deadline"] and datetime.fromisoformat(e.data["deadline"])
            change = next(changes)
            assert (change.at, change.old, change.new) == (e.at, deadline, new)
            assert change.reason.strip() == e.note.strip() != ""
            assert new is None or deadline is None or new > deadline, "a deadline came earlier"
            deadline = new
        elif e.kind == "extension":
            assert change.old < change.new == deadline
            assert e.actor == "moderator" or e.at <= change.old, "too late for more time"
        elif e.kind == "hold":
            assert e.note.strip()
            holds.add(e.data["hold"])
        elif e.kind == "release":
            holds.remove(e.data["hold"])
        elif e.kind == "answer":
            answers.add(e.data["answer"])
    assert next(changes, None) is None
    assert inquiry.deadline == deadline
    open_ = {h.id for h in s.of("holds", "inquiry_id", inquiry.id) if h.released_at is None}
    assert holds == open_
    own = [e for e in events if e.kind == "extension" and e.actor == "author"]
    assert inquiry.extended == bool(own)
    assert len(own) <= 1
    assert answers == {a.id for a in s.answers_of(inquiry.report_id)}


def check_letters(s: Snapshot, inquiry: Row) -> None:
    """What is known of each letter follows from the events."""
    facts: dict[int, dict[str, Row]] = {}
    for e in s.of("events", "report_id", inquiry.report_id):
        if e.kind != "letter_fact" or "letter" not in e.data:
            continue
        known = facts.setdefault(e.data["letter"], {})
        if e.data["fact"] == "returned":
            for fact in ("handed over", "delivered", "answered by a robot"):
                known.pop(fact, None)
        elif e.data["fact"] != "answered by a robot" or "handed over" in known:
            known.setdefault(e.data["fact"], e)
    for contact in s.of("contacts", "inquiry_id", inquiry.id):
        for letter in s.of("letters", "contact_id", contact.id):
            known = facts.pop(letter.id, {})
            order = s.events[letter.event_id]
            assert (order.kind, order.data["letter"]) == ("letter", letter.kind)
            assert (order.contact_id, order.at) == (contact.id, letter.owed_at)
            at = {fact: e.at for fact, e in known.items()}
            assert letter.handed_over_at == at.get("handed over"), (letter, at)
            assert letter.delivered_at == at.get("delivered"), (letter, at)
            assert letter.failed_at == at.get("failed"), (letter, at)
            assert letter.robot_at == at.get("answered by a robot"), (letter, at)
            if letter.cancelled_at is not None:
                assert letter.cancelled_at == at.get("cancelled"), (letter, at)
                assert letter.reason.strip()
            if letter.handed_over_at is not None:
                printed = datetime.fromisoformat(known["handed over"].data["printed"])
                assert letter.printed == printed
    assert not facts, "facts of letters that are not there"
