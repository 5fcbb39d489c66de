"""XML of reference managers and libraries: EndNote, MODS, BibTeXML, the sources of Word. Pure."""

import re
from collections.abc import Iterator

from registry.bibliography.entry import Entry
from registry.bibliography.shaping import BOOKS, address, own, people, year_of
from registry.bibliography.xml_shaping import entry, ids, named
from registry.bibliography.xml_stream import (
    Element,
    Format,
    all_of,
    local,
    one,
    texts,
    words,
)
from registry.identifiers import PMID


# --- EndNote ----------------------------------------------------------------------------
def _endnote(element: Element) -> Iterator[Entry]:
    kinds = all_of(element, "ref-type")
    kind = (kinds[0].get("name") or words(kinds[0])).lower() if kinds else ""
    yield entry(
        element,
        key=one(element, "label", "rec-number"),
        kind=kind,
        title=one(element, "titles/title"),
        authors=people(texts(element, "contributors/authors/author")),
        year=year_of(one(element, "dates/year", "dates/pub-dates/date")),
        venue=one(element, "titles/secondary-title", "periodical/full-title",
                  "alt-periodical/full-title"),
        identifiers=own(
            doi=texts(element, "electronic-resource-num"),
            urls=texts(element, "urls/related-urls/url", "urls/web-urls/url"),
            others=[(PMID, value) for value in texts(element, "accession-num") if value.isdecimal()
                    and "pubmed" in one(element, "remote-database-name").lower()],
            prose=" ".join(texts(element, "titles/secondary-title", "accession-num", "notes",
                                 "volume", "custom1"))[:2000],
            isbn=texts(element, "isbn") if kind in BOOKS or kind.endswith(" book") else (),
        ),
        url=next(filter(None, map(address, texts(element, "urls/related-urls/url",
                                                  "urls/web-urls/url"))), ""),
        abstract=one(element, "abstract"),
    )  # fmt: skip


# --- MODS, BibTeXML, Word
def _mods(element: Element) -> Iterator[Entry]:
    host = next((found for found in all_of(element, "relatedItem") if found.get("type") == "host"),
                element)  # fmt: skip
    main = next((found for found in all_of(element, "titleInfo") if not found.get("type")), None)
    if main is None:
        main = next(iter(all_of(element, "titleInfo")), None)
    title = ""
    if main is not None:
        title = " ".join(filter(None, [one(main, "nonSort"), one(main, "title")]))
        if subtitle := one(main, "subTitle"):
            title = f"{title}: {subtitle}"
    dates = ("originInfo/dateIssued", "originInfo/copyrightDate", "originInfo/dateCreated",
             "part/date")  # fmt: skip
    kind = one(element, "genre").lower()
    yield entry(
        element,
        key=element.get("ID") or "",
        kind=kind,
        title=title,
        authors=people(_mods_names(element)),
        year=next((y for where in (element, host) for date in dates
                   for text in texts(where, date) if (y := year_of(text))), None),
        venue=one(host, "titleInfo/title") if host is not element else "",
        identifiers=own(
            doi=ids(element, "identifier", "type", "doi"),
            urls=[*texts(element, "location/url"), *ids(element, "identifier", "type", "uri")],
            isbn=ids(element, "identifier", "type", "isbn")
            if host is element and ("book" in kind or not kind) else (),
        ),
        url=next(filter(None, map(address, texts(element, "location/url"))), ""),
        abstract=one(element, "abstract"),
    )  # fmt: skip


def _mods_names(element: Element) -> Iterator[str]:
    for name in all_of(element, "name"):
        roles = {text.lower() for text in texts(name, "role/roleTerm", "role/text")}
        if roles and not roles & {"author", "aut", "creator", "cre"}:
            continue
        parts: dict[str, list[str]] = {}
        for part in all_of(name, "namePart"):
            parts.setdefault(part.get("type") or "", []).append(words(part))
        last, first = " ".join(parts.get("family", [])), " ".join(parts.get("given", []))
        yield f"{last}, {first}" if last and first else last or first or " ".join(parts.get("", []))


def _bibtexml(element: Element) -> Iterator[Entry]:
    for inner in element:
        kind = local(inner)
        yield entry(
            element,
            key=element.get("id") or "",
            kind=kind,
            title=one(inner, "title"),
            authors=people(
                name for text in texts(inner, "author", "authors/person")
                for name in re.split(r"\s+and\s+", text)
            ),
            year=year_of(one(inner, "year")),
            venue=one(inner, "journal", "booktitle"),
            identifiers=own(
                doi=texts(inner, "doi"), urls=texts(inner, "url"),
                isbn=texts(inner, "isbn") if kind in BOOKS else (),
            ),
            url=address(one(inner, "url")),
            abstract=one(inner, "abstract"),
        )  # fmt: skip


def _word(element: Element) -> Iterator[Entry]:
    kind = one(element, "SourceType").lower()
    yield entry(
        element,
        key=one(element, "Tag"),
        kind=kind,
        title=one(element, "Title"),
        authors=people(named(element, "Author/Author/NameList/Person", "First", "Last"))
        or people(texts(element, "Author/Author/Corporate")),
        year=year_of(one(element, "Year")),
        venue=one(element, "JournalName", "ConferenceName", "BookTitle"),
        identifiers=own(
            doi=texts(element, "DOI"), urls=texts(element, "URL"),
            isbn=texts(element, "StandardNumber") if kind == "book" else (),
        ),
        url=address(one(element, "URL")),
    )  # fmt: skip


ENDNOTE = Format(name="EndNote XML", records={"record": _endnote})
MODS = Format(name="MODS", records={"mods": _mods})
BIBTEXML = Format(name="BibTeXML", records={"entry": _bibtexml})
WORD = Format(name="Word sources", records={"Source": _word})
