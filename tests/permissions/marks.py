"""Whose words somebody may read (product.md, sections 3, 5 and 11), written out by hand.

Every field of a life holds a mark of its own; these are the fields by name.
"""

import re

from tests.permissions.table import GROUPS
from tests.reports.states import Life

PAPER = frozenset({"title", "authors"})
WHOLE = PAPER | {"text", "quote", "evidence", "shown", "answer", "dispute"}
"""What a public report is: the reporter by the name chosen for it, never an address."""
FROM_REPORTER = WHOLE | {"address", "source", "decision", "withdrawal", "removal"}
FROM_MODERATORS = FROM_REPORTER | {"search", "suggestion", "because", "bounce"}
NOTHING: frozenset[str] = frozenset()

EVERYBODY = {
    "submitted, paper known": PAPER,
    "asking, paper known": PAPER,
    "unreachable, paper known": PAPER,
    "withdrawn, paper known": PAPER,
    "removed, paper known": PAPER,
    "asking, once public": PAPER,
    "unreachable, once public": PAPER,
    "published": WHOLE,
    "unasked": WHOLE,
    "answered": WHOLE,
    "answered, once lapsed": WHOLE,
    "lapsed": WHOLE,
    "disputed": WHOLE,
    "resolved": WHOLE,
    "confirmed": WHOLE,
    "withdrawn, once public": PAPER | {"answer", "withdrawal"},
    "removed, once public": PAPER | {"removal"},
}
"""Of every other life nobody reads a word without a reason."""

ACCOUNT = frozenset({"name", "affiliation", "email"})
"""The marks of report 0: who the reporter is, behind the name chosen for a report."""

MARK = re.compile(r"mk(\d{3})x([a-z]+)")


def found_in(text: str) -> set[tuple[int, str]]:
    """The marks in `text`: number of the report, and field."""
    return {(int(number), name) for number, name in MARK.findall(text)}


def readable(role: str, page: str, name: str) -> frozenset[str]:
    """The fields of the life `name` that `role` may read at `page`."""
    seen = EVERYBODY.get(name, NOTHING)
    if role == "author" and page in ("answer", "answer_link", "agreement"):
        gone = name.startswith(("withdrawn", "removed"))
        seen |= PAPER | {"answer"} if gone else WHOLE
    if role == "other reporter" and name != "draft":
        seen |= PAPER
    if role == "author" and page in ("reports:file", "reports:file_page"):
        seen |= WHOLE if name.startswith(("asking", "unreachable")) else NOTHING
    removed = name.startswith("removed")
    if role in GROUPS["reporters"]:
        theirs = page == "account_data"  # their own words are theirs to take along
        seen |= PAPER | {"removal"} if removed and not theirs else FROM_REPORTER
    if role in GROUPS["moderators"] and name != "draft":
        seen |= FROM_MODERATORS - (WHOLE - PAPER if removed else NOTHING)
    return seen | _by_mail(role, page)


def _by_mail(role: str, page: str) -> frozenset[str]:
    """What came by mail is read by who may decide on it, and an answer by its own author."""
    if page.startswith("moderation_mail:") and role in GROUPS["unbiased"]:
        return frozenset({"mail"})
    if page == "moderation:appeal" and role in GROUPS["unbiased"]:
        return frozenset({"appeal"})
    if page == "moderation:report" and role in GROUPS["unbiased"]:
        return frozenset({"reply"})
    return frozenset({"reply"}) if (role, page) == ("author", "answer") else NOTHING


def leaks(role: str, page: str, text: str, lives: dict[str, Life]) -> list[str]:
    """The marks in `text` that `role` may not read at `page`."""
    names = {life.number: name for name, life in lives.items()}
    knows_reporter = role in GROUPS["reporters"] or role in GROUPS["moderators"]
    wrong = []
    for number, what in sorted(found_in(text)):
        if number == 0:
            allowed = knows_reporter and what in ACCOUNT
        else:
            allowed = what in readable(role, page, names[number])
        if not allowed:
            wrong.append(f"{what} of {names.get(number, 'the reporter')}")
    return wrong


def secret(text: str, lives: dict[str, Life]) -> bool:
    """Whether `text` holds a mark of a report that not everybody may read."""
    names = {life.number: name for name, life in lives.items()}
    return any(
        what not in EVERYBODY.get(names[number], NOTHING)
        for number, what in found_in(text)
        if number
    )
