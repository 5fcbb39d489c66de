"""Which of some papers many questions find: for those who watch a search or a venue by mail.

A question finds here what its page at /papers/ finds, but for spelling mistakes that are corrected
there.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from registry import identifiers, query, search
from registry.query import Query

AT_ONCE = 200
"""Questions of one statement."""
_WORDS = """(title_key = %s OR (
    search @@ websearch_to_tsquery('registry', %s)
    AND querytree(websearch_to_tsquery('registry', %s)) NOT IN ('', 'T')))"""
_VENUE = """(venue = %s OR (
    NOT EXISTS (SELECT FROM registry_paper AS other WHERE other.venue = %s AND other.is_public)
    AND search @@ (SELECT string_agg(quote_literal(lexeme) || ':D', ' & ')
                   FROM unnest(to_tsvector('registry', %s)))::tsquery))"""
"""As `search.of_venue` has it: the venue as it is spelled, or else those that have its words."""


def found_among(questions: Sequence[Query], papers: Collection[int]) -> list[set[int]]:
    """Of each question the ids of those of the `papers` that it finds; a query for AT_ONCE."""
    found: list[set[int]] = [set() for _ in questions]
    if not papers:
        return found
    for first in range(0, len(questions), AT_ONCE):
        sql: list[str] = []
        values: list[Any] = []
        for number, asked in enumerate(questions[first : first + AT_ONCE], first):
            condition, of_it = _condition(asked)
            sql.append(
                f"SELECT {number} AS number, id FROM registry_paper"  # noqa: S608 -- our own words
                f" WHERE id = ANY(%s) AND {condition}"
            )
            values += [list(papers), *of_it]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(sql), values)
            for number, paper in cursor.fetchall():
                found[number].add(paper)
    return found


def _condition(asked: Query) -> tuple[str, list[Any]]:
    """The condition (SQL) that a question makes, and its parameters; its order makes none."""
    sql, values = search.conditions(replace(asked, q="", venue="", sort="", after=""))
    if asked.q:
        words = query.websearch(asked.q)
        sql += f" AND {_WORDS}"
        values += [identifiers.title_key(asked.q), words, words]
    if asked.venue:
        sql += f" AND {_VENUE}"
        values += [asked.venue] * 3
    return sql, values
