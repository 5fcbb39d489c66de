"""A small, safe picture of a mail, from any bytes: never an exception, bounded work. Pure.

The standard library's parser takes a line at a time and calls itself for each level; a mail of
ten million empty lines or of a thousand levels would hold a worker. Here a mail is cut at its
boundaries (RFC 2046), at most PARTS of them and DEPTH levels deep; nothing is ever unpacked, and
messages inside of it are looked at only as far as their headers.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from notifications.charsets import base64_bytes, decoded
from notifications.cms import signed_content
from notifications.mime_headers import (
    HEADERS,
    Headers,
    addresses,
    blocks,
    headers_of,
    parameters,
    with_line_feeds,
)

SIZE = 64_000_000  # bytes that are looked at
PARTS = 500
DEPTH = 12
START = 60_000  # bytes at the top that are kept as they came
TEXT = 1_000_000  # characters of the written text, and of HTML
SIGNED = ("application/pkcs7-mime", "application/x-pkcs7-mime")


@dataclass(frozen=True)
class Part:
    """One piece of a mail: a leaf or a multipart. `within` names the types around it."""

    type: str
    headers: Headers
    params: dict[str, str]
    disposition: str
    filename: str
    raw: bytes = field(repr=False)
    within: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes after the transfer encoding, nearly."""
        encoding = self.headers.first("content-transfer-encoding").lower()
        return len(self.raw) * 3 // 4 if encoding == "base64" else len(self.raw)

    def content(self) -> bytes:
        """The bytes without their transfer encoding; archives stay archives."""
        return _without_encoding(self.raw, self.headers)

    def text(self) -> str:
        """The content as text, at most TEXT characters."""
        return decoded(self.content()[: 4 * TEXT], self.params.get("charset", ""))[:TEXT]


@dataclass(frozen=True)
class Mail:
    """What can be known of a mail without reading its words."""

    headers: Headers
    parts: tuple[Part, ...]
    size: int
    start: bytes = field(default=b"", repr=False)
    """The first START bytes as they came, with LF line ends."""

    @property
    def type(self) -> str:
        """The type of the whole mail, as `multipart/report`."""
        return self.parts[0].type if self.parts else "text/plain"

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the whole mail's type."""
        return self.parts[0].params if self.parts else {}

    @property
    def subject(self) -> str:
        return self.headers.first("subject")

    @cached_property
    def senders(self) -> tuple[tuple[str, str], ...]:
        """Name and address of all From headers: none, one, several."""
        return addresses(*self.headers.all("from"))

    @cached_property
    def text(self) -> str:
        """What is written in plain text, without what an uuencoded file inside of it holds."""
        return self._written("text/plain")[0]

    @cached_property
    def html(self) -> str:
        """What is written in HTML, as it came: never to be shown as it is."""
        return self._written("text/html")[0]

    def _written(self, kind: str) -> tuple[str, list["Part"]]:
        found, files, left = [], [], TEXT
        for part in self.bodies(kind):
            text = part.text()[:left]
            if kind == "text/plain" and "begin " in text:
                text, more = uuencoded(text)
                files += more
            left -= len(text)
            if text:
                found.append(text)
            if left <= 0:
                break
        return "\n".join(found), files

    def bodies(self, kind: str) -> Iterator[Part]:
        """The parts of this type that are no attachments, also inside of what is signed."""
        for part in self.parts:
            if part.type == kind and part.disposition != "attachment" and not part.filename:
                yield part

    def of_type(self, *kinds: str) -> tuple[Part, ...]:
        """All parts of these types."""
        return tuple(part for part in self.parts if part.type in kinds)

    @cached_property
    def attachments(self) -> tuple[Part, ...]:
        """Files and messages that came with it: names, types and sizes; nothing is opened."""
        written = {id(part) for kind in ("text/plain", "text/html") for part in self.bodies(kind)}
        here = [
            part
            for part in self.parts
            if not part.type.startswith("multipart/")
            and id(part) not in written
            and part.type not in ("application/pgp-signature", "application/pkcs7-signature")
        ]
        return (*here, *self._written("text/plain")[1])

    @cached_property
    def status(self) -> tuple[tuple[Headers, ...], ...]:
        """The blocks of each delivery status (RFC 3464): the message's, then each recipient's."""
        kinds = ("message/delivery-status", "message/global-delivery-status")
        return tuple(blocks(part.content()) for part in self.of_type(*kinds))

    @cached_property
    def feedback(self) -> Headers | None:
        """The fields of a spam complaint (RFC 5965)."""
        return self._fields("message/feedback-report")

    @cached_property
    def receipt(self) -> Headers | None:
        """The fields of a receipt (RFC 8098)."""
        return self._fields(
            "message/disposition-notification", "message/global-disposition-notification"
        )

    def _fields(self, *kinds: str) -> Headers | None:
        for part in self.of_type(*kinds):
            return Headers(tuple(item for block in blocks(part.content()) for item in block.items))
        return None

    @cached_property
    def returned(self) -> Headers:
        """The headers of the message that came back inside of this one, if it did."""
        for part in self.of_type(
            "message/rfc822",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global",
            "message/global-headers",
            "message/partial",
        ):
            headers, _ = headers_of(part.content()[:HEADERS])
            if headers:
                return headers
        return Headers()

    @property
    def sealed(self) -> str:
        """How the mail is encrypted, so that nothing in it can be read; empty if it is not."""
        for part in self.parts:
            if part.type in SIGNED and not any(part.type in p.within for p in self.parts):
                return "S/MIME"
            if part.type in ("multipart/encrypted", "application/pgp-encrypted"):
                return "PGP/MIME"
        return "PGP" if self.text.lstrip().startswith("-----BEGIN PGP MESSAGE-----") else ""

    @property
    def tnef(self) -> bool:
        """Whether Outlook packed the mail into a winmail.dat."""
        return any(
            part.type in ("application/ms-tnef", "application/vnd.ms-tnef")
            or part.filename.lower() == "winmail.dat"
            for part in self.parts
        )


