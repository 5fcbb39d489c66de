"""Crossref's XML, Unixref 1.0 and 1.1, read into the shape of its JSON. Pure.

data.crossref.org/reports/help/schema_doc/unixref1.1; what it says goes through crossref.py.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from registry.sources import crossref, trees
from registry.sources.errors import Nonsense
from registry.sources.facts import Facts
from registry.sources.source import CROSSREF
from registry.sources.trees import Element, markup, say, says

WORKS = {
    "journal_article": "journal-article", "conference_paper": "proceedings-article",
    "content_item": "book-chapter", "posted_content": "posted-content",
    "dissertation": "dissertation", "dataset": "dataset", "report-paper": "report",
    "report-paper_metadata": "report", "standard_metadata": "standard",
    "book_metadata": "book", "book_series_metadata": "book", "book_set_metadata": "book",
    "proceedings_metadata": "proceedings", "proceedings_series_metadata": "proceedings",
    "journal_issue": "journal-issue", "journal_metadata": "journal",
}  # fmt: skip
"""Elements that are works with their type in JSON; of several the one that stands first here."""
AROUND = (
    "journal_metadata/full_title", "proceedings_metadata/proceedings_title",
    "proceedings_series_metadata/proceedings_title",
    "proceedings_series_metadata/series_metadata/titles/title", "book_metadata/titles/title",
    "book_series_metadata/titles/title", "book_series_metadata/series_metadata/titles/title",
    "book_set_metadata/titles/title",
)  # fmt: skip


def read(answer: bytes) -> Facts:
    """The first work of a record. Raises Nonsense."""
    root = trees.tree(answer, CROSSREF.name)
    record = root if root.tag == "crossref" else root.find(".//crossref")
    if record is None:
        raise Nonsense(CROSSREF.name, "it is no record")
    for tag, kind in WORKS.items():
        work = record.find(f".//{tag}")
        if work is not None:
            return crossref.read(_shape(record, work, kind))
    raise Nonsense(CROSSREF.name, "it holds no work")


def _shape(record: Element, work: Element, kind: str) -> dict[str, Any]:
    around = [text for path in AROUND for one in record if (text := markup(one, path))]
    inside = not work.tag.endswith(("_metadata", "_issue"))
    return {
        "DOI": say(work, "doi_data/doi"),
        "type": kind,
        "title": [markup(work, "titles/title") or markup(work, "full_title")],
        "subtitle": [markup(work, "titles/subtitle")],
        "author": list(_authors(work)),
        "container-title": around[:1] if inside else [],
        "event": {"name": say(record, ".//event_metadata/conference_name")},
        "institution": [{"name": say(work, "institution/institution_name")}],
        "publisher": say(work, "group_title"),
        "issued": {"date-parts": [[_year(record, work)]]},
        "resource": {"primary": {"URL": say(work, "doi_data/resource")}},
        "license": [
            {"URL": text, "content-version": one.get("applies_to", "")}
            for one in work.iter("license_ref")
            if (text := "".join(one.itertext()).strip())
        ],
        "update-to": [
            {"DOI": "".join(one.itertext()).strip(), "type": one.get("type", ""),
             "updated": {"date-parts": [_parts(one.get("date", ""))]}}
            for one in work.iter("update")
        ],
    }  # fmt: skip


def _authors(work: Element) -> Iterator[dict[str, str]]:
    found = work.find("contributors")
    for one in () if found is None else found:
        if one.get("contributor_role", "author") != "author":
            continue
        if one.tag == "organization":
            yield {"name": "".join(one.itertext()).strip()}
        else:
            yield {
                "given": say(one, "given_name"), "family": say(one, "surname"),
                "suffix": say(one, "suffix"), "ORCID": say(one, "ORCID"),
            }  # fmt: skip


def _year(record: Element, work: Element) -> int | None:
    """The earliest year of the work itself, else of what it is part of."""
    for paths in (
        [(work, "publication_date/year"), (work, "posted_date/year"), (work, "approval_date/year")],
        [(record, ".//publication_date/year")],
    ):
        years = [int(text) for where, path in paths for text in says(where, path)
                 if text.isascii() and text.isdigit() and len(text) == 4]  # fmt: skip
        if years:
            return min(years)
    return None


def _parts(text: str) -> list[int]:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return []
    return [day.year, day.month, day.day]
