"""What a file is, by its content alone. Pure: bytes in, words out; nothing is decompressed.

Neither its name nor what a browser says of it counts; a name that says something else than the
content is refused, so that nobody opens what they did not expect.
"""

import json
import re
import struct
from dataclasses import dataclass

from django.utils.translation import gettext

TEXT, NOTEBOOK = "text/plain", "application/x-ipynb+json"
PNG, JPEG, PDF = "image/png", "image/jpeg", "application/pdf"
WORDS = {TEXT: "text", NOTEBOOK: "notebook", PNG: "PNG image", JPEG: "JPEG image", PDF: "PDF"}
"""The media types that are taken, in words."""
ENDINGS = {
    ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG, ".pdf": PDF, ".ipynb": NOTEBOOK,
    **dict.fromkeys(
        (".txt", ".log", ".csv", ".tsv", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".ini",
         ".cfg", ".py", ".r", ".md", ".diff", ".patch", ".sh"),
        TEXT,
    ),
}  # fmt: skip
"""What the end of a name promises."""


class NotTaken(Exception):
    """The file is not taken; the sentence says what to do instead."""


@dataclass(frozen=True)
class Found:
    """What a content is."""

    media_type: str
    charset: str = ""  # of text, by Python's name


def sniff(content: bytes, name: str) -> Found:
    """What `content` is, if it may be taken under `name`; else raises NotTaken."""
    if not content:
        raise NotTaken("It is empty: choose it again, once something is in it.")
    found = _by_signature(content) or _text(content)
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    promised = ENDINGS.get(ending, "")
    if not promised and ending in FOREIGN:
        raise NotTaken(FOREIGN[ending])
    as_text = {TEXT, NOTEBOOK}
    if promised == NOTEBOOK and found.media_type == TEXT:
        raise NotTaken("It is no notebook, though its name says so: save it again in Jupyter.")
    if promised and promised != found.media_type and not {promised, found.media_type} <= as_text:
        raise NotTaken(
            gettext(
                "Its name says {promised}, its content is {media_type}: give it the right ending."
            ).format(promised=gettext(WORDS[promised]), media_type=gettext(WORDS[found.media_type]))
        )
    return found


# --- by its first bytes ------------------------------------------------------------------------

ARCHIVE = (
    "Archives are not taken, because nobody can look into them here: attach the files one by one, "
    "or put them into a public repository and add its link."
)
OFFICE = "Office files are not taken: save it as PDF, or a table as CSV, and attach that."
PROGRAM = "Programs are not taken: attach the source as text, or add the link to it."
IMAGE = "This kind of image is not taken: save it as PNG or JPEG."
SVG = "SVG images are not taken, because they can hold scripts: save it as PNG or PDF."
HTML = "Web pages are not taken, because they can hold scripts: save it as PDF or as text."
BINARY = (
    "It is neither text, notebook, PNG, JPEG nor PDF: save it as one of these, or put it into a "
    "public repository and add its link."
)
ENCODING = "Its letters cannot be read: save it as text in UTF-8."

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", ARCHIVE), (b"PK\x05\x06", ARCHIVE), (b"PK\x07\x08", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE), (b"\x1f\x9d", ARCHIVE), (b"BZh", ARCHIVE), (b"\xfd7zXZ\0", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE), (b"Rar!\x1a\x07", ARCHIVE), (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"\x04\x22\x4d\x18", ARCHIVE), (b"MSCF", ARCHIVE), (b"LZIP", ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE), (b"{\\rtf", OFFICE),
    (b"MZ", PROGRAM), (b"\x7fELF", PROGRAM), (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xfe\xed\xfa\xce", PROGRAM), (b"\xfe\xed\xfa\xcf", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM), (b"\xcf\xfa\xed\xfe", PROGRAM), (b"\0asm", PROGRAM),
    (b"GIF87a", IMAGE), (b"GIF89a", IMAGE), (b"RIFF", IMAGE), (b"II*\0", IMAGE),
    (b"MM\0*", IMAGE), (b"8BPS", IMAGE), (b"\0\0\1\0", IMAGE),
)  # fmt: skip
FOREIGN = {
    ".svg": SVG, ".svgz": SVG, ".html": HTML, ".htm": HTML, ".xhtml": HTML, ".gif": IMAGE,
    ".webp": IMAGE, ".zip": ARCHIVE, ".gz": ARCHIVE, ".tgz": ARCHIVE, ".tar": ARCHIVE,
    ".docx": OFFICE, ".xlsx": OFFICE, ".pptx": OFFICE, ".doc": OFFICE, ".xls": OFFICE,
    ".odt": OFFICE, ".ods": OFFICE, ".exe": PROGRAM, ".dll": PROGRAM, ".jar": PROGRAM,
}  # fmt: skip
"""Ends of names that promise what is not taken, whatever is inside."""
_IN_OFFICE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.", b"_rels/.rels")
_TAIL = " has something behind its end: save it again with another program, and attach that."


def _by_signature(content: bytes) -> Found | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(content)
        return Found(PNG)
    if content.startswith(b"\xff\xd8\xff"):
        if not content.rstrip(b"\0\r\n ").endswith(b"\xff\xd9"):
            raise NotTaken("The JPEG image is not whole, or it" + _TAIL)
        return Found(JPEG)
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-1024:]:
            raise NotTaken("The PDF is not whole: save it again, and attach that.")
        return Found(PDF)
    for signature, sentence in _SIGNATURES:
        if content.startswith(signature) and not _is_plain(content, signature):
            office = sentence is ARCHIVE and any(word in content[:4096] for word in _IN_OFFICE)
            raise NotTaken(OFFICE if office else sentence)
    if content[257:262] == b"ustar":
        raise NotTaken(ARCHIVE)
    return None


