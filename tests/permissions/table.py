"""Reading the tables of reading.py and doing.py."""

import os
import re

from tests.permissions.world import PAGES, ROLES
from tests.reports.states import LIVES

GROUPS = {
    "reporters": ("reporter", "moderator reporting"),
    "moderators": ("moderator", "moderator colleague", "superuser", "moderator reporting"),
    "unbiased": ("moderator", "superuser"),
    "signed in": (
        "stranger", "reporter", "other reporter", "moderator", "moderator reporting",
        "moderator colleague", "superuser",
    ),
}  # fmt: skip
FEW = [
    "draft", "submitted", "asking", "unreachable, once public", "lapsed",
    "withdrawn, once public", "removed, once public",
    "asking, paper known", "withdrawn, paper known",
]  # fmt: skip
"""Enough lives where a table says that the state makes no difference."""
ALL = bool(os.environ.get("PROOF"))
ABOUT = {
    "report_id", "paper_id", "contact_id", "file_id", "mail_id", "appeal_id", "token", "value"
}  # fmt: skip
"""What names a report in an address."""


def read(table: str) -> tuple[list[str], dict[str, list[str]]]:
    """The columns of a table of permissions.py, and its rows by life."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in table.strip().splitlines()]
    return lines[0], {line[0]: line[1:] for line in lines[1:]}


def expected(table: str, role: str, name: str) -> str:
    """The word of the table for a role and a life."""
    columns, rows = read(table)
    at = next(i for i, c in enumerate(columns) if role in GROUPS.get(c, (c,)) or c == "others")
    row = next(rows[x] for x in (name, name.partition(",")[0], "any") if x in rows)
    assert len(row) == len(columns), (row, columns)
    return row[at]


def wanted(page: str, table: str, *, closely: bool = False) -> dict[str, dict[str, str]]:
    """The words by role and life.

    Of one life where the address names no report. With `closely`, and in `make proof`, of every
    life for every role; else of one life where nothing depends on it, of all lives for one role of
    each column in which the state makes a difference, and of FEW for everybody else.
    """
    columns, rows = read(table)
    names_a_report = bool(set(re.findall(r"\w+", PAGES[page])) & ABOUT)
    closely = closely or ALL
    if not names_a_report or (not closely and columns == ["others"] and list(rows) == ["any"]):
        return {role: {"lapsed": expected(table, role, "lapsed")} for role in ROLES}
    full: dict[str, dict[str, str]] = {}
    seen: list[list[str]] = []
    for role in ROLES:
        row = {name: expected(table, role, name) for name in LIVES}
        words = list(row.values())
        enough = len(set(words)) == 1 or words in seen
        seen.append(words)
        full[role] = {name: row[name] for name in FEW} if enough and not closely else row
    return full


def wrong(got: dict[str, dict[str, str]], want: dict[str, dict[str, str]]) -> list[str]:
    """The cells that differ, each on a line."""
    return [
        f"{role}, {name}: {word}, not {want[role][name]}"
        for role, row in got.items()
        for name, word in row.items()
        if word != want[role][name]
    ]
