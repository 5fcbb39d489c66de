"""What is asked of the papers, as addresses carry it: words, filters, order and place. Pure."""

import base64
import binascii
import json
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext

from registry.models import Standing
from registry.shared import Item, Value

LONGEST = 2000  # characters of the words that are read
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

SORTS = {
    "relevance": "best match first",
    "newest": "newest first",
    "oldest": "oldest first",
    "changed": "newest change of standing first",
}
FILTERS = ("standing", "cause", "mode", "venue", "year", "reports", "listed", *Item.values)
REPORTS = (2, 3, 5)
"""At least so many reports."""
LISTED = {30: "30 days", 90: "90 days", 365: "a year"}
"""On the list for at least so many days, in words."""
REPORTED = "reported"
"""The standing filter's word for any paper with a public report."""
STANDINGS = {REPORTED: "any public report"} | dict(Standing.choices)

NUMBERS: dict[str, Collection[int]] = {"reports": REPORTS, "listed": LISTED}

Key = tuple[int | float | str, ...]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A question, as `?q=&standing=&cause=&venue=&year=&mode=&code=&sort=&after=` puts it; beside
    `code` every item of registry/shared.py is a filter."""

    q: str = ""
    standing: str = ""
    cause: str = ""
    mode: str = ""
    venue: str = ""
    year: int | None = None
    reports: int | None = None
    listed: int | None = None
    code: str = ""
    dependencies: str = ""
    training_code: str = ""
    evaluation_code: str = ""
    models: str = ""
    commands: str = ""
    data: str = ""
    hyperparameters: str = ""
    seeds: str = ""
    compute: str = ""
    sort: str = ""
    after: str = ""
    problems: tuple[str, ...] = field(default=(), compare=False)

    @property
    def order(self) -> str:
        """The order that holds: the best match first where there are words, else the newest."""
        if self.sort and (self.q or self.sort != "relevance"):
            return self.sort
        return "relevance" if self.q else "newest"

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, by name."""
        return {name: str(value) for name in FILTERS if (value := getattr(self, name))}

    def without(self, name: str) -> "Query":
        """The same question without one filter, from its first page."""
        return self.having(name, None if name in ("year", "reports", "listed") else "")

    def having(self, name: str, value: str | int | None) -> "Query":
        """The same question with another value of one filter, from its first page."""
        changed: dict[str, Any] = {name: value}
        return replace(self, after="", **changed)

    def at(self, after: str) -> "Query":
        """The same question, the page that begins after a place."""
        return replace(self, after=after)

    def ordered(self, sort: str) -> "Query":
        """The same question in that order."""
        return replace(self, sort=sort)

    def encoded(self) -> str:
        """The question as an address carries it, `?` included; empty for the plain question."""
        pairs = {
            item.name: str(value)
            for item in fields(self)
            if item.name != "problems" and (value := getattr(self, item.name))
        }
        return f"?{urlencode(pairs)}" if pairs else ""


def read(params: Mapping[str, str]) -> Query:
    """The question of an address. What makes no sense is left out and named in `problems`."""
    problems = []

    def text(name: str, longest: int) -> str:
        return " ".join(_UNPRINTABLE.sub(" ", params.get(name, ""))[: longest + 1].split())

    words = text("q", LONGEST)
    if len(words) > LONGEST:
        words = words[:LONGEST]
        problems.append(
            gettext("Only the first {longest:,} characters were searched for.").format(
                longest=LONGEST
            )
        )
    standing = text("standing", 40)
    if standing and standing not in STANDINGS:
        problems.append(
            gettext("There is no standing “{standing}”; that filter was left out.").format(
                standing=standing
            )
        )
        standing = ""
    sort = text("sort", 40)
    if sort and sort not in SORTS:
        problems.append(
            gettext("There is no order “{sort}”; the usual one is shown.").format(sort=sort)
        )
        sort = ""
    written = text("year", 40)
    year = int(written) if re.fullmatch(r"[0-9]{4}", written) else None
    if written and not year:
        problems.append(
            gettext("“{written}” is no year: write four digits, such as 2017.").format(
                written=written
            )
        )
    least = {name: _among(text(name, 40), choices) for name, choices in NUMBERS.items()}
    for name, (number, typed) in least.items():
        if typed and number is None:
            problems.append(
                gettext(
                    "“{typed}” is none of the numbers of “{name}”; that filter was left out."
                ).format(typed=typed, name=name)
            )
    shared: dict[str, Any] = {item.value: text(item.value, 40) for item in Item}
    for name, value in shared.items():
        if value and value not in Value.values:
            problems.append(
                gettext(
                    "Whether {item_name} is shared is yes, partly, no or unknown, not “{value}”; "
                    "that filter was left out."
                ).format(item_name=gettext(Item(name).label), value=value)
            )
            shared[name] = ""
    return Query(
        q=words,
        standing=standing,
        cause=text("cause", 30),
        mode=text("mode", 20),
        venue=text("venue", 300),
        year=year,
        reports=least["reports"][0],
        listed=least["listed"][0],
        sort=sort,
        after=params.get("after", "")[:500],
        problems=tuple(problems),
        **shared,
    )


def _among(typed: str, choices: Collection[int]) -> tuple[int | None, str]:
    """The choice that is typed, if it is one, and what is typed."""
    number = int(typed) if re.fullmatch(r"[0-9]{1,4}", typed) else None
    return number if number in choices else None, typed


def websearch(words: str) -> str:
    """`words` for websearch_to_tsquery: each run of Han, kana or hangul becomes a phrase of its
    characters, as the search document has each of them as a word of its own."""
    parts = words.split('"')
    for i, part in enumerate(parts):
        quoted = i % 2 == 1
        parts[i] = _CJK.sub(
            lambda run, quoted=quoted: (  # type: ignore[misc]
                f" {' '.join(run[0])} " if quoted else f'"{" ".join(run[0])}" '
            ),
            part,
        )
    return '"'.join(parts)


def cursor(order: str, key: Key) -> str:
    """The place in an `order` after the row with `key`, as an opaque word."""
    raw = json.dumps([order, *key], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def place(after: str, order: str, kinds: tuple[type, ...]) -> Key | None:
    """The key in a cursor; None for an empty, cut, foreign or made-up one: the first page."""
    try:
        raw = base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True)
        named, *key = json.loads(raw)
    except (ValueError, TypeError, RecursionError, binascii.Error):
        return None
    if named != order or len(key) != len(kinds):
        return None
    for value, kind in zip(key, kinds, strict=True):
        if type(value) is int and kind is float:
            continue
        if type(value) is not kind:
            return None
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if isinstance(value, int) and not 0 <= value < 2**63:
            return None
        if isinstance(value, str) and (len(value) > 64 or not value.isprintable()):
            return None
    return tuple(key)
