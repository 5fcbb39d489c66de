"""Papers that may be one work: suggested to moderators, who decide; nothing is merged by itself.

By the exact title; and among the works of one of its authors by titles that are alike (trigrams,
pg_trgm), where the years lie no more than three apart.
"""

import re
from dataclasses import dataclass

from django.db import connection

from registry import identifiers
from registry.models import Paper

MOST = 10
SAME_TITLE = 20
"""Papers of the exact title that are looked at."""
WORKS = 2_000
"""Works of the authors whose titles are compared."""
ALIKE = 0.5
"""Trigrams that two titles must share, as a part of all that they have."""
YEARS_APART = 3


@dataclass(frozen=True)
class Double:
    """A paper that may be the same work, and why, in words."""

    paper: Paper
    why: str


def of(paper: Paper) -> list[Double]:
    """The public papers that may be the same work as `paper`, the likeliest first; at most MOST.

    What belongs to its work already is not among them. Three queries, whatever there is.
    """
    group = paper.root_id or paper.pk
    found = dict.fromkeys(_same_title(paper, group), "the same title")
    for other in _alike(paper, group):
        found.setdefault(other, "an author in common, and nearly the same title")
    papers = Paper.objects.prefetch_related("identifiers").in_bulk(list(found)[:MOST])
    return [Double(papers[pk], why) for pk, why in found.items() if pk in papers]


def _same_title(paper: Paper, group: int) -> list[int]:
    others = Paper.objects.filter(title_key=paper.title_key, is_public=True, root=None)
    others = others.exclude(pk__in=(paper.pk, group)).order_by("pk")
    return list(others.values_list("pk", flat=True)[:SAME_TITLE])


def _alike(paper: Paper, group: int) -> list[int]:
    """Works with one of its first authors, and a title that is alike."""
    if not (asked := _authors(paper)):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM (SELECT id, title, year FROM registry_paper"
            "  WHERE is_public AND root_id IS NULL AND search @@ to_tsquery('registry', %s)"
            "  LIMIT %s) AS theirs"
            " WHERE id <> ALL(%s) AND similarity(title, %s) >= %s"
            " AND (year IS NULL OR %s::int IS NULL OR abs(year - %s::int) <= %s)"
            " ORDER BY similarity(title, %s) DESC, id LIMIT %s",
            [
                asked, WORKS, [paper.pk, group], paper.title, ALIKE, paper.year, paper.year,
                YEARS_APART, paper.title, MOST,
            ],
        )  # fmt: skip
        return [pk for (pk,) in cursor.fetchall()]


def _authors(paper: Paper) -> str:
    """Its first three authors as a question to the search: all words of one of the names."""
    names = []
    for name in paper.author_names[:3]:
        words = re.findall(r"[^\W\d_]{2,}", name)
        family = identifiers.fold(words[-1]) if words else ""
        if family.isalnum() and len(family) > 1:
            names.append(f"{family}:B")
    return " | ".join(dict.fromkeys(names))
