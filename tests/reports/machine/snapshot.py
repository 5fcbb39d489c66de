"""All rows after a step, read anew only where a step wrote."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from notifications.models import Email
from registry.models import Listing, Paper, PaperAuthor
from reports.models import (
    Address,
    Agreement,
    Answer,
    AnswerLink,
    Claim,
    Contact,
    DeadlineChange,
    Hold,
    Inquiry,
    Letter,
    OptOut,
    Probe,
    Reply,
    Report,
    ReportEvent,
    Suggestion,
    ToDo,
)

Row = Any
"""A named tuple with the columns of a row."""
TABLES: dict[str, type[models.Model]] = {
    "papers": Paper,
    "authors": PaperAuthor,
    "listings": Listing,
    "reports": Report,
    "claims": Claim,
    "addresses": Address,
    "inquiries": Inquiry,
    "contacts": Contact,
    "letters": Letter,
    "holds": Hold,
    "opt_outs": OptOut,
    "probes": Probe,
    "answers": Answer,
    "agreements": Agreement,
    "replies": Reply,
    "suggestions": Suggestion,
    "links": AnswerLink,
    "emails": Email,
    "todos": ToDo,
}
GROWING: dict[str, type[models.Model]] = {"events": ReportEvent, "changes": DeadlineChange}
"""Append-only: what was read before is not read again."""
LEFT_OUT = {"search", "typed", "raw", "abstract"}
_WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?')


def _rows(model: type[models.Model], after: int = 0) -> list[Row]:
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in LEFT_OUT]
    key = model._meta.pk.attname
    found = model._default_manager.filter(pk__gt=after).order_by("pk")
    return list(found.values_list(key, *[n for n in names if n != key], named=True))


class Snapshot:
    """`snapshot.letters[7]` is the row of letter 7; `snapshot.of("letters", "contact_id", 3)` are
    those of contact 3, in the order in which they were made."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[int, Row]] = {}
        self._groups: dict[tuple[str, str], dict[Any, list[Row]]] = {}
        self._written = set(TABLES) | set(GROWING) | {"reports_of_answer"}
        self.reports_of_answer: dict[int, set[int]] = {}
        self.number = 0
        """Raised by each look that found anything changed."""

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Remember which tables are written inside the `with`."""
        names = {m._meta.db_table: name for name, m in (TABLES | GROWING).items()}
        names[Answer.reports.through._meta.db_table] = "reports_of_answer"

        def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any):
            for table in _WRITES.findall(sql):
                if table in names:
                    self._written.add(names[table])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            yield

    def look(self) -> None:
        """Read what was written since the last look."""
        written, self._written = self._written, set()
        changed = False
        for name in written:
            if name == "reports_of_answer":
                pairs = Answer.reports.through.objects.values_list("answer_id", "report_id")
                self.reports_of_answer = defaultdict(set)
                for answer, report in pairs:
                    self.reports_of_answer[answer].add(report)
                continue
            model = (TABLES | GROWING)[name]
            before = self._tables.get(name)
            known = (before or {}) if name in GROWING else {}
            key = model._meta.pk.attname
            rows = _rows(model, max(known, default=0))
            self._tables[name] = known | {getattr(row, key): row for row in rows}
            if self._tables[name] != before:
                changed = True
                self._groups = {at: rows for at, rows in self._groups.items() if at[0] != name}
        self.number += changed

    def __getattr__(self, name: str) -> dict[int, Row]:
        try:
            return self.__dict__["_tables"][name]
        except KeyError as error:
            raise AttributeError(name) from error

    def of(self, table: str, column: str, value: Any) -> list[Row]:
        """The rows of `table` whose `column` is `value`."""
        groups = self._groups.get((table, column))
        if groups is None:
            groups = defaultdict(list)
            for row in self._tables[table].values():
                groups[getattr(row, column)].append(row)
            self._groups[table, column] = groups
        return groups.get(value, [])

    def since(self, table: str, number: int) -> list[Row]:
        """The rows of `table` that came after row `number`."""
        return [row for row in self._tables[table].values() if row.id > number]

    def inquiry_of(self, report_id: int) -> Row | None:
        """The inquiry of a report."""
        found = self.of("inquiries", "report_id", report_id)
        return found[0] if found else None

    def report_of(self, contact_id: int) -> Row:
        """The report about which a contact was asked."""
        return self.reports[self.inquiries[self.contacts[contact_id].inquiry_id].report_id]

    def answers_of(self, report_id: int) -> list[Row]:
        """The answers that serve a report."""
        return [a for a in self.answers.values() if report_id in self.reports_of_answer[a.id]]
