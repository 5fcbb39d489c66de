"""One BibTeX entry, as people paste it, read into what is asked of a paper. Pure.

bibtexparser splits the text and the names (it goes on after errors and knows their lines), and
registry/bibliography/latex.py turns LaTeX into letters; neither opens a file that an entry names.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import Block, DuplicateFieldKeyBlock, Entry

from registry import identifiers
from registry.bibliography.latex import words

LONGEST = 20_000  # characters
VENUES = ("journal", "journaltitle", "booktitle")
EXAMPLE = "An entry begins like @article{muster2024, title = {…}, …}."


class Unreadable(ValueError):
    """No entry that can be read; the text is a sentence with the line, and with what to do."""


@dataclass(kw_only=True)
class Stated:
    """What an entry says about a paper. `notes` are sentences about what it leaves open."""

    title: str = ""
    authors: list[str] = field(default_factory=list)
    venue: str = ""
    year: str = ""
    url: str = ""
    identifiers: list[str] = field(default_factory=list)
    version: str = ""  # such as v2, of an arXiv id with a version
    notes: list[str] = field(default_factory=list)


def read_one(text: str) -> Stated:
    """What the one entry in `text` says. Raises Unreadable."""
    fields = _fields(_entry(text))
    stated = Stated(
        title=words(fields.get("title", "")),
        venue=next((words(fields[name]) for name in VENUES if fields.get(name)), ""),
        year=_year(fields),
        url=_address(fields.get("url", "")),
    )
    if not stated.title:
        raise Unreadable("The entry has no title: add the line title = {…}, or type the title.")
    _authors(stated, fields.get("author", ""))
    _identifiers(stated, fields)
    return stated


def _entry(text: str) -> Entry:
    if len(text) > LONGEST:
        raise Unreadable(
            f"This has {len(text):,} characters. Paste the one entry of this paper, of at most "
            f"{LONGEST:,}."
        )
    library = parse_string(text)
    if len(library.entries) + len(library.failed_blocks) > 1:
        lines = " and ".join(
            str(_line(block)) for block in [*library.entries, *library.failed_blocks][:2]
        )
        raise Unreadable(
            f"There is more than one entry, on lines {lines}. Leave the one of this paper."
        )
    if library.failed_blocks:
        raise Unreadable(_why(library.failed_blocks[0], text))
    if not library.entries:
        raise Unreadable(f"No BibTeX entry is found in this. {EXAMPLE}")
    entry = library.entries[0]
    for one in entry.fields:
        # A value that went on into the next line: `{A title}\n year = 2024`.
        if re.search(r"[}\"]\s*\n\s*[A-Za-z]+\s*=", str(one.value)):
            raise Unreadable(
                f"Line {(one.start_line or 0) + 1}: the comma at the end of the field {one.key} is "
                "missing. Add it, and fill in again."
            )
    return entry


def _line(block: Block) -> int:
    return (block.start_line or 0) + 1


def _why(block: Block, text: str) -> str:
    if isinstance(block, DuplicateFieldKeyBlock):
        twice = " and ".join(sorted(block.duplicate_keys))
        return f"Line {_line(block)}: this entry has the field {twice} twice. Leave one of them."
    error = getattr(block, "error", None)
    reason = str(getattr(error, "abort_reason", "")).strip().rstrip(".")
    if not reason or "end of file" in reason or "looking for" in reason:
        return (
            f"Line {_line(block)}: a closing brace or quotation mark of this entry is missing. "
            f"It has {text.count('{')} opening and {text.count('}')} closing braces."
        )
    line = text.count("\n", 0, max(0, int(getattr(error, "end_index", 0)) - 1)) + 1
    return (
        f"Line {line}: this cannot be read ({reason}). Each field is written name = {{value}}, "
        "with a comma at its end."
    )


def _fields(entry: Entry) -> dict[str, str]:
    return {one.key.lower(): str(one.value) for one in entry.fields}


def _address(text: str) -> str:
    """A web address without the LaTeX around it."""
    text = re.sub(r"^\\(?:url|href)\{([^}]*)\}.*$", r"\1", text.strip(), flags=re.S)
    text = re.sub(r"\\([_%&#~$])", r"\1", text).strip("{} ")
    return text if re.match(r"https?://\S+$", text, re.I) else ""


def _year(fields: dict[str, str]) -> str:
    found = re.search(r"\b(1[5-9]|2[01])\d\d\b", fields.get("year", "") or fields.get("date", ""))
    return found[0] if found else ""


def _authors(stated: Stated, text: str) -> None:
    for name in split_multiple_persons_names(" ".join(text.split())):
        if name.strip().lower() == "others":
            stated.notes.append("The entry leaves authors out (“and others”): add them.")
            continue
        with suppress(ValueError):  # it stays as it is written
            name = parse_single_name_into_parts(name, strict=False).merge_first_name_first
        if name := words(name):
            stated.authors.append(name)
    if not stated.authors:
        stated.notes.append("The entry names no authors: add them.")


def _identifiers(stated: Stated, fields: dict[str, str]) -> None:
    archive = fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).strip("{} ").lower()
    texts = [fields.get("doi", ""), stated.url]
    if archive == "arxiv":
        texts.insert(1, fields.get("eprint", ""))
    texts += re.findall(
        r"(?i)arxiv:\s*([\w./-]+)", fields.get("journal", "") + fields.get("note", "")
    )
    for text in texts:
        found = identifiers.parse(re.sub(r"\\([_%&#])", r"\1", text).strip("{} ")) if text else None
        if found is None:
            continue
        stated.version = stated.version or found.version
        named = found.value if found.scheme == identifiers.DOI else f"{found.scheme}:{found.value}"
        if named not in stated.identifiers:
            stated.identifiers.append(named)
