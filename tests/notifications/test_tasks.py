"""The sweeps, as beat rings them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from config.celery import app, schedule
from notifications import tasks
from notifications.claims import lease_span
from notifications.models import Email
from notifications.outbox import BUDGET
from tests.notifications.builders import make_submitted, queue
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db


def test_an_event_becomes_a_mail_by_the_sweeps_alone(smtp_server: SmtpServer) -> None:
    make_submitted()
    tasks.write_letters.apply()
    tasks.send_outbox.apply()
    assert Email.objects.get().state == "accepted"
    assert len(smtp_server.raw) == 1


def test_the_priority_lane_has_a_sweep_of_its_own(smtp_server: SmtpServer) -> None:
    now = timezone.now()
    queue(not_before=now, created_at=now, give_up_at=now + timedelta(minutes=15))
    tasks.send_outbox.apply()
    assert smtp_server.raw == []
    tasks.send_priority.apply()
    assert len(smtp_server.raw) == 1


def test_what_a_dead_worker_held_is_queued_again() -> None:
    past = timezone.now() - timedelta(hours=1)
    row = queue(state="sending", lease="0" * 32, leased_until=past)
    tasks.free_expired_leases.apply()
    row.refresh_from_db()
    assert row.state == "queued"


def test_the_schedule_rings_sweeps_that_exist_and_take_no_arguments() -> None:
    named = {str(entry["task"]) for entry in schedule(60).values()}
    ours = {name for name in named if name.startswith("notifications.")}
    assert ours == {
        "notifications.tasks.send_priority",
        "notifications.tasks.write_letters",
        "notifications.tasks.send_outbox",
        "notifications.tasks.write_digests",
        "notifications.tasks.send_digests",
        "notifications.tasks.free_expired_leases",
        "notifications.tasks.forget_recipients",
        "notifications.tasks.read_incoming",
        "notifications.tasks.send_probe",
        "notifications.tasks.reconcile",
    }
    app.loader.import_default_modules()
    assert named <= set(app.tasks)
    assert all("args" not in entry for entry in schedule(60).values())


def test_a_call_ends_before_the_tasks_time_limit_even_if_its_last_mail_is_the_slowest() -> None:
    assert (BUDGET + lease_span()).total_seconds() < settings.CELERY_TASK_TIME_LIMIT
    assert settings.CELERY_TASK_TIME_LIMIT < 3600  # the broker's visibility timeout
