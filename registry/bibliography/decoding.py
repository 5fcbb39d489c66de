"""Bytes as text: which encoding a bibliography has, whatever it says of itself. Pure.

In this order: a byte order mark, UTF-16 by its zeros, UTF-8, what the file names (JabRef's
`% Encoding:`, an XML declaration), the East Asian encoding whose decoded letters are the common
ones, Windows-1252 or what charset-normalizer takes for likelier among its like. Nothing is lost
over one bad byte: it becomes U+FFFD.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from charset_normalizer import from_bytes

from registry.bibliography.entry import Unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_NAMES = {
    "gb18030": "GB18030", "cp932": "Shift-JIS", "euc_jp": "EUC-JP", "big5": "Big5",
    "euc_kr": "EUC-KR", "cp1252": "Windows-1252", "cp1250": "Windows-1250",
    "cp1251": "Windows-1251", "mac_roman": "Mac Roman", "utf_8": "UTF-8",
}  # fmt: skip
_BINARY = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ", "a compressed file (xz)"),
    (b"7z\xbc\xaf", "a compressed archive (7z)"),
    (b"Rar!", "a compressed archive (RAR)"),
    (b"SQLite format 3\0", "a database, as Zotero keeps its library"),
    (b"\x7fELF", "a program"),
)
_WORD = (
    "Save it in Word as plain text (.txt), or export the references from your reference manager "
    "as BibTeX or RIS, and upload that."
)
_EXPORT = "Export the references as BibTeX or RIS, and upload that."
_NAMED = re.compile(
    rb"""^%\s*Encoding:\s*([\w-]+)|^Encoding:\s*([\w-]+)|<\?xml[^>]{0,99}encoding=["']([\w-]+)""",
    re.M | re.I,
)
_HIGH_LINE = re.compile(rb"[^\r\n]{0,2000}[\x80-\xff][^\r\n]{0,2000}")
_SAMPLE = 30_000  # bytes of lines that are not ASCII
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class Decoded:
    """A text with newlines as \\n, and the name of its encoding."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """The text that `data` is. Raises Unreadable for what is none."""
    _refuse_binary(data)
    text, encoding = _decode(data)
    head = text[:4000]
    if len(_CONTROL.findall(head)) * 10 > len(head):
        raise Unreadable(
            f"This is no text: it may be damaged, or of a program's own kind. {_EXPORT}"
        )
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text, encoding)


def _refuse_binary(data: bytes) -> None:
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable(_zip(data))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(f"This is an old Office document (.doc), not a text. {_WORD}")
    if data.startswith(b"{\\rtf"):
        raise Unreadable(f"This is a formatted document (RTF), not a text. {_WORD}")
    for magic, what in _BINARY:
        if data.startswith(magic):
            raise Unreadable(f"This is {what}, not a bibliography. {_EXPORT}")


def _zip(data: bytes) -> str:
    ends = data[:4000] + data[-100_000:]
    if b"word/" in ends:
        return f"This is a Word document (.docx), not a text. {_WORD}"
    if b"opendocument.text" in ends:
        return f"This is an OpenDocument text (.odt), not a plain one. {_WORD}"
    if b"xl/" in ends or b"opendocument.spreadsheet" in ends:
        return (
            "This is a spreadsheet. Copy the column with the references or DOIs into a text file, "
            "one a line, and upload that."
        )
    return "This is a compressed folder (zip). Unpack it, and upload the bibliography in it."


def _decode(data: bytes) -> tuple[str, str]:
    for mark, codec, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace"), name
    if codec := _wide(data[:4000]):
        return data.decode(codec, "replace"), "UTF-16"
    try:
        return data.decode(), "UTF-8"
    except UnicodeDecodeError:
        pass
    if named := _as_named(data):
        return named
    sample = _high_lines(data)
    if _mostly_utf8(sample):
        return "".join(_line_by_line(data)), "UTF-8"
    codec = _east_asian(sample) or _western(sample)
    return data.decode(codec, "replace"), _NAMES.get(codec, codec)


def _wide(head: bytes) -> str:
    """The codec of UTF-16 without a mark, told by the zeros beside its ASCII letters."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 5 and even * 10 < odd:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) // 5 and odd * 10 < even else ""


