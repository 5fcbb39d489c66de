"""What the readers of XML have in common: an Entry of what a record says. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from registry.bibliography.entry import Entry
from registry.bibliography.markup import plain
from registry.bibliography.shaping import LONGEST_ABSTRACT, label, orcids, short, shown
from registry.bibliography.xml_stream import Element, all_of, one, words


def entry(element: Element, **said: Any) -> Entry:
    """An Entry, with what is the same in all formats."""
    said["title"] = short(said.get("title", ""))
    said["venue"] = short(said.get("venue", ""))
    said["abstract"] = plain(said.get("abstract", "")[:LONGEST_ABSTRACT])
    said["key"] = label(said.get("key", ""))
    said["kind"] = label(said.get("kind", ""), 60)
    return Entry(line=element.sourceline or 1, text=shown(words(element)), **said)


def named(element: Element, path: str, given: str, family: str) -> Iterator[str]:
    """People whose names are in parts, or in one text where they are not."""
    for person in all_of(element, path):
        last, first = one(person, family), one(person, *given.split("|"))
        yield f"{last}, {first}" if last and first else last or first or words(person)


def orcid(person: Element) -> str:
    """The ORCID iD beside a name: an attribute (ACL Anthology), an element of Crossref's, or an
    identifier that says so (PubMed, DataCite)."""
    said = person.get("orcid") or one(person, "ORCID")
    return said or next(
        (
            words(found)
            for found in [*all_of(person, "Identifier"), *all_of(person, "nameIdentifier")]
            if (found.get("Source") or found.get("nameIdentifierScheme") or "").upper() == "ORCID"
        ),
        "",
    )


def with_orcids(element: Element, path: str, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The ORCID iDs of the people at `path`, whose names are `names`."""
    people = all_of(element, path)
    if not any(map(orcid, people)):
        return ()
    return orcids(zip(names, map(orcid, people), strict=False))


def ids(element: Element, path: str, attribute: str, value: str) -> list[str]:
    """The texts at `path` whose attribute is `value`."""
    return [
        words(found) for found in all_of(element, path)
        if (found.get(attribute) or "").lower() == value
    ]  # fmt: skip
