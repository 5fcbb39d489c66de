"""The one home of search: an identifier first, then the exact title, then words by rank.

Only public papers are ever found. Ranking happens within a bounded number of matches, so that
common words stay fast (docs/architecture.md, docs/performance.md).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from registry import identifiers, query, spelling
from registry.identifiers import Found, Malformed
from registry.merging import whole
from registry.models import Identifier, Paper
from registry.query import REPORTED, Key, Query
from registry.shared import Item, Value, word, words_of

PAGE = 25  # papers
RANKED = 10_000  # matches that are ranked
RANKED_LONG = 1_000  # matches that are ranked when a question has many words
LONG = 40  # nodes of a question with many words
EXACT = 100  # papers of one title
COUNTED = 1_000  # beyond this the page says "more than"
WEIGHTS = "{0.05, 0.1, 0.6, 1.0}"  # venue D, C, names B, title A


@dataclass(kw_only=True)
class Page:
    """A page of papers. `paper`: the one that an identifier or address names, and nothing else.

    `count` goes up to COUNTED; `more` says that there are more than that. `nothing` says in words
    why the page is empty. `unknown` is an identifier that no public paper has. `corrected` is the
    question whose papers these are, where no paper had a word of the one that was asked.
    """

    papers: list[Paper] = field(default_factory=list)
    count: int = 0
    more: bool = False
    next: str = ""
    paper: Paper | None = None
    unknown: Found | None = None
    nothing: str = ""
    corrected: str = ""


@dataclass(frozen=True)
class _Order:
    """An order of rows: the columns of its key, their kinds, and its direction."""

    columns: tuple[str, ...]
    kinds: tuple[type, ...]
    direction: str = "DESC"
    condition: str = ""

    def after(self, key: Key | None) -> tuple[str, list[Any]]:
        """The condition that only rows after `key` meet, and its parameters."""
        if key is None:
            return "true", []
        sign = "<" if self.direction == "DESC" else ">"
        marks = ", ".join(["%s"] * len(key))
        return f"({', '.join(self.columns)}) {sign} ({marks})", list(key)

    @property
    def by(self) -> str:
        return ", ".join(f"{column} {self.direction}" for column in self.columns)


YEAR = "COALESCE(year, 0)"
ORDERS = {
    "relevance": _Order(("exact", "rank", "id"), (int, float, int)),
    "newest": _Order((YEAR, "id"), (int, int)),
    "oldest": _Order((YEAR, "id"), (int, int), "ASC", "year IS NOT NULL"),
    "changed": _Order(
        ("EXTRACT(EPOCH FROM standing_at)::float8", "id"),
        (float, int),
        condition="standing <> 'none' AND standing_at IS NOT NULL",
    ),
}


def begins(asked: Query) -> bool:
    """Whether `asked` begins at the first page, or at a place that its order has."""
    return (
        not asked.after
        or query.place(asked.after, asked.order, ORDERS[asked.order].kinds) is not None
    )


def by_identifier(found: Found) -> Paper | None:
    """The public paper with that identifier, or with the ACL id that an ACL DOI is made of."""
    tried = [found, also] if (also := identifiers.implied(found)) else [found]
    for one in tried:
        named = (
            Identifier.objects.filter(scheme=one.scheme, value=one.value, paper__is_public=True)
            .select_related("paper__root")
            .first()
        )
        if named is not None:
            return whole(named.paper)
    return None


def by_url(text: str) -> Paper | None:
    """The public paper at that web address, with http or https, with or without a last slash."""
    rest = re.sub(r"(?i)^https?://", "", text.strip()).rstrip("/")
    spellings = [f"{scheme}://{rest}{end}" for scheme in ("https", "http") for end in ("", "/")]
    found = Paper.objects.filter(url__in=spellings, is_public=True).select_related("root")
    paper = found.order_by("pk").first()
    return whole(paper) if paper is not None else None


def find(asked: Query, size: int = PAGE) -> Page:
    """A page of the public papers that `asked` asks for; `size` papers at most."""
    if not asked.q:
        page = _rows(asked, size)
    elif (named := _named(asked.q)) is not None:
        return named
    else:
        page = _with_words(asked, size)
        if not page.papers and not asked.after and (meant := spelling.corrected(asked.q)):
            other = _with_words(replace(asked, q=meant), size)
            if other.papers:
                other.corrected = meant
                return other
    if not page.papers:
        page.nothing = page.nothing or _nothing(asked)
    return page


def _with_words(asked: Query, size: int) -> Page:
    """The papers that have these words, or exactly this title."""
    nodes, reason = _read(asked.q)
    if reason:
        page = _rows(asked, size, ranked=0)
        page.nothing = "" if page.papers else reason
        return page
    return _rows(asked, size, ranked=RANKED_LONG if nodes > LONG else RANKED)


def _named(text: str) -> Page | None:
    """The page for a text that is an identifier or a web address; None for words."""
    found = identifiers.parse(text)
    if found is not None:
        paper = by_identifier(found)
        if paper is None:
            label = Identifier(scheme=found.scheme).get_scheme_display()
            return Page(
                unknown=found,
                nothing=gettext(
                    "No paper with the {label} identifier {found_value} is known here. Search by "
                    "its title, or report your result on it."
                ).format(label=label, found_value=found.value),
            )
        return Page(paper=paper, papers=[paper], count=1)
    if re.match(r"(?i)https?://\S+$", text):
        paper = by_url(text)
        if paper is None:
            return Page(nothing="No paper with this address is known here. Search by its title.")
        return Page(paper=paper, papers=[paper], count=1)
    if " " not in text and re.search(r"[0-9A-Z_-]", text[1:]):
        # A bare OpenReview id looks like a word: it is one only if a paper has it.
        try:
            paper = by_identifier(identifiers.read(identifiers.OPENREVIEW, text))
        except Malformed:
            return None
        if paper is not None:
            return Page(paper=paper, papers=[paper], count=1)
    return None


def _read(words: str) -> tuple[int, str]:
    """How many nodes the question of `words` has, and why it cannot be searched for, if so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT numnode(asked), querytree(asked)"
            " FROM websearch_to_tsquery('registry', %s) AS asked",
            [query.websearch(words)],
        )
        nodes, tree = cursor.fetchone()
    if not nodes:
        return nodes, (
            "These words are too common, or only signs: no paper can be told by them. "
            "Add a word of the title or an author's name."
        )
    if tree in ("", "T"):
        return nodes, "This only says what to leave out. Add a word that the papers should have."
    return nodes, ""


