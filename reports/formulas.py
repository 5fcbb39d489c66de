r"""Formulas in LaTeX as MathML, made on the server: `$a$`, `$$a$$`, `\(a\)` and `\[a\]`.

latex2mathml reads the LaTeX. What it makes is not trusted: the tree is written out anew with the
elements and attributes of an allow-list, every text escaped. A formula that is too long or too
deep, that defines commands, or that cannot be read gives None: then its source is shown. All work
is bounded: per formula by its length, per text by the number of formulas (text.py).

Where formulas begin and end is decided here, too, and not by mdit-py-plugins' dollarmath: that
knows no brackets, and looks through the rest of a text for each `$$` that is never closed.
"""

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

LONGEST = 1_000
"""Characters of a formula."""
LINES = 40
"""Lines of a formula that stands alone."""
MOST = 200
"""Formulas of a text; those after them are shown as their source."""
DEEPEST = 30
"""Elements inside one another."""
LARGEST = 3_000
"""Elements of a formula."""
ELEMENTS = frozenset(
    [
        *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle"),
        *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd"),
        *("mpadded", "mphantom", "mmultiscripts", "mprescripts", "none", "menclose"),
    ]
)
_LENGTH = r"-?(?:[0-3]?\.\d{1,4}|[0-3])(?:em|ex)|0(?:px)?"
_ATTRIBUTES = {
    "display": r"block|inline",
    "displaystyle": r"true|false",
    "scriptlevel": r"[0-2]",
    "mathvariant": r"normal|(?:bold|italic|double-struck|script|fraktur|sans-serif|monospace|-)+",
    "stretchy": r"true|false",
    "fence": r"true|false",
    "separator": r"true|false",
    "form": r"prefix|infix|postfix",
    "accent": r"true|false",
    "accentunder": r"true|false",
    "movablelimits": r"true|false",
    "largeop": r"true|false",
    "linethickness": r"0|0\.\d{1,2}em",
    "lspace": _LENGTH,
    "rspace": _LENGTH,
    "width": _LENGTH,
    "height": _LENGTH,
    "depth": _LENGTH,
    "minsize": _LENGTH,
    "maxsize": _LENGTH,
    "columnalign": r"(?:(?:left|right|center) ?){1,20}",
}
ATTRIBUTES = {tag: set(_ATTRIBUTES) for tag in ELEMENTS}
"""Their attributes, for the second wall."""
_NOT_READ = re.compile(
    r"\\(?:re)?newcommand|\\providecommand|\\[egx]?def\b|\\let\b|\\DeclareMathOperator|\\newenvironment"
    r"|\\(?:html|href|url|class|cssId|style|data|include|input|require|unicode|rule)\b"
)
"""Definitions multiply a formula without end; the others do what no formula needs."""


class _Unreadable(Exception):
    pass


@lru_cache(maxsize=2_000)
def mathml(latex: str, *, block: bool) -> str | None:
    """The formula as one <math> element, or None if it cannot be read."""
    if len(latex) > LONGEST or not latex.strip() or _NOT_READ.search(latex):
        return None
    try:
        tree = convert_to_element(latex, display="block" if block else "inline")
        out: list[str] = []
        _write(tree, out, 0)
    except (Exception, RecursionError):  # the library raises whatever its reading stumbles over
        return None
    return "".join(out)


def _write(element: Element, out: list[str], depth: int) -> None:
    tag, text = str(element.tag), unescape(element.text or "")
    unread = tag == "mi" and text.startswith("\\")  # a command that the library does not know
    if tag not in ELEMENTS or unread or depth > DEEPEST or len(out) > LARGEST:
        raise _Unreadable
    out.append(f"<{tag}")
    for name, value in element.attrib.items():
        if name in _ATTRIBUTES and re.fullmatch(_ATTRIBUTES[name], value):
            out[-1] += f' {name}="{escape(value)}"'
    out[-1] += f">{escape(text)}"
    for child in element:
        _write(child, out, depth + 1)
    out.append(f"</{tag}>")


# --- where formulas are in Markdown --------------------------------------------------------------

_CLOSING = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_AMOUNT = re.compile(r"\d[\d.,]*(?:[kKmMbB%]|bn)?\s+\(?[^\W\d_]{2,}")
"""What two dollar signs hold in "$5 million, not 7$"."""


def add_to(markdown: MarkdownIt) -> None:
    """Let `markdown` find formulas: tokens `formula` and `formula_block`."""
    markdown.inline.ruler.before("escape", "formula", _inline)
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    markdown.block.ruler.before("fence", "formula_block", _alone, {"alt": interrupts})


def _inline(state: StateInline, silent: bool) -> bool:
    opening = state.src[state.pos : state.pos + 2]
    if opening not in _CLOSING:
        opening = opening[:1]
    if opening not in _CLOSING:
        return False
    begin = state.pos + len(opening)
    end = _end(state.src, begin, min(state.posMax, begin + LONGEST + 2), opening)
    if end < 0 or (opening == "$" and not _is_formula(state.src, state.pos, end)):
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content, token.markup = state.src[begin:end], opening
    state.pos = end + len(_CLOSING[opening])
    return True


def _end(text: str, begin: int, limit: int, opening: str) -> int:
    """Where the closing mark stands, -1 if there is none before `limit`."""
    closing = _CLOSING[opening]
    at = text.find(closing, begin, limit)
    while at > 0 and closing[0] == "$" and text[at - 1] == "\\":
        at = text.find(closing, at + 1, limit)
    return at if at > begin and text[begin:at].strip() else -1


def _is_formula(text: str, at: int, end: int) -> bool:
    """Whether two dollar signs stand as around a formula, and not before two sums of money."""
    inside = text[at + 1 : end]
    before, after = text[at - 1 : at] if at else "", text[end + 1 : end + 2]
    return not (
        inside[0].isspace()
        or inside[-1].isspace()
        or before.isalnum()
        or after.isdigit()
        or _AMOUNT.match(inside)
    )


def _alone(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    first = _line(state, start)
    opening = first[:2]
    if opening not in ("$$", r"\["):
        return False
    closing, lines, size = _CLOSING[opening], [], 0
    for number in range(start, min(end, start + LINES)):
        line = first[2:] if number == start else _line(state, number)
        if number > start and (state.sCount[number] < state.blkIndent or not line.strip()):
            return False
        size += len(line)
        if size > LONGEST + 2:
            return False
        place = line.find(closing)
        if place >= 0:
            lines.append(line[:place])
            content = "\n".join(lines)
            if line[place + 2 :].strip() or not content.strip():
                return False
            if not silent:
                token = state.push("formula_block", "", 0)
                token.content, token.markup, token.block = content, opening, True
                token.map = [start, number + 1]
            state.line = number + 1
            return True
        lines.append(line)
    return False


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def source(markup: str, content: str) -> str:
    """What was typed."""
    return f"{markup}{content}{_CLOSING[markup]}"
