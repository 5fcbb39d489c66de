"""Titles as people read them: without HTML, MathML, LaTeX, entities and broken encodings. Pure.

What stands above or below the line is written so where Unicode can: CO₂, ¹⁵³Tb, 10⁻³. So a title
folds to the same key as one without markup (registry/identifiers.py).
"""

import html
import re
from typing import Any

from lxml import etree

from registry.bibliography.latex import words
from registry.cleaning import clean

_INLINE = (
    "a|b|bold|br|div|em|emphasis|font|h[1-6]|i|inf|inline-formula|italic|li|math|mono|monospace|ol|"
    "ovl|p|roman|sans-serif|sc|scp|sec|small|span|strike|strong|styled-content|sub|sup|tex-math|"
    "title|tt|u|ul|underline|xref"
)
_TAG = re.compile(rf"</?(?:(?:jats|mml|m):[a-z-]+|{_INLINE})(?:\s[^<>]*)?/?>", re.I)
_MATH = re.compile(r"<(?P<tag>(?:mml:|m:)?math)\b[^<>]*>.*?</(?P=tag)\s*>", re.I | re.S)
_SHIFTED = re.compile(
    r" ?<(?P<tag>(?:jats:)?(?:su[bp]|inf))\b[^<>]*>(?P<text>[^<>]*)</(?P=tag)\s*>", re.I
)
_SUBTITLE = re.compile(r"\s*:?\s*<subtitle(?:\s[^<>]*)?>(.*?)(?:</subtitle\s*>|$)", re.I | re.S)
_LATEX = re.compile(r"\\[A-Za-z]+|\\[\"'`^~=.]\{?\w|[{}]|\$[^$\s][^$]{0,200}\$")
_PRICE = re.compile(r"\$\d[\d,. ]*\b")
_ABOVE = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_BELOW = str.maketrans("0123456789+-−=()aeijoruvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₒᵣᵤᵥₓ")
MOST_TAGS = 3000
"""In a title with more of them formulas are not looked for: it is none."""
_NOT_TEXT = {"annotation", "annotation-xml"}


def readable(markup: str) -> str:
    """`markup` as plain text on one line; what cannot be read stays as it is."""
    text = _encoding(markup)
    for _ in range(3):  # some are escaped twice, and more
        if "&" not in text or (plain := html.unescape(text)) == text:
            break
        text = plain
    text = " ".join(text.split())
    if "<" in text:
        text = _SUBTITLE.sub(r": \1", text)
        if text.count("<") <= MOST_TAGS:
            text = _MATH.sub(_math, text)
        text = _without_tags(text)
    return clean(_latex(text))


def _without_tags(text: str) -> str:
    return _TAG.sub("", _SHIFTED.sub(_shifted, text))


def _shifted(match: re.Match[str]) -> str:
    return _shift(match["text"], below=match["tag"].lower().endswith(("sub", "inf")))


def _encoding(text: str) -> str:
    """UTF-8 that was read as another encoding, read again: `WÃ¼bben` is `Wübben`."""
    if text.isascii():
        return text
    from ftfy import fix_encoding  # Here: it takes a tenth of a second, and most text is ASCII.

    return str(fix_encoding(text))


def _latex(text: str) -> str:
    """LaTeX as letters; amounts of money are none."""
    if not _LATEX.search(text) or ("\\" not in text and len(_PRICE.findall(text)) > 1):
        return text
    return words(text)


def _shift(text: str, *, below: bool) -> str:
    """`text` above or below the line; as it is where Unicode has not all of it."""
    bare = text.strip()
    shifted = bare.translate(_BELOW if below else _ABOVE)
    kept = any(a == b for a, b in zip(bare, shifted, strict=True))
    return bare if kept else shifted


# --- MathML ---------------------------------------------------------------------------------------


def _math(match: re.Match[str]) -> str:
    """A formula in one line, apart from a word that it would grow together with."""
    # Prefixes may be declared elsewhere; without them it is read all the same.
    bare = re.sub(r"(</?)(?:mml|m):", r"\1", match[0])
    bare = re.sub(r"\sxmlns(?::\w+)?\s*=\s*(?:\"[^\"]*\"|'[^']*')", "", bare)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        text = _line(etree.fromstring(bare, parser))
    except (etree.XMLSyntaxError, ValueError, RecursionError):
        return re.sub(r"<[^<>]*>", "", match[0])
    text = " ".join(text.split())
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    left = " " if before.isalpha() and text[:1].isalnum() else ""
    right = " " if after.isalpha() and text[-1:].isalnum() else ""
    return left + text + right


def _line(node: Any) -> str:
    """What an element of MathML 3 says, on one line."""
    if not isinstance(node.tag, str) or node.tag in _NOT_TEXT:  # comments, and TeX said again
        return ""
    parts = [_line(child) for child in node]
    if node.tag in ("msub", "munder") and len(parts) == 2:
        return parts[0] + _shift(parts[1], below=True)
    if node.tag in ("msup", "mover") and len(parts) == 2:
        return parts[0] + _shift(parts[1], below=False)
    if node.tag in ("msubsup", "munderover") and len(parts) == 3:
        return parts[0] + _shift(parts[1], below=True) + _shift(parts[2], below=False)
    if node.tag == "mfrac" and len(parts) == 2:
        return "/".join(part if len(part) == 1 else f"({part})" for part in parts)
    if node.tag == "msqrt":
        inside = "".join(parts) or (node.text or "")
        return f"√{inside}" if len(inside) == 1 else f"√({inside})"
    if node.tag == "mmultiscripts":
        return _many(node, parts)
    return (node.text or "") + "".join(
        part + (child.tail or "") for part, child in zip(parts, node, strict=True)
    )


def _many(node: Any, parts: list[str]) -> str:
    """A base with scripts in pairs below and above: at its right, after mprescripts at its left."""
    tags = [str(child.tag) for child in node]
    split = tags.index("mprescripts") if "mprescripts" in tags else len(tags)

    def pairs(some: list[str]) -> str:
        return "".join(_shift(one, below=n % 2 == 0) for n, one in enumerate(some))

    return pairs(parts[split + 1 :]) + "".join(parts[:1]) + pairs(parts[1:split])
