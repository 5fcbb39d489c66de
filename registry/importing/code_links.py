"""The dumps of Papers with Code (github.com/paperswithcode/paperswithcode-data, CC BY-SA 4.0, until
2025): papers, and which code belongs to them. Pure.

Abstracts are those of their publishers and are not taken. A link counts if it is the authors' own
(`is_official`): what somebody else wrote after a paper is not shared by its authors.
"""

from typing import Any

from registry.importing import records
from registry.importing.entries import Item
from registry.importing.records import Broken, Skipped

SOURCE = "pwc"
_PAPER = "paperswithcode.com/paper/"

NOT_THE_AUTHORS = "skipped, because the code is not the authors' own"


def is_link(row: dict[str, Any]) -> bool:
    """Whether a row is one of links-between-papers-and-code.json."""
    return "repo_url" in row and "paper_url" in row


def is_paper(row: dict[str, Any]) -> bool:
    """Whether a row is one of papers-with-abstracts.json."""
    return "paper_url" in row and "title" in row


def paper(row: dict[str, Any], line: int) -> Item:
    """The paper that a row states. Raises Broken."""
    date = row.get("date")
    stated = {
        "title": row.get("title"), "authors": row.get("authors"),
        "venue": row.get("proceeding") or row.get("conference"),
        "year": date[:4] if isinstance(date, str) and date else None,
        "arxiv": row.get("arxiv_id"), "openreview": row.get("openreview_id"),
        "url": row.get("url_abs") or None,
    }  # fmt: skip
    return records.of(stated | _key(row), line)


def link(row: dict[str, Any], line: int) -> Item:
    """A link to the authors' code, for the paper that is known already. Raises Broken."""
    if row.get("is_official") is not True:
        return Skipped(line, NOT_THE_AUTHORS)
    record = records.of(
        {
            "title": row.get("paper_title") or _PAPER, "arxiv": row.get("paper_arxiv_id"),
            "url": row.get("paper_url_abs") or None, "shared": {"code": row.get("repo_url")},
        } | _key(row),
        line,
    )  # fmt: skip
    for one in record.shared.values():
        one["source"] = "Papers with Code"
    if not record.shared:
        raise Broken("it has no link to code")
    record.links_only = True
    return record


def _key(row: dict[str, Any]) -> dict[str, Any]:
    """What the dumps call a paper: the end of its page's address."""
    page = row.get("paper_url")
    name = page.partition(_PAPER)[2].strip("/") if isinstance(page, str) else ""
    return {"source": SOURCE, "id": name} if name else {}
