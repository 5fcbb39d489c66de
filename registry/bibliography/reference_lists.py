"""A list of references in a text: where it is, and where each begins. Pure.

In a paper the list follows its heading; what was pasted alone is the list itself. Numbers tell the
references apart, else empty lines, indentation, one a line, or the names that begin one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from registry.cleaning import clean

LONGEST = 3000  # characters of one reference
MOST = 100_000  # references, and lines among which they are looked for

_HEADING = re.compile(
    r"^[ \t#*\d.IVX]{0,12}(?:\\section\*?\{)?(?:[A-Z]\.?[ \t]+)?"
    r"(?:r[ ]?eferences(?:[ ](?:and[ ]notes|cited))?|b[ ]?ibliography|literature(?:[ ]cited)?"
    r"|works[ ]cited|reference[ ]list|参考文献|參考文獻|引用文献"
    r"|références(?:[ ]bibliographiques)?|bibliographie|literatur(?:verzeichnis)?|referencias"
    r"|bibliografía|bibliografia|riferimenti(?:[ ]bibliografici)?|referências|литература"
    r"|список[ ]литературы|참고문헌)[ \t*:：}]{0,9}$",
    re.M | re.I,
)
_ENDING = re.compile(
    r"^[ \t#*]{0,9}(?:(?:[A-Z]|\d{1,2})[.:]?[ \t]+)?"
    r"(?:a[ ]?ppendi(?:x|ces)\b.{0,80}|supplement(?:ary|al)\b.{0,60}"
    r"|acknowledge?ments?|author[ ]contributions?|(?:neurips[ ])?(?:paper[ ])?checklist|附录.{0,40}"
    r"|about[ ]the[ ]authors?|conflicts?[ ]of[ ]interest)[ \t*:]{0,9}$",
    re.M | re.I,
)
_BOXED = re.compile(r"^[ \t]{0,40}\[(\d{1,4})\][ \t]{0,9}(?=\S|\n)", re.M)
_LETTERED = re.compile(
    r"^[ \t]{0,40}\[[A-Za-z][\w+’' .&,-]{1,40}(?:\d\d|\d{4})[a-z]?\][ \t]{0,9}", re.M
)
_DOTTED = re.compile(r"^[ \t]{0,40}(\d{1,4})[.)．、][ \t]{0,9}(?=[^\s\d])", re.M)
_BARE = re.compile(r"^[ \t]{0,40}(\d{1,4})[ \t]{1,9}(?=[A-ZÀ-Þ])", re.M)
_YEAR = re.compile(
    r"(?<!\d)(?:1[5-9]|2[01])\d\d(?!\d)|\d{4}\.\d{4,5}|10\.\d{4,9}/|\b(?:in press|forthcoming)\b"
)
_STARTS = re.compile(
    r"(?:[A-ZÀ-Þ][\w'’`-]{1,30}(?: [A-ZÀ-Þ][\w'’-]{1,30})?,[ ]"
    r"(?:[A-ZÀ-Þ]\.|[A-ZÀ-Þ][\w-]+)"  # Last, F.
    r"|(?:[A-ZÀ-Þ]\.[ -]?){1,3}(?:[a-z]{2,3} ){0,2}[A-ZÀ-Þ][\w'’-]+"  # F. Last
    r"|[A-ZÀ-Þ][\w'’-]+ [A-Z]{1,3}[,.]"  # Last FG,
    r"|[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ]\.)*(?: [a-z]{2,3})?(?: [A-ZÀ-Þ][\w'’-]+){1,2}"
    r"(?:,| and | et al|\.)"
    r"|[\u4e00-\u9fff]{2,4}[,，.．])"
)
_ENDS = re.compile(r"(?:[.\])”\"]|\d|https?://\S+|/\S*)\s*$")
_SPLIT_ADDRESS = re.compile(
    r"((?:https?://|\b10\.\d{4,9}/)\S{0,300}[/_=?&-]|\b10\.\d{4,9}/)\n[ \t]*(?=\S)"
)
_SPLIT_AT_STOP = re.compile(
    r"((?:https?://|10\.\d{4,9}/)\S{0,300}\.)\n[ \t]*(?=[a-z0-9]\S*/|\d{4,})"
    r"|(\b\d{4}\.)\n[ \t]*(?=\d{4,5}\b)"
)
_GAP = re.compile(r"\n[ \t]*+\n\s*+")
_LINE = re.compile(r"^[^\S\n]*+\S[^\n]*", re.M)
_HYPHEN = re.compile(r"(?<=[a-zà-ÿ])[-\u00ad\u2010]\n[ \t]*(?=[a-zà-ÿ])")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference on one line; `number` is its own, 0 where it has none."""

    line: int
    text: str
    number: int = 0


