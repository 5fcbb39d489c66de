"""HTML and MathML in titles and abstracts, made readable. Pure."""

import html
import re

from registry.cleaning import clean

_TAG = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|tt|sc|scp|span|p|br|div|a|font|style|italic|bold|title|sec"
    r"|inline-formula|tex-math|math|m[a-z]{1,12}|(?:jats|mml|m|xhtml):[a-z-]{1,20})(?:\s[^<>]*)?/?>",
    re.I,
)


def plain(text: str) -> str:
    """`text` on one line, without tags, and with its entities as characters."""
    if "<" in text:
        text = _TAG.sub("", text)
    if "&" in text:
        text = html.unescape(text)
        if "<" in text:  # markup that was escaped once more
            text = _TAG.sub("", text)
    return clean(text)
