"""Keeping notices: what publishers say of works, from whichever file or source it was learnt."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db import connection

from registry.models import Notice

BATCH = 1000  # rows in one statement


@dataclass(frozen=True, slots=True)
class New:
    """A notice about the work `scheme:value`, in the spelling of registry/identifiers.py."""

    scheme: str
    value: str
    kind: str
    """Of Notice.Kind."""
    dated: date | None = None
    notice: str = ""
    """The notice's own DOI."""


def keep(new: Iterable[New], *, source: str, now: datetime) -> int:
    """Store what is not known yet, as `source` says; how many notices were added.

    A known notice keeps who said it first, and only gets a date that it lacked. What has neither
    date nor DOI tells nothing where a notice of its kind about the work is known, and is left out.
    """
    rows, added = iter(new), 0
    while batch := list(islice(rows, BATCH)):
        added += _insert(_each_once(batch), source, now)
    return added


def _each_once(batch: list[New]) -> list[New]:
    """One of each notice, dated if any of it is: a statement may touch a row only once.

    Sorted, so that two imports at once lock in one order.
    """
    once: dict[tuple[str, str, str, str], New] = {}
    for one in batch:
        key = (one.value, one.scheme, one.kind, one.notice)
        if key not in once or once[key].dated is None:
            once[key] = one
    told = {key[:3] for key, one in once.items() if one.notice or one.dated}
    return [
        one for key, one in sorted(once.items())
        if one.notice or one.dated or key[:3] not in told
    ]  # fmt: skip


_INSERT = """
    INSERT INTO registry_notice AS old (scheme, value, kind, dated, notice, source, found_at)
    SELECT scheme, value, kind, dated, notice, %s, %s
    FROM jsonb_to_recordset(%s::jsonb)
        AS new (scheme text, value text, kind text, dated date, notice text)
    WHERE notice <> '' OR dated IS NOT NULL OR NOT EXISTS (
        SELECT FROM registry_notice AS known WHERE known.value = new.value
        AND known.scheme = new.scheme AND known.kind = new.kind)
    ON CONFLICT ON CONSTRAINT one_notice_a_kind DO UPDATE SET dated = excluded.dated
        WHERE old.dated IS NULL AND excluded.dated IS NOT NULL
    RETURNING xmax = 0
"""  # xmax is 0 in a row that was inserted, and not in one that was updated


def _insert(rows: list[New], source: str, now: datetime) -> int:
    stated = [
        {
            "scheme": one.scheme,
            "value": one.value,
            "kind": Notice.Kind(one.kind).value,
            "dated": one.dated.isoformat() if one.dated else None,
            "notice": one.notice,
        }
        for one in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [source, now, json.dumps(stated)])
        return sum(is_new for (is_new,) in cursor.fetchall())
