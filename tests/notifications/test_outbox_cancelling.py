"""What is not owed any more is not sent, and robots are never written to."""

import pytest

from notifications.letters import write_letters
from notifications.models import Email
from reports.contacts import cancel_pending
from reports.models import Contact
from reports.states import Actor, State
from tests.notifications.builders import (
    NOW,
    answer,
    ask,
    contacts_of,
    make_asking,
    make_submitted,
    move,
    queue,
)
from tests.notifications.sending import asked, send, states
from tests.servers import SmtpServer

pytestmark = pytest.mark.django_db


def test_after_an_answer_the_other_letters_are_cancelled_with_the_reason(
    smtp_server: SmtpServer,
) -> None:
    first, second = asked()
    answer(first)
    assert send() == 0
    assert states() == ["cancelled", "cancelled"]
    mail = Email.objects.get(contact=second)
    assert (mail.reason, mail.ended_at) == ("the report is answered", NOW)
    assert second.letters.get().cancelled_at == NOW
    assert smtp_server.raw == []


def test_a_letter_that_was_cancelled_is_not_sent_though_all_else_is_as_it_was(
    smtp_server: SmtpServer,
) -> None:
    first, _ = asked()
    cancel_pending(first, reason="another address is in use", now=NOW)
    assert send() == 1
    assert states() == ["cancelled", "accepted"]
    assert Email.objects.get(state="cancelled").reason == "another address is in use"


def test_a_letter_about_what_is_not_so_any_more_is_cancelled(smtp_server: SmtpServer) -> None:
    report = make_asking()
    write_letters(now=NOW)
    Email.objects.all().delete()
    Contact.objects.filter(inquiry__report=report).update(state="delivered")
    move(report, State.LAPSED, Actor.SWEEP)
    write_letters(now=NOW)
    answer(contacts_of(report)[0])
    send()
    assert set(Email.objects.filter(kind="listed").values_list("state", "reason")) == {
        ("cancelled", "the report is answered now")
    }


def test_nothing_is_sent_to_robots_and_the_next_address_is_tried(smtp_server: SmtpServer) -> None:
    report = make_submitted(authors=("Ada",), languages=("en",), emails=("no-reply@uni.example",))
    first = report.addresses.get()
    report.addresses.create(author_position=1, rank=2, email="ada@uni.example", source="homepage")
    ask(report)
    write_letters(now=NOW)
    send()
    mail = Email.objects.get(recipient="no-reply@uni.example")
    assert (mail.state, mail.reason) == (
        "cancelled", "nobody reads this address: it belongs to a mail robot",
    )  # fmt: skip
    first.refresh_from_db()
    assert first.dead_at == NOW
    contact = contacts_of(report)[0]
    assert contact.address is not None
    assert contact.address.email == "ada@uni.example"
    assert [to for to in smtp_server.addressed if "uni.example" in to] == []


@pytest.mark.parametrize("robot", ["noreply@x.example", "MAILER-DAEMON@x.example", "bad address"])
def test_no_mail_of_any_kind_goes_to_a_robot(smtp_server: SmtpServer, robot: str) -> None:
    mail = queue(recipient=robot)
    send(lane="priority")
    mail.refresh_from_db()
    assert (mail.state, mail.raw) == ("cancelled", None)
    assert smtp_server.raw == []