def _as_named(data: bytes) -> tuple[str, str] | None:
    """The text in the encoding that the file names, if it is right about it."""
    match = _NAMED.search(data[:4000])
    if match is None:
        return None
    name = (match[1] or match[2] or match[3]).decode("ascii", "replace")
    try:
        codec = codecs.lookup(name).name
        if codec in ("utf-8", "ascii"):
            return None
        codec = {
            "iso8859-1": "cp1252",
            "gb2312": "gb18030",
            "gbk": "gb18030",
            "shift_jis": "cp932",
        }.get(codec, codec)
        text = data.decode(codec)
    except (LookupError, ValueError):
        return None
    return (text, _NAMES.get(codec, name)) if isinstance(text, str) else None


def _high_lines(data: bytes) -> bytes:
    lines: list[bytes] = []
    size = 0
    for match in _HIGH_LINE.finditer(data):
        lines.append(match[0])
        size += len(match[0])
        if size > _SAMPLE:
            break
    return b"\n".join(lines)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(sample: bytes) -> bool:
    """Whether most lines that are not ASCII are UTF-8: then others were pasted into such a file."""
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    return sum(map(_is_utf8, lines)) * 2 > len(lines)


def _line_by_line(data: bytes) -> Iterator[str]:
    for line in data.splitlines(keepends=True):
        text = line.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        if bad and bad * 2 > sum(not char.isascii() for char in text):
            text = line.decode("cp1252", "replace")
        yield text


def _east_asian(sample: bytes) -> str:
    """The East Asian codec in which nearly all letters are common ones; nothing if there is none.

    A guess by that alone is right where a library's is not: a bibliography is mostly ASCII.
    """
    shares = {
        codec: _common(sample, codec) for codec in ("gb18030", "cp932", "euc_jp", "big5", "euc_kr")
    }
    best = max(shares, key=lambda codec: shares[codec])
    return best if shares[best] >= 0.7 else ""


def _common(sample: bytes, codec: str) -> float:
    """Of the letters that are not ASCII, the share that texts in `codec` are mostly made of."""
    text = sample.decode(codec, "replace")
    letters = [c for c in text if not c.isascii()]
    if not letters or text.count("\ufffd") * 20 > len(letters):
        return 0.0
    own = {"cp932": _japanese, "euc_jp": _japanese, "big5": _big5, "euc_kr": _korean}.get(
        codec, _gb
    )
    return sum(1.0 if _punctuation(c) else own(c) for c in letters) / len(letters)


def _punctuation(char: str) -> bool:
    return "\u3000" <= char <= "\u301f" or "\uff01" <= char <= "\uff5e" or char in "“”‘’—…·"


def _first_byte(char: str, codec: str) -> int:
    try:
        return char.encode(codec)[0]
    except UnicodeEncodeError:
        return 0


def _gb(char: str) -> float:
    """GB 2312 has its 3,755 common letters first."""
    first = _first_byte(char, "gb2312")
    return 1.0 if 0xB0 <= first <= 0xD7 else 0.3 if first >= 0xD8 else 0.0


def _big5(char: str) -> float:
    return 1.0 if 0xA4 <= _first_byte(char, "big5") <= 0xC6 else 0.0


def _japanese(char: str) -> float:
    if "\u3041" <= char <= "\u30fe":
        return 1.2  # nothing else is full of kana
    first = _first_byte(char, "euc_jp")
    return 0.8 if 0xB0 <= first <= 0xCF else 0.0


def _korean(char: str) -> float:
    return 1.0 if "\uac00" <= char <= "\ud7a3" else 0.0


def _western(sample: bytes) -> str:
    """A codec of one byte a letter: Windows-1252, which holds Latin-1, unless another fits."""
    try:
        guessed = from_bytes(
            sample, cp_isolation=["cp1252", "cp1250", "cp1251", "mac_roman"]
        ).best()
    except (ValueError, LookupError):
        guessed = None
    text = sample.decode("cp1252", "replace")
    letters = [c for c in text if not c.isascii()]
    likely = sum(c in "äöüÄÖÜßéèêëáàâãåçñíìîïóòôõøúùûýÿæœšžÉÅØÖÇ–—‘’“”«»°©®" for c in letters)
    if guessed is None or likely * 4 >= len(letters) * 3:
        return "cp1252"
    return str(guessed.encoding)
