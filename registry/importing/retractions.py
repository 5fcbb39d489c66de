"""Lines of files that tell of retractions: the Retraction Watch data, and plain lists. Pure.

Columns as in gitlab.com/crossref/retraction-watch-data: the notice is in `RetractionDOI`, the work
in `OriginalPaperDOI` and `OriginalPaperPubMedID`, dates are American (`4/12/2022 0:00`).
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from registry import identifiers
from registry.identifiers import DOI, PMID, Malformed
from registry.importing.lines import HEAD, Unreadable
from registry.notices import New

KINDS = {
    "retraction": "retracted",
    "correction": "corrected",
    "expression of concern": "concern",
    "reinstatement": "reinstated",
}
NEEDED = ("OriginalPaperDOI", "RetractionNature")
LONGEST_CELL = 1024 * 1024  # characters
_NONE = frozenset({"", "0", "unavailable", "no doi", "n/a", "none"})
_HEADER = re.compile(r"(?:doi|identifier|id|pmid)", re.I)


@dataclass(frozen=True, slots=True)
class Line:
    """What a line came to: notices, or why there is none; `notes` are what was left out of it."""

    number: int
    notices: tuple[New, ...] = ()
    why: str = ""
    unnamed: bool = False
    """It names no work: counted, and not worth a sentence."""
    notes: list[str] = field(default_factory=list)


def text_of(head: bytes, file: io.BufferedReader) -> io.TextIOWrapper:
    """The file as text: UTF-8, or Latin-1 (as Windows writes it) where its beginning is not."""
    try:
        head[: head.rfind(b"\n") + 1 if len(head) == HEAD else len(head)].decode()
    except UnicodeDecodeError:
        return io.TextIOWrapper(file, "cp1252", "replace", newline="")
    return io.TextIOWrapper(file, "utf-8-sig", "replace", newline="")


# --- Retraction Watch -------------------------------------------------------------------
def table(text: io.TextIOWrapper) -> Iterator[Line]:
    """The rows of the Retraction Watch CSV. Raises Unreadable where it is none."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text)
    names = [name.strip() for name in _next(reader) or ()]
    if missing := [name for name in NEEDED if name not in names]:
        raise Unreadable(
            f"it has no column {' and no column '.join(missing)}: give the CSV of Retraction "
            "Watch, or a list of DOIs with --retracted-dois"
        )
    for number, cells in _numbered(reader):
        if isinstance(cells, Line):
            yield cells
        elif any(cells):
            yield row(dict(zip(names, map(str.strip, cells), strict=False)), number)


def _numbered(reader: "Iterator[list[str]]") -> Iterator[tuple[int, list[str] | Line]]:
    """The rows with the numbers of their lines; a Line for one that cannot be read."""
    while True:
        number = reader.line_num + 1  # type: ignore[attr-defined]  # of the csv module's reader
        try:
            cells = _next(reader)
        except csv.Error as error:
            yield number, Line(number, why=f"it cannot be read ({error})")
            continue
        if cells is None:
            return
        yield number, cells


def _next(reader: "Iterator[list[str]]") -> list[str] | None:
    return next(reader, None)


def row(cells: dict[str, str], number: int) -> Line:
    """The notices of one row: about the DOI, and about the PubMed id."""
    nature = cells.get("RetractionNature", "")
    if (kind := KINDS.get(nature.lower())) is None:
        shown = f"“{nature[:60]}”" if nature else "empty"
        return Line(number, why=f"its RetractionNature is {shown}, which is no kind of notice")
    notes: list[str] = []
    dated = _date(cells.get("RetractionDate", ""), notes)
    notice = _identifier(DOI, cells.get("RetractionDOI", ""), "RetractionDOI", notes)
    works = (
        _identifier(DOI, cells.get("OriginalPaperDOI", ""), "OriginalPaperDOI", notes),
        _identifier(PMID, cells.get("OriginalPaperPubMedID", ""), "OriginalPaperPubMedID", notes),
    )
    new = tuple(
        New(found.scheme, found.value, kind, dated, notice.value if notice else "")
        for found in works if found is not None
    )  # fmt: skip
    return Line(number, new, unnamed=not new, notes=notes)


def _date(text: str, notes: list[str]) -> date | None:
    """The day of `4/12/2022 0:00`, month first, or of `2022-04-12`."""
    day = text.partition(" ")[0].partition("T")[0]
    if not day:
        return None
    for shape in ("%m/%d/%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(day, shape).date()
    notes.append(f"its RetractionDate “{text[:40]}” is no date and was left out")
    return None


def _identifier(scheme: str, text: str, column: str, notes: list[str]) -> identifiers.Found | None:
    if text.lower().rstrip(".") in _NONE:
        return None
    try:
        return identifiers.read(scheme, text)
    except Malformed as error:
        notes.append(f"its {column} was left out: {error}")
        return None


# --- a plain list -----------------------------------------------------------------------
def plain(text: io.TextIOWrapper) -> Iterator[Line]:
    """The works of a list, one identifier a line, as retracted; of a CSV the first column, and
    where a second one tells the natures (`;` between them), these."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text)
    for number, cells in _numbered(reader):
        if isinstance(cells, Line):
            yield cells
            continue
        first = cells[0].strip() if cells else ""
        if first and not first.startswith("#") and not (number == 1 and _HEADER.fullmatch(first)):
            yield _listed(first, cells[1].strip() if len(cells) > 1 else "", number)


def _listed(text: str, natures: str, number: int) -> Line:
    if text.lower() in _NONE:
        return Line(number, unnamed=True)
    if (found := identifiers.parse(text)) is None:
        return Line(number, why=f"“{text[:80]}” is no identifier: write one a line, such as a DOI")
    stated = [one.strip().lower() for one in natures.split(";") if one.strip()]
    kinds = [KINDS[one] for one in stated if one in KINDS]
    if stated and not kinds:
        return Line(number, why=f"“{natures[:60]}” is no kind of notice")
    return Line(
        number, tuple(New(found.scheme, found.value, kind) for kind in kinds or ["retracted"])
    )
