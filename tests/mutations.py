"""`make mutants`: does a test notice when the clock is unfair?

Each mutant is a copy of the project with one change for the worse. The tests named with it are run
on the copy; one of them must fail. ARGS="lock silent" takes those mutants whose name has the word.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.test import database, environment
from tests.mutants import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parent.parent
LEFT = ("__pycache__", ".*", "staticfiles", "build", "*.egg-info", "htmlcov")
FAILED = re.compile(r"^(?:FAILED|ERROR) (?:tests/)?(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """Which test noticed the mutant; empty if none did."""

    mutant: Mutant
    caught_by: str
    seconds: float


def change(folder: Path, mutant: Mutant) -> None:
    """Make the one change; ValueError if the code it changes is not there exactly once."""
    for path, old, new in mutant.changes:
        text = (folder / path).read_text()
        if text.count(old) != 1:
            raise ValueError(f"{mutant.name}: {path} has {old!r} {text.count(old)} times")
        (folder / path).write_text(text.replace(old, new))


def judge(mutant: Mutant, env: dict[str, str], number: int) -> Verdict:
    """Run the mutant's tests until one fails."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        folder = Path(name) / "copy"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT))
        change(folder, mutant)
        base, _, rest = env["DATABASE_URL"].partition("?")
        url = f"{base}_mutant{number}" + (f"?{rest}" if rest else "")
        fresh = any("/migrations/" in path for path, _, _ in mutant.changes)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider",
             "--tb=no", "--create-db" if fresh else "--reuse-db", *mutant.tests],
            cwd=folder, env=env | {"DATABASE_URL": url}, capture_output=True, text=True,
        )  # fmt: skip
        found = FAILED.search(done.stdout)
    if done.returncode not in (0, 1) or (done.returncode == 1) != bool(found):
        raise RuntimeError(f"{mutant.name}: the tests did not run\n{done.stdout}{done.stderr}")
    return Verdict(mutant, found[1] if found else "", time.monotonic() - start)


def main(words: list[str]) -> int:
    """Judge all mutants, or those named by a word; 1 if one survives."""
    chosen = [m for m in MUTANTS if not words or any(word in m.name for word in words)]
    env = environment()
    jobs = int(env.get("JOBS", "2"))
    free = list(range(jobs))  # each has a database of its own

    def run(mutant: Mutant) -> Verdict:
        number = free.pop()
        try:
            return judge(mutant, env, number)
        finally:
            free.append(number)

    survived = 0
    with database(env), ThreadPoolExecutor(jobs) as pool:
        for verdict in pool.map(run, chosen):
            survived += not verdict.caught_by
            sys.stdout.write(
                f"{verdict.mutant.name:58} {verdict.seconds:5.0f} s  "
                f"{verdict.caught_by or 'SURVIVED'}\n"
            )
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} mutants, {survived} survived\n")
    return 1 if survived else 0


if __name__ == "__main__":
    os.environ.pop("PROOF", None)
    sys.exit(main(sys.argv[1:]))
