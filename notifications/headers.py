"""Header rules: subject, names and addresses, Message-ID, thread. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.policy import SMTP, Policy
from functools import cache
from typing import Any

from notifications.addresses import wire_address
from registry.nobody import nobody_reads

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


NAME_LENGTH = 60  # characters of a display name


def mailbox(name: str, address: str) -> str:
    """`name <address>` (RFC 5322, section 3.4), the name on one line and cut where it is long."""
    line = " ".join("".join(c if _printable(c) else " " for c in name).split())
    if not line:
        return address
    shorter = line if len(line) <= NAME_LENGTH else line[: NAME_LENGTH - 1].rstrip() + "…"
    quoted = shorter.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'


def name_and_address(text: str) -> tuple[str, str]:
    """Both parts of `name <address>`, also where the name has a comma and no quotes."""
    found = re.fullmatch(r"\s*(.*?)\s*<([^<>]*)>\s*", text, re.DOTALL)
    if found is None:
        return "", text.strip()
    name, address = found[1], found[2].strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1], flags=re.DOTALL)
    return name, address


class _Mailbox(_Verbatim):
    """`name <address>`; the name as atoms, quoted, or in encoded words (RFC 2047, section 5)."""

    def fold(self, *, policy: Policy) -> str:
        name, address = name_and_address(self)
        if not name:
            return f"{self.name}: {address}{policy.linesep}"
        if not name.isascii() or "=?" in name:
            words = Header(name, "utf-8", maxlinelen=75, header_name=self.name)
            phrase = words.encode(linesep=policy.linesep)
        elif re.fullmatch(r"[\w!#$%&'*+/=?^`{|}~ -]+", name):
            phrase = name
        else:
            phrase = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        last = f"{self.name}: {phrase}".rpartition(policy.linesep)[2]
        gap = " " if len(last) + len(address) + 3 <= 76 else f"{policy.linesep} "
        return f"{self.name}: {phrase}{gap}<{address}>{policy.linesep}"


class _Registry(HeaderRegistry):
    """Python's own makes a class for each header of each mail; here for each name, once."""

    @cache  # noqa: B019  # there is one registry
    def __getitem__(self, name: str) -> Any:
        return super().__getitem__(name)


_registry = _Registry()
_registry.map_to_type("subject", _Subject)
for _name in ("from", "to", "reply-to"):
    _registry.map_to_type(_name, _Mailbox)
for _name in (
    "message-id", "in-reply-to", "references", "list-unsubscribe", "list-unsubscribe-post",
):  # fmt: skip
    _registry.map_to_type(_name, _Verbatim)
POLICY = SMTP.clone(cte_type="7bit", header_factory=_registry)
"""How letters become bytes: CRLF, seven bits, the subject on one line."""
UTF8_POLICY = POLICY.clone(utf8=True)
"""The same for an address with letters that only SMTPUTF8 can carry (RFC 6532)."""


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


def never_written_to(address: str) -> str:
    """Why nothing is ever sent to `address`; empty if letters may go there."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain:
        return "this is no e-mail address"
    if nobody_reads(address):
        return "nobody reads this address: it belongs to a mail robot"
    try:
        Address(addr_spec=re.sub(r"[^\x00-\x7f]", "x", wire_address(address)))
    except (ValueError, HeaderParseError, IndexError):
        return "this address cannot be written to by this server"
    return ""
