"""Whom a mail was really sent to, and by whom: what mail servers write on top of it. Pure.

The To and From of a mail are words of its author; the envelope (RFC 5321, section 2.3.1) is what
servers went by. The last of them writes it into headers, each above what it found.
"""

import re
from collections.abc import Iterable

SENT_TO = ("x-original-to", "envelope-to", "x-envelope-to", "delivered-to")
"""The address as it was sent to comes before the mailbox that it became: Postfix and Exim write the
first two; Delivered-To may name the mailbox behind an alias, which is without the token."""
NOBODY = "<>"
"""The null sender of failure notices and other robots (RFC 5321, section 4.5.5)."""
_HEADER = re.compile(rb"^([!-9;-~]+)[ \t]*:[ \t]*(.*)$")
_HEAD = 256 * 1024  # bytes; the trace stands on top


def headers(raw: bytes) -> dict[str, str]:
    """The first header of each name, unfolded: the topmost was written last."""
    found: dict[str, str] = {}
    name = ""
    for line in raw[:_HEAD].replace(b"\r\n", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t") and name:
            found[name] += " " + _text(line)
            continue
        match = _HEADER.match(line)
        name = ""
        if match is None:
            if line.startswith(b"From ") and not found:  # the envelope line of a mailbox file
                continue
            break
        key = match[1].decode("ascii").lower()
        if key not in found:
            name, found[key] = key, _text(match[2])
    return found


def _text(line: bytes) -> str:
    return clean(line.decode("utf-8", "replace"))


def clean(text: str) -> str:
    """`text` as a database can keep it: without NUL, and with "?" for the bytes of an
    argument that are no text."""
    return text.encode("utf-8", "replace").decode().replace("\0", "").strip()


def sent_to(raw: bytes) -> str:
    """The address that the mail was sent to, as the last server says; empty if none does."""
    found = headers(raw)
    return first(found.get(name, "") for name in SENT_TO)


def sent_by(raw: bytes) -> str:
    """The envelope sender as the last server says: NOBODY, or empty if none does."""
    value = headers(raw).get("return-path")
    return "" if value is None else sender(value)


def sender(value: str) -> str:
    """A sender as servers write it, as an address; NOBODY for the null sender, in which Postfix
    and procmail put MAILER-DAEMON."""
    bare = clean(value).strip("<>").strip()
    return NOBODY if not bare or bare.upper() == "MAILER-DAEMON" else bare


def first(values: Iterable[str]) -> str:
    """The first that says something, without angle brackets."""
    bare = (clean(value).strip("<>").strip() for value in values)
    return next((value for value in bare if value), "")


def without_mbox_line(raw: bytes) -> tuple[bytes, str]:
    """The mail without the line "From SENDER DATE" that mailbox files begin with; and SENDER."""
    if not raw.startswith(b"From "):
        return raw, ""
    line, _, rest = raw.partition(b"\n")
    words = line.decode("utf-8", "replace").split()
    return rest, words[1] if len(words) > 1 else ""


def with_return_path(raw: bytes, by: str) -> bytes:
    """The mail with the envelope sender `by` on top, as the server that delivers it writes it
    (RFC 5321, section 4.4); unchanged if it says so already, or if `by` is empty."""
    if not by or sent_by(raw) == by or re.search(r"[\r\n<>]", by.removeprefix("<").rstrip(">")):
        return raw
    end = b"\r\n" if b"\r\n" in raw[:_HEAD] else b"\n"
    return b"Return-Path: <" + by.strip("<>").encode("utf-8", "replace") + b">" + end + raw
