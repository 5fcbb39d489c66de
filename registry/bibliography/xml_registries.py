"""XML of the registries of DOIs: Crossref's Unixref and DataCite's kernel. Pure."""

from collections.abc import Callable, Iterator

from registry.bibliography.entry import Entry
from registry.bibliography.shaping import address, orcids, own, people, year_of
from registry.bibliography.xml_shaping import entry, named, orcid, with_orcids
from registry.bibliography.xml_stream import (
    Element,
    Format,
    above,
    all_of,
    local,
    one,
    texts,
    words,
)

# --- Crossref ---------------------------------------------------------------------------
_MONOGRAPHS = {"book_metadata", "book_series_metadata", "book_set_metadata"}


def _crossref(kind: str) -> Callable[[Element], Iterator[Entry]]:
    def read(element: Element) -> Iterator[Entry]:
        if kind == "book":
            chapters = all_of(element, "content_item")
            books = [inner for inner in element if local(inner) in _MONOGRAPHS]
            wanted = [(one, "book-chapter") for one in chapters] or [(one, "book") for one in books]
        else:
            wanted = [(element, kind)]
        for work, name in wanted:
            yield _crossref_work(work, name)

    return read


def _crossref_work(work: Element, kind: str) -> Entry:
    title = one(work, "titles/title")
    if subtitle := one(work, "titles/subtitle"):
        title = f"{title}: {subtitle}"
    journal, meeting, book = (above(work, name) for name in ("journal", "conference", "book"))
    venue = ""
    if journal is not None:
        venue = one(journal, "journal_metadata/full_title")
    elif meeting is not None:
        venue = one(meeting, "proceedings_metadata/proceedings_title",
                    "proceedings_series_metadata/proceedings_title")  # fmt: skip
    elif book is not None and kind == "book-chapter":
        venue = one(book, "book_metadata/titles/title", "book_series_metadata/titles/title")
    around = next((found for found in (journal, meeting, book) if found is not None), work)
    return entry(
        work,
        kind=kind,
        title=title,
        authors=people(name for name, _ in _authors(work)),
        orcids=orcids(_authors(work)),
        year=_year(work, _DATES) or _year(around, _DATES_AROUND),
        venue=venue,
        identifiers=own(
            doi=texts(work, "doi_data/doi"),
            isbn=texts(work, "isbn") if kind == "book" else (),
        ),
        url=address(one(work, "doi_data/resource")),
        abstract=one(work, "abstract"),
    )  # fmt: skip


_DATES = (
    "publication_date", "posted_date", "approval_date", "completion_date",
    "database_date/publication_date",
)  # fmt: skip
_DATES_AROUND = (
    "journal_issue/publication_date", "proceedings_metadata/publication_date",
    "proceedings_series_metadata/publication_date", "book_metadata/publication_date",
)  # fmt: skip


def _year(element: Element, paths: tuple[str, ...]) -> int | None:
    """The year of the first date that is there; that in print before that of putting it online."""
    for path in paths:
        dates = all_of(element, path)
        dates.sort(key=lambda date: date.get("media_type") != "print")
        for date in dates:
            if year := year_of(one(date, "year")):
                return year
    return None


def _authors(work: Element) -> Iterator[tuple[str, str]]:
    """The authors, with their ORCID iDs or nothing."""
    for person in [*all_of(work, "contributors/*"), *all_of(work, "person_name")]:
        if (person.get("contributor_role") or "author") == "author":
            last, first = one(person, "surname"), one(person, "given_name")
            if suffix := one(person, "suffix"):
                last = f"{last} {suffix}"
            name = f"{last}, {first}" if last and first else last or words(person)
            yield name, orcid(person)


def _datacite(element: Element) -> Iterator[Entry]:
    identifiers = all_of(element, "identifier")
    names = list(
        named(element, "creators/creator", "givenName", "familyName")
        if all_of(element, "creators/creator/familyName")
        else texts(element, "creators/creator/creatorName")
    )
    kinds = all_of(element, "resourceType")
    yield entry(
        element,
        kind=(kinds[0].get("resourceTypeGeneral") or "").lower() if kinds else "",
        title=one(element, "titles/title"),
        authors=people(names),
        orcids=with_orcids(element, "creators/creator", names),
        year=year_of(one(element, "publicationYear")),
        venue=one(element, "container/title", "publisher"),
        identifiers=own(doi=[words(found) for found in identifiers]),
        abstract=one(element, "descriptions/description"),
    )  # fmt: skip


CROSSREF = Format(
    name="Crossref XML",
    records={
        name: _crossref(kind) for name, kind in (
            ("journal_article", "journal-article"), ("conference_paper", "proceedings-article"),
            ("book", "book"), ("posted_content", "posted-content"),
            ("dissertation", "dissertation"), ("report-paper_metadata", "report"),
            ("standard_metadata", "standard"), ("dataset", "dataset"),
            ("peer_review", "peer-review"),
        )
    },
    kept=frozenset({
        "journal_metadata", "journal_issue", "proceedings_metadata", "proceedings_series_metadata",
    }),
)  # fmt: skip
DATACITE = Format(name="DataCite XML", records={"resource": _datacite})
