"""bench/ measures the project as it is: its seed fits the tables, and its facts stand."""

from datetime import timedelta

import pytest
from django.db import connection

from bench import outbox, seed
from notifications.models import Email
from registry.models import Listing, Paper
from reports.audit import audit
from reports.lapse import lapse_due
from reports.models import Inquiry, Letter
from tests.servers import SmtpServer

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


def test_the_seeded_letters_leave_by_both_ways(smtp_server: SmtpServer) -> None:
    for _ in seed.seed(1000):
        pass
    assert outbox.owe() == 2 * 940
    for clock in (True, False):
        mine = outbox.release(20, clock=clock)
        outbox.outbox_sends()
        assert Email.objects.filter(id__in=mine, state="accepted").count() == 20
        handed_over = Letter.objects.filter(mail__in=mine, handed_over_at__isnull=False)
        assert handed_over.count() == (20 if clock else 0)
        outbox.release(20, clock=clock)
        outbox.django_sends()
        Email.objects.filter(state="queued").update(not_before=seed.DUE + timedelta(days=3650))
    assert len(set(smtp_server.ids)) == len(smtp_server.ids) == 80
