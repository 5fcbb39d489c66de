"""Everything that must hold of the rows as they are, in one call."""

from tests.reports.machine import promises, record, replay
from tests.reports.machine.judge import undermined, wrong_with
from tests.reports.machine.snapshot import Row, Snapshot

LISTS = ("lapsed", "confirmed")


def check_rows(s: Snapshot) -> None:
    """All but the listings' grounds."""
    record.check_papers(s)
    record.check_listings(s)
    for report in s.reports.values():
        replay.check_report(s, report)
    for inquiry in s.inquiries.values():
        replay.check_inquiry(s, inquiry)
        replay.check_letters(s, inquiry)
        promises.check_deadlines(s, inquiry)
        promises.check_letters(s, inquiry)
        promises.check_ways_on(s, inquiry)
    promises.check_mails(s)
    promises.check_opt_outs(s)


def check_births(s: Snapshot, after: int = 0) -> list[Row]:
    """Each listing that came after the event of that number had its ground; those events."""
    born = [e for e in s.since("events", after) if e.target in LISTS]
    for event in born:
        wrong = wrong_with(s, event, trial=event.data.get("trial", False))
        assert not wrong, (wrong, event)
    return born


def check_open_listings(s: Snapshot) -> None:
    """Nothing that became known since has taken the ground from a listing that is open."""
    for listing in s.listings.values():
        if listing.closed_at is None:
            told = s.of("events", "report_id", listing.report_id)
            wrong = undermined(s, listing, [e for e in told if e.target in LISTS][-1])
            assert not wrong, (wrong, listing)


def wrongly_listed(s: Snapshot) -> int:
    """How many listings never had a ground, or have lost it and are open."""
    wrong = 0
    for check in (check_births, check_open_listings):
        try:
            check(s)
        except AssertionError:
            wrong += 1
    return wrong
