"""How far a command is in a file, and what it has to say of single lines."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable
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


class Remarks:
    """What is said of single lines; of what would be said of thousands, the first and a number."""

    NAMED = 100

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()

    def say(
        self,
        remarks: Iterable[tuple[str, str]],
        *,
        progress: "tqdm[Any]",
        write: Callable[[str], Any],
    ) -> None:
        """Write each of these pairs of a place and a sentence, above the bar."""
        lines = []
        for place, text in remarks:
            self.times[text] += 1
            if self.times[text] <= self.NAMED:
                lines.append(f"{place}: {text}")
        if lines:
            with progress.external_write_mode(file=sys.stderr):
                for line in lines:
                    write(line)

    def rest(self) -> list[str]:
        """A line for each sentence that was said of more than were named."""
        return [
            f"{times - self.NAMED:,} more: {text}"
            for text, times in self.times.items()
            if times > self.NAMED
        ]
