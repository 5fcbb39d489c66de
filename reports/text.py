"""Which HTML may appear: the one renderer of what people wrote, and the only `mark_safe`.

Markdown is CommonMark with tables, raw HTML off; nh3 is a second wall with an allow-list.
"""

import re
from dataclasses import dataclass

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_MARKDOWN.disable("image")

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    attribute_filter=lambda tag, name, value: _absolute(value) if name == "href" else value,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow noopener ugc",
    strip_comments=True,
)

_HEADINGS = {"h1": "h4", "h2": "h5"}  # the page owns h1 to h3
_UNSEEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
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
    attributes beside, and headings come below those of the page.
    """
    tokens = _MARKDOWN.parse(plain(text))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _HEADINGS.get(token.tag, "h6")
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return mark_safe(_CLEANER.clean(html))  # noqa: S308  # the only one: see the module's first line


def _absolute(url: str) -> str | None:
    """`url` if it names its scheme; a relative one would lead into this site."""
    return url if re.match(r"(?:https?://|mailto:)", url, re.IGNORECASE) else None
