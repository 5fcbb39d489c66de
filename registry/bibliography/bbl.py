r"""Typeset bibliographies: `thebibliography` of BibTeX styles, BibLaTeX's `\entry` blocks. Pure.

BibTeX's standard styles part authors, title and venue by `\newblock`; those of ACM, Elsevier and
REVTeX name the parts (`\bibinfo{title}{…}`); IEEE's puts the title between quotation marks.
"""

import re
from collections.abc import Iterator

from registry.bibliography.bibtex import names
from registry.bibliography.entry import Entry, NotUnderstood, Read
from registry.bibliography.latex import bare, words
from registry.bibliography.reference_titles import Guess, guess, people_of
from registry.bibliography.shaping import address, label, own, shown, year_of
from registry.identifiers import ARXIV, DOI, Found, find_all

LONGEST = 6000  # characters of one item that are read
SIGN = re.compile(
    r"\\bibitem\s{0,9}[\[{%]|\\begin\{thebibliography\}|^\s{0,9}\\entry\{[^}]{1,300}\}\{", re.M
)

_ITEM = re.compile(r"\\bibitem(?![A-Za-z])|\\end\{thebibliography\}")
_BLOCK = re.compile(r"\\entry\{(?P<key>[^{}]{1,300})\}\{(?P<kind>[^{}]{0,60})\}")
_NEWBLOCK = re.compile(r"\\newblock\b\s*")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n[ \t]*")
_NOISE = re.compile(
    r"\\(?:BibitemOpen|BibitemShut\s*\{[^{}]*\}|BIBentry\w+|natexlab\{(?P<l>[^{}]*)\}|penalty-?\d+"
    r"|providecommand[^\n]*|urlstyle\{[^{}]*\}|hskip[^\n]{0,60}\\relax|bibAnnote[^\n]*|Eprint|eprint"
    r"|bibfield\s*\{[a-z]+\}|bibname(?:f|l)?font|bibnamefont|bibfnamefont|BibitemShut|sortnoop\{[^{}]*\})"
)
_INFO = re.compile(
    r"\\(?:bibinfo\s*\{(?P<info>[a-z]+)\}|show(?P<show>articletitle|title|booktitle)|bibf?title)\s*\{"
)
_URL = re.compile(
    r"\\(?:url|href|path|nolinkurl|doi|showDOI|showeprint)\s*(?:\[[^\]]{0,40}\])?\s*\{([^{}]{1,500})\}"
)
_FIELD = re.compile(r"\\(?:field|strng)\{([a-z]+)\}\{")
_VERB = re.compile(r"\\verb\{([a-z]+)\}\s*\\verb ([^\n]{1,1000})")
_NAME = re.compile(r"\\name\{author\}\{\d+\}\{[^{}]*\}\{")
_PART = re.compile(r"\b(family|given|prefix|suffix)=\{")
_NO_TEXT = "This item has no text."


def read(text: str) -> Read:
    """The items of a .bbl, or of the bibliography within a LaTeX document."""
    if _BLOCK.search(text) and "\\endentry" in text:
        return _biblatex(text)
    return _items(text)


def braced(text: str, at: int) -> tuple[str, int]:
    """What stands in the braces that were opened before `at`, and the place after them."""
    depth = 1
    for match in re.compile(r"\\.|[{}]", re.S).finditer(text, at):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return text[at : match.start()], match.end()
    return text[at:], len(text)


# --- thebibliography --------------------------------------------------------------------
def _items(text: str) -> Read:
    line, counted, begin = 1, 0, -1
    for match in _ITEM.finditer(text):
        if begin >= 0:
            yield _item(text[begin : min(match.start(), begin + LONGEST)], line)
        begin = match.end() if match[0] == "\\bibitem" else -1
        line += text.count("\n", counted, match.start())
        counted = match.start()
    if begin >= 0:
        yield _item(text[begin : begin + LONGEST], line)


def _item(source: str, line: int) -> Entry | NotUnderstood:
    key, body = _key(_COMMENT.sub("", source))
    raw = _NOISE.sub(lambda match: match["l"] or "", body)
    if not raw.strip():
        return NotUnderstood(line=line, text=shown(source), why=_NO_TEXT)
    addresses = [bare(found) for found in _URL.findall(raw)]
    told = _guess(raw)
    plain = words(raw)
    return Entry(
        line=line,
        key=label(key),
        title=told.title,
        authors=told.authors,
        year=told.year or year_of(plain[-200:]) or year_of(plain),
        venue=told.venue,
        identifiers=_found(addresses, plain),
        url=next(filter(None, map(address, addresses)), ""),
        text=shown(plain),
    )


