"""One line of a JSON Lines file of papers, read and cleaned. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from registry import identifiers
from registry.cleaning import clean
from registry.identifiers import Malformed
from registry.importing.copying import copy_row
from registry.shared import Item

TITLE_LENGTH = 2000  # characters, as the columns have them
NAME_LENGTH = 300
VENUE_LENGTH = 300
URL_LENGTH = 500
SOURCE_KEY_LENGTH = 100
MOST_AUTHORS = 10_000
YEARS = range(1500, 2201)

_WEB = re.compile(r"https?://[^\s<>\"]+", re.I)


class Broken(ValueError):
    """The line is no paper; the text is a sentence that says why."""


class Volume(Exception):
    """The line is the front matter of proceedings, not a paper."""


@dataclass(slots=True)
class Record:
    """A paper as a file states it; `notes` are the parts that were left out, in sentences.

    `row` and `author_rows` are what is stored of it as COPY takes it, without ids: PAPER_ROW and
    AUTHOR_ROW. Whoever reads a file has time to write them while the database is at work.
    """

    line: int
    title: str
    title_key: str
    authors: list[str]
    venue: str
    year: int | None
    url: str
    identifiers: dict[str, str]
    source_key: str = ""
    notes: list[str] = field(default_factory=list)
    names: str = ""  # the authors in one text, as list rows and the search document have them
    row: str = ""
    author_rows: list[str] = field(default_factory=list)
    shared: dict[str, dict[str, str]] = field(default_factory=dict)
    """By item of registry/shared.py the link to it, and the source that has the link."""
    by_title: bool = False
    """Somebody's own list of references states it: without an identifier it is a known paper if
    title, first author and year are."""
    links_only: bool = False
    """It brings links for a paper that is known, and is never a paper itself."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part of a file that is no paper; `why` is what is said of it, nothing for a volume."""

    line: int
    why: str


PAPER_ROW = "title, title_key, names, abstract, venue, year, url, source_key, is_public"
AUTHOR_ROW = "position, name, orcid"


def join_names(names: Iterable[str]) -> str:
    """Names in one text; a name may hold a comma, so semicolons part them."""
    return "; ".join(name.replace(";", ",") for name in names)


def family(names: Iterable[str]) -> str:
    """The family name of the first author, folded; nothing if there is none."""
    words = next(iter(names), "").split()
    return identifiers.fold(words[-1]) if words else ""


def read(raw: bytes, line: int) -> Record:
    """The paper on a line. Raises Broken and Volume."""
    return of(json_object(raw), line)


def of(
    row: dict[str, Any], line: int, *, abstract: str = "", orcids: Mapping[str, str] | None = None
) -> Record:
    """The paper that the fields of a line state, with its authors' ORCID iDs by their names.

    Raises Broken and Volume.
    """
    if row.get("kind") == "volume":
        raise Volume
    title = row.get("title")
    if not isinstance(title, str) or not (title := clean(title)):
        raise Broken("it has no title")
    if len(title) > TITLE_LENGTH:
        raise Broken(f"its title has {len(title):,} characters, more than {TITLE_LENGTH:,}")
    record = Record(
        line=line,
        title=title,
        title_key=identifiers.title_key(title),
        authors=[],
        venue="",
        year=None,
        url="",
        identifiers={},
    )
    _authors(record, row.get("authors"))
    record.names = join_names(record.authors)
    record.venue = _text(record, row, "venue", VENUE_LENGTH)
    _year(record, row.get("year"))
    _url(record, row.get("url"))
    _identifiers(record, row)
    _shared(record, row)
    record.source_key = _source_key(record, row)
    record.row = copy_row(
        [record.title, record.title_key, record.names, abstract, record.venue, record.year,
         record.url, record.source_key, True]
    )  # fmt: skip
    orcids = orcids or {}
    record.author_rows = [
        copy_row([n, name, orcids.get(name, "")]) for n, name in enumerate(record.authors, 1)
    ]
    return record


