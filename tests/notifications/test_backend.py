"""Django's own mail goes into the outbox."""

from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction
from django.utils import timezone

from notifications.models import Email
from notifications.outbox import send_due
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox_backend(settings: Any) -> None:
    settings.EMAIL_BACKEND = "notifications.backend.OutboxBackend"


def test_a_mail_becomes_a_row_in_the_priority_lane_and_goes_out_once(
    smtp_server: SmtpServer,
) -> None:
    assert send_mail("Sign-in code", "ABC-DEF", None, ["Ada <ada@uni.example>"]) == 1
    row = Email.objects.get()
    assert (row.lane, row.state, row.recipient) == ("priority", "queued", "ada@uni.example")
    assert smtp_server.raw == []
    assert send_due(lane="priority", clock=timezone.now) == 1
    row.refresh_from_db()
    assert (row.state, row.raw) == ("accepted", None)
    mail = smtp_server.mails[0]
    assert mail["Message-ID"] == row.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == "ABC-DEF"
    assert smtp_server.addressed == ["ada@uni.example"]


def test_a_code_is_not_sent_when_it_is_worth_nothing_any_more() -> None:
    send_mail("Sign-in code", "ABC-DEF", None, ["ada@uni.example"])
    row = Email.objects.get()
    assert row.give_up_at - row.created_at == timedelta(minutes=15)


def test_each_recipient_gets_a_mail_that_names_no_other() -> None:
    message = EmailMultiAlternatives(
        "Hello", "text", to=["a@uni.example", "b@uni.example"], bcc=["c@uni.example"]
    )
    message.attach_alternative("<p>text</p>", "text/html")
    assert message.send() == 1
    rows = list(Email.objects.order_by("recipient"))
    assert [row.recipient for row in rows] == ["a@uni.example", "b@uni.example", "c@uni.example"]
    mails = [message_from_bytes(bytes(row.raw or b""), policy=policy.default) for row in rows]
    assert [mail["To"] for mail in mails] == ["a@uni.example", "b@uni.example", "c@uni.example"]
    assert len({mail["Message-ID"] for mail in mails}) == 3
    assert message.to == ["a@uni.example", "b@uni.example"]


def test_a_long_chinese_subject_stays_on_one_line() -> None:
    EmailMessage("登录验证码" * 20, "x", to=["ada@uni.example"]).send()
    raw = bytes(Email.objects.get().raw or b"")
    at = raw.index(b"Subject: ")
    line, following = raw[at:].split(b"\r\n")[:2]
    assert len(line) <= 78
    assert following[:1] not in b" \t"


def test_a_rolled_back_page_sends_no_mail() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        send_mail("Sign-in code", "ABC-DEF", None, ["ada@uni.example"])
        raise RuntimeError
    assert Email.objects.count() == 0
