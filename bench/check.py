"""Checking a bibliography of 1,000 references, beside one look-up of the same keys in SQL.

    DATABASE_URL=postgres://.../seeded python -m bench.check

Parsing is not counted (bench/bibliography.py). In turns, five rounds; medians.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402

from registry import checking, identifiers, near_titles  # noqa: E402
from registry.bibliography.entry import Entry  # noqa: E402
from registry.identifiers import Found  # noqa: E402
from registry.models import Paper  # noqa: E402

REFERENCES = 1_000
UNKNOWN = 200
"""Of these nothing is known: their titles are compared with near ones too."""
ROUNDS = 5


def look_up(sql: str, keys: Sequence[str]) -> int:
    """The rows that one statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(keys)])
        return len(cursor.fetchall())


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Print the times and their ratios."""
    chance = random.Random(20261128)
    while near_titles.keep(10_000):
        pass
    highest = Paper.objects.order_by("-pk").values_list("pk", flat=True)[0]
    numbers = chance.sample(range(1, highest + 1), REFERENCES - UNKNOWN)
    known = list(Paper.objects.filter(pk__among=numbers).order_by("pk"))
    made = [Paper(title=f"Unheard of {n} baling kering mitis", year=2000) for n in range(UNKNOWN)]
    for number, paper in enumerate(made):
        paper.pk = highest + 1 + number
    papers = [*known, *made]
    chance.shuffle(papers)
    dois = [f"10.5555/made.up.{paper.pk}" for paper in papers]
    keys = [identifiers.title_key(paper.title) for paper in papers]
    by_doi = (
        "SELECT value, paper_id FROM registry_identifier WHERE scheme = 'doi' AND value = ANY(%s)"
    )
    by_title = "SELECT title_key, id FROM registry_paper WHERE title_key = ANY(%s)"
    with_doi = [Entry(line=n, identifiers=(Found("doi", doi),)) for n, doi in enumerate(dois, 1)]
    with_title = [
        Entry(line=n, title=paper.title, year=paper.year, authors=tuple(paper.author_names))
        for n, paper in enumerate(papers, 1)
    ]
    with_both = [
        Entry(
            line=n, title=paper.title, year=paper.year, authors=tuple(paper.author_names),
            identifiers=(Found("doi", doi),),
        )
        for n, (paper, doi) in enumerate(zip(papers, dois, strict=True), 1)
    ]  # fmt: skip
    work: dict[str, Callable[[], object]] = {
        "look-up of DOIs": lambda: look_up(by_doi, dois),
        "look-up of titles": lambda: look_up(by_title, keys),
        "check by DOIs": lambda: checking.check(with_doi),
        "check by titles": lambda: checking.check(with_title),
        "check by both": lambda: checking.check(with_both),
    }
    found = sum(one.paper is not None for one in checking.check(with_both))
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, one in work.items():
            taken[name].append(seconds(one))
    median = {name: statistics.median(values) * 1000 for name, values in taken.items()}
    bare = {
        "check by DOIs": median["look-up of DOIs"],
        "check by titles": median["look-up of titles"],
        "check by both": median["look-up of DOIs"] + median["look-up of titles"],
    }
    sys.stdout.write(f"{REFERENCES:,} references, {found:,} of them papers here, ms:\n")
    for name, value in median.items():
        ratio = f", {value / bare[name]:.1f} times the look-up" if name in bare else ""
        sys.stdout.write(f"  {name}: {value:.1f}{ratio}\n")


if __name__ == "__main__":
    main()
