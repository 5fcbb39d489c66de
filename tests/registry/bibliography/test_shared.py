"""The bibliographies of other projects' tests, and those of reproducibility reports.

`pytest -s` prints a table of what differs. What is listed here as RIGHT was looked at: there the
expected values are those of a program or another purpose, and ours are right for this one.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from registry.bibliography.entry import Entry, NotUnderstood, Unreadable
from registry.bibliography.markup import plain
from registry.bibliography.reading import read
from registry.identifiers import title_key

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
FOLDERS = ("mlrc_bib", "misc_bib", "jabref_import", "zotero_translators")
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(
        not (DATA / "mlrc_bib").exists(), reason="the shared bibliographies are not here"
    ),
]

RIGHT = {
    # expected by bibtexparser 1.4 without macros, with years of `noop`, or with LaTeX left over
    ("*", "title", "BibDataStringExpression"),
    ("*", "title", "$"),
    ("*", "title", "\\("),
    ("*", "title", "amp;"),
    ("*", "year", "b1973"),
    ("*", "year", "c1981"),
    ("*", "year", "a–901968"),
    ("*", "year", "–2025"),
    # the DOI of arXiv is the arXiv id here
    ("*", "doi", "10.48550/arxiv."),
    # Zotero takes a later field, or parts that are no part of a title or name for us
    ("BibTeX-16.import.bib", "venue", "Advances in Mathematics"),  # FJOURNAL
    ("BibTeX-19.import.bib", "authors", "Stefan Swe\\ıg"),  # `\\` is a line break in LaTeX
    ("Datacite_JSON-04.import.json", "title", "Structured-light Scan"),  # a second title
    ("MODS-06.import.xml", "venue", "A Reader"),  # the subtitle of the volume
    ("MODS-12.import.xml", "year", "1985"),  # two dates of issue
    ("MODS-*", "authors", ""),  # institutions: contributors to Zotero
    # JabRef takes the second title, PubMed id or title of several; its mailing list is not read
    ("MODSImporterTestAllFields.xml", "title", "Telescope PK"),
    ("MedlineImporterTestBookArticleSet.xml", "title", "Rheumatoid Arthritis"),
    ("MedlineImporterTestKeywordSingleEntry.xml", "doi", "10097079"),
    ("MedlinePlainImporterTestMultiTitle.txt", "title", "should be appended"),
    ("RepecNepImporterTest3.txt", "title", "Commercial Television"),
    ("OVID_Tagged-05.import.txt", "authors", "Shedko"),
    ("OVID_Tagged-05.import.txt", "venue", "Parasitological"),  # in one field with editors
}
"""File, field, and a part of what was expected."""


def open_files(*folders: str) -> Iterator[tuple[str, dict[str, Any], Path]]:
    for folder in folders:
        expected = json.loads((DATA / folder / "open" / "expected.json").read_text())
        for name, case in expected.items():
            yield name, case, DATA / folder / "open" / name


def entries_of(path: Path) -> list[Entry]:
    try:
        found = list(read(path.read_bytes(), name=path.name).entries)
    except Unreadable:
        return []
    return [one for one in found if isinstance(one, Entry)]


def is_right(name: str, difference: tuple[str, object, object]) -> bool:
    field, _, expected = difference
    return any(
        (file == "*" or name.startswith(file.rstrip("*")) if "*" in file else file == name)
        and kind == field
        and part in str(expected)
        for file, kind, part in RIGHT
    )


def identified(entry: Entry) -> set[str]:
    return {one.value for one in entry.identifiers}


def differences(entry: Entry, case: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    if "title" in case and title_key(entry.title) != title_key(case["title"]):
        yield "title", entry.title, case["title"]
    if "year" in case and str(entry.year) != case["year"]:
        yield "year", entry.year, case["year"]
    for scheme in ("doi", "arxiv"):
        if scheme in case and case[scheme].lower() not in identified(entry):
            yield scheme, entry.identifiers, case[scheme].lower()
    if entry.kind != case["type"]:
        yield "kind", entry.kind, case["type"]


def told(table: list[tuple[str, object]]) -> None:
    for row in table:
        print(*row, sep=" | ")


def test_no_file_raises_and_each_is_told_or_read() -> None:
    counts = {"read": 0, "told": 0, "unreadable": 0}
    for folder in FOLDERS:
        for path in sorted((DATA / folder / "open").iterdir()):
            if (path.suffix == ".json" and path.name.startswith("expected")) or path.is_dir():
                continue
            try:
                for one in read(path.read_bytes(), name=path.name).entries:
                    counts["told" if isinstance(one, NotUnderstood) else "read"] += 1
            except Unreadable as error:
                assert str(error).endswith(".")
                counts["unreadable"] += 1
    print(counts)
    assert counts["unreadable"] <= 3
    assert counts["read"] > 1500


def test_entries_are_counted_as_by_every_parser_where_they_agree() -> None:
    wrong = [
        (name, len(found), case["entries_by_regex"])
        for name, case, path in open_files("mlrc_bib", "misc_bib", "jabref_import")
        if case["kind"] == "all_parsers_agree"
        and len(found := entries_of(path)) != case["entries_by_regex"]
    ]
    assert wrong == []


def test_of_files_that_others_refuse_no_entry_is_lost() -> None:
    wrong = []
    for name, case, path in open_files("mlrc_bib", "misc_bib", "jabref_import"):
        if case["kind"] == "parsers_disagree_or_fail":
            found = len(entries_of(path))
            print(
                name,
                found,
                *(case[f"entries_{by}"] for by in ("by_regex", "bibtexparser", "pybtex")),
            )
            if found < max(case["entries_by_regex"], case["entries_bibtexparser"]):
                wrong.append(name)
    assert wrong == []


def test_fields_of_bibtex_are_as_expected() -> None:
    table = []
    for name, case, path in open_files("mlrc_bib", "misc_bib", "jabref_import"):
        by_key: dict[str, list[Entry]] = {}
        for entry in entries_of(path) if case.get("entries") else []:
            by_key.setdefault(entry.key, []).append(entry)
        for expected in case.get("entries", []):
            each = [list(differences(one, expected)) for one in by_key.get(expected["key"], [])]
            if not each:
                table.append((name, ("key", None, expected["key"])))
            else:
                table += [(name, difference) for difference in min(each, key=len)]
    told(table)
    assert [row for row in table if not is_right(*row)] == []


def test_imports_of_jabref_are_as_its_own_bibtex_of_them() -> None:
    """Titles, years and DOIs; what JabRef imports as nothing is left out."""
    table = []
    for name, case, path in open_files("jabref_import"):
        if "expected_bib" not in case:
            continue
        bib = DATA / "jabref_import" / "open" / "expected_bib" / case["expected_bib"]
        expected = [one for one in entries_of(bib) if one.title]
        ours = {title_key(one.title): one for one in entries_of(path)}
        for one in expected:
            mine = ours.get(title_key(one.title))
            if mine is None:
                table.append((name, ("title", list(ours), one.title)))
                continue
            if one.year and mine.year != one.year:
                table.append((name, ("year", mine.year, one.year)))
            if not identified(one) - {
                i.value for i in one.identifiers if i.scheme == "isbn"
            } <= identified(mine):
                table.append((name, ("doi", mine.identifiers, one.identifiers)))
    told(table)
    assert [row for row in table if not is_right(*row)] == []


def items(entry: Entry, item: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    """How an entry differs from an item of Zotero."""
    title = plain(item.get("title", ""))
    if title_key(entry.title) != title_key(title):
        yield "title", entry.title, title
    year = re.search(r"(?<!\d)(1[5-9]|2[01])\d\d(?!\d)", str(item.get("date", "")))
    if year and entry.year != int(year[0]):
        yield "year", entry.year, item["date"]
    doi = item.get("DOI", "").lower()
    if doi and not {doi, doi.removeprefix("10.48550/arxiv.")} & identified(entry):
        yield "doi", entry.identifiers, doi
    authors = [
        " ".join(filter(None, [one.get("firstName"), one.get("lastName")]))
        for one in item.get("creators", [])
        if one["creatorType"] in ("author", "inventor")
    ]
    if list(map(title_key, entry.authors)) != list(map(title_key, authors)):
        yield "authors", entry.authors, authors
    venue = next(
        (item[n] for n in ("publicationTitle", "proceedingsTitle", "bookTitle") if n in item), ""
    )
    if venue and title_key(entry.venue) != title_key(plain(venue)):
        yield "venue", entry.venue, venue


def test_imports_of_zotero_are_as_its_own_items() -> None:
    table, counts = [], []
    for name, case, path in open_files("zotero_translators"):
        if name.endswith(".search.json"):
            continue
        found = entries_of(path)
        if len(found) != len(case["items"]):
            counts.append((name, len(found), len(case["items"])))
        for item in case["items"]:
            best = min((list(items(one, item)) for one in found), key=len, default=[])
            table += [(name, difference) for difference in best]
    told(table)
    assert counts == []
    assert [row for row in table if not is_right(*row)] == []
