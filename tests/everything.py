"""Looking for words in the whole database, wherever somebody may have put a copy."""

import json
from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

ROOMS = ("accounts", "registry", "reports", "notifications", "admin", "account")


def places_of(*words: str) -> set[str]:
    """The columns that hold one of `words` somewhere, as `table.column`; spelling folded."""
    wanted = [word.casefold() for word in words]
    return {
        f"{label}.{column}"
        for label, column, text in _texts()
        if any(word in text.casefold() for word in wanted)
    }


def _texts() -> Iterator[tuple[str, str, str]]:
    """Every value, with the names of its table and column; all tables in one query."""
    tables = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    rows = " UNION ALL ".join(
        f"SELECT '{model._meta.label_lower}', to_jsonb(t)::text FROM {model._meta.db_table} t"
        for model in tables
    )
    binary = {
        (model._meta.label_lower, field.column)
        for model in tables
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }
    with connection.cursor() as cursor:
        cursor.execute(rows)
        found = cursor.fetchall()
    for label, row in found:
        for column, value in json.loads(row).items():
            if value is not None and (label, column) in binary:
                yield label, column, bytes.fromhex(value[2:]).decode(errors="replace")
            else:
                yield label, column, str(value)
