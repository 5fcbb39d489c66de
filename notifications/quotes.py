"""Where a quoted letter begins in the lines of a plain text mail. Pure.

Three things mark it, in whatever language the mail program speaks: a line "On ... wrote:"
(which may be broken over several lines), a head of "From: ... Sent: ... Subject: ..." lines,
and a title between dashes ("-----Original Message-----"). All looks are bounded: a few lines,
a few hundred characters of each.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notifications.quote_words import FORWARDED, LABELS, OPENER, ORIGINAL, WROTE

LONGEST_LINE = 400  # characters of a line that are looked at
LINES_OF_ATTRIBUTION = 6
LINES_OF_HEAD = 14
_ATTRIBUTION_LENGTH = 500
SURE = 4

_PREFIX = re.compile(r"[ \t]{0,3}(?:[>＞][ \t]?)+")
_INVISIBLE = {
    **dict.fromkeys(
        map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\ufeff\u2066\u2067\u2068\u2069")
    ),
    **dict.fromkeys(map(ord, "\xa0\u2002\u2003\u2007\u2009\u202f\u3000\t"), " "),
}


@dataclass(frozen=True)
class Line:
    """A line of a mail: as it stands, how deeply it is quoted, and its words without the marks."""

    raw: str
    depth: int
    words: str


def line(raw: str) -> Line:
    """`raw` taken apart; words are cut to what is looked at."""
    seen = raw[:LONGEST_LINE].translate(_INVISIBLE)
    mark = _PREFIX.match(seen)
    depth = sum(mark[0].count(c) for c in ">＞") if mark else 0
    return Line(raw, depth, (seen[mark.end() :] if mark else seen).strip())


@dataclass(frozen=True)
class Mark:
    """The lines start..end (end excluded) say that a quoted letter follows."""

    start: int
    end: int
    forwarded: bool = False


# The line "On ... wrote:" --------------------------------------------------------------------

_DATE = re.compile(
    r"(?<!\d)\d{4}(?!\d)\s?[-/.年년]|[-/.,\s]\d{4}(?!\d)"
    r"|(?<!\d)\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}(?!\d)"
    r"|(?<!\d)\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
)
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:.h]\s?\d{2}(?!\d)|\d{1,2}\s?[时時点點시]")
_ADDRESS = re.compile(r"[^\s<>@\[\]()]@[^\s<>@\[\]()]")
_TELLING = re.compile(r"[\d@]")  # a date or an address: nothing is attributed without
_NAMED = re.compile(r"[^.!?:<>]{2,60}<[^\s<>@]+@[^\s<>@]+>")
_NAME_ALONE = re.compile(_NAMED.pattern + r".{0,15}")
_BRACKETED = re.compile(r"[<(\[«]\s{0,2}(?:\[\d+\])?(?:mailto:)?[^\s<>@]{1,80}@")
_COLON = re.compile(r"[:：]\s*[*\]\"”_]*$")
_BROKEN_START = re.compile(r"[<>(]|mailto:|\S{1,20}\s?[:：]$")
_SENTENCE_END = re.compile(r"[^\s\d.]{4,}[.!?]$|[。！？]$")


def _dated(words: str) -> bool:
    return bool(_DATE.search(words)) and len(re.findall(r"\d+", words)) >= 2


def _begins(words: str, joined: str) -> int:
    """How sure it is that the line `words` begins what is `joined`: from SURE to 0."""
    words = words.lstrip("*_[(\"'“ ")
    wrote = bool(WROTE.search(joined))
    date = _DATE.search(words)
    if date and date.start() <= 24 and (wrote or _ADDRESS.search(joined)):
        return SURE
    time = _TIME.search(words)
    if (date or time) and OPENER.match(words):
        return SURE
    if _NAMED.match(words):
        return 3
    if WROTE.search(words):
        return 2
    return int(bool(date or (time and time.start() <= 24)))


def attribution(lines: Sequence[Line], last: int, first_allowed: int, quote_follows: bool) -> int:
    """The index where the attribution that ends at line `last` begins; -1 if there is none."""
    end = lines[last].words
    colon = bool(_COLON.search(end))
    if not (colon or (quote_follows and (end.endswith(">") or WROTE.search(end)))):
        return -1
    first = max(first_allowed, last - LINES_OF_ATTRIBUTION - 2)
    if not quote_follows and not any(
        _TELLING.search(each.words) for each in lines[first : last + 1]
    ):
        return -1
    found, best, joined, blanks = -1, -1, "", 0
    for start in range(last, first - 1, -1):
        words = lines[start].words
        if not words:
            blanks += 1
            if blanks > 2 or not _BROKEN_START.match(joined):
                break
            continue
        if lines[start].depth != lines[last].depth:
            break
        if start < last and _SENTENCE_END.search(words):
            break
        joined = f"{words} {joined}"
        if len(joined) > _ATTRIBUTION_LENGTH:
            break
        if _attributes(joined, colon, quote_follows):
            sure = _begins(words, joined)
            if sure > best:
                found, best = start, sure
            if sure == SURE:
                break
    return _with_name(lines, found, first_allowed)


def _with_name(lines: Sequence[Line], start: int, first_allowed: int) -> int:
    """`start`, or the line above if that is the name that belongs to it."""
    if start > first_allowed:
        above = lines[start - 1]
        split = lines[start].words.startswith("<") and 0 < len(above.words) < 80
        if above.depth == lines[start].depth and (split or _NAME_ALONE.fullmatch(above.words)):
            return start - 1
    return start


def _attributes(joined: str, colon: bool, quote_follows: bool) -> bool:
    """Is it a program's line? Where no quoted line follows, prose must not be taken for one."""
    wrote = bool(WROTE.search(joined))
    dated = _dated(joined)
    timed = bool(_TIME.search(joined))
    if not quote_follows:
        if wrote and dated and timed:
            return True
        return bool(_BRACKETED.search(joined)) and ((wrote and "<" in joined) or (dated and timed))
    if wrote and (dated or timed or len(joined) < 80 or _ADDRESS.search(joined)):
        return True
    return dated and (bool(_ADDRESS.search(joined)) or (colon and timed))


