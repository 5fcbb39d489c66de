"""The gallery of letters as files: each as it is sent (.eml), its HTML part, and an index."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from notifications.gallery import LANGUAGES, LETTERS, Piece, pieces
from notifications.specimens import CASES

MARK = ".letters"
"""A file by which a folder is known as one that was made here; it lists what was written."""


class Refused(Exception):
    """The folder is not to be written to; the text says why, and what to do."""


def read(raw: bytes) -> EmailMessage:
    """A mail as a program that shows mail reads it."""
    return message_from_bytes(raw, policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    """The body of the `kind`, "plain" or "html"."""
    body = mail.get_body((kind,))
    assert body is not None, kind
    return str(body.get_content()).replace("\r\n", "\n")


def write(folder: Path) -> int:
    """Write every letter into `folder`; returns how many. Refused for a folder of somebody else.

    What an earlier call wrote is replaced, and gone where the gallery does not hold it any more.
    """
    before = _begun(folder)
    every = pieces()
    names = [_write(folder, piece) for piece in every]
    written = {f"{name}.{ending}" for name in names for ending in ("eml", "html")}
    words = {
        "site": settings.SITE_NAME,
        "letters": [(letter, _rows(letter, every)) for letter in LETTERS],
        "languages": LANGUAGES,
    }
    _put(folder / "index.html", render_to_string("notifications/letters_folder.html", words))
    _put(folder / MARK, "".join(f"{name}\n" for name in sorted(written)))
    for name in before - written:
        (folder / name).unlink(missing_ok=True)
    return len(every)


def _begun(folder: Path) -> set[str]:
    """Make the folder, or find it to be ours; what was written there before."""
    if folder.exists() and not folder.is_dir():
        raise Refused(f"{folder} is no folder: name one that is empty or does not exist yet.")
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / MARK
    if mark.is_file():
        names = mark.read_text().splitlines()
        return {n for n in names if Path(n).name == n and n.endswith((".eml", ".html"))}
    if any(folder.iterdir()):
        raise Refused(
            f"{folder} is not empty, and not a gallery of letters: name a folder that is empty or "
            "does not exist yet."
        )
    _put(mark, "")
    return set()


def _write(folder: Path, piece: Piece) -> str:
    name = f"{piece.letter}.{piece.language}.{piece.case}"
    raw = piece.raw()
    (folder / f"{name}.eml").write_bytes(raw)
    _put(folder / f"{name}.html", part(read(raw), "html"))
    return name


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


Row = tuple[str, list[tuple[str, str]]]


def _rows(letter: str, every: list[Piece]) -> list[Row]:
    """The contents of a letter, each with its languages and file names."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for piece in every:
        if piece.letter == letter:
            name = f"{letter}.{piece.language}.{piece.case}"
            rows.setdefault(CASES[piece.case].about, []).append((LANGUAGES[piece.language], name))
    return list(rows.items())
