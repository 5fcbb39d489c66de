"""Where a text has e-mail addresses: what stands before each @ and the domain behind it. Pure.

In the shapes in which papers print them: `{ada, bob}@x.edu`, `ada (at) x dot edu`, over line ends.
Whose they are, and whether they are any, is author_addresses.py's to say. Takes linear time.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

MOST = 200
"""Signs @ that are looked at; what has more is no first page."""
LONGEST_PAGE = 100_000
LONGEST_GROUP = 1500  # characters between braces


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """An address, or several of one domain, as they stand."""

    locals: "Locals"
    domain: "Domain"
    line: int
    """Of the @, from 1; empty lines do not count."""
    before: str
    """The end of what stands before it, since the address before this one."""
    glued: bool
    """Something has grown to its end."""
    apart: bool
    """There is space beside the @, so it may be none of an address."""


@dataclass(frozen=True, slots=True)
class Domain:
    name: str
    end: int
    printed: str
    complete: bool = False  # it ends as domains do
    broken: bool = False  # it ends in a hyphen at the end of a line
    grown: bool = False  # the next word has grown to it


@dataclass(frozen=True, slots=True)
class Locals:
    parts: tuple[str, ...]
    start: int
    grouped: bool = False
    broken: bool = False
    foreign: bool = False  # a letter stands before it that addresses do not have


_PLAIN = str.maketrans(
    {"＠": "@", "．": ".", "，": ",", "；": ";", "｛": "{", "｝": "}", "［": "[", "］": "]",
     "（": "(", "）": ")", "：": ":", "∣": "|", "⟨": "<", "⟩": ">", "‐": "-", "‑": "-",
     "\u200b": None, "\u00ad": None, "\ufeff": None, "\u00a0": " ", "\\": None}
)  # fmt: skip
_AT = re.compile(
    r"@|[(\[{<][ \t]*(?:at|AT|At|@)[ \t]*[)\]}>]"
    r"|(?<=\s)(?:AT(?=\s)|at(?=[ \t]+[\w-]+[ \t]+(?:dot|DOT)[ \t]))"
)
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_DOT = re.compile(r"\.(?=[A-Za-z0-9])|[ \t]*[(\[{<][ \t]*(?:dot|\.)[ \t]*[)\]}>][ \t]*", re.I)
_DOT_WORD = re.compile(r"[ \t]+dot[ \t]+(?=[A-Za-z0-9])", re.I)
_DOT_BEFORE_LINE = re.compile(r"\.[ \t]*\n[ \t]*(?=[a-z0-9])")
_DOT_AFTER_LINE = re.compile(r"[ \t]*\n[ \t]*\.(?=[a-z])")
_ENDINGS = frozenset({
    "com", "org", "net", "edu", "gov", "mil", "int", "info", "biz", "name", "pro", "cloud",
    "tech", "dev", "app", "page", "science", "research", "university", "academy", "institute",
    "example"
})  # fmt: skip
_GROWN = re.compile(
    r"(?:edu|com|org|net|gov)[a-z]+(?<!community)(?<!company)(?<!computer)(?<!network)(?<!organic)"
    r"(?<!education)"
)
"""An ending to which the next word has grown."""
_OPENS = {"}": "{", "]": "[", ")": "(", ">": "<"}
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._%+'-]{0,62}[A-Za-z0-9_])?")
_LOCALS_END = re.compile(r"[A-Za-z0-9._%+'/|-]{1,200}\Z")
_SEPARATORS = re.compile(r"[,;|/、]|\s+and\s+|\s+&\s+")


def places(page: str) -> Iterator[Place]:
    """The addresses on a page, in their order."""
    page, last = page[:LONGEST_PAGE].translate(_PLAIN), 0
    for at in islice(_AT.finditer(page), MOST):
        right = page[at.end() : at.end() + 400]
        left = page[max(last, at.start() - LONGEST_GROUP) : at.start()]
        domain, before = _domain(right), _locals(left)
        if domain is None or before is None:
            continue
        end = at.end() + domain.end
        if at[0] in ("at", "AT") and not domain.complete:
            continue  # look at the dot product
        if domain.name == "github.com" and page[end : end + 1] == ":":
            continue  # git@github.com:somebody/code
        begins = at.start() - len(left) + before.start
        yield Place(
            locals=before,
            domain=domain,
            line=sum(1 for text in page[: at.start()].split("\n") if text.strip()) or 1,
            before=page[max(last, begins - 200) : begins],
            glued=page[end : end + 1] == "@" or domain.grown,
            apart=at[0] == "@" and (left[-1:].isspace() or right[:1] in (" ", "\t")),
        )
        last = end


def _domain(right: str) -> Domain | None:
    """The domain at the beginning of `right`, also over a line end where it is surely not whole."""
    begin = re.match(r"[ \t]*\n?[ \t]*", right)
    end = begin.end() if begin else 0
    labels: list[str] = []
    in_words = True  # x dot edu, until a dot is printed
    while label := _LABEL.match(right, end):
        if labels and _is_complete(labels) and labels[-1].islower() and label[0][0].isupper():
            break  # x.edu.The next sentence
        labels.append(label[0])
        end = label.end()
        dot = _DOT_WORD.match(right, end) if in_words else None
        if dot is None and (dot := _DOT.match(right, end)):
            in_words = in_words and dot[0] != "."
        if dot is None and not _is_complete(labels):
            dot = _DOT_BEFORE_LINE.match(right, end) or _DOT_AFTER_LINE.match(right, end)
        if dot is None:
            break
        end = dot.end()
    if not labels:
        return None
    if re.match(r"-[ \t]*\n", right[end:]):
        printed = ".".join(labels) + "-"
        return Domain(printed.lower(), end, printed, broken=True)
    printed = ".".join(labels).lower()
    ending = re.sub(r"\d+\Z", "", labels[-1])  # a footnote mark: no ending has digits
    grown = re.match(r"([a-z]{2,})[A-Z]", ending)
    labels[-1] = grown[1] if grown else ending
    if len(labels) < 2 or not re.fullmatch(r"[A-Za-z]{2,}|xn--[A-Za-z0-9-]+", labels[-1]):
        return None
    if re.fullmatch(r"\d{1,2}", labels[0]) or len(labels) > 8:  # P@1.In is a metric
        return None
    name = ".".join(labels).lower()
    return Domain(
        name,
        end,
        printed if grown else name,
        complete=_is_complete(labels),
        grown=bool(_GROWN.fullmatch(labels[-1].lower())),
    )


def _is_complete(labels: list[str]) -> bool:
    last = labels[-1].lower()
    return len(labels) > 1 and (last in _ENDINGS or len(last) == 2)


def _locals(left: str) -> Locals | None:
    """What stands before the @: one name, or several in braces or between slashes."""
    bare = left.rstrip(" \t\n")
    if bare[-1:] in _OPENS:
        return _group(bare)
    match = _LOCALS_END.search(bare[-200:])
    if match is None:
        return None
    text = match[0].lstrip(".-'+%")
    parts, start = re.split(r"[/|]", text), len(bare) - len(text)
    if not all(_LOCAL.fullmatch(part) for part in parts):
        return None
    before = bare[start - 1 : start]
    foreign = unicodedata.category(before or " ") in ("Ll", "Lu") and not before.isascii()
    return Locals(tuple(parts), start, broken=_is_divided(bare[:start]), foreign=foreign)


def _is_divided(before: str) -> bool:
    """Whether the last word of the line before goes on in this one."""
    line, end, rest = before.rpartition("\n")
    return bool(end) and not rest.strip() and bool(re.search(r"[A-Za-z0-9][-_]\s*\Z", line[-80:]))


def _group(bare: str) -> Locals | None:
    """`{ada, bob}`, `[ada|bob]`: each member, over line ends too."""
    start = bare.rfind(_OPENS[bare[-1]])
    if start < 0:
        return None
    inner = bare[start + 1 : -1]
    members = [member.strip(" \t\n*†‡§¶¹²³∗") for member in _SEPARATORS.split(inner)]
    members = [member for member in members if member and not re.fullmatch(r"[.…]+", member)]
    if any(re.search(r"[-_.]\s*\n|\n\s*[-_.]", member) for member in members):
        return Locals((" ".join(inner.split()),), start, grouped=True, broken=True)
    parts = [part for member in members for part in member.split()]
    if not parts or len(parts) > MOST or not all(_LOCAL.fullmatch(part) for part in parts):
        return None
    return Locals(tuple(parts), start, grouped=True)
