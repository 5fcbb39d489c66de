"""The ordinary way of the outbox: lanes, one connection, marks, the dates a letter names."""

from email import message_from_bytes
from typing import Any

import pytest
from django.db import transaction

from notifications.letters import write_letters
from notifications.models import Email
from notifications.reply_address import Purpose, read
from reports import inquiry as clock_writer
from reports import lifecycle
from reports.answers import more_time
from reports.deadlines import deadline_after, in_words
from reports.models import Contact, Inquiry, Letter
from reports.reach import LetterKind
from tests.notifications.builders import (
    DAY,
    NOW,
    POLICY,
    Clock,
    inquiry_of,
    make_submitted,
    queue,
)
from tests.notifications.sending import asked, send, states
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db


def test_notices_are_sent_marked_and_start_the_clock(smtp_server: SmtpServer) -> None:
    first, _ = asked()
    assert send() == 2
    assert states() == ["accepted", "accepted"]
    assert sorted(smtp_server.addressed) == sorted(
        Email.objects.values_list("recipient", flat=True)
    )
    assert sorted(smtp_server.ids) == sorted(Email.objects.values_list("message_id", flat=True))
    letter = first.letters.get()
    deadline = deadline_after(POLICY, NOW, POLICY.window)
    assert (letter.handed_over_at, letter.printed) == (NOW, deadline)
    assert inquiry_of(first.inquiry.report).deadline == deadline
    body = smtp_server.mails[0].get_body(("plain",))
    assert body is not None
    assert in_words(deadline) in body.get_content().replace("\r\n", "\n")


def test_nothing_due_opens_no_connection(smtp_server: SmtpServer) -> None:
    queue(not_before=NOW + DAY)
    assert send(lane="priority") == 0
    assert smtp_server.connections == 0


def test_the_lanes_are_apart(smtp_server: SmtpServer) -> None:
    asked()
    mail = queue()
    assert send(lane="priority") == 1
    mail.refresh_from_db()
    assert (mail.state, mail.raw, mail.accepted_at) == ("accepted", None, NOW)
    assert Email.objects.filter(state="queued").count() == 2


def test_one_connection_for_all_and_ten_due_events_without_any_broker(
    smtp_server: SmtpServer,
) -> None:
    for _ in range(10):
        make_submitted()
    write_letters(now=NOW)
    assert send() == 10
    assert smtp_server.connections == 1


def test_a_second_try_names_the_deadline_of_its_own_time(smtp_server: SmtpServer) -> None:
    first, _ = asked()
    smtp_server.script("RCPT", reply="451 4.3.0 later")
    clock = Clock()
    send(clock)
    smtp_server.scripts.clear()
    clock.now = NOW + 3 * DAY
    assert send(clock) == 2
    late = deadline_after(POLICY, clock.now, POLICY.window)
    assert first.letters.get().printed == late
    assert inquiry_of(first.inquiry.report).deadline == late


def test_a_final_notice_names_the_deadline_in_force_at_its_try(smtp_server: SmtpServer) -> None:
    first, _ = asked()
    send()
    more_time(contact_id=first.pk, now=NOW)
    report = inquiry_of(first.inquiry.report)
    deadline = report.deadline
    assert deadline is not None
    at = deadline - 5 * DAY
    with transaction.atomic():
        locked = lifecycle.lock(report.report_id)
        inquiry = Inquiry.objects.get(report=locked)
        inquiry.report = locked
        contact = Contact.objects.get(pk=first.pk)
        contact.inquiry = inquiry
        clock_writer.order_letter(contact, LetterKind.FINAL_NOTICE, now=at)
    write_letters(now=at)
    send(Clock(at))
    letter = Letter.objects.get(kind="final_notice")
    assert letter.printed == deadline
    found = [m for m in smtp_server.mails if str(m["Subject"]).startswith("Final notice")]
    assert len(found) == 1
    body = found[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().count(in_words(deadline)) == 2


def test_each_mail_comes_back_to_an_address_that_says_which_it_was(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.RETURN_ADDRESS = "bounce+{}@bounces.site.example"
    asked()
    send()
    code = queue()
    send(lane="priority")
    assert [read(sender, settings.LINK_KEY) for sender in smtp_server.senders] == [
        (Purpose.RETURN, pk) for pk in Email.objects.order_by("pk").values_list("pk", flat=True)
    ]
    assert {sender.rpartition("@")[2] for sender in smtp_server.senders} == {"bounces.site.example"}
    assert smtp_server.to(code.recipient)[0]["Reply-To"] is None


def test_a_reply_to_a_letter_about_a_report_says_which_it_answers(
    smtp_server: SmtpServer, settings: Any
) -> None:
    settings.REPLY_ADDRESS = "reply+{}@site.example"
    asked()
    send()
    for row in Email.objects.all():
        (mail,) = smtp_server.to(row.recipient)
        assert mail["Reply-To"].addresses[0].domain == "site.example"
        assert read(str(mail["Reply-To"]), settings.LINK_KEY) == (Purpose.REPLY, row.pk)


def test_what_the_server_said_is_kept_with_the_mail_and_with_the_letter(
    smtp_server: SmtpServer,
) -> None:
    first, _ = asked()
    smtp_server.script("DATA", reply="250 2.0.0 Ok: queued as 4XKz2J1s")
    send()
    mail, letter = Email.objects.get(contact=first), first.letters.get()
    said = "250 2.0.0 Ok: queued as 4XKz2J1s"
    assert (mail.server, mail.server_said, mail.provider_id) == ("127.0.0.1", said, "4XKz2J1s")
    assert (letter.server, letter.server_said) == ("127.0.0.1", said)


def test_a_server_that_echoes_our_own_id_gives_none_of_its_own(smtp_server: SmtpServer) -> None:
    mail = queue()
    smtp_server.script("DATA", reply=f"250 2.6.0 {mail.message_id} Queued mail for delivery")
    send(lane="priority")
    mail.refresh_from_db()
    assert (mail.state, mail.provider_id) == ("accepted", "")


def test_every_mail_has_the_headers_of_a_robot(smtp_server: SmtpServer) -> None:
    asked()
    send()
    for mail, raw in zip(smtp_server.mails, smtp_server.raw, strict=True):
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["X-Auto-Response-Suppress"] == "All"
        assert mail["Precedence"] is None
        assert message_from_bytes(raw)["References"] == message_from_bytes(raw)["In-Reply-To"]
