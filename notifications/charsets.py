"""Bytes of a mail as text: best guess, never an exception, no NUL. Pure.

Charset names in mails are labels, not promises: gb2312 means gb18030, iso-8859-1 means
windows-1252 (WHATWG Encoding Standard), and many are wrong or unknown.
"""

import base64
import binascii
import codecs
import quopri
import re

from charset_normalizer import from_bytes

_MEANT = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cn-gb": "gb18030",
    "euc-cn": "gb18030",
    "hz-gb-2312": "hz",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "ksc_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-1": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "big5": "cp950",
    "x-big5": "cp950",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-11": "cp874",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
}
_NO_TEXT = {
    # Codecs of Python that are no charset, or that take a time which grows with the square.
    *("idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape"),
    *("raw-unicode-escape", "undefined", "mbcs", "oem", "base64", "bz2", "hex", "quopri"),
    *("rot13", "uu", "zlib"),
}
_NOT_ASCII = ("iso2022", "hz", "utf-7", "utf-16", "utf-32", "cp037", "cp500", "cp1140")
"""Charsets in which bytes under 128 may be something else than ASCII."""
_SINGLE_BYTE = ("cp125", "iso8859", "koi8", "mac-", "cp874", "cp866")
"""Charsets in which nearly every mistake can be read, too."""
_GUESSED = 4_000  # bytes that a guess is made from


def decoded(data: bytes, charset: str = "") -> str:
    """`data` as text: as `charset` says, else as it can be read best. No NUL, LF line ends."""
    text = _decoded(data, _codec(charset))
    return _storable(text.replace("\r\n", "\n").replace("\r", "\n"))


def _storable(text: str) -> str:
    """Without what no database and no page takes: NUL and halves of letters, which UTF-7 allows."""
    return _HALF.sub("\ufffd", text.replace("\x00", ""))


_HALF = re.compile("[\ud800-\udfff]")


def _decoded(data: bytes, codec: str) -> str:
    if data.isascii() and not codec.startswith(_NOT_ASCII):
        return data.decode("iso2022_jp_ext" if b"\x1b$" in data else "ascii", "replace")
    doubtful = not codec or codec.startswith(_SINGLE_BYTE)
    for attempt in ("utf-8", codec) if doubtful else (codec, "utf-8"):
        if not attempt or (attempt == "cp1252" and not _western(data)):
            continue
        try:
            return data.decode(attempt)
        except (UnicodeError, LookupError, ValueError):
            continue
    if not doubtful:
        text = data.decode(codec, "replace")
        if text.count("\ufffd") * 10 < max(len(text), 20):
            return text
    return data.decode(_guess(data), "replace")


def _codec(charset: str) -> str:
    """Python's name for `charset`; empty if it names nothing that can be read."""
    name = charset.strip().strip("\"'").lower()[:60]
    if not name:
        return ""
    name = _MEANT.get(name, _MEANT.get(name.replace("_", "-"), name))
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError, TypeError):
        return ""
    return "" if found in _NO_TEXT else found


def _western(data: bytes) -> bool:
    """Whether letters stand among ASCII ones, as in Europe, and not in rows, as in the East."""
    return len(re.findall(rb"[\x80-\xff]{4}", data[:_GUESSED])) * 40 < min(len(data), _GUESSED)


def _guess(data: bytes) -> str:
    try:
        data[:_GUESSED].decode("gb18030")
        pairs = len(re.findall(rb"[\xb0-\xf7][\xa1-\xfe]", data[:_GUESSED]))
        if pairs * 4 >= sum(byte > 0x7F for byte in data[:_GUESSED]) * 1.6:
            return "gb18030"
    except UnicodeDecodeError:
        pass
    try:
        best = from_bytes(data[:_GUESSED]).best()
    except Exception:  # whatever a library says about strange bytes
        best = None
    found = best.encoding if best is not None else ""
    return found if found and _codec(found) else "cp1252"


_WORD = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?\r\n]*?)\?=")


def header_text(raw: bytes, *, encoded: bool = True) -> str:
    """A header's value as people see it: unfolded, `encoded` words decoded (RFC 2047)."""
    text = _decoded(raw, "")
    text = re.sub(r"[\r\n]+[ \t]*", " ", text)
    if encoded and "=?" in text:
        text = _words(text)
    return _storable(re.sub(r"[\r\n]+", " ", text)).strip()


def _words(text: str) -> str:
    """Encoded words decoded; neighbours in one charset together, since some cut a letter in two."""
    out: list[str] = []
    pending, pending_charset = b"", ""
    at = 0
    for match in _WORD.finditer(text):
        between = text[at : match.start()]
        charset = match[1].lower()
        if pending_charset and (between.strip() or charset != pending_charset):
            out.append(_decoded(pending, _codec(pending_charset)))
            pending, pending_charset = b"", ""
            if between.strip():
                out.append(between)
        elif not pending_charset:
            out.append(between)
        pending += _unwrapped(match[2], match[3])
        pending_charset = charset
        at = match.end()
    if pending_charset:
        out.append(_decoded(pending, _codec(pending_charset)))
    out.append(text[at:])
    return "".join(out)


def _unwrapped(way: str, word: str) -> bytes:
    data = word.encode("utf-8", "replace")
    if way in "qQ":
        return quopri.decodestring(data, header=True)
    return base64_bytes(data)


def base64_bytes(data: bytes) -> bytes:
    """`data` decoded, as far as it is base64 at all."""
    clean = data.translate(None, b" \t\r\n")
    try:
        return base64.b64decode(clean, validate=True)
    except (binascii.Error, ValueError):
        clean = re.sub(rb"[^A-Za-z0-9+/]", b"", clean)
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    return base64.b64decode(clean + b"=" * (-len(clean) % 4))
