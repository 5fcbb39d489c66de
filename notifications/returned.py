"""A notice's own words, and the headers of the letter that it returns in its text. Pure."""

import re

from notifications.mime import Mail
from notifications.mime_headers import HEADERS, Headers, headers_of
from notifications.patterns import one_of

READ = 20_000  # characters of a notice's words that are looked at


def split(mail: Mail) -> tuple[str, Headers]:
    """The words of a notice without the message that it returns, and that message's headers."""
    text = (mail.text or _plain(mail.html))[:READ]
    words, copy = _without_copy(text)
    return words, mail.returned or copy


_TAGS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,300}>", re.IGNORECASE)


def _plain(html: str) -> str:
    """HTML of a notice as lines of words, good enough to find an address in it."""
    lines = _TAGS.sub(
        "\n", re.sub(r"<(style|script)\b[^<]{0,9000}</\1>", "", html[:READ], flags=re.S | re.I)
    )
    text = re.sub(r"<(?![^<>\s]{1,99}@)[^<>]{0,2000}>", " ", lines)
    for name, sign in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&#64;", "@"),
        ("&amp;", "&"),
    ):
        text = text.replace(name, sign)
    return text


_HEADER_LINE = re.compile(r"[> \t]*([A-Za-z][\w-]{1,60})[ \t]*:")
_OF_A_MAIL = {"from", "to", "subject", "date", "message-id", "received"}
_COPY = re.compile(
    "^.*"
    + one_of(
        r"""
        copy of (?:the|your) (?:original )?(?:message|mail)|-- ?original (?:message|mail)
        original message(?: headers?)? follows|message headers? follows?|unsent message
        returned mail follows|start of returned|contents of the undelivered|header of the original
        message text follows
        """
    )
    + ".*$",
    re.IGNORECASE | re.MULTILINE,
)


def _without_copy(text: str) -> tuple[str, Headers]:
    """Text before the first block of lines that are headers of a mail, and those headers."""
    begin, copy = _copied(text)
    words = text[:begin]
    if mark := _COPY.search(words):
        words = words[: mark.end()]
    return (words if "@" in words or "@" not in text else text), copy


def _copied(text: str) -> tuple[int, Headers]:
    """Where the headers of a mail begin in `text`, and those headers: its end, and none."""
    begin = at = 0
    names: set[str] = set()
    lines: list[str] = []
    for line in (*text.split("\n"), ""):
        match = _HEADER_LINE.match(line)
        if match:
            begin = begin if lines else at
            names.add(match[1].lower())
            lines.append(line.lstrip("> \t"))
        elif lines and line[:1] in (" ", "\t") and line.strip():
            lines.append(line)
        else:
            if len(names & _OF_A_MAIL) >= 3:
                return begin, headers_of("\n".join(lines).encode()[:HEADERS])[0]
            names, lines = set(), []
        at += len(line) + 1
    return len(text), Headers()
