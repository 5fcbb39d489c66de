"""The headers of a mail and of its parts, from any bytes: never an exception, bounded. Pure."""

import re
from dataclasses import dataclass
from email.utils import getaddresses

from notifications.charsets import decoded, header_text

HEADERS = 200_000  # bytes of one block of headers
HEADER = 20_000  # bytes of one header's value
BLOCKS = 500  # blocks of one delivery status


@dataclass(frozen=True)
class Headers:
    """The headers of a mail or a part, decoded, in their order; names in lower case."""

    items: tuple[tuple[str, str], ...] = ()

    def first(self, name: str) -> str:
        """The first value; empty if there is none."""
        return next((value for key, value in self.items if key == name.lower()), "")

    def all(self, name: str) -> tuple[str, ...]:
        """All values, from the top."""
        return tuple(value for key, value in self.items if key == name.lower())

    def __contains__(self, name: str) -> bool:
        return any(key == name.lower() for key, _ in self.items)

    def __bool__(self) -> bool:
        return bool(self.items)


def with_line_feeds(raw: bytes) -> bytes:
    data = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return data.lstrip(b"\n")


_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[ \t]*")


def headers_of(data: bytes, *, encoded: bool = True) -> tuple[Headers, bytes]:
    """The headers at the top of `data`, and what follows the empty line after them.

    Lines that are no header are passed over. If no empty line comes, the first of them begins
    the body. `encoded` says that values may hold encoded words.
    """
    head, gap, body = data[:HEADERS].partition(b"\n\n")
    if data.startswith(b"\n"):
        return Headers(), data[1:]
    body = data[len(head) + 2 :] if gap else b""
    if not gap and len(data) > HEADERS:
        head, body = data[:HEADERS], data[HEADERS:]
    found: list[tuple[str, bytes]] = []
    lines = head.split(b"\n")
    for number, line in enumerate(lines):
        match = None if line[:1] in (b" ", b"\t") else _FIELD.match(line)
        if found and (line[:1] in (b" ", b"\t") or (not match and found[-1][1].endswith(b";"))):
            if len(found[-1][1]) < HEADER:
                found[-1] = (found[-1][0], found[-1][1] + b"\n" + line)
            continue
        if match:
            found.append((match[1].decode("ascii").lower(), line[match.end() :]))
        elif not gap and line and not line.startswith((b"From ", b">From ")):
            body = b"\n".join(lines[number:]) + body
            break
    items = ((name, header_text(value[:HEADER], encoded=encoded)) for name, value in found)
    return Headers(tuple(items)), body


def blocks(data: bytes) -> tuple[Headers, ...]:
    """The blocks of fields in `data`, which empty lines separate (RFC 3464, section 2.1)."""
    pieces = re.split(rb"\n[ \t]*(?:\n[ \t]*)+", with_line_feeds(data[:HEADERS]).strip())
    return tuple(filter(None, (headers_of(piece, encoded=False)[0] for piece in pieces[:BLOCKS])))


def addresses(*values: str) -> tuple[tuple[str, str], ...]:
    """Name and address in the values of address headers; what is no address is left out."""
    try:
        pairs = getaddresses([value[:HEADER] for value in values])
    except (ValueError, TypeError, IndexError, RecursionError):
        pairs = []
    found = [(name, address.strip()) for name, address in pairs if "@" in address]
    if not found:
        found = [("", address) for value in values for address in _ADDRESS.findall(value)]
    return tuple(dict.fromkeys(found))


_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']{1,64}@[^\s<>()\[\],;:\"']{1,255}")


_PARAMETER = re.compile(
    r";\s*([^\s=;*]{1,60})(\*\d{1,3})?(\*)?\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;]*))", re.DOTALL
)


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A value like `text/plain; charset=utf-8` in lower case and its parameters (RFC 2231)."""
    found: dict[str, str] = {}
    for match in list(_PARAMETER.finditer(value))[:100]:
        name = match[1].lower()
        text = re.sub(r"\\(.)", r"\1", match[4]) if match[4] is not None else match[5].strip()
        if match[3]:
            text = _percent(text)
        if match[2] and match[2] != "*0":
            found[name] = found.get(name, "") + text
        else:
            found.setdefault(name, text)
    return value.partition(";")[0].strip().lower(), found


def _percent(text: str) -> str:
    charset, _, rest = text.partition("'") if text.count("'") >= 2 else ("utf-8", "", text)
    data = rest.partition("'")[2] if text.count("'") >= 2 else rest
    raw = re.sub(
        rb"%([0-9A-Fa-f]{2})",
        lambda match: bytes([int(match[1], 16)]),
        data.encode("utf-8", "replace"),
    )
    return decoded(raw, charset)
