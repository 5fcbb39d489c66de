"""Limits on what leaves: kept exactly, lose nothing, and never shorten an author's time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from notifications.claims import claim
from notifications.letters import write_letters
from notifications.models import Email
from reports.deadlines import deadline_after
from reports.lapse import lapse_due
from reports.letters_due import order_due_letters
from reports.models import Inquiry, Letter, Probe, Report
from reports.states import State
from tests.notifications.builders import (
    DAY,
    NOW,
    POLICY,
    Clock,
    inquiry_of,
    make_asking,
    make_submitted,
    queue,
)
from tests.notifications.sending import asked, send, states
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def wait(number: int, **fields: Any) -> None:
    """Put so many mails into the ordinary lane."""
    for _ in range(number):
        queue(**{"lane": "normal", "domain": "uni.example"} | fields)


def accepted(since: datetime, until: datetime, **fields: Any) -> int:
    mails = Email.objects.filter(accepted_at__gt=since, accepted_at__lte=until, **fields)
    return mails.count()


def test_no_hour_sees_more_than_the_limit_and_nothing_is_lost(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.MAIL_PER_HOUR = 3
    wait(10)
    clock = Clock()
    assert send(clock) == 3
    assert send(clock) == 0
    assert set(Email.objects.filter(state="queued").values_list("attempts", "lease", "reason")) == {
        (0, None, "")
    }
    clock.now += 59 * MINUTE
    assert send(clock) == 0
    clock.now += MINUTE
    assert send(clock) == 3
    while "queued" in states():
        clock.now += 7 * MINUTE
        send(clock)
    assert states() == ["accepted"] * 10
    for mail in Email.objects.all():
        assert mail.accepted_at is not None
        assert accepted(mail.accepted_at - HOUR, mail.accepted_at) <= 3
    assert clock.now < NOW + 4 * HOUR


def test_what_is_under_way_counts(settings: Any) -> None:
    settings.MAIL_PER_HOUR = 3
    wait(10)
    assert len(claim(lane="normal", now=NOW, limit=2).ids) == 2
    assert len(claim(lane="normal", now=NOW, limit=2).ids) == 1
    assert claim(lane="normal", now=NOW).ids == []


def test_a_mail_that_was_refused_takes_nobodys_place(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.MAIL_PER_HOUR = 2
    wait(4)
    smtp_server.script("RCPT", reply="450 4.7.1 later", times=2)
    clock = Clock()
    assert send(clock) == 2


def test_a_domain_has_a_limit_of_its_own_however_it_is_spelled(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.MAIL_PER_DOMAIN_PER_HOUR = 2
    emails = ("a@münchen.example", "b@MÜNCHEN.example", "c@xn--mnchen-3ya.example", "d@b.example")
    make_asking(authors=("A", "B", "C", "D"), languages=("en",) * 4, emails=emails)
    write_letters(now=NOW)
    Email.objects.filter(kind__in=["received", "accepted"]).delete()
    clock = Clock()
    assert send(clock) == 3
    waiting = Email.objects.get(state="queued")
    assert (waiting.recipient, waiting.domain) == (emails[2], "xn--mnchen-3ya.example")
    clock.now += HOUR
    assert send(clock) == 1


def test_the_first_days_of_a_new_sender_are_slow(smtp_server: SmtpServer, settings: Any) -> None:
    settings.MAIL_FIRST_DAYS = [2, 4]
    wait(30)
    clock = Clock()
    assert send(clock) == 2
    clock.now += 23 * HOUR
    assert send(clock) == 0
    clock.now = NOW + DAY
    assert send(clock) == 4
    clock.now = NOW + 2 * DAY - MINUTE
    assert send(clock) == 0
    clock.now = NOW + 2 * DAY
    assert send(clock) == 24


def test_sign_in_codes_and_the_probe_never_wait_but_count(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.MAIL_PER_HOUR = 3
    for _ in range(2):
        queue()
    wait(3)
    assert send(lane="priority") == 2
    assert send() == 1
    queue()
    wait(1, kind="probe")
    assert send(lane="priority") == 1
    assert send() == 1
    assert Email.objects.get(kind="probe").state == "accepted"
    assert states().count("queued") == 2


def test_no_report_waits_behind_all_the_letters_of_another(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.MAIL_PER_HOUR = 2
    names = tuple(f"Author {n}" for n in range(9))
    many = make_asking(authors=names, languages=("en",) * 9)
    write_letters(now=NOW)
    few = make_submitted()
    write_letters(now=NOW + MINUTE)
    Email.objects.filter(event__report=many).exclude(kind="notice").delete()
    clock = Clock(NOW + MINUTE)
    assert send(clock) == 2
    sent = Email.objects.filter(state="accepted").values_list("event__report_id", flat=True)
    assert set(sent) == {many.pk, few.pk}
    last = make_submitted()
    clock.now += HOUR
    write_letters(now=clock.now)
    settings.MAIL_PER_HOUR = 1
    assert send(clock) == 1
    assert Email.objects.filter(event__report=many, state="accepted").count() == 2
    clock.now += MINUTE
    settings.MAIL_PER_HOUR = 2
    assert send(clock) == 1
    assert Email.objects.get(event__report=last).state == "accepted"


def test_the_week_of_tries_begins_with_the_first(smtp_server: SmtpServer, settings: Any) -> None:
    settings.MAIL_PER_HOUR = 1
    asked()
    clock = Clock(NOW + 10 * DAY)
    smtp_server.script("RCPT", reply="451 4.7.1 greylisted", times=1)
    send(clock)
    mail = Email.objects.get(attempts=1, accepted_at=None)
    assert mail.state == "queued"
    assert mail.give_up_at == clock.now + 7 * DAY
    clock.now += 7 * DAY
    assert send(clock) == 1


def test_a_code_is_not_kept_alive_by_a_limit(smtp_server: SmtpServer, settings: Any) -> None:
    settings.MAIL_PER_HOUR = 1
    mail = queue(give_up_at=NOW + 15 * MINUTE)
    assert len(claim(lane="priority", now=NOW + 5 * MINUTE).ids) == 1
    mail.refresh_from_db()
    assert mail.give_up_at == NOW + 15 * MINUTE


@pytest.mark.parametrize("lanes", [1, 3])
@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_keep_the_limits_exactly(
    smtp_server: SmtpServer, settings: Any, lanes: int
) -> None:
    settings.MAIL_PER_HOUR, settings.MAIL_PER_DOMAIN_PER_HOUR = 17, 9
    settings.SMTP_CONNECTIONS = lanes
    for domain in ("a.example", "b.example", "c.example"):
        wait(20, domain=domain)
    start = threading.Barrier(4)
    sent: list[int] = []

    def worker() -> None:
        try:
            start.wait(5)
            sent.append(send(limit=3))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(sent) == 4
    assert sum(sent) == len(smtp_server.raw) == 17
    for domain in ("a.example", "b.example", "c.example"):
        assert accepted(NOW - HOUR, NOW, domain=domain) <= 9
    assert states().count("queued") == 43


# --- what they do to the clock of an inquiry ----------------------------------------------


@contextmanager
def nothing_leaves(settings: Any) -> Iterator[None]:
    """The hour is used up all the time, by codes."""
    settings.MAIL_PER_HOUR = 1
    yield
    settings.MAIL_PER_HOUR = 0


def day(clock: Clock, *, full: bool) -> None:
    """All sweeps of a day, twice; `full` where others use up the limit."""
    for _ in range(2):
        if full:
            queue()
            send(clock, lane="priority")
        order_due_letters(now=clock.now)
        write_letters(now=clock.now)
        send(clock)
        Probe.objects.create(sent_at=clock.now, returned_at=clock.now)
        lapse_due(now=clock.now)
        clock.now += 12 * HOUR


def test_a_deadline_counts_from_the_hand_over_of_a_notice_that_a_limit_delayed(
    smtp_server: SmtpServer, settings: Any
) -> None:
    first, _ = asked()
    clock = Clock()
    with nothing_leaves(settings):
        for _ in range(9):
            day(clock, full=True)
        assert first.letters.get().handed_over_at is None
        assert inquiry_of(first.inquiry.report).deadline is None
    send(clock)
    late = deadline_after(POLICY, clock.now, POLICY.window)
    assert first.letters.get().printed == late
    assert inquiry_of(first.inquiry.report).deadline == late


@pytest.mark.parametrize("delayed", [4, 8, 20, 40], ids=lambda n: f"{n} days")
def test_a_final_notice_that_a_limit_delayed_leaves_the_authors_their_time(
    smtp_server: SmtpServer, settings: Any, delayed: int
) -> None:
    """It is delivered, names the deadline in force, and had five days to settle before it."""
    first, _ = asked()
    report_id = first.inquiry.report_id
    clock = Clock()
    while clock.now < NOW + 20 * DAY:
        day(clock, full=False)
    before = Inquiry.objects.get(report=report_id).deadline
    assert before is not None
    with nothing_leaves(settings):
        until = clock.now + delayed * DAY
        while clock.now < until:
            day(clock, full=True)
            assert Report.objects.get(pk=report_id).state == State.ASKING
    assert not Letter.objects.filter(kind="final_notice", handed_over_at__isnull=False).exists()
    while Report.objects.get(pk=report_id).state == State.ASKING:
        day(clock, full=False)
        assert clock.now < NOW + 120 * DAY
    assert Report.objects.get(pk=report_id).state == State.LAPSED
    deadline = Inquiry.objects.get(report=report_id).deadline
    assert deadline is not None
    assert deadline >= before
    final = first.letters.filter(kind="final_notice", printed=deadline).latest("pk")
    assert final.handed_over_at is not None
    assert final.handed_over_at + POLICY.settle <= deadline
    assert clock.now > deadline
    assert smtp_server.ids == list(dict.fromkeys(smtp_server.ids))
