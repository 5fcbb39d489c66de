"""Which HTML may appear: the one renderer of what people wrote, and the only `mark_safe`.

Markdown is CommonMark with tables and formulas (formulas.py), raw HTML off; nh3 is a second wall
with an allow-list.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from reports import formulas

_LETTER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_LETTER.disable("image")
_PAGE = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_PAGE.disable("image")
formulas.add_to(_PAGE)


def _formula(_: Any, tokens: Sequence[Token], at: int, __: Any, env: Any) -> str:
    """A formula as MathML; as its source if it cannot be read, or after so many of them."""
    token = tokens[at]
    env["formulas"] = env.get("formulas", 0) + 1
    alone = token.type == "formula_block"
    shown_as = None
    if env["formulas"] <= formulas.MOST:
        block = alone or token.markup in ("$$", r"\[")
        shown_as = formulas.mathml(token.content, block=block)
    if shown_as is None:
        shown_as = f"<code>{escape(formulas.source(token.markup, token.content))}</code>"
    return f"<p>{shown_as}</p>\n" if alone else shown_as


_PAGE.add_render_rule("formula", _formula)
_PAGE.add_render_rule("formula_block", _formula)

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul", *formulas.ELEMENTS,
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}, **formulas.ATTRIBUTES},
    attribute_filter=lambda tag, name, value: _absolute(value) if name == "href" else value,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener ugc",
    strip_comments=True,
)

_TABLE = '<div class="table-scroll" role="region" tabindex="0" aria-label="Table"><table>'
"""Added behind the second wall, where no text can hold a tag: a wide table scrolls by itself."""
_HEADINGS = {"h1": "h4", "h2": "h5"}  # the page owns h1 to h3
_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
_IN_A_BLOCK = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&"}
_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029")


def plain(text: str) -> str:
    """`text` without NUL, control characters, lone surrogates and bidi overrides.

    Line breaks (as "\\n") and tabs stay, and so does ordinary right-to-left text: pages isolate
    it with `<bdi>` or `dir=auto`.
    """
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


@dataclass(frozen=True)
class Shown:
    """The beginning of a text, and how many characters of it are left out."""

    text: str
    left_out: int = 0

    @property
    def length(self) -> int:
        """Characters of the whole."""
        return len(self.text) + self.left_out


def shown(text: str, most: int) -> Shown:
    """At most so many characters of `text` as `plain` leaves it."""
    text = plain(text)
    return Shown(text[:most], max(0, len(text) - most))


def render(text: str) -> SafeString:
    """Markdown that anybody wrote, as HTML that is safe on every page.

    Links lead to http, https and mailto addresses only; there are no images, no raw HTML, no
    attributes beside, and headings come below those of the page. Formulas are MathML, and a wide
    table scrolls in a box of its own.
    """
    html = _rendered(_PAGE, text).replace("<table>", _TABLE).replace("</table>", "</table></div>")
    return mark_safe(html)  # noqa: S308  # the only one: see the module's first line


def render_letter(text: str) -> SafeString:
    """The same for the HTML part of a letter, in which formulas stay as they were typed: most mail
    programs do not know MathML."""
    return mark_safe(_rendered(_LETTER, text))  # noqa: S308  # as above


def data_block(data: object) -> SafeString:
    """`data` as JSON-LD in a page. No browser runs it, and no text in it can end it."""
    written = json.dumps(data).translate(_IN_A_BLOCK)
    block = f'<script type="application/ld+json">{written}</script>'
    return mark_safe(block)  # noqa: S308  # as above


def _rendered(markdown: MarkdownIt, text: str) -> str:
    tokens = markdown.parse(plain(text))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _HEADINGS.get(token.tag, "h6")
    return _CLEANER.clean(markdown.renderer.render(tokens, markdown.options, {}))


def _absolute(url: str) -> str | None:
    """`url` if it names its scheme; a relative one would lead into this site."""
    return url if re.match(r"(?:https?://|mailto:)", url, re.IGNORECASE) else None
