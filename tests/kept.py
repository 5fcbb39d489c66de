"""What a test begins with, built once and laid down again for every test that begins so.

`@kept` stands over the functions that bring reports to a state. The first call does all that the
services do; what it wrote and what it returned are kept. A later test that begins with the same
calls gets those very rows and a copy of that result, in a hundredth of the time; so does what is
built out of such calls. Everything that a test does itself is done for real, and so is whatever it
builds afterwards.
"""

import pickle
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import time_machine
from django.apps import apps
from django.db import connection, models
from django.utils.translation import get_language

P, R = ParamSpec("P"), TypeVar("R")
Rows = dict[str, dict[str, str]]
"""By table and primary key, as JSON."""

READS = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE SAVEPOINT|SET CONSTRAINTS)\b", re.I)
WRITES = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM|MERGE INTO)\s+"?(\w+)', re.I)


@dataclass(eq=False)
class State:
    """What is in the database after some calls, and how it comes there after those before."""

    rows: Rows
    statements: str = ""
    written: frozenset[str] = frozenset()  # the tables that these statements change
    result: bytes = b""
    later: dict[tuple[object, ...], "State"] = field(default_factory=dict)


class Shelf:
    """Everything that is kept, and where the running test is."""

    empty: State | None = None  # as the migrations leave the database
    now: State | None = None  # None after a write that nobody keeps
    begun = False
    silent = False

    def __init__(self) -> None:
        self.building: list[set[str]] = []
        """The tables written to by each call that is to be kept, one inside another."""

    def begin(self, *, keeps: bool) -> None:
        """The next test starts."""
        self.now, self.begun = None, keeps

    def lose(self, **_: object) -> None:
        """Something was changed that is not kept."""
        self.now, self.begun, self.building = None, False, []

    def see(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Each statement on its way to the database."""
        if not self.silent and not READS.match(sql):
            found = tables().keys() & set(WRITES.findall(sql))
            if found and self.building:
                self.wrote(found)
                self.now = None
            else:
                self.lose()
        return execute(sql, *rest)

    def wrote(self, found: Iterable[str]) -> None:
        """Tables were written to, by whatever is being built."""
        for written in self.building:
            written.update(found)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Run `sql` without seeing it."""
        self.silent = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            self.silent = False

    def here(self) -> State | None:
        """Where the test is, if all that is in the database is known.

        A thread in which an event loop runs has a connection of its own (Playwright leaves one
        running), so what was written to this one before now may not have been seen.
        """
        if self.see not in connection.execute_wrappers:
            connection.execute_wrappers.insert(0, self.see)
            self.lose()
        blocks = connection.atomic_blocks
        if len(blocks) != 1 or not blocks[0]._from_testcase:
            return None
        if self.now is None and self.begun:
            if self.empty is None:
                self.empty = State(self.read(tables()))
            self.now = self.empty
        self.begun = False
        return self.now

    def read(self, names: Iterable[str]) -> Rows:
        """All that is in these tables."""
        names = sorted(names)
        found: Rows = {name: {} for name in names}
        parts = (
            f"SELECT '{name}', {tables()[name]._meta.pk.column}::text, to_jsonb(t)::text"
            f' FROM "{name}" t'
            for name in names
        )
        for name, key, row in self.ask(" UNION ALL ".join(parts)) if names else ():
            found[name][key] = row
        return found

    def get(self, build: Callable[P, R], *args: P.args, **words: P.kwargs) -> R:
        """What `build` gives, and the rows that it writes."""
        before = self.here()
        asked = _pickled((args, words)) if before else None
        if before is None or asked is None:
            return build(*args, **words)
        moment = time.time() if time_machine.escape_hatch.is_travelling() else None
        key = (build.__module__, build.__qualname__, asked, get_language(), moment)
        if key in before.later:
            self.now = before.later[key]
            if self.now.statements:
                self.ask(self.now.statements)
                self.wrote(self.now.written)
            result: R = pickle.loads(self.now.result)
            return result
        written: set[str] = set()
        self.building.append(written)
        calls = len(connection.run_on_commit)
        try:
            given = build(*args, **words)
        finally:
            known = any(one is written for one in self.building)
            self.building = [one for one in self.building if one is not written]
        result = _pickled(given)
        calls -= len(connection.run_on_commit)
        # Whoever changes what they were given, or calls somebody at the commit, is called again.
        if not known or result is None or calls or _pickled((args, words)) != asked:
            self.now = None
            return given
        after = self.now.rows if self.now else self.read(written)
        after = {name: after[name] for name in written}
        statements = _statements(before.rows, after)
        self.now = before.later[key] = State(
            before.rows | after, statements, frozenset(written), result
        )
        copied: R = pickle.loads(result)  # now as later
        return copied


SHELF = Shelf()


def kept(build: Callable[P, R]) -> Callable[P, R]:
    """Build the same only once."""

    @wraps(build)
    def built(*args: P.args, **words: P.kwargs) -> R:
        return SHELF.get(build, *args, **words)

    return built


@cache
def tables() -> dict[str, type[models.Model]]:
    """The model of every table."""
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def _pickled(value: object) -> bytes | None:
    try:
        return pickle.dumps(value)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None


def _statements(before: Rows, after: Rows) -> str:
    """SQL that turns the rows `before` into those `after`."""
    parts = []
    for name, rows in after.items():
        old = before[name]
        meta = tables()[name]._meta
        pk = meta.pk.column
        if gone := old.keys() - rows.keys():
            keys = ", ".join(_quoted(key) for key in sorted(gone))
            parts.append(f'DELETE FROM "{name}" WHERE {pk}::text IN ({keys})')
        new = [row for key, row in rows.items() if old.get(key) != row]
        if new:
            stored = [x.column for x in meta.local_concrete_fields if not x.generated]
            listed = _quoted(f"[{','.join(new)}]")
            columns = ", ".join(f'"{column}"' for column in stored)
            changes = ", ".join(f'"{x}" = EXCLUDED."{x}"' for x in stored)
            parts.append(
                f'INSERT INTO "{name}" ({columns}) SELECT {columns}'
                f' FROM json_populate_recordset(NULL::"{name}", {listed})'
                f' ON CONFLICT ("{pk}") DO UPDATE SET {changes}'
            )
    return ";\n".join(parts)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
