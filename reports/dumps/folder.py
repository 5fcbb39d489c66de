"""The folder of dumps: one folder a date, complete or not there (docs/data.md).

`.writing` is a dump that is being written, `.old` one that is being replaced; neither is shown.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

PACKAGE, SUMS, WITHDRAWN, KNOWN = (
    "datapackage.json", "SHA256SUMS", "withdrawn.json", ".known.json",
)  # fmt: skip
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*(\.[a-z0-9]+)*\Z", re.ASCII)
"""A file that is served; one that begins with a dot never is."""
DATED = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
DAYS = 14
"""So many days each dump is kept; then the first one of each month, for ever."""
MEDIA = {
    ".gz": "application/gzip", ".json": "application/json", ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8", "": "text/plain; charset=utf-8",
}  # fmt: skip
"""The media type by the end of a file's name."""


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of a dump; `records` is None of what is no data."""

    name: str
    size: int
    sha256: str
    records: int | None = None
    about: str = ""


@dataclass(frozen=True)
class Dump:
    """A complete dump, or what is left of one that was taken off the site."""

    day: date
    path: Path

    @property
    def name(self) -> str:
        """Of its folder, and in its address."""
        return self.day.isoformat()

    @cached_property
    def package(self) -> dict[str, Any]:
        """Its datapackage.json."""
        return dict(json.loads((self.path / PACKAGE).read_text()))

    @property
    def moment(self) -> datetime:
        """At which everybody could read what is in it (UTC)."""
        return datetime.fromisoformat(self.package["moment"])

    @cached_property
    def withdrawn(self) -> dict[str, Any] | None:
        """When and why it was taken off the site; None if it was not."""
        try:
            return dict(json.loads((self.path / WITHDRAWN).read_text()))
        except FileNotFoundError:
            return None

    @cached_property
    def files(self) -> list[File]:
        """Its files with their checksums, the data first; also of one that was taken off."""
        known = {one["path"]: one for one in self.package["resources"]}
        return [*(_file(name, digest, known.get(name), self.path)
                  for digest, name in self._sums())]  # fmt: skip

    def _sums(self) -> list[tuple[str, str]]:
        lines = (self.path / SUMS).read_text().splitlines()
        return [(digest, name) for digest, _, name in (line.partition("  ") for line in lines)]

    @property
    def counts(self) -> dict[str, int]:
        """How many records each of its JSON Lines files has, by its name."""
        resources = self.package["resources"]
        return {one["name"]: one["records"] for one in resources if one["format"] == "jsonl"}

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(one.size for one in self.files)

    def file(self, name: str) -> File | None:
        """The file of that name, if it is one that is served."""
        if self.withdrawn is not None or not NAME.match(name):
            return None
        if name == SUMS:
            return File(name=SUMS, size=(self.path / SUMS).stat().st_size, sha256="")
        return next((one for one in self.files if one.name == name), None)


def _file(name: str, digest: str, known: dict[str, Any] | None, folder: Path) -> File:
    if known is not None:
        return File(
            name=name, size=known["bytes"], sha256=digest, records=known["records"],
            about=known["description"],
        )  # fmt: skip
    path = folder / name
    return File(name=name, size=path.stat().st_size if path.exists() else 0, sha256=digest)


def root() -> Path:
    """Where dumps are."""
    return Path(settings.DATA_DIR)


def dumps() -> list[Dump]:
    """All that are complete, and what is left of those taken off; the newest first."""
    try:
        names = [path for path in root().iterdir() if DATED.match(path.name)]
    except FileNotFoundError:
        return []
    found = (of_day(path.name) for path in sorted(names, reverse=True))
    return [dump for dump in found if dump is not None]


def of_day(name: str) -> Dump | None:
    """The dump of a date as it stands in an address; None if there is none, or it is no date."""
    if not DATED.match(name):
        return None
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    path = root() / name
    return Dump(day, path) if (path / SUMS).is_file() else None


def newest() -> Dump | None:
    """The newest that is on the site."""
    return next((dump for dump in dumps() if dump.withdrawn is None), None)


def kept(days: Collection[date], today: date) -> set[date]:
    """Which of the dumps of these days stay: those of the last DAYS days, and the first of each
    month. Pure."""
    first: dict[tuple[int, int], date] = {}
    for day in sorted(days):
        first.setdefault((day.year, day.month), day)
    return {day for day in days if day > today - timedelta(days=DAYS)} | set(first.values())
