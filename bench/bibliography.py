"""How fast a bibliography is read, beside bibtexparser alone on the same entries.

    python -m bench.bibliography [MEGABYTES]

A made-up .bib file (default 50 MB) is read by ours, whole (encoding, fields, LaTeX, names,
identifiers) and up to its fields only, and by bibtexparser's `parse_string`, which gives fields and
no more. Each has a process of its own, so that the peak of memory is its own; for each the bytes of
the file are there already.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ENTRY = """@inproceedings{{muster{n},
  title = {{A study of {{Deep}} widgets, number {n}, with \\'etale {{S}}oftmax}},
  author = {{M{{\\"u}}ster, Ada and Doe, John B. and Probe{m}, Carla and {{The Widget Team}}}},
  booktitle = {{Proceedings of the {k}th Conference on {{W}}idgets}},
  year = {{{year}}},
  pages = {{{k}--{m}}},
  doi = {{10.5555/widgets.{n}}},
  url = {{https://papers.example/widgets/{n}}},
  abstract = {{{words}}}
}}

"""


def write(path: Path, megabytes: int) -> int:
    """Writes a made-up bibliography; how many entries it has."""
    size = number = 0
    with path.open("w") as file:
        while size < megabytes * 1_000_000:
            size += file.write(
                ENTRY.format(
                    n=number, m=number % 997, k=number % 60, year=1990 + number % 36,
                    words="Widgets are studied in this paper. " * 6,
                )
            )  # fmt: skip
            number += 1
    return number


def peak() -> float:
    """Most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(data: bytes) -> Callable[[], int]:
    """Reads by our reader, and counts."""
    from registry.bibliography.reading import read

    return lambda: sum(1 for _ in read(data).entries)


def fields(data: bytes) -> Callable[[], int]:
    """Reads by our reader as far as bibtexparser does, and counts."""
    from registry.bibliography.bibtex_blocks import blocks

    return lambda: sum(1 for _ in blocks(data.decode()))


def library(data: bytes) -> Callable[[], int]:
    """Reads by bibtexparser, and counts."""
    from bibtexparser import parse_string

    return lambda: len(parse_string(data.decode()).entries)


READERS = {"ours": ours, "fields": fields, "library": library}


def measure(which: str, path: Path) -> None:
    """Prints entries, seconds, and the memory beyond what there was before, in MB."""
    read = READERS[which](path.read_bytes())
    before, began = peak(), time.monotonic()
    count = read()
    print(count, time.monotonic() - began, peak() - before)


def main(megabytes: int) -> None:
    """Measure both, and print the ratio."""
    speeds = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made-up.bib"
        written = write(path, megabytes)
        print(f"\n{written:,} entries in {path.stat().st_size / 1e6:.0f} MB")
        for which, name in (
            ("ours", "ours"), ("fields", "our fields"), ("library", "bibtexparser"),
        ):  # fmt: skip
            done = subprocess.run(
                [sys.executable, "-m", "bench.bibliography", which, str(path)],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            count, seconds, memory = (float(word) for word in done.stdout.split())
            assert count == written, (which, count)
            speeds[which] = count / seconds
            print(f"{name:12} {seconds:6.1f} s {speeds[which]:8,.0f} entries/s, +{memory:.0f} MB")
    print(
        f"ours reaches {speeds['ours'] / speeds['library']:.2f} of bibtexparser's speed,"
        f" our fields {speeds['fields'] / speeds['library']:.2f}"
    )


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in READERS:
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 50)
