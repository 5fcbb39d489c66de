"""The public record, derived a second time from the reports (product.md, section 5)."""

from tests.reports.machine.judge import LISTABLE
from tests.reports.machine.snapshot import Row, Snapshot

PUBLIC = (
    "published", "unasked", "answered", "lapsed", "disputed", "resolved", "confirmed",
)  # fmt: skip
ENDINGS = {
    ("lapsed", "answered"): "answered",
    ("lapsed", "unreachable"): "annulled",
    ("confirmed", "answered"): "taken_back",
}


def standing(reports: list[Row]) -> str:
    """The word for a paper with these reports; the first row of the table that applies."""
    reports = [r for r in reports if r.state in PUBLIC]
    states = [r.state for r in reports]
    if any(r.state == "lapsed" and r.outcome in LISTABLE for r in reports):
        return "no_answer"
    for state, word in {
        "confirmed": "confirmed", "disputed": "disputed", "answered": "answered",
        "lapsed": "partial_no_answer", "unasked": "unreached", "resolved": "resolved",
    }.items():  # fmt: skip
        if state in states:
            return word
    if any(r.mode == "re-run" for r in reports):
        return "reproduced"
    return "replicated" if reports else "none"


def check_papers(s: Snapshot) -> None:
    """Each paper says what its public reports say, and is on the list if and only if one lists."""
    for paper in s.papers.values():
        reports = [r for r in s.of("reports", "paper_id", paper.id) if r.state in PUBLIC]
        assert paper.standing == standing(reports), paper
        assert paper.report_count == len({r.reporter_id for r in reports})
        assert paper.match_count == len({r.reporter_id for r in reports if r.outcome == "matched"})
        open_ = [x for x in s.of("listings", "paper_id", paper.id) if x.closed_at is None]
        assert paper.listed_at == min((x.opened_at for x in open_), default=None)
        assert {(x.report_id, x.ground) for x in open_} == {
            (r.id, "silence" if r.state == "lapsed" else "confirmed")
            for r in reports
            if r.outcome in LISTABLE and r.state in ("lapsed", "confirmed")
        }
        if reports:
            assert paper.is_public


def check_listings(s: Snapshot) -> None:
    """Each listing was opened by one event of its report and closed by the next, with its word."""
    for listing in s.listings.values():
        changes = [e for e in s.of("events", "report_id", listing.report_id) if e.kind == "state"]
        opening = [
            n for n, e in enumerate(changes)
            if e.target in ("lapsed", "confirmed") and e.at == listing.opened_at
        ]  # fmt: skip
        pairs = [(changes[n], changes[n + 1] if n + 1 < len(changes) else None) for n in opening]
        assert any(_belongs(listing, first, after) for first, after in pairs), (listing, changes)
        assert s.reports[listing.report_id].paper_id == listing.paper_id
        if listing.ending == "annulled":
            assert listing.note.strip(), "an annulled listing without its reason"


def _belongs(listing: Row, opened: Row, closed: Row | None) -> bool:
    if listing.ground != {"lapsed": "silence", "confirmed": "confirmed"}[opened.target]:
        return False
    if closed is None:
        return listing.closed_at is None and listing.ending == ""
    word = ENDINGS.get((opened.target, closed.target), closed.target)
    return listing.closed_at == closed.at and listing.ending == word
