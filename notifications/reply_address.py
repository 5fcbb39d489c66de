"""Addresses that say which letter a mail answers, signed so that nobody can make one. Pure.

`reply+TOKEN@...` stands in Reply-To, `bounce+TOKEN@...` is the return path (VERP), and the hourly
probe goes to `reply+TOKEN@...` of its own. A token is a letter for its purpose and 26 characters
of lower-case base32 (RFC 4648): six bytes of number, ten of HMAC-SHA256. It is the same in upper
case, and the local part stays under the 64 characters of RFC 5321, section 4.5.3.1.1.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

NUMBER, MAC = 6, 10  # bytes
_TOKEN = re.compile(r"(?<![a-z0-9])([rbp][a-z2-7]{26})(?![a-z0-9])", re.IGNORECASE)


class Purpose(StrEnum):
    """What an address is for; the first letter of its token."""

    REPLY = "r"
    RETURN = "b"
    PROBE = "p"


class Signed(NamedTuple):
    """What a token says: its purpose, and the id of the Email row, or of the probe."""

    purpose: Purpose
    number: int


def token(purpose: Purpose, number: int, key: str) -> str:
    """The token for `number` (0 to 2^48 - 1), signed with `key`."""
    body = number.to_bytes(NUMBER, "big")
    return purpose + base64.b32encode(body + _mac(purpose, body, key)).decode().lower().rstrip("=")


def address(pattern: str, purpose: Purpose, number: int, key: str) -> str:
    """`pattern`, such as "reply+{}@example.org", with the token in it."""
    return pattern.format(token(purpose, number, key))


def read(text: str, key: str) -> Signed | None:
    """What the first rightly signed token in `text` says; None if there is none."""
    return next(iter(read_all([text], key)), None)


def read_all(texts: Iterable[str], key: str) -> list[Signed]:
    """What all rightly signed tokens in `texts` say, in their order, each once."""
    found: dict[Signed, None] = {}
    for text in texts:
        for match in _TOKEN.finditer(text):
            signed = _signed(match[1].lower(), key)
            if signed is not None:
                found[signed] = None
    return list(found)


def _signed(word: str, key: str) -> Signed | None:
    try:
        raw = base64.b32decode(word[1:].upper() + "=" * (-len(word[1:]) % 8))
    except ValueError:
        return None
    purpose, body, mac = Purpose(word[0]), raw[:NUMBER], raw[NUMBER:]
    if not hmac.compare_digest(mac, _mac(purpose, body, key)):
        return None
    return Signed(purpose, int.from_bytes(body, "big"))


def _mac(purpose: Purpose, body: bytes, key: str) -> bytes:
    message = b"mail address:" + purpose.encode() + body
    return hmac.new(key.encode(), message, hashlib.sha256).digest()[:MAC]
