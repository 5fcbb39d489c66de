"""A file with the values run by run: its text goes into the field for them, and nowhere else."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext

from reports.drafts import Typed, first
from reports.forms.rows import MOST
from reports.text import plain

KINDS = (".csv", ".tsv", ".json", ".jsonl", ".txt")
LARGEST = 1_000_000
"""Bytes of one file."""
MOST_TYPED = 1_900_000
"""Bytes of all that a form may hold to be sent once more; DATA_UPLOAD_MAX_MEMORY_SIZE is 2 MiB."""
_FIELD = re.compile(r"claim-([0-9]{1,3})-file")
_NO_TEXT = re.compile("[\0-\x08\x0e-\x1f\x7f]")
TOO_LARGE, NO_NUMBERS = 413, 422


@dataclass(frozen=True)
class NotTaken:
    """Why files were left out, and the status of the answer (RFC 9110)."""

    sentence: str
    status: int


def fill(
    typed: Typed, files: "MultiValueDict[str, UploadedFile[bytes]]"
) -> tuple[Typed, NotTaken | None]:
    """What was typed with the text of the files in the claims' values; below what stands there.

    The same file sent twice is there once.
    """
    refused: list[NotTaken] = []
    for name in sorted(files):
        match = _FIELD.fullmatch(name)
        file = files.get(name)
        if match is None or int(match[1]) >= MOST["claim"] or file is None:
            continue
        try:
            text = _text(file)
            field = f"claim-{int(match[1])}-runs"
            filled = typed | {field: [_below(first(typed, field), text)]}
            if _size(value for values in filled.values() for value in values) > MOST_TYPED:
                raise _Refused("is too large for this form: keep the column you compare", TOO_LARGE)
        except _Refused as error:
            shown = plain(file.name or "The file")[:80]
            refused.append(NotTaken(f"“{shown}” {error}.", error.status))
        else:
            typed = filled
    if not refused:
        return typed, None
    sentence = " ".join(one.sentence for one in refused)
    return typed, NotTaken(
        gettext("{sentence} All else is saved.").format(sentence=sentence), refused[0].status
    )


class _Refused(Exception):
    """What is wrong with a file, and what to do."""

    def __init__(self, words: str, status: int = NO_NUMBERS) -> None:
        super().__init__(words)
        self.status = status


def _text(file: "UploadedFile[bytes]") -> str:
    """The file's text in UTF-8, UTF-16 with a mark, or else as Windows-1252 writes it."""
    if not (file.name or "").lower().endswith(KINDS):
        raise _Refused(
            gettext("is none of {kinds}: save a sheet as CSV and choose that").format(
                kinds=", ".join(KINDS)
            )
        )
    if (file.size or 0) > LARGEST:
        raise _Refused("is larger than 1 MB: keep only the column that you compare", TOO_LARGE)
    content = file.read()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")
    if _NO_TEXT.search(text):
        raise _Refused("is no text: save it as CSV in UTF-8 and choose that")
    text = plain(text).strip()
    if not text:
        raise _Refused("is empty: choose the file with your values")
    return text.replace("\n", "\r\n")  # as a field is sent (HTML, 4.10.21.6)


def _below(typed: str, text: str) -> str:
    if text in typed:
        return typed
    return f"{typed.rstrip()}\r\n{text}" if typed.strip() else text


def _size(values: Iterable[str]) -> int:
    return sum(len(value.encode("utf-8", "replace")) for value in values)