def conditions(asked: Query) -> tuple[str, list[Any]]:
    """The filters as SQL and its parameters."""
    sql: list[str] = ["is_public AND root_id IS NULL"]
    values: list[Any] = []
    if asked.standing == REPORTED:
        sql.append("standing <> 'none'")
    elif asked.standing:
        sql.append("standing = %s")
        values.append(asked.standing)
    for column, value in (("modes", asked.mode), ("causes", asked.cause)):
        if value:
            # Only papers with a standing have any, which an index knows.
            sql.append(f"standing <> 'none' AND {column} @> ARRAY[%s]::varchar[]")
            values.append(value)
    for item in Item:
        value = getattr(asked, item)
        if value == Value.UNKNOWN:
            sql.append("NOT shared && %s::varchar[]")
            values.append(words_of(item))
        elif value:
            # An index knows the papers of which anything is said.
            sql.append("shared <> '{}' AND shared @> ARRAY[%s]::varchar[]")
            values.append(word(item, Value(value)))
    if asked.year is not None:
        sql.append(f"{YEAR} = %s")
        values.append(asked.year)
    if asked.reports is not None:
        sql.append("report_count >= 2 AND report_count >= %s")  # an index knows those with two
        values.append(asked.reports)
    if asked.listed is not None:
        sql.append("listed_at <= %s")
        values.append(timezone.now() - timedelta(days=asked.listed))
    if asked.venue:
        condition, value = of_venue(asked.venue)
        sql.append(condition)
        values.append(value)
    if condition := ORDERS[asked.order].condition:
        sql.append(condition)
    return " AND ".join(sql), values