def read(raw: bytes) -> Mail:
    """The picture of `raw`, whatever it is. Never raises."""
    data = with_line_feeds(raw[:SIZE])
    headers, body = headers_of(data)
    parts: list[Part] = []
    _take_apart(headers, body, (), parts)
    return Mail(headers=headers, parts=tuple(parts), size=len(raw), start=data[:START])


def _take_apart(headers: Headers, body: bytes, within: tuple[str, ...], into: list[Part]) -> None:
    kind, params = parameters(headers.first("content-type"))
    disposition, more = parameters(headers.first("content-disposition"))
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind):
        kind = "message/rfc822" if within[-1:] == ("multipart/digest",) else "text/plain"
    boundary = params.get("boundary", "")
    pieces: list[bytes] = []
    if kind.startswith("multipart/") and len(within) < DEPTH:
        pieces = _pieces(body, boundary, PARTS - len(into)) if boundary else []
        if not pieces and (match := _BOUNDARY.search(body[:HEADERS])):  # another than was said
            pieces = _pieces(body, match[1].decode("latin-1"), PARTS - len(into))
    if kind.startswith("multipart/") and not pieces and within:
        kind = "text/plain"
    into.append(
        Part(
            type=kind,
            headers=headers,
            params=params,
            disposition=disposition,
            filename=more.get("filename") or params.get("name", ""),
            raw=b"" if pieces else body,
            within=within,
        )
    )
    if kind in SIGNED and params.get("smime-type", "signed-data").lower() == "signed-data":
        inside = signed_content(into[-1].content())
        pieces = [inside] if inside and len(within) < DEPTH else []
    for piece in pieces:
        if len(into) >= PARTS:
            return
        _take_apart(*headers_of(piece), (*within, kind), into)


_BOUNDARY = re.compile(rb"^--([^\s-][!-~ ]{0,80}|-[!-~ ]{1,80})\n(?=Content-[\w-]+:)", re.M | re.I)


def _pieces(body: bytes, boundary: str, limit: int) -> list[bytes]:
    """What stands between the lines of the boundary; a missing last line is borne."""
    mark = re.escape(b"--" + boundary.encode("utf-8", "replace").rstrip())
    found: list[bytes] = []
    begin = -1
    for match in re.finditer(rb"^" + mark + rb"(--)?[ \t]*$", body, re.MULTILINE):
        if begin >= 0:
            found.append(body[begin : max(match.start() - 1, begin)])
        begin = match.end() + 1
        if match[1] or len(found) >= limit:
            return found
    if 0 <= begin < len(body):
        found.append(body[begin:])
    return found


def _without_encoding(raw: bytes, headers: Headers) -> bytes:
    encoding = headers.first("content-transfer-encoding").lower().partition(";")[0].strip()
    if encoding == "base64":
        return base64_bytes(raw)
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return b"".join(file.raw for file in uuencoded(raw.decode("latin-1"))[1]) or raw
    return raw


_BEGIN = re.compile(r"^begin [0-7]{3,4} (\S[^\n]{0,200})\n(?=[!-`])", re.MULTILINE)


def uuencoded(text: str) -> tuple[str, list[Part]]:
    """`text` without the uuencoded files that stand in it, and those files; at most PARTS."""
    kept: list[str] = []
    files: list[Part] = []
    at = 0
    for match in _BEGIN.finditer(text):
        if match.start() < at:
            continue
        end = text.find("\nend", match.end())
        if end < 0 or len(files) >= PARTS:
            break
        kept.append(text[at : match.start()])
        content = b"".join(map(_uu_line, text[match.end() : end].split("\n")))
        name = match[1].strip()
        kind = "application/octet-stream"
        files.append(Part(kind, Headers(), {}, "attachment", name, content))
        at = end + len("\nend")
    return "".join((*kept, text[at:])), files


def _uu_line(line: str) -> bytes:
    data = line.rstrip().encode("ascii", "replace")
    try:
        return binascii.a2b_uu(data)
    except binascii.Error:  # some encoders leave what is too much at the end
        length = ((data[0] - 32) & 63) if data else 0
        try:
            return binascii.a2b_uu(data[: (length * 4 + 5) // 3 + 1])
        except binascii.Error:
            return b""
