"""How long mixed searches take among many papers, beside ranking every match.

    ARGS=search make bench

A thousand questions of one to four words; a third of them are words that more than 10,000 papers
have. Milliseconds of the whole of `search.find`, which ranks within a bounded number of matches,
beside one statement that ranks all of them; the first ten papers must be the same wherever at most
that number match. Then pages at any depth beside the first, and the numbers beside the filters.
"""

import os
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402

from bench.search import line, milliseconds  # noqa: E402
from registry import facets, query, search  # noqa: E402
from registry.identifiers import title_key  # noqa: E402
from registry.models import Paper  # noqa: E402
from registry.query import Query  # noqa: E402

QUESTIONS = 1000
FIRST = 10  # papers that must be the same
DEEP = 200  # pages at some depth

ALL_RANKED = f"""
    SELECT id, count(*) OVER () FROM registry_paper
    WHERE is_public AND root_id IS NULL
        AND (search @@ websearch_to_tsquery('registry', %(words)s) OR title_key = %(key)s)
    ORDER BY (title_key = %(key)s) DESC,
        ts_rank('{search.WEIGHTS}', search, websearch_to_tsquery('registry', %(words)s), 1) DESC,
        id DESC
    LIMIT {FIRST}"""


def common() -> list[str]:
    """The words that more papers have than are ranked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM ts_stat('SELECT search FROM registry_paper TABLESAMPLE SYSTEM (5)')"
            " WHERE word ~ '^[a-z]{4,}$' AND ndoc * 20 > %s ORDER BY ndoc DESC LIMIT 40",
            [search.RANKED * 1.2],
        )
        return [word for (word,) in cursor.fetchall()]


def questions() -> list[Query]:
    """The same ones each time, for the same papers."""
    chance = random.Random(20261128)
    many = common()
    last = Paper.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    ids = chance.sample(range(1, last + 1), QUESTIONS)
    titles = [title.split() for title in Paper.objects.filter(pk__in=ids).order_by("pk")
              .values_list("title", flat=True)]  # fmt: skip
    asked = [chance.choice(many) for _ in range(QUESTIONS // 3)]
    asked += [
        " ".join(chance.sample(words, min(len(words), chance.randint(1, 4))))
        for words in titles[: QUESTIONS - len(asked)]
    ]
    chance.shuffle(asked)
    return [query.read({"q": text}) for text in asked]


def all_ranked(asked: Query) -> tuple[list[int], int]:
    """The first papers, and how many match, by ranking every match."""
    with connection.cursor() as cursor:
        words = {"words": query.websearch(asked.q), "key": title_key(asked.q)}
        cursor.execute(ALL_RANKED, words)
        rows = cursor.fetchall()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def timed(work: Callable[[Query], object], asked: Sequence[Query]) -> list[float]:
    """Milliseconds of each question; each is asked once before, so that all find the same cache."""
    for one in asked[:50]:
        work(one)
    return [milliseconds(lambda one=one: work(one)) for one in asked]


def percentile(times: Sequence[float], share: float) -> float:
    """The value that this share of the times does not exceed."""
    return sorted(times)[int(len(times) * share)]


def speed(asked: Sequence[Query]) -> None:
    """Print the times, and whether the first papers are the same."""
    ours = timed(search.find, asked)
    theirs = timed(all_ranked, asked)
    print(line("search, first page", ours))
    print(line("ts_rank over all matches", theirs))
    print(f"  at p95 {percentile(theirs, 0.95) / percentile(ours, 0.95):.1f} times as fast")
    same = different = beyond = 0
    for one in asked:
        first, matching = all_ranked(one)
        if matching > search.RANKED:
            beyond += 1
        elif [paper.pk for paper in search.find(one).papers[:FIRST]] == first:
            same += 1
        else:
            different += 1
    print(
        f"  the first {FIRST}: the same {same}, different {different};"
        f" more than {search.RANKED:,} matched {beyond}"
    )


def depth(asked: Query, name: str) -> None:
    """Print the time of pages at some depth beside the first."""
    deep, page = [], search.find(asked)
    while page.next and len(deep) < DEEP:
        deep.append(replace(asked, after=page.next))
        page = search.find(deep[-1])
    if asked.order == "newest":  # any depth at all
        chance = random.Random(20261128)
        papers = Paper.objects.filter(pk__in=chance.sample(range(1, 100_000), DEEP))
        deep = [
            replace(asked, after=query.cursor("newest", (paper.year or 0, paper.pk)))
            for paper in papers
        ]
    first = statistics.median(milliseconds(lambda: search.find(asked)) for _ in range(DEEP))
    each = statistics.median(timed(search.find, deep))
    print(
        f"{name:34} {len(deep)} pages: {each:.1f} ms, the first {first:.1f} ms: {each / first:.2f}"
    )


def main() -> None:
    """Print all of it."""
    asked = questions()
    print(f"{Paper.objects.count():,} papers, {len(asked):,} questions; milliseconds")
    print(f"{'':34} {'p50':>7} {'p95':>7} {'p99':>7} {'max':>7}")
    speed(asked)
    numbers = timed(facets.counts, asked)
    print(line("numbers beside the filters", numbers))
    depth(query.read({}), "deep pages of all papers")
    depth(query.read({"q": common()[0]}), "deep pages of a common word")


if __name__ == "__main__":
    main()