def _key(source: str) -> tuple[str, str]:
    """The key of an item and the text after it; its label may hold brackets within braces."""
    text = source.lstrip()
    if text.startswith("["):
        depth = 0
        for match in re.compile(r"[{}\]]").finditer(text):
            depth += {"{": 1, "}": -1}.get(match[0], 0)
            if match[0] == "]" and depth <= 0:
                text = text[match.end() :].lstrip()
                break
    if not text.startswith("{"):
        return "", text
    key, at = braced(text, 1)
    return key.strip(), text[at:]


def _found(addresses: list[str], plain: str) -> tuple[Found, ...]:
    named = find_all(plain)
    return own(
        doi=[one.value for one in named if one.scheme == DOI][:1],
        arxiv=[one.value for one in named if one.scheme == ARXIV][:1],
        urls=[address if "://" in address else f"doi:{address}" for address in addresses
              if "://" in address or address.startswith("10.")],
        prose=plain[:2000],
    )  # fmt: skip


def _guess(raw: str) -> Guess:
    """What an item says: by the names of its parts, else by its blocks, else by its style."""
    parts: dict[str, list[str]] = {}
    for match in _INFO.finditer(raw):
        name = match["info"] or match["show"] or "title"
        parts.setdefault(name, []).append(words(braced(raw, match.end())[0]).strip(" .,"))
    title = next(
        (parts[name][0] for name in ("title", "articletitle", "booktitle") if parts.get(name)), ""
    )
    if title:
        venue = next(
            (parts[name][0] for name in ("journal", "booktitle", "series") if parts.get(name)), ""
        )
        authors = tuple(name for one in parts.get("author", []) for name in people_of(one))
        year = year_of(" ".join(parts.get("year", [])))
        return Guess(title=title, authors=authors, year=year, venue=venue if venue != title else "")
    blocks = [words(block).strip() for block in _NEWBLOCK.split(raw)]
    if len(blocks) < 2:
        return guess(words(raw))
    authors = people_of(re.sub(r"[\s,(]*(?:1[5-9]|2[01])\d\d[a-z]?\)?[\s.]*$", "", blocks[0]))
    return Guess(
        title=blocks[1].strip(" .,").strip("“”\"'"),
        authors=authors,
        year=next(
            (year for block in [*blocks[:0:-1], blocks[0]] if (year := year_of(block))), None
        ),
        venue=_venue(blocks[2]) if len(blocks) > 2 else "",
    )


def _venue(block: str) -> str:
    """Where a work appeared, of `In Proceedings of X, pages 1–9, 2017.`"""
    return (
        re.split(r",\s+(?:pages?|pp\.|volume|vol\.|\d|[A-Z][a-z]+ \d{4})", block, maxsplit=1)[0]
        .removeprefix("In ")
        .strip(" .,")
    )


# --- BibLaTeX ---------------------------------------------------------------------------
def _biblatex(text: str) -> Read:
    line, counted = 1, 0
    for match in _BLOCK.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        end = text.find("\\endentry", match.end(), match.end() + 200_000)
        yield _block(match, text[match.end() : end if end >= 0 else match.end() + LONGEST], line)


def _block(match: re.Match[str], body: str, line: int) -> Entry:
    fields: dict[str, str] = {}
    for found in _FIELD.finditer(body):
        fields.setdefault(found[1], braced(body, found.end())[0])
    fields |= {found[1]: found[2].strip() for found in _VERB.finditer(body)}
    title = words(fields.get("title", ""))
    if subtitle := words(fields.get("subtitle", "")):
        title = f"{title}: {subtitle}"
    eprint = fields.get("eprint", "")
    return Entry(
        line=line,
        key=label(match["key"]),
        kind=label(match["kind"].lower(), 60),
        title=title,
        authors=tuple(_block_names(body)),
        year=year_of(fields.get("year") or fields.get("date")),
        venue=words(fields.get("journaltitle") or fields.get("booktitle") or ""),
        identifiers=own(
            doi=[bare(fields.get("doi", ""))],
            arxiv=[bare(eprint)] if fields.get("eprinttype", "arxiv").lower() == "arxiv" else [],
            urls=[fields.get("url", "")],
            prose=words(f"{fields.get('journaltitle', '')} {fields.get('note', '')}"),
            isbn=[fields.get("isbn", "")]
            if match["kind"].lower() in ("book", "proceedings")
            else [],
        ),
        url=address(fields.get("url", "")),
        abstract=words(fields.get("abstract", "")),
        text=shown(body.replace("\n", " ")),
    )


def _block_names(body: str) -> Iterator[str]:
    """The authors of a block: their parts follow each other, a hash before each person."""
    match = _NAME.search(body)
    if match is None:
        return
    people = braced(body, match.end())[0]
    for person in re.split(r"\bhash=", people)[1:]:
        parts = {found[1]: braced(person, found.end())[0] for found in _PART.finditer(person)}
        family = " ".join(
            filter(None, [parts.get("prefix"), parts.get("family"), parts.get("suffix")])
        )
        given = parts.get("given", "")
        yield from names(f"{{{family}}}, {{{given}}}" if given else f"{{{family}}}")
