"""Every write pays for every index, so none is kept that a longer one replaces."""

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db

COVERED = """
SELECT shorter.indexrelid::regclass::text, longer.indexrelid::regclass::text
FROM pg_index shorter
JOIN pg_index longer ON longer.indrelid = shorter.indrelid
    AND longer.indexrelid <> shorter.indexrelid
    AND longer.indkey::int2[] <> shorter.indkey::int2[]
JOIN pg_class one ON one.oid = shorter.indexrelid
JOIN pg_class other ON other.oid = longer.indexrelid AND other.relam = one.relam
WHERE shorter.indrelid::regclass::text = ANY(%s)
    AND NOT shorter.indisunique AND longer.indpred IS NULL
    AND shorter.indexprs IS NULL AND longer.indexprs IS NULL
    AND (longer.indkey::int2[])[0:shorter.indnkeyatts - 1]
        = (shorter.indkey::int2[])[0:shorter.indnkeyatts - 1]
    AND (longer.indclass::oid[])[0:shorter.indnkeyatts - 1]
        = (shorter.indclass::oid[])[0:shorter.indnkeyatts - 1]
"""
OURS = ("accounts", "registry", "reports", "notifications")


def covered() -> list[tuple[str, str]]:
    """Of our own models; the tables between many and many are as Django makes them."""
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(COVERED, [[model._meta.db_table for model in models]])
        return list(cursor.fetchall())


def test_no_index_is_covered_by_a_longer_one() -> None:
    assert covered() == []


def test_a_covered_index_would_be_seen() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX covered_one ON reports_reportevent (report_id)")
    assert covered() == [("covered_one", "event_of_report")]
