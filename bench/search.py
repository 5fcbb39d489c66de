"""How long searches take over the papers of a database, in milliseconds.

    DATABASE_URL=postgres://.../with_papers python -m bench.search [--plans]

The questions are drawn from the papers themselves, the same ones each time.
"""

import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from registry import query, search  # noqa: E402
from registry.models import Identifier, Paper  # noqa: E402

EACH = 200
NAMED = [
    "attention is all you need",
    "Sträßle",
    '"batch normalization" -survey',
    "arXiv:1602.02255v3",
    "https://doi.org/10.18653/v1/N18-1019",
    "Ashish Vaswani",
]


def questions() -> dict[str, list[dict[str, str]]]:
    """Questions of each kind, by a fixed seed."""
    chance = random.Random(20261125)
    numbers = list(Paper.objects.order_by("pk").values_list("pk", flat=True))
    papers = list(Paper.objects.filter(pk__in=chance.sample(numbers, 5 * EACH)).order_by("pk"))
    titles = [p.title for p in papers]
    words = [[w for w in re.findall(r"\w+", t) if len(w) > 3] or [t] for t in titles]
    common = common_words()
    kinds = {
        "one word of a title": [chance.choice(w) for w in words[:EACH]],
        "two to four words": [
            " ".join(chance.sample(w, min(len(w), chance.randint(2, 4)))) for w in words[EACH:]
        ][:EACH],
        "one of the 50 commonest words": [chance.choice(common) for _ in range(EACH)],
        "two of the 50 commonest words": [" ".join(chance.sample(common, 2)) for _ in range(EACH)],
        "a whole title": titles[:EACH],
        "an author": [p.names.split("; ")[0] for p in papers if p.names][:EACH],
        "quoted, with a minus": [
            f'"{" ".join(w[:2])}" -{chance.choice(common)}' for w in words[:EACH]
        ],
        "an identifier": [
            i.value
            for i in Identifier.objects.exclude(scheme="openreview").order_by("value")[::600]
        ][:EACH],
    }
    asked = {kind: [{"q": text} for text in texts] for kind, texts in kinds.items()}
    asked["common word, by venue and year"] = [
        {"q": chance.choice(common), "venue": p.venue, "year": str(p.year)} for p in papers[:EACH]
    ]
    asked["no words, by venue"] = [{"venue": p.venue} for p in papers[:EACH]]
    asked["no words, deep pages"] = [
        {"after": query.cursor("newest", (p.year or 0, p.pk))} for p in papers[:EACH]
    ]
    return asked


def common_words() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM ts_stat('SELECT search FROM registry_paper')"
            " WHERE word ~ '^[a-z]{4,}$' ORDER BY ndoc DESC LIMIT 50"
        )
        return [word for (word,) in cursor.fetchall()]


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def line(name: str, times: list[float]) -> str:
    times = sorted(times)
    p95, p99 = times[int(len(times) * 0.95)], times[int(len(times) * 0.99)]
    return f"{name:34} {statistics.median(times):7.1f} {p95:7.1f} {p99:7.1f} {times[-1]:7.1f}"


def plans() -> None:
    """The plans of a rare, a common and a mixed question: each goes through the word index."""
    for words in ("vaswani", common_words()[0], "learning vaswani"):
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT id, search FROM registry_paper"
                " WHERE is_public AND search @@ websearch_to_tsquery('registry', %s) LIMIT %s",
                [words, search.RANKED],
            )
            print(f"\n{words}")
            print("\n".join(f"  {row}" for (row,) in cursor.fetchall()))


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    print(f"{Paper.objects.count():,} papers; milliseconds")
    print(f"{'':34} {'p50':>7} {'p95':>7} {'p99':>7} {'max':>7}")
    everything: list[float] = []
    asked = questions()
    for kind, params in asked.items():
        read = [query.read(one) for one in params]
        times = [milliseconds(lambda one=one: search.find(one)) for one in read]
        everything += times
        print(line(kind, times))
    print(line("all", everything))
    client = Client()
    mixed = [one for params in asked.values() for one in params[::10]]
    client.get("/papers/")
    print(line("whole page of a mixed tenth", [
        milliseconds(lambda one=one: client.get("/papers/", one)) for one in mixed
    ]))  # fmt: skip
    print()
    for text in NAMED:
        read_one = query.read({"q": text})
        search.find(read_one)
        took = milliseconds(lambda one=read_one: search.find(one))
        page = search.find(read_one)
        first = page.papers[0].title if page.papers else page.nothing
        print(f"{took:6.1f} ms  {text:40} {page.count}{'+' if page.more else ''}  {first[:70]}")
    if "--plans" in sys.argv:
        plans()


if __name__ == "__main__":
    main()
