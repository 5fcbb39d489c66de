"""Digests on a real site: a worker that is killed, two workers, a broker that forgets."""

from datetime import timedelta

import pytest
import redis
from django.db import connection, transaction
from django.utils import timezone

from notifications import subscriptions
from notifications.models import Digest, Email, Subscriber
from notifications.watched import THE_LIST
from reports import links
from tests.faults.site import LEASE, Holder, Site
from tests.reports import stages
from tests.servers import STEPS, wait_for

pytestmark = pytest.mark.servers
DAY = timedelta(days=1)
WRITE, SEND = "notifications.tasks.write_digests", "notifications.tasks.send_digests"
FREE = "notifications.tasks.free_expired_leases"


def _watchers(number: int) -> None:
    """So many people whose weekly digest is due, and a listing that they are to be told of."""
    now = timezone.now()
    with transaction.atomic():
        report = stages.lapsed(at=now - 40 * DAY)
    before = report.state_at - DAY
    for n in range(number):
        email = f"v{n}@readers.example"
        subscriptions.ask(email=email, thing=THE_LIST, rhythm="weekly", language="en", now=before)
        person = Subscriber.objects.get(email=email)
        ids = list(person.subscriptions.values_list("pk", flat=True))
        token = links.watch_token(person.pk)
        subscriptions.confirm(token=token, ids=ids, now=before)
    Email.objects.all().delete()
    Subscriber.objects.update(due_at=now - timedelta(minutes=1))


def test_two_workers_and_a_broker_that_forgets_send_each_digest_once(
    site: Site, private_redis: str
) -> None:
    _watchers(30)
    site.worker("first")
    site.worker("second")
    site.beat("one")
    site.beat("other")
    forgetful = redis.Redis.from_url(private_redis)

    def all_left() -> bool:
        forgetful.flushall()
        return Email.objects.filter(kind="digest", state="accepted").count() == 30

    site.until(all_left, 120, "the digests")
    told = [str(mail["Message-ID"]) for mail in site.mail.mails if mail["List-Unsubscribe"]]
    assert len(told) == len(set(told)) == 30
    assert Digest.objects.count() == 30


def test_killed_between_the_servers_250_and_the_mark_it_is_repeated_under_its_message_id(
    site: Site, database_url: str
) -> None:
    _watchers(1)
    site.swept(WRITE)
    (mail,) = Email.objects.filter(kind="digest")
    for step in STEPS:
        site.mail.script(step, after=0.6)
    first = site.sweep(SEND)
    wait_for(lambda: Email.objects.filter(state="sending").exists(), 20, "the claim")
    lock = Holder(database_url, "LOCK TABLE notifications_email IN SHARE MODE")
    wait_for(lambda: site.mail.raw and lock.somebody_waits(), 30, "the worker at its mark")
    site.kill(first)
    with lock.connection.cursor() as cursor:  # or its last statement would go on without it
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks "
            "WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))",
            [lock.pid],
        )
    lock.release()
    connection.close()
    assert Email.objects.get().accepted_at is None

    site.mail.scripts.clear()
    free = timezone.now() + timedelta(seconds=LEASE + 1)
    wait_for(lambda: timezone.now() > free, LEASE + 2, "the end of the lease")
    site.swept(FREE, WRITE, SEND)
    assert site.mail.ids == [mail.message_id, mail.message_id]
    assert Email.objects.get().state == "accepted"
    assert Digest.objects.count() == 1


def test_killed_while_it_writes_the_next_sweep_writes_all_of_them(
    site: Site, database_url: str
) -> None:
    _watchers(30)
    lock = Holder(database_url, "LOCK TABLE notifications_digest IN EXCLUSIVE MODE")
    first = site.sweep(WRITE)
    wait_for(lock.somebody_waits, 30, "the sweep at its claim")
    site.kill(first)
    lock.release()
    assert not Email.objects.exists()
    site.swept(WRITE, WRITE)
    assert Digest.objects.count() == Email.objects.count() == 30
