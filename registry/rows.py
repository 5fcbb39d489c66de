"""Writing many rows in one statement, without an object for each.

A row is a dictionary by field name (a foreign key: by `..._id`), all rows with the same names. They
travel as one JSON array, so a thousand rows are one parameter. No signal is sent and no default of
Python's filled in; constraints and triggers of the database hold as ever.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

Row = Mapping[str, Any]


def insert_all(model: type[Model], rows: Sequence[Row], **same: Any) -> list[int]:
    """Add the rows to the model's table; their primary keys.

    `same` are the columns that have the same value in all rows.
    """
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join([*rows[0], *same])})"  # noqa: S608
            f" SELECT {', '.join(rows[0])}{', %s' * len(same)}"
            f" FROM {_recordset(_columns(model), rows[0])} RETURNING {_key(model)}",
            [*same.values(), _json(rows)],
        )
        return [key for (key,) in cursor.fetchall()]


def update_all(model: type[Model], rows: Sequence[Row]) -> None:
    """Set the other columns of each row where its primary key, which each names first, is."""
    if not rows:
        return
    key, *names = rows[0]
    source = _recordset(_columns(model), rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {model._meta.db_table} AS old SET "  # noqa: S608 -- names of our own
            + ", ".join(f"{name} = new.{name}" for name in names)
            + f" FROM {source} WHERE old.{key} = new.{key}",
            [_json(rows)],
        )


def _columns(model: type[Model]) -> dict[str, str | None]:
    """The model's columns with their types."""
    return {field.attname: field.db_type(connection) for field in model._meta.concrete_fields}


def _recordset(columns: Mapping[str, str | None], row: Row) -> str:
    """A source of rows that reads its parameter as the columns of `row`."""
    return f"jsonb_to_recordset(%s::jsonb) AS new ({', '.join(f'{x} {columns[x]}' for x in row)})"


def _key(model: type[Model]) -> str:
    assert model._meta.pk is not None
    return model._meta.pk.attname


def _json(rows: Sequence[Row]) -> str:
    return json.dumps(rows, default=datetime.isoformat)
