"""A whole inquiry by mail: every sweep, a real server, and a clock that is moved by hand."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from notifications.claims import free_expired_leases
from notifications.letters import write_letters
from notifications.models import Email
from notifications.outbox import send_due
from reports.answers import opt_out
from reports.deadlines import Policy
from reports.lapse import lapse_due
from reports.letters_due import order_due_letters
from reports.models import Report
from reports.states import State
from tests.notifications.builders import (
    DAY,
    NOW,
    POLICY,
    Clock,
    ask,
    contacts_of,
    inquiry_of,
    make_asking,
    make_submitted,
)
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db

CLOCK_LETTERS = {"notice", "reminder_1", "reminder_2", "final_notice"}


def sweep(clock: Clock) -> None:
    order_due_letters(now=clock.now)
    write_letters(now=clock.now)
    send_due(lane="normal", clock=clock)
    free_expired_leases(now=clock.now)
    lapse_due(now=clock.now)


def run(clock: Clock, until: Any, step: timedelta) -> None:
    while clock.now < until:
        sweep(clock)
        clock.now += step
    sweep(clock)
    sweep(clock)


@pytest.mark.parametrize(
    ("policy", "step"),
    [(POLICY, timedelta(hours=7)), (Policy.of(timedelta(seconds=120)), timedelta(seconds=1))],
    ids=["28 days", "two minutes"],
)
def test_silence_leads_from_the_notice_over_every_letter_to_the_list(
    smtp_server: SmtpServer, settings: Any, policy: Policy, step: timedelta
) -> None:
    settings.TRIAL_MODE = True
    report = make_asking(policy=policy, languages=("en", "zh-hans"))
    clock = Clock()
    run(clock, NOW + policy.window * 1.4, step)
    report = Report.objects.get(pk=report.pk)
    assert report.state == State.LAPSED
    kinds = Counter(Email.objects.values_list("kind", flat=True))
    assert kinds == {
        "received": 1, "accepted": 1, "notice": 2, "reminder_1": 2, "reminder_2": 2,
        "final_notice": 2, "listed": 3,
    }  # fmt: skip
    sent = Email.objects.filter(state="accepted")
    assert Counter(smtp_server.ids) == Counter(sent.values_list("message_id", flat=True))
    assert max(Counter(smtp_server.ids).values()) == 1
    threads = {(m["To"], m["References"]) for m in smtp_server.mails}
    assert len(threads) == 3
    deadline = inquiry_of(report).deadline
    assert deadline is not None
    assert all(
        letter.printed == deadline
        for contact in contacts_of(report)
        for letter in contact.letters.all()
    )


def test_the_sweeps_rest_for_three_days_and_every_letter_comes_once_and_late(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.TRIAL_MODE = True
    report = make_asking()
    clock = Clock()
    sweep(clock)
    clock.now = NOW + 8 * DAY  # reminder 1 was due on day 7
    sweep(clock)
    clock.now = NOW + 23 * DAY  # reminder 2 on day 14 and the final notice on day 21 were missed
    run(clock, NOW + 50 * DAY, DAY)
    mails = Email.objects.filter(kind__in=CLOCK_LETTERS)
    assert Counter(mails.values_list("kind", flat=True)) == {
        "notice": 2, "reminder_1": 2, "final_notice": 2,
    }  # fmt: skip
    assert Report.objects.get(pk=report.pk).state == State.LAPSED


def test_a_dead_first_address_is_followed_by_the_next_one(smtp_server: SmtpServer) -> None:
    report = make_submitted(authors=("Ada",), languages=("en",), emails=("old@uni.example",))
    report.addresses.create(author_position=1, rank=2, email="new@uni.example", source="homepage")
    ask(report)
    smtp_server.script("RCPT", "old@uni.example", "550 5.1.1 gone")
    clock = Clock()
    run(clock, NOW + timedelta(hours=1), timedelta(minutes=10))
    assert Counter(smtp_server.addressed)["new@uni.example"] == 1
    assert Report.objects.get(pk=report.pk).state == State.ASKING


def test_when_every_address_is_dead_the_reporter_is_told_and_nothing_lapses(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.TRIAL_MODE = True
    report = make_asking()
    for address in report.addresses.all():
        smtp_server.script("RCPT", address.email, "550 5.1.1 gone")
    run(Clock(), NOW + 60 * DAY, DAY)
    assert Report.objects.get(pk=report.pk).state == State.UNREACHABLE
    assert Counter(Email.objects.values_list("kind", "state")) == {
        ("received", "cancelled"): 1,
        ("accepted", "accepted"): 1,
        ("notice", "failed"): 2,
        ("unreachable", "accepted"): 1,
    }


def test_a_robots_address_is_refused_once_and_not_again_at_every_sweep(
    smtp_server: SmtpServer,
) -> None:
    report = make_submitted(authors=("Ada",), languages=("en",), emails=("no-reply@uni.example",))
    ask(report)
    run(Clock(), NOW + DAY, timedelta(hours=1))
    assert Email.objects.filter(kind="notice").count() == 1
    assert Report.objects.get(pk=report.pk).state == State.UNREACHABLE


def test_who_opted_out_through_another_report_is_left_alone_without_a_letter_at_every_sweep(
    smtp_server: SmtpServer,
) -> None:
    report = make_asking(emails=("ada@uni.example", "bob@uni.example"))
    other = make_submitted(emails=("ada@uni.example", "bob@uni.example"))
    other.paper = report.paper
    other.save(update_fields=["paper"])
    ask(other)
    clock = Clock()
    sweep(clock)
    opt_out(contact_id=contacts_of(report)[0].pk, now=clock.now)
    clock.now = NOW + 8 * DAY
    run(clock, NOW + 9 * DAY, timedelta(hours=1))
    assert smtp_server.addressed.count("ada@uni.example") == 2
    ours = Email.objects.filter(event__report=other, recipient="ada@uni.example")
    assert ours.count() <= 2
