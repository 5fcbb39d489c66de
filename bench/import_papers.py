"""How fast `import_papers` is, beside bare COPYs of the same rows into the same tables.

    DATABASE_URL=postgres://.../scratch python -m bench.import_papers FILE

The database is migrated and must hold no papers; it holds those of FILE afterwards.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from registry.importing.writing import settle  # noqa: E402
from registry.models import Identifier, Paper, PaperAuthor  # noqa: E402

TABLES = {
    "registry_paper": "id, title, title_key, names, abstract, venue, year, url, source_key,"
    " is_public, created_at",
    "registry_identifier": "id, paper_id, scheme, value",
    "registry_paperauthor": "id, paper_id, position, name, orcid",
}


def seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def copies(folder: Path, direction: str, columns_of: dict[str, str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, columns in columns_of.items():
            with (folder / table).open("rb" if direction == "FROM STDIN" else "wb") as file:
                cursor.copy_expert(f"COPY {table} ({columns}) {direction}", file)


def main(path: str) -> None:
    if Paper.objects.exists():
        sys.exit("This database holds papers: give a new, migrated one, for it is emptied twice.")
    first = seconds(lambda: call_command("import_papers", path, quiet=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = Paper.objects.count(), Identifier.objects.count(), PaperAuthor.objects.count()
    again = seconds(lambda: call_command("import_papers", path, quiet=True))
    assert counts == (
        Paper.objects.count(), Identifier.objects.count(), PaperAuthor.objects.count(),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies(folder, "TO STDOUT", TABLES)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        bare = seconds(lambda: (copies(folder, "FROM STDIN", TABLES), settle()))
    print(f"\n{counts[0]:,} papers, {counts[1]:,} identifiers, {counts[2]:,} authors")
    print(f"import       {first:6.1f} s   {counts[0] / first:9,.0f} papers/s   peak {peak:.0f} MB")
    print(f"import again {again:6.1f} s")
    print(f"bare COPY    {bare:6.1f} s   {counts[0] / bare:9,.0f} papers/s")
    print(f"the import reaches {bare / first:.2f} of the bare COPYs' speed")


if __name__ == "__main__":
    main(sys.argv[1])
