"""How far a command is in a file."""

import os
import sys
from typing import IO, Any

from tqdm import tqdm


def bar(stream: IO[bytes], what: str, *, quiet: bool) -> "tqdm[Any]":
    """Progress by bytes, on a terminal only."""
    try:
        size = os.fstat(stream.fileno()).st_size
    except (OSError, ValueError):
        size = 0
    return tqdm(
        total=size or None, unit="B", unit_scale=True, desc=what, file=sys.stderr,
        disable=True if quiet else None,
    )  # fmt: skip
