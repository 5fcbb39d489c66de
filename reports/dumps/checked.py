"""Whether a dump is whole, before anything is built from it: checksums first, then each record."""

import gzip
import json
import zlib
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from reports.dumps import described
from reports.dumps.folder import NAME, PACKAGE, SUMS

Record = dict[str, Any]


class Broken(Exception):
    """The dump cannot be used. The text is a sentence for the person, with file and line."""


def package_of(folder: Path) -> Record:
    """What the dump says of itself. Raises Broken."""
    try:
        package = json.loads((folder / PACKAGE).read_text())
        form = package["form"]
    except FileNotFoundError as error:
        raise Broken(
            f"{folder} is no dump: it has no {PACKAGE}. Name the folder of one date with all its "
            "files, as they were downloaded from /data/."
        ) from error
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise Broken(f"{PACKAGE} cannot be read. Download it again.") from error
    if form != described.FORM:
        raise Broken(
            f"The dump has the form {form}, and this version reads form {described.FORM}. Use the "
            "version of the project of the dump's date."
        )
    return dict(package)


def check_sums(folder: Path) -> None:
    """Every file that SHA256SUMS names is here and is what it was. Raises Broken."""
    try:
        lines = (folder / SUMS).read_text().splitlines()
    except OSError as error:
        raise Broken(f"{SUMS} is missing. Download it again.") from error
    named = {}
    for line in lines:
        digest, _, name = line.partition("  ")
        if not NAME.match(name):
            raise Broken(f"{SUMS} names “{name[:80]}”, which is no file of a dump.")
        named[name] = digest
    lacking = {f"{name}.jsonl.gz" for name in described.RECORDS} - named.keys()
    if lacking:
        raise Broken(f"{SUMS} does not name {', '.join(sorted(lacking))}.")
    needed = {PACKAGE, *(f"{name}.jsonl.gz" for name in described.RECORDS)}
    for name, digest in named.items():
        path = folder / name
        if not path.is_file():
            if name in needed:
                raise Broken(f"{name} is missing. Download it again, beside the other files.")
            continue  # tables and descriptions are not needed
        with path.open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != digest:
                raise Broken(f"{name} is not what it was: its checksum differs. Download it again.")


def records(folder: Path, name: str) -> Iterator[tuple[int, Record]]:
    """The records of a JSON Lines file, each with the number of its line. Raises Broken."""
    number = 0
    try:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                yield number, json.loads(line)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, ValueError) as error:
        raise Broken(f"{name}.jsonl.gz cannot be read after line {number}: {error}.") from error


def check_records(folder: Path, name: str) -> Iterator[int]:
    """Hold each record of the file against its schema, and give the number of each that was held.

    The schema is that of this version, not the one that lies beside the file. Raises Broken.
    """
    validator = Draft202012Validator(described.schema_of(name))
    for number, record in records(folder, name):
        fault = next(validator.iter_errors(record), None)
        if fault is not None:
            place = "/".join(map(str, fault.absolute_path)) or "the record"
            raise Broken(f"{name}.jsonl.gz, line {number}: {place}: {fault.message[:300]}")
        yield number