# The head of a letter, and titles ------------------------------------------------------------

_LABEL = re.compile(r"[\s*|_]{0,6}([^:：|*<>@]{1,24}?)[\s*_]{0,4}[:：|]")
_DASHES = r"-_=*~+#‐‑‒–—―─━＝－"
_RULE = re.compile(rf"[{_DASHES}ᐧ\s]{{3,}}|ᐧ")
_TITLE = re.compile(
    rf"[*\s]{{0,3}}[{_DASHES}]{{2,}}\s{{0,3}}([^{_DASHES}\s].{{0,58}}?)\s{{0,3}}[{_DASHES}]{{2,}}[*\s]{{0,3}}"
)


def label(words: str) -> str:
    """from, date, to, copy or subject if the line is one of a letter's head; else empty.

    Programs write the labels with a capital letter, where the script has any.
    """
    match = _LABEL.match(words)
    if not match or match[1][:1].islower():
        return ""
    return LABELS.get("".join(match[1].split()).casefold(), "")


def is_rule(words: str) -> bool:
    """Is the line only dashes, underscores, stars?"""
    return bool(_RULE.fullmatch(words)) and not words.isspace()


def title(words: str) -> str:
    """`original` or `forwarded` for a line such as "-----Original Message-----"; else empty."""
    match = _TITLE.fullmatch(words)
    return _kind_of_title(match[1]) if match else ""


def _kind_of_title(words: str) -> str:
    if FORWARDED.search(words):
        return "forwarded"
    return "original" if ORIGINAL.search(words) else ""


def head(lines: Sequence[Line], start: int) -> int:
    """The index after the head of a letter that begins at line `start`; -1 if none does."""
    kinds: set[str] = set()
    depth, end, strange = lines[start].depth, start, 0
    for at in range(start, min(start + LINES_OF_HEAD, len(lines))):
        words = lines[at].words
        if lines[at].depth != depth:
            break
        if kind := label(words):
            kinds.add(kind)
            end, strange = at + 1, 0
        elif at == start:
            return -1
        elif words:
            strange += 1
        elif at + 1 == len(lines) or not label(lines[at + 1].words):
            break
        if strange > 3:
            break
    kinds.discard("copy")
    if len(kinds) >= 3:
        return end
    mailed = any(_ADDRESS.search(each.words) for each in lines[start:end])
    return end if mailed and "from" in kinds and kinds & {"date", "subject"} else -1


def mark_at(lines: Sequence[Line], at: int) -> Mark | None:
    """The title or head that begins at line `at`, with everything that belongs to it."""
    words = lines[at].words
    if not words:
        return None
    kind = title(words)
    following = at + 1
    while following < min(at + 4, len(lines)) and not lines[following].words:
        following += 1
    if kind:
        end = head(lines, following) if following < len(lines) else -1
        return Mark(at, end if end > 0 else at + 1, kind == "forwarded")
    leads = is_rule(words) or (
        len(words) < 80 and (_COLON.search(words) or _TITLE.fullmatch(words)) and not label(words)
    )
    if leads and following < len(lines) and lines[following].depth == lines[at].depth:
        end = head(lines, following)
        if end > 0 and (is_rule(words) or _kind_of_title(words) or _TITLE.fullmatch(words)):
            return Mark(at, end, _kind_of_title(words) == "forwarded")
        if is_rule(words) and following < len(lines) and title(lines[following].words):
            inner = mark_at(lines, following)
            return Mark(at, inner.end, inner.forwarded) if inner else None
    end = head(lines, at) if label(words) else -1
    return Mark(at, end) if end > 0 else None
