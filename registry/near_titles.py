"""Titles that differ in one word: for "did you mean", never for a hit.

The words of a title are taken as the search takes them (stems, no accents, no order). A key stands
for all of them, and one for all but each; two titles that share a key differ in a word, or in one
that is missing. Only papers with a public report have keys, and they get them within a minute: that
is cheaper than keeping them in the transaction that changes a standing, and nothing depends on it.
"""

from collections.abc import Collection, Sequence

from django.db import connection

MOST = 3
"""Papers that are suggested for one title."""


def near(titles: Sequence[str]) -> dict[int, list[int]]:
    """By index in `titles`, the ids of up to MOST papers whose titles are near."""
    if not titles:
        return {}
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH asked AS MATERIALIZED (SELECT number, unnest(registry_near_keys(title)) AS key"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS titles(title, number))"
            " SELECT asked.number - 1, near.paper_id FROM asked"
            " JOIN registry_neartitle AS near USING (key)"
            " GROUP BY 1, 2 ORDER BY 1, count(*) DESC, 2",
            [list(titles)],
        )
        for number, paper in cursor.fetchall():
            if len(found.setdefault(number, [])) < MOST:
                found[number].append(paper)
    return found


def keep(limit: int = 1000) -> int:
    """Give keys to up to `limit` papers that lack them; how many got some."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_neartitle (paper_id, key)"
            " SELECT id, unnest(registry_near_keys(title)) FROM ("
            "  SELECT id, title FROM registry_paper"
            "  WHERE standing <> 'none' AND cardinality(registry_near_keys(title)) > 0"
            "  AND NOT EXISTS (SELECT FROM registry_neartitle WHERE paper_id = registry_paper.id)"
            "  LIMIT %s) AS lacking"
            " ON CONFLICT DO NOTHING RETURNING paper_id",
            [limit],
        )
        return len({paper for (paper,) in cursor.fetchall()})


def forget(papers: Collection[int]) -> None:
    """The titles of these papers were changed: their keys are made anew."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_neartitle WHERE paper_id = ANY(%s)", [list(papers)])