def references(text: str) -> Iterator[Reference]:
    """The references of a text, or of the list in the paper that it is, in their order."""
    places = _sections(text)
    line, counted = 1, 0
    for start, end in places or [(0, len(text))]:
        line += text.count("\n", counted, start)
        counted = start
        yield from _split(
            text[start:end] if (start, end) != (0, len(text)) else text, line, bool(places)
        )


def has_heading(text: str) -> bool:
    """Whether a text has the heading of a list of references."""
    return _HEADING.search(text) is not None


def _sections(text: str) -> list[tuple[int, int]]:
    """Where the lists are: after each heading up to the next, or to what follows a list."""
    headings = [(match.start(), match.end()) for match in islice(_HEADING.finditer(text), 1000)]
    found = []
    for index, (_, start) in enumerate(headings):
        limit = headings[index + 1][0] if index + 1 < len(headings) else len(text)
        ending = _ENDING.search(text, start, limit)
        end = ending.start() if ending else limit
        if _YEAR.search(text, start, end):  # a table of contents has the heading, too
            found.append((start, end))
    return found


def _split(text: str, line: int, in_paper: bool) -> Iterator[Reference]:
    numbered, starts = _starts(text)
    counted = empty = 0
    for index, (start, number) in enumerate(starts):
        end = starts[index + 1][0] if index + 1 < len(starts) else len(text)
        line += text.count("\n", counted, start)
        counted = start
        piece = _one_line(text[start : min(end, start + LONGEST)])
        if not piece:
            continue
        if in_paper and not _YEAR.search(piece):
            empty += 1
            if not numbered and empty > 15:  # the list has ended without a heading
                return
            if not numbered:
                continue
        else:
            empty = 0
        yield Reference(line, piece, number)


def _one_line(text: str) -> str:
    """A reference without the breaks that its column made: in words, addresses, arXiv ids."""
    text = text.strip()
    if "\n" in text:
        text = _SPLIT_ADDRESS.sub(r"\1", text)
        text = _SPLIT_AT_STOP.sub(lambda match: match[1] or match[2], text)
        text = _HYPHEN.sub("", text)
    return clean(text)


def _starts(text: str) -> tuple[bool, list[tuple[int, int]]]:
    """Whether the references are numbered, and where each begins, with its number."""
    for pattern, least in ((_BOXED, 1), (_DOTTED, 2), (_BARE, 3)):
        found = _ascending(
            [(match.start(), int(match[1])) for match in islice(pattern.finditer(text), MOST)]
        )
        if len(found) >= least and (found[0][1] <= 2 or len(found) > 4):
            return True, found
    lettered = [(match.start(), 0) for match in islice(_LETTERED.finditer(text), MOST)]
    if len(lettered) > 1:
        return True, lettered
    return False, [(place, 0) for place in _unnumbered(text)]


def _ascending(numbers: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The numbers that count on, or begin anew; others begin a line by chance."""
    kept: list[tuple[int, int]] = []
    for place, number in numbers:
        last = kept[-1][1] if kept else 0
        if last < number <= last + (3 if kept else 2000) or (number == 1 and last != 1):
            kept.append((place, number))
    return kept


def _unnumbered(text: str) -> list[int]:
    lines = [(match.start(), match[0][:LONGEST]) for match in islice(_LINE.finditer(text), MOST)]
    if len(lines) < 2:
        return [lines[0][0]] if lines else []
    after_gap = _after_gaps(text)
    if len(after_gap) > 1 and len(after_gap) * 8 >= len(lines) and len(after_gap) < len(lines):
        return after_gap
    flush = [place for place, line in lines if not line[0].isspace()]
    if 1 < len(flush) < len(lines) and len(flush) * 8 >= len(lines):
        return flush
    dated = sum(bool(_YEAR.search(line)) for _, line in lines)
    if dated * 10 >= len(lines) * 8 or len(after_gap) == len(lines):
        return [place for place, _ in lines]
    return _by_names(lines)


def _after_gaps(text: str) -> list[int]:
    first = re.search(r"\S", text)
    return [
        *([text.rfind("\n", 0, first.start()) + 1] if first else []),
        *(match.end() for match in islice(_GAP.finditer(text), MOST)
          if first and match.end() > first.start()),
    ]  # fmt: skip


def _by_names(lines: list[tuple[int, str]]) -> list[int]:
    """A reference begins with names, after a line that ends one, when it has its year already."""
    starts, dated, before = [lines[0][0]], False, ""
    for place, line in lines:
        if before and dated and _ENDS.search(before) and _STARTS.match(line.strip()):
            starts.append(place)
            dated = False
        dated = dated or bool(_YEAR.search(line))
        before = line
    return starts
