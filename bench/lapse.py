"""How fast the lapse sweep is, beside one bare UPDATE of as many rows of the same table.

    DATABASE_URL=postgres://.../seeded python -m bench.lapse [--polls]

Week by week of bench/seed.py one or the other takes what is due, and commits; so a seeded database
serves once. The sweep checks all five conditions and writes state, event, to-do, inquiry, listing,
standing and list version.
"""

import json
import os
import statistics
import sys
import time
from datetime import datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

from bench.seed import DUE, WEEKS  # noqa: E402
from config.celery import leave_what_is_loaded_alone  # noqa: E402
from reports.lapse import lapse_due  # noqa: E402
from reports.models import Inquiry  # noqa: E402


def bare(now: datetime) -> int:
    """The rows that one statement changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reports_inquiry SET closed_at = %s, lapse_at = NULL, letters_at = NULL"
            " WHERE closed_at IS NULL AND lapse_at < %s RETURNING report_id",
            [now, now],
        )
        return len(cursor.fetchall())


def sweep(now: datetime) -> int:
    """The reports that the sweep lets lapse."""
    return lapse_due(now=now, limit=1_000_000)


def milliseconds(due: QuerySet[Inquiry, Any]) -> float:
    """What the database needs for a poll that finds nothing; the middle of many."""
    query, parameters = due.values_list("report_id")[:200].query.sql_with_params()
    taken = []
    with connection.cursor() as cursor:
        for _ in range(101):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", parameters)
            found = cursor.fetchone()[0]
            plan = (json.loads(found) if isinstance(found, str) else found)[0]
            assert plan["Plan"]["Actual Rows"] == 0
            taken.append(plan["Planning Time"] + plan["Execution Time"])
    return statistics.median(taken)


def polls() -> None:
    """Print the cost of looking for what is due when nothing is."""
    early = DUE - timedelta(days=1)
    open_ones = Inquiry.objects.filter(closed_at=None)
    lapses = open_ones.filter(lapse_at__lt=early).order_by("lapse_at")
    letters = open_ones.filter(letters_at__lte=early - timedelta(days=99)).order_by("letters_at")
    print(
        f"nothing due among {open_ones.count():,} open inquiries: lapses"
        f" {milliseconds(lapses):.2f} ms, letters {milliseconds(letters):.2f} ms"
    )


def main() -> None:
    """Print seconds and the ratio."""
    leave_what_is_loaded_alone()  # as a worker does
    polls()
    if "--polls" in sys.argv:
        return
    seconds: dict[str, list[float]] = {"bare": [], "sweep": []}
    for week in range(WEEKS):
        what = ("bare", "sweep")[week % 2]
        now = DUE + timedelta(days=7 * week, hours=1)
        began = time.monotonic()
        rows = {"bare": bare, "sweep": sweep}[what](now)
        seconds[what].append(time.monotonic() - began)
        print(f"week {week}: {what:5} {rows:,} rows {seconds[what][-1]:.2f} s")
    ratio = statistics.median(seconds["sweep"]) / statistics.median(seconds["bare"])
    print(f"the sweep takes {ratio:.1f} times a bare UPDATE of the same rows")


if __name__ == "__main__":
    main()