def of_venue(text: str) -> tuple[str, str]:
    """The condition (SQL) on papers of a venue, and its parameter: the venue as it is spelled, if
    there is one; else the venues that have these words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM registry_paper WHERE venue = %s AND is_public),"
            " (SELECT string_agg(quote_literal(lexeme) || ':D', ' & ')"
            " FROM unnest(to_tsvector('registry', %s)))",
            [text, text],
        )
        exists, words = cursor.fetchone()
    if exists or not words:
        return "venue = %s", text
    return "search @@ %s::tsquery", words


def _rows(asked: Query, size: int, *, ranked: int = 0) -> Page:
    order = ORDERS[asked.order]
    after, key = order.after(query.place(asked.after, asked.order, order.kinds))
    where, values = conditions(asked)
    rows, count = (
        _matches(asked, order, where, values, after, key, size, ranked)
        if asked.q
        else _all(order, where, values, after, key, size)
    )
    papers = Paper.objects.in_bulk([row[0] for row in rows[:size]])
    page = Page(
        papers=[papers[row[0]] for row in rows[:size] if row[0] in papers],
        count=min(count, COUNTED),
        more=count > COUNTED or 0 < ranked <= count,
    )
    if len(rows) > size:
        page.next = query.cursor(asked.order, tuple(rows[size - 1][1:]))
    return page


Rows = tuple[Sequence[Sequence[Any]], int]


def _matches(
    asked: Query, order: _Order, where: str, values: list[Any], after: str, key: list[Any],
    size: int, ranked: int,
) -> Rows:  # fmt: skip
    """Rows (id, key ...) of the papers with the exact title, and of `ranked` with the words at
    most; and how many those are."""
    text, title_key = query.websearch(asked.q), identifiers.title_key(asked.q)
    # `matches` has no order of its own: with one, the planner would walk the wrong index.
    sql = f"""
        WITH matches AS (
            SELECT id, year, standing_at, search FROM registry_paper
            WHERE {where} AND search @@ websearch_to_tsquery('registry', %s) AND title_key <> %s
            LIMIT %s
        ), titled AS (
            SELECT id, year, standing_at FROM registry_paper
            WHERE {where} AND title_key = %s LIMIT {EXACT}
        ), found AS MATERIALIZED (
            SELECT 1 AS exact, 1::float8 AS rank, id, year, standing_at FROM titled
            UNION ALL
            SELECT 0, ts_rank('{WEIGHTS}', search, websearch_to_tsquery('registry', %s), 1)::float8,
                   id, year, standing_at
            FROM matches
        )
        SELECT id, {", ".join(order.columns)}, (SELECT count(*) FROM found)
        FROM found WHERE {after} ORDER BY {order.by} LIMIT %s
    """  # noqa: S608 - columns and conditions are this file's own
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [*values, text, title_key, ranked, *values, title_key, text, *key, size + 1],
        )
        rows = cursor.fetchall()
    return [row[:-1] for row in rows], rows[0][-1] if rows else 0


def _all(
    order: _Order, where: str, values: list[Any], after: str, key: list[Any], size: int
) -> Rows:
    """Rows (id, key ...) of all papers in an order, and how many there are, capped."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {', '.join(order.columns)} FROM registry_paper"  # noqa: S608
            f" WHERE {where} AND {after} ORDER BY {order.by} LIMIT %s",
            [*values, *key, size + 1],
        )
        rows = cursor.fetchall()
        # In the same order, or the planner reads the whole table for a venue that lies together.
        cursor.execute(
            f"SELECT count(*) FROM (SELECT FROM registry_paper WHERE {where}"  # noqa: S608
            f" ORDER BY {order.by} LIMIT %s) AS few",
            [*values, COUNTED + 1],
        )
        (count,) = cursor.fetchone()
    return rows, count


def _nothing(asked: Query) -> str:
    """Why nothing was found, and what to do."""
    if asked.after:
        return "There is nothing more. Go back to the first page."
    if asked.filters and asked.q:
        return "No paper has these words and all of these filters. Remove a filter."
    if asked.filters:
        return "No paper fits all of these filters. Remove one."
    if asked.order == "changed":
        return "No paper has a public report yet."
    if asked.q:
        return (
            "No paper has all of these words. Write fewer of them, check the spelling, "
            "or paste the DOI or arXiv id."
        )
    return "No paper is known here yet."
