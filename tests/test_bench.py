"""bench/ measures the project as it is: its seed fits the tables, and its facts stand."""

from datetime import timedelta

import pytest
from django.db import connection

from bench import seed
from registry.models import Listing, Paper
from reports.audit import audit
from reports.lapse import lapse_due
from reports.models import Inquiry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]


def test_a_seeded_registry_is_true_and_its_inquiries_lapse_when_they_are_due() -> None:
    for _ in seed.seed(1000):
        pass
    assert Paper.objects.count() == 1000
    assert Inquiry.objects.filter(closed_at=None).count() == 1000
    assert Listing.objects.count() == 60
    for week in range(seed.WEEKS):
        deadline = seed.DUE + timedelta(days=7 * week)
        assert lapse_due(now=deadline) == 0
        assert lapse_due(now=deadline + timedelta(hours=1)) == 10
    findings = list(audit())
    assert len(findings) == 60 + 10 * seed.WEEKS
    assert [str(finding) for finding in findings if not finding.right] == []
    with connection.cursor() as cursor:  # the indexes that were dropped are there again
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'paper_search'")
        assert cursor.fetchone() == (1,)
