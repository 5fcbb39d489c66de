"""Rows in COPY's text format (PostgreSQL manual, COPY, File Formats). Pure."""

from collections.abc import Iterable


def copy_row(values: Iterable[object]) -> str:
    """A row, without its end."""
    return "\t".join("\\N" if value is None else _escaped(str(value)) for value in values)


def _escaped(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\t" in text or "\n" in text or "\r" in text:
        text = text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text
