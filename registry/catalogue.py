"""The Chinese words of the pages, compiled from locale/, so that nobody needs gettext.

`python -m registry.catalogue` compiles what is newer than what was compiled; `make run`, the tests
and the image do so by themselves.
"""

import os
import tempfile
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Compile each django.po below `folder` that changed since; those that were written.

    Each is put in its place whole, so that processes that do so at once do each other no harm.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with tempfile.NamedTemporaryFile(dir=source.parent, suffix=".new", delete=False) as file:
            file.write(polib.pofile(str(source)).to_binary())
        Path(file.name).chmod(0o644)
        os.replace(file.name, target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_catalogues()
