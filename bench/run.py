"""`make bench`: seeds made-up data and prints the ratios of docs/performance.md.

On DATABASE_URL, in databases of its own beside the one named there, or on a private PostgreSQL.
PAPERS (default 1000000) is the size, LETTERS (default 100000) that of the last part of the outbox;
ARGS="lapse pages" chooses. The databases are dropped at the
end.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from local.postgres import Postgres

ROOT = Path(__file__).resolve().parent.parent
SMALL = 10_000  # papers of the database beside which a poll is measured
IMPORTED = 200_000  # papers of the file that is imported
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "bench" * 10,
    "LINK_KEY": "link" * 10,
    "SITE_URL": "http://127.0.0.1",
    "ALLOWED_HOSTS": "127.0.0.1",
    "EMAIL_URL": "smtp://127.0.0.1:9",
}
"""What a production process needs to start; nothing is sent."""
PARTS = ("pages", "search", "check", "audit", "lapse", "import", "outbox", "bibliography")


def say(sentence: str) -> None:
    """Tell the person."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def python(url: str, *arguments: str) -> None:
    """Run the project's Python on the database `url`; ends everything if it fails."""
    env = os.environ | PRODUCTION | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, *arguments], env=env, cwd=ROOT, check=True)


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """The URL of a new, migrated database, which is dropped at the end."""
    parts = urlsplit(server)
    name = f"{parts.path.strip('/')}_bench_{name}"

    def execute(statement: str) -> None:
        connection = psycopg2.connect(server)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    execute(f'DROP DATABASE IF EXISTS "{name}"')
    execute(f'CREATE DATABASE "{name}"')
    try:
        url = urlunsplit(parts._replace(path=f"/{name}"))
        python(url, "manage.py", "migrate", "--verbosity=0")
        yield url
    finally:
        execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def seeded(url: str, papers: int) -> None:
    """Fill the database."""
    began = time.monotonic()
    python(url, "-m", "bench.seed", str(papers))
    say(f"seeded {papers:,} papers and what belongs to them in {time.monotonic() - began:.0f} s")


def write_papers(path: Path, papers: int) -> None:
    """A file of made-up papers as `import_papers` reads it."""
    chance = random.Random(20261125)
    words = [f"{a}{b}{c}" for a in ("ba", "ke", "mi", "no", "pu", "ra", "se", "ti")
             for b in ("lan", "ker", "mit", "nov", "pul", "ras", "sel", "tin")
             for c in ("ing", "ers", "is", "ons", "a", "ic", "al", "ent")]  # fmt: skip
    with path.open("w") as file:
        for number in range(papers):
            title = " ".join(chance.choices(words, k=chance.randint(4, 12))).capitalize()
            names = [f"{chance.choice(words).capitalize()} {number % 997}" for _ in range(4)]
            row = {
                "title": title, "authors": names, "year": 1990 + number % 36,
                "venue": f"Venue {number % 40}", "doi": f"10.5555/imported.{number}",
                "url": f"https://papers.example/{number}",
            }  # fmt: skip
            file.write(json.dumps(row) + "\n")


def main(chosen: list[str]) -> None:
    """Measure the parts that are chosen, or all."""
    if unknown := set(chosen) - set(PARTS):
        sys.exit(f"There is no part {', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}.")
    parts = chosen or PARTS
    papers = int(os.environ.get("PAPERS", "1000000"))
    if "bibliography" in parts:  # it needs no database
        python("", "-m", "bench.bibliography")
    if set(parts) <= {"bibliography"}:
        return
    with ExitStack() as stack:
        server = os.environ.get("DATABASE_URL", "")
        if not server:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
            Path(folder).chmod(0o711)  # the unprivileged server passes through it
            server = stack.enter_context(Postgres(Path(folder) / "data")).url
        if set(parts) - {"import", "outbox", "bibliography"}:
            with database(server, "papers") as url:
                seeded(url, papers)
                for part in parts:
                    if part == "pages":
                        python(url, "-m", "bench.pages")
                    elif part == "search":
                        python(url, "-m", "bench.mixed_search")
                    elif part == "check":
                        python(url, "-m", "bench.check")
                    elif part == "audit":
                        began = time.monotonic()
                        python(url, "manage.py", "audit")
                        say(f"audit: {time.monotonic() - began:.1f} s")
                    elif part == "lapse":
                        with database(server, "small") as small:
                            seeded(small, SMALL)
                            python(small, "-m", "bench.lapse", "--polls")
                        python(url, "-m", "bench.lapse")
                        python(url, "manage.py", "audit")
        if "outbox" in parts:
            with database(server, "outbox") as url:
                # Of a thousand papers 940 have a letter to send; 20,000 are for the speeds.
                letters = int(os.environ.get("LETTERS", "100000"))
                seeded(url, 20_000 + -(-letters // 940) * 1000)
                python(url, "-m", "bench.outbox")
        if "import" in parts:
            with database(server, "import") as url, tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "papers.jsonl"
                write_papers(path, min(IMPORTED, papers))
                python(url, "-m", "bench.import_papers", str(path))


if __name__ == "__main__":
    main(sys.argv[1:])
