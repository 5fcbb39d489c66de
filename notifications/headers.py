"""Header rules: subject, sender, Message-ID, thread, and whom nothing is ever sent to. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.policy import SMTP, Policy
from typing import Any

ENCODED_LENGTH = 59  # characters of the encoded subject (product.md, section 7: under 60)

AUTOMATIC = {
    "Auto-Submitted": "auto-generated",  # RFC 3834, section 5
    "X-Auto-Response-Suppress": "All",  # Exchange: no out-of-office, no receipts
}
"""Headers by which other robots know that no person wrote the letter."""


def encoded_subject(text: str) -> str:
    """`text` as it stands in the header: itself, or one encoded word (RFC 2047)."""
    if text.isascii() and "=?" not in text:
        return text
    return Header(text, "utf-8", maxlinelen=10_000).encode(maxlinelen=0)


def subject(text: str) -> str:
    """`text` as a subject: one line, no control characters, at most 59 characters encoded.

    What is too long is cut between two characters as people see them, and ends in an ellipsis.
    """
    line = "".join(c if _printable(c) else " " for c in text)
    line = " ".join(line.split())
    if _fits(line):
        return line
    ellipsis = "..." if line.isascii() else "…"
    clusters = list(_clusters(line[: ENCODED_LENGTH + 1]))
    while clusters:
        clusters.pop()
        shorter = "".join(clusters).rstrip() + ellipsis
        if _fits(shorter):
            return shorter
    return ellipsis


def _fits(line: str) -> bool:
    return len(encoded_subject(line)) <= ENCODED_LENGTH


_DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _printable(character: str) -> bool:
    category = unicodedata.category(character)
    return category not in ("Cc", "Cs", "Zl", "Zp") and character not in _DIRECTIONS


def _clusters(line: str) -> Iterator[str]:
    """`line` in pieces that are not to be cut: letter and accents, an emoji with its parts."""
    piece = ""
    for character in line:
        if piece and not _joins(piece, character):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _joins(piece: str, following: str) -> bool:
    joiner = "\u200d"
    flag = range(0x1F1E6, 0x1F200)  # two regional indicators are one flag
    return (
        following == joiner
        or piece[-1] == joiner
        or unicodedata.category(following) in ("Mn", "Mc", "Me")
        or ord(following) in range(0x1F3FB, 0x1F400)  # skin tones
        or ord(following) in range(0xE0020, 0xE0080)  # tags of subdivision flags
        or (len(piece) == 1 and ord(piece) in flag and ord(following) in flag)
    )


class _Verbatim(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]
    """A header that is what was put into it: an id, never folded and never encoded."""

    name: str

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds.update(decoded=value, parse_tree=cls.value_parser(""), defects=[])

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(_Verbatim):
    """A subject that is written as `encoded_subject` says, on one line."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {encoded_subject(self)}{policy.linesep}"


_registry = HeaderRegistry()
_registry.map_to_type("subject", _Subject)
for _name in ("message-id", "in-reply-to", "references"):
    _registry.map_to_type(_name, _Verbatim)
POLICY = SMTP.clone(cte_type="7bit", header_factory=_registry)
"""How letters become bytes: CRLF, seven bits, the subject on one line."""


def message_id(key: str, domain: str) -> str:
    """The Message-ID of the mail with the unique `key`: the same at every try."""
    return f"<{_atom(key)}@{domain}>"


def thread_id(report_id: int, recipient: str, domain: str) -> str:
    """The id under which all letters about a report to one recipient stand (RFC 5322, 3.6.4).

    `recipient` is `contact-5`, `address-7` or `user-3`.
    """
    return f"<report-{report_id}.{_atom(recipient)}.thread@{domain}>"


def _atom(key: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", key):
        raise ValueError(f"{key!r} cannot stand in a Message-ID.")
    return key


_ROBOT = re.compile(
    r"(?:^|[-_.+=])(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|not?[-_.]?answer|mailer[-_.]?daemon"
    r"|post[-_.]?master|bounces?|nobody|dev[-_.]?null)(?:[-_.+=]|$)",
    re.IGNORECASE,
)


def never_written_to(address: str) -> str:
    """Why nothing is ever sent to `address`; empty if letters may go there."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain:
        return "this is no e-mail address"
    labels = {label.replace("-", "").lower() for label in domain.split(".")}
    if _ROBOT.search(local) or labels & {"noreply", "donotreply"}:
        return "nobody reads this address: it belongs to a mail robot"
    try:
        Address(addr_spec=wire_address(address))
    except (ValueError, HeaderParseError, IndexError):
        return "this address cannot be written to by this server"
    return ""


def wire_address(address: str) -> str:
    """`address` in ASCII, the domain in its IDNA form; ValueError if it cannot be so written."""
    local, _, domain = address.strip().rpartition("@")
    if not local.isascii() or re.search(r"[\s<>]", local):
        raise ValueError("The part before the @ holds letters that this server cannot send to.")
    return f"{local}@{domain.encode('idna').decode() if not domain.isascii() else domain}"
