"""Titles that differ in one word: for "did you mean", never for a hit.

A title counts as the set of its words: without case, accents, order, the commonest words and the s
of a plural; of Chinese, Japanese and Korean each character is a word. A key stands for all of
them, and one for all but each, so that two titles that share a key differ in a word, or in one that
is missing. A key is the sum of a number for each word. Only papers with a public report have keys,
and they get them within a minute: that is cheaper than keeping them in the transaction that changes
a standing, and nothing depends on it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache
from hashlib import blake2b

from django.db import connection
from django.db.models import Exists, OuterRef

from registry.identifiers import fold
from registry.models import NearTitle, Paper, Standing

MOST = 3
"""Papers that are suggested for one title."""
FEWEST_WORDS, MOST_WORDS = 4, 40
"""Titles of fewer words are too alike, those of more are none."""
NONE = 0
"""Stands as the only key of a title that has none."""
COMMON = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "has",
    "have", "how", "in", "into", "is", "it", "its", "not", "of", "on", "or", "our", "that",
    "the", "their", "these", "this", "to", "up", "via", "was", "we", "what", "when", "where",
    "which", "who", "why", "with", "you",
})  # fmt: skip
_EAST_ASIAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(f"[{_EAST_ASIAN}]|[^\\W_{_EAST_ASIAN}]+")
_BITS = 64


def keys(title: str) -> list[int]:
    """Of all words of the title, and of all but each; [NONE] for too few or too many."""
    numbers = set(map(_number, _WORD.findall(title.lower()))) - {0}
    if not FEWEST_WORDS <= len(numbers) <= MOST_WORDS:
        return [NONE]
    whole = sum(numbers)
    return [_signed(whole), *(_signed(whole - number) for number in numbers)]


@lru_cache(maxsize=50_000)
def _number(word: str) -> int:
    """Of a word in small letters, the same for its plural; 0 for one of the commonest."""
    if word in COMMON:
        return 0
    word = fold(word)
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return int.from_bytes(blake2b(word.encode(), digest_size=_BITS // 8).digest()) if word else 0


def _signed(number: int) -> int:
    """The last 64 bits as the signed number that a column of the database holds."""
    number %= 1 << _BITS
    return number - (1 << _BITS) if number >> (_BITS - 1) else number


def near(titles: Sequence[str]) -> dict[int, list[int]]:
    """By index in `titles`, the ids of up to MOST papers whose titles are near."""
    asked: dict[int, set[int]] = defaultdict(set)
    for number, title in enumerate(titles):
        for key in keys(title):
            if key != NONE:
                asked[key].add(number)
    if not asked:
        return {}
    shared: dict[int, Counter[int]] = defaultdict(Counter)
    with connection.cursor() as cursor:
        # An array that the planner does not look into: it reads the index, and at once.
        cursor.execute(
            "SELECT key, paper_id FROM registry_neartitle WHERE key = ANY((SELECT %s)::bigint[])",
            [f"{{{','.join(map(str, asked))}}}"],
        )
        for key, paper in cursor.fetchall():
            for number in asked[key]:
                shared[number][paper] += 1
    return {
        number: sorted(papers, key=lambda paper: (-papers[paper], paper))[:MOST]
        for number, papers in sorted(shared.items())
    }


def keep(limit: int = 1000) -> int:
    """Give keys to up to `limit` papers that lack them; how many got some."""
    with_keys = NearTitle.objects.filter(paper=OuterRef("pk"))
    lacking = Paper.objects.exclude(standing=Standing.NONE).filter(~Exists(with_keys))
    papers = list(lacking.order_by().values_list("pk", "title")[:limit])
    NearTitle.objects.bulk_create(
        (NearTitle(paper_id=pk, key=key) for pk, title in papers for key in set(keys(title))),
        ignore_conflicts=True,
    )
    return len(papers)


def forget(papers: Collection[int]) -> None:
    """The titles of these papers were changed: their keys are made anew."""
    NearTitle.objects.filter(paper__among=papers).delete()
