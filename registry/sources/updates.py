"""What happened to a paper, as Crossref and Retraction Watch say. Pure.

`updated-by` stands on the paper, `update-to` on the notice (crossref.org, “Retraction Watch”). Some
publishers state a notice in both directions; then Retraction Watch knows which is the notice.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.sources import pieces
from registry.sources.facts import Kind, Mark, Notice

KINDS = {
    "retraction": Kind.RETRACTED,
    "partial_retraction": Kind.PARTLY_RETRACTED,
    "withdrawal": Kind.WITHDRAWN,
    "removal": Kind.REMOVED,
    "reinstatement": Kind.REINSTATED,
    "expression_of_concern": Kind.CONCERN,
    "correction": Kind.CORRECTED,
    "corrigendum": Kind.CORRECTED,
    "erratum": Kind.CORRECTED,
    "new_version": Kind.REPLACED,
    "new_edition": Kind.REPLACED,
    "addendum": Kind.UPDATED,
    "clarification": Kind.UPDATED,
}
WATCH = "retraction-watch"
Stated = tuple[Kind, str, str, date | None]
"""What, the other DOI, who says so in Crossref's word, when."""


def marks_and_notices(
    doi: str, updated_by: object, update_to: object
) -> tuple[tuple[Mark, ...], tuple[Notice, ...]]:
    """What happened to the work `doi`, and what it says happened to others."""
    by, to = _stated(updated_by), _stated(update_to)
    # Changed in place: publishers state it on either side, or on both.
    here = {(kind, other) for kind, other, _, _ in by}
    by += [one for one in to if one[1] == doi and (one[0], one[1]) not in here]
    to = [one for one in to if one[1] != doi]
    marks = [
        Mark(kind=kind, notice=other, said_by=_who(who), at=at)
        for kind, other, who, at in by
        if not _turned_round((kind, other, who, at), to)
    ]
    notices = [
        Notice(kind=kind, about=other, said_by=_who(who), at=at)
        for kind, other, who, at in to
        if not _turned_round((kind, other, who, at), by)
    ]
    return tuple(dict.fromkeys(marks)), tuple(dict.fromkeys(notices))


def _turned_round(one: Stated, opposite: list[Stated]) -> bool:
    """Whether only the publisher says it, and Retraction Watch says the opposite."""
    kind, other, who, _ = one
    return who != WATCH and any(
        (kind, other, WATCH) == (there, doi, whose) for there, doi, whose, _ in opposite
    )


def _stated(value: object) -> list[Stated]:
    return [
        (KINDS.get(pieces.text(one.get("type"), 60).lower().replace("-", "_"), Kind.UPDATED),
         other, pieces.text(one.get("source"), 60), date_parts(one.get("updated")))
        for one in pieces.records(value)
        if (other := pieces.doi(one.get("DOI")))
    ]  # fmt: skip


def _who(word: str) -> str:
    return "Retraction Watch" if word == WATCH else "the publisher"


def date_parts(value: object) -> date | None:
    """The day of Crossref's `{"date-parts": [[2021, 10, 28]]}`; None if it is not a whole day."""
    parts = pieces.items(pieces.first(pieces.record(value).get("date-parts")))[:3]
    if len(parts) < 3 or not all(isinstance(part, int) for part in parts):
        return None
    try:
        return date(*parts)
    except (ValueError, OverflowError):
        return None


def year_of(value: Mapping[str, Any], *names: str) -> int | None:
    """The year of the first of these dates that has one."""
    years = (
        pieces.year(
            pieces.first(pieces.first(pieces.record(value.get(name)).get("date-parts")))
        )
        for name in names
    )  # fmt: skip
    return next((year for year in years if year), None)