def _is_plain(content: bytes, signature: bytes) -> bool:
    """Whether a signature of letters alone merely begins a text, such as "MZ" or "RIFF"."""
    return signature.isalnum() and not re.search(rb"[\0-\x08\x0e-\x1f]", content[:1024])


def _check_png(content: bytes) -> None:
    """Walk over the chunks (PNG, section 5) without decoding them: nothing stands behind IEND."""
    at = 8
    while at + 12 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        at += 12 + length
        if kind == b"IEND" and length == 0:
            if at != len(content):
                raise NotTaken("The PNG image" + _TAIL)
            return
    raise NotTaken("The PNG image is not whole: save it again, and attach that.")


# --- text --------------------------------------------------------------------------------------

_BOMS = (
    (b"\xff\xfe\0\0", ""), (b"\0\0\xfe\xff", ""),  # UTF-32
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_CONTROL = re.compile("[\0-\x06\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
"""What no text holds; logs hold bells, backspaces and colours (ESC)."""
_FIRST_TAG = re.compile(
    r"(?:\s|(?><\?[^>]{0,500}\?>)|(?><!--.{0,5000}?-->))*+<(?:!doctype\s+)?([\w:]+)",
    re.IGNORECASE | re.DOTALL,
)
"""Atomic groups: many comments in a row are read once."""
_PAGE_TAGS = {"html", "head", "body", "script", "iframe", "meta", "title", "object", "embed"}
_HIGH = re.compile(rb"[\x80-\xff]")


def _text(content: bytes) -> Found:
    charset = _charset(content)
    try:
        text = content.decode(charset)
    except UnicodeDecodeError as error:
        raise NotTaken(ENCODING) from error
    if _CONTROL.search(text):
        raise NotTaken(BINARY)
    if not text.strip("\ufeff \t\r\n"):
        raise NotTaken("There is nothing in it but spaces: choose it again.")
    _refuse_pages(text[:20_000])
    return Found(NOTEBOOK if is_notebook(text) else TEXT, charset)


def _charset(content: bytes) -> str:
    for bom, charset in _BOMS:
        if content.startswith(bom):
            if not charset:
                raise NotTaken(ENCODING)
            return charset
    try:
        content.decode()
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    if b"\0" in content:
        raise NotTaken(BINARY)
    # Latin text has few letters beyond ASCII; what has many is in another encoding or no text.
    if len(_HIGH.findall(content)) * 10 > len(content) * 3:
        raise NotTaken(ENCODING)
    return "cp1252"


def _refuse_pages(text: str) -> None:
    """SVG images and web pages, also behind comments, declarations and a byte order mark."""
    found = _FIRST_TAG.match(text.lstrip("\ufeff"))
    if found is None:
        return
    tag = found[1].lower().rpartition(":")[2]
    if tag == "svg":
        raise NotTaken(SVG)
    if tag in _PAGE_TAGS:
        raise NotTaken(HTML)


def is_notebook(text: str) -> bool:
    """Whether the text is a Jupyter notebook (nbformat 4): JSON with cells."""
    if '"cells"' not in text or '"nbformat"' not in text:
        return False
    try:
        read = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return isinstance(read, dict) and isinstance(read.get("cells"), list) and "nbformat" in read
