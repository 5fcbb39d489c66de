"""BibTeX and BibLaTeX files. Pure.

Parents (`crossref`) lend their children a year and a venue and nothing else: their DOI and ISBN are
those of the volume.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache

from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)

from registry.bibliography.bibtex_blocks import Block, blocks
from registry.bibliography.entry import Entry, NotUnderstood, Read
from registry.bibliography.latex import bare, words
from registry.bibliography.markup import plain
from registry.bibliography.shaping import (
    BOOKS,
    LONGEST_ABSTRACT,
    LONGEST_TITLE,
    MOST_AUTHORS,
    address,
    label,
    own,
    shown,
    year_of,
)
from registry.identifiers import OPENREVIEW, PMID, S2, Found

VENUES = (
    "journal",
    "journaltitle",
    "booktitle",
    "maintitle",
    "eventtitle",
    "school",
    "institution",
)
LINKS = ("url", "ee", "link", "howpublished", "bdsk-url-1", "pdf", "note")
NOTES = (
    "journal", "journaltitle", "volume", "number", "note", "howpublished", "eid", "publisher",
    "institution", "pages", "annote", "addendum", "archive",
)  # fmt: skip
"""Fields in which people write identifiers among other words."""
LONGEST_NAMES = 400_000  # characters of an author field

_AND = re.compile(r"\s+and\s+", re.I)
_CROSSREF = re.compile(r"crossref\s{0,20}=\s{0,20}[{\"]\s{0,20}([^}\"\n]{1,300})", re.I)
_DBLP_CORR = re.compile(r"corr/abs-(\d{4})-(\d{4,5})\b", re.I)
_UNBALANCED = (
    "A closing brace or quotation mark of this entry is missing. Add it, and check the file again."
)
_EMPTY = "This entry has no fields. Each is written name = {value}, with a comma at its end."

Fields = Mapping[str, str]


def read(text: str) -> Read:
    """The entries of a BibTeX file; a broken one is told, and the next one goes on."""
    parents = _parents(text)
    for block in blocks(text):
        source = text[block.start : min(block.end, block.start + 2000)]
        if block.broken:
            yield NotUnderstood(line=block.line, text=shown(source), why=_UNBALANCED)
        elif not block.fields:
            yield NotUnderstood(line=block.line, text=shown(source), why=_EMPTY)
        else:
            parent = parents.get(block.fields.get("crossref", "").strip().lower(), {})
            yield _entry(block, parent, source)


def _parents(text: str) -> dict[str, Fields]:
    """The fields of the entries that others name as their parents."""
    wanted = {match[1].strip().lower() for match in _CROSSREF.finditer(text)}
    if not wanted:
        return {}
    return {
        block.key.lower(): block.fields for block in blocks(text) if block.key.lower() in wanted
    }


def _entry(block: Block, parent: Fields, source: str) -> Entry:
    fields = block.fields
    urls = [bare(fields[name][:LONGEST_TITLE]) for name in LINKS if name in fields]
    return Entry(
        line=block.line,
        key=label(block.key),
        kind=block.type,
        title=_title(block),
        authors=names(fields.get("author", "")),
        year=year_of(fields.get("year") or fields.get("date"))
        or year_of(parent.get("year") or parent.get("date")),
        venue=_venue(fields, parent),
        identifiers=_identifiers(block, urls),
        url=next((found for url in urls if (found := address(url))), ""),
        abstract=_words(fields.get("abstract", ""), LONGEST_ABSTRACT),
        text=shown(source),
    )


def _words(latex: str, longest: int = LONGEST_TITLE) -> str:
    if not latex:
        return ""
    text = words(latex[:longest])
    return plain(text) if "<" in text or "&" in text else text


def _title(block: Block) -> str:
    """The title with its subtitle, which BibLaTeX keeps apart; a volume may have a booktitle."""
    fields = block.fields
    title = _words(fields.get("title", ""))
    if not title and block.type in BOOKS:
        title = _words(fields.get("booktitle") or fields.get("maintitle") or "")
    if title and (subtitle := _words(fields.get("subtitle", ""))):
        return f"{title}{'' if title[-1] in '?!.:' else ':'} {subtitle}"
    return title


def _venue(fields: Fields, parent: Fields) -> str:
    for name in VENUES:
        if name in fields and (venue := _words(fields[name])):
            return venue
    return _words(parent.get("booktitle") or parent.get("title") or parent.get("journal") or "")


# --- people -----------------------------------------------------------------------------
def names(field: str) -> tuple[str, ...]:
    """The people of an author field, given name first, without “and others”."""
    text = " ".join(field[:LONGEST_NAMES].split())
    if not text:
        return ()
    parts = _AND.split(text)
    if "{" in text:
        for part in parts:
            if part.count("{") != part.count("}"):  # an `and` stands in braces
                parts = split_multiple_persons_names(text)
                break
    if len(parts) == 1 and "{" not in text:
        parts = _split_otherwise(text)
    found = (_name(part.strip()) for part in parts[:MOST_AUTHORS])
    return tuple(name for name in found if name and name.lower() not in ("others", "et al."))


def _split_otherwise(text: str) -> list[str]:
    """Names of a field whose writer did not know of `and`: with semicolons, or commas alone."""
    if ";" in text and "&" not in text:
        return text.split(";")
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 3 and all(" " in part for part in parts if part):
        return parts
    if len(parts) > 3 and len(parts) % 2 == 0:
        return [f"{last}, {given}" for last, given in zip(parts[::2], parts[1::2], strict=True)]
    return [text]


@lru_cache(maxsize=8192)
def _name(text: str) -> str:
    text = text[:LONGEST_TITLE]
    if "\\" not in text and "{" not in text and text.count(",") <= 1:
        last, _, given = text.partition(",")
        return words(f"{given.strip()} {last}".strip())
    with suppress(ValueError):  # it stays as it is written
        text = parse_single_name_into_parts(text, strict=False).merge_first_name_first
    return words(text)


# --- identifiers ------------------------------------------------------------------------
def _identifiers(block: Block, urls: Sequence[str]) -> tuple[Found, ...]:
    fields = block.fields
    arxiv = [fields[name] for name in ("arxivid", "arxiv") if name in fields]
    others = [(PMID, fields["pmid"])] if "pmid" in fields else []
    if "eprint" in fields:
        eprint = bare(fields["eprint"][:300])
        archive = fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv"
        match bare(archive).lower():
            case "arxiv":
                arxiv.insert(0, eprint)
            case "pubmed":
                others.append((PMID, eprint))
            case "openreview":
                others.append((OPENREVIEW, eprint))
    if found := _DBLP_CORR.search(block.key) or _DBLP_CORR.search(fields.get("biburl", "")):
        arxiv.append(f"{found[1]}.{found[2]}")
    if name := fields.get("s2id") or fields.get("corpusid"):
        others.append((S2, name if not name.isdigit() else f"corpusid:{name}"))
    return own(
        doi=[bare(fields["doi"][:1000])] if "doi" in fields else [],
        arxiv=[_arxiv(bare(value[:300])) for value in arxiv if value],
        urls=urls,
        others=others,
        isbn=[fields.get("isbn", "")] if block.type in BOOKS else [],
        prose=" ".join([bare(fields[name][:500]) for name in NOTES if name in fields]),
    )


def _arxiv(text: str) -> str:
    """An arXiv id without the class that some write after it: `1706.03762 [cs.CL]`."""
    return re.sub(r"\s*\[.*", "", text)