def json_object(raw: bytes) -> dict[str, Any]:
    """The object on a line. Raises Broken."""
    try:
        row = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Broken(f"it is not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise Broken(f"it is not JSON ({error.msg}, column {error.colno})") from error
    except (ValueError, RecursionError) as error:  # endless digits, endless brackets
        raise Broken("it is not JSON that can be read") from error
    if not isinstance(row, dict):
        raise Broken("it is not a JSON object")
    return row


def _text(record: Record, row: dict[str, Any], name: str, length: int) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        record.notes.append(f"its {name} is not text and was left out")
        return ""
    value = clean(value)
    if len(value) > length:
        record.notes.append(f"its {name} was cut to {length} characters")
        value = value[: length - 1] + "…"
    return value


def _authors(record: Record, value: object) -> None:
    if value is None:
        return
    if not isinstance(value, list):
        record.notes.append("its authors are not a list and were left out")
        return
    if len(value) > MOST_AUTHORS:
        record.notes.append(f"only the first {MOST_AUTHORS:,} authors were taken")
    for name in value[:MOST_AUTHORS]:
        if not isinstance(name, str):
            record.notes.append("an author whose name is not text was left out")
        elif name := clean(name):
            if len(name) > NAME_LENGTH:
                record.notes.append(f"an author's name was cut to {NAME_LENGTH} characters")
                name = name[: NAME_LENGTH - 1] + "…"
            record.authors.append(name)


def _year(record: Record, value: object) -> None:
    if value in (None, ""):
        return
    if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) == 4:
        value = int(value)
    if isinstance(value, int) and value in YEARS:
        record.year = int(value)
    else:
        record.notes.append("its year is no year and was left out")


def _url(record: Record, value: object) -> None:
    if value in (None, ""):
        return
    text = value.strip() if isinstance(value, str) else ""
    if len(text) <= URL_LENGTH and text.isprintable() and _WEB.fullmatch(text):
        record.url = text
    else:
        record.notes.append("its url is no web address and was left out")


def _identifiers(record: Record, row: dict[str, Any]) -> None:
    for scheme in identifiers.EXAMPLES:
        value = row.get(scheme)
        if value is None or value == "":
            continue
        try:
            found = identifiers.read(scheme, value if isinstance(value, str) else str(value))
        except Malformed as error:
            record.notes.append(f"imported without its {scheme}: {error}")
        else:
            record.identifiers.setdefault(found.scheme, found.value)
    if record.url and (found_in_url := identifiers.parse(record.url)):
        record.identifiers.setdefault(found_in_url.scheme, found_in_url.value)


def _shared(record: Record, row: dict[str, Any]) -> None:
    """What the authors share, as links: `{"code": "https://..."}`."""
    stated = row.get("shared")
    if stated is None:
        return
    if not isinstance(stated, dict):
        record.notes.append("what it shares is not an object of links and was left out")
        return
    named = row.get("source")
    source = clean(named)[:SOURCE_KEY_LENGTH] if isinstance(named, str) else ""
    for name, value in stated.items():
        link = value.strip() if isinstance(value, str) else ""
        if name not in Item.values:
            record.notes.append(f"“{clean(name)[:40]}” is nothing that is shared and was left out")
        elif len(link) <= URL_LENGTH and link.isprintable() and _WEB.fullmatch(link):
            record.shared[name] = {"url": link, "source": source}
        else:
            record.notes.append(f"its link to {Item(name).label} is no web address, left out")


def _source_key(record: Record, row: dict[str, Any]) -> str:
    """What the source calls the paper; a digest of the record where it does not say."""
    source, name = row.get("source"), row.get("id")
    if (
        isinstance(source, str)
        and isinstance(name, str | int)
        and (key := clean(f"{source}:{name}"))
    ):
        if len(key) <= SOURCE_KEY_LENGTH:
            return key
        return f"long:{_digest(key)}"
    stated = [record.title_key, record.names, record.venue, str(record.year)]
    return f"record:{_digest('|'.join(stated))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
