"""An inquiry over a real Postfix and a real Dovecot: letters leave by SMTP, what comes back is read
from the mailbox by IMAP, and acts."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from notifications import mailbox, probe
from notifications.letters import write_letters
from notifications.models import Email, Incoming, Mailbox
from notifications.reading import process_waiting
from reports.lapse import lapse_due
from reports.letters_due import order_due_letters
from reports.models import Contact, Hold, Letter, Probe, Reply, Report
from reports.states import State
from tests.mail_configuration import AUTHORS, AWAY, COLLEAGUE, FULL, PRESENT
from tests.mailserver import MailServer
from tests.notifications.builders import DAY, Clock, contacts_of, inquiry_of, make_asking
from tests.notifications.sending import send

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)
GONE, MOVED = (f"{name}@{AUTHORS}" for name in ("gone", "moved"))
"""Who never had a mailbox there."""


@pytest.fixture
def site(mail_server: MailServer, settings: Any) -> MailServer:
    """The registry listens at its mailbox."""
    settings.IMAP_URL = mail_server.imap_url
    settings.LISTENS = True
    return mail_server


def ask(site: MailServer, *emails: str) -> tuple[Report, list[Contact], Clock]:
    """A report whose notices were handed to Postfix."""
    clock = Clock()
    report = make_asking(emails=emails)
    Email.objects.all().delete()
    write_letters(now=clock.now)
    Email.objects.exclude(kind="notice").delete()
    send(clock)
    return report, contacts_of(report), clock


def hear(site: MailServer, clock: Clock, count: int = 1) -> list[Incoming]:
    """Read the mailbox once `count` mails are there, and act on them."""
    site.wait_for_mail(count=count)
    clock.now += SECOND
    assert mailbox.read(clock=clock) == count
    assert Mailbox.objects.get().leftovers == 0
    process_waiting(now=clock.now)
    return list(Incoming.objects.order_by("-pk")[:count])


def state_of(report: Report) -> str:
    report.refresh_from_db()
    return report.state


def test_an_unknown_user_comes_back_and_makes_the_inquiry_unreachable(site: MailServer) -> None:
    report, (contact, other), clock = ask(site, GONE, MOVED)
    rows = hear(site, clock, count=2)
    assert {(row.kind, row.state, row.matched_by) for row in rows} == {
        ("bounce_permanent", "done", "return path")
    }
    assert {row.contact for row in rows} == {contact, other}
    assert state_of(report) == State.UNREACHABLE
    assert inquiry_of(report).deadline is None
    assert contact.address is not None
    contact.address.refresh_from_db()
    assert contact.address.dead_at == clock.now
    letter = contact.letters.get()
    assert letter.server_said
    assert "5.1.1" in letter.reason and GONE not in letter.reason


def test_a_vacation_responder_changes_nothing(site: MailServer) -> None:
    report, (contact, _), clock = ask(site, AWAY, PRESENT)
    before = inquiry_of(report)
    (row,) = hear(site, clock)
    assert (row.state, row.contact, row.matched_by) == ("done", contact, "return path")
    assert row.kind == "auto_reply"
    after = inquiry_of(report)
    assert (after.deadline, after.letters_at) == (before.deadline, before.letters_at)
    assert state_of(report) == State.ASKING
    assert not Hold.objects.exists() and not Reply.objects.exists()
    write_letters(now=clock.now)
    assert send(clock) == 0  # and nothing is written back
    assert contact.letters.get().robot_at == clock.now


def reply(letter: EmailMessage, sender: str, text: str) -> bytes:
    """What a mail program makes when its user presses Reply."""
    message = EmailMessage()
    message["From"], message["To"] = sender, str(letter["Reply-To"])
    message["Subject"] = f"Re: {letter['Subject']}"
    message["In-Reply-To"] = message["References"] = str(letter["Message-ID"])
    message["Message-ID"] = "<an.answer@authors.example>"
    message["User-Agent"] = "Mozilla Thunderbird"
    body = letter.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
    message.set_content(f"{text}\n\nOn Monday, Unreproduced wrote:\n{quoted}\n")
    return message.as_bytes()


def test_a_reply_becomes_an_answer_that_waits_for_its_kind(site: MailServer) -> None:
    report, (contact, _), clock = ask(site, PRESENT, COLLEAGUE)
    (letter,) = site.wait_for_mail(PRESENT)
    assert str(letter["Reply-To"]).startswith("reply+")
    site.reply(PRESENT, reply(letter, PRESENT, "The seeds were fixed, see 550 5.1.1 in Table 2."))
    (row,) = hear(site, clock)
    assert (row.kind, row.state, row.contact) == ("human", "done", contact)
    answer = Reply.objects.get()
    assert (answer.contact, answer.text) == (
        contact,
        "The seeds were fixed, see 550 5.1.1 in Table 2.",
    )
    assert Hold.objects.filter(inquiry=inquiry_of(report), released_at=None).count() == 1
    assert state_of(report) == State.ASKING
    write_letters(now=clock.now)
    assert send(clock) == 1
    thanks = site.wait_for_mail(PRESENT, count=2)[-1]
    assert thanks["Auto-Submitted"] == "auto-generated"
    assert thanks["References"] == letter["References"]


def test_a_reply_written_into_the_mailbox_becomes_an_answer(
    site: MailServer, settings: Any
) -> None:
    _, (contact, _), clock = ask(site, PRESENT, COLLEAGUE)
    (letter,) = site.wait_for_mail(PRESENT)
    passed = f"{settings.AUTHSERV_ID}; dmarc=pass header.from=authors.example"
    raw = reply(letter, PRESENT, "We agree to look into it.")
    site.put(b"Authentication-Results: " + passed.encode() + b"\r\n" + raw)
    hear(site, clock)
    assert Reply.objects.get().contact == contact


def test_a_forged_reply_is_held(site: MailServer, settings: Any) -> None:
    report, _, clock = ask(site, PRESENT, COLLEAGUE)
    (letter,) = site.wait_for_mail(PRESENT)
    forged = f"{settings.AUTHSERV_ID}; dmarc=pass header.from=authors.example".encode()
    raw = b"Authentication-Results: " + forged + b"\r\n" + reply(letter, PRESENT, "I agree.")
    site.from_outside("eve@evil.example", raw)
    (row,) = hear(site, clock)
    assert (row.kind, row.state) == ("human", "held")
    assert not Reply.objects.exists()
    assert Hold.objects.filter(inquiry=inquiry_of(report), mail=row.pk, released_at=None).exists()


def test_a_full_mailbox_gets_the_letter_again(site: MailServer) -> None:
    report, (contact, _), clock = ask(site, FULL, PRESENT)
    (row,) = hear(site, clock)
    assert (row.kind, row.contact) == ("bounce_temporary", contact)
    email = Email.objects.get(contact=contact)
    assert email.state == "queued" and email.not_before > clock.now
    assert state_of(report) == State.ASKING
    clock.now = email.not_before
    assert send(clock) == 1
    hear(site, clock)
    assert Incoming.objects.filter(kind="bounce_temporary", state="done").count() == 2


def test_silence_lists_only_while_our_own_probe_comes_back(site: MailServer) -> None:
    """The whole clock, with a real way out and a real way in, and without TRIAL_MODE."""
    report, contacts, clock = ask(site, PRESENT, COLLEAGUE)
    while clock.now < _deadline(report) + DAY:
        clock.now += 12 * timedelta(hours=1)
        order_due_letters(now=clock.now)
        write_letters(now=clock.now)
        send(clock)
    kinds = list(contacts[0].letters.values_list("kind", flat=True))
    assert kinds == ["notice", "reminder_1", "reminder_2", "final_notice"]
    assert lapse_due(now=clock.now) == 0
    assert state_of(report) == State.ASKING  # it may be deaf
    clock.now += DAY
    assert probe.send(now=clock.now) is not None
    send(clock)
    (row,) = hear(site, clock)
    assert (row.state, row.matched_by) == ("done", "probe")
    assert Probe.objects.get().returned_at == clock.now
    assert lapse_due(now=clock.now + 2 * DAY) == 1
    assert state_of(report) == State.LAPSED
    first = Letter.objects.earliest("pk")
    assert (
        first.server_said
        and message_from_bytes(site.mailbox(PRESENT)[0], policy=policy.default)["Message-ID"]
    )


def _deadline(report: Report) -> datetime:
    deadline = inquiry_of(report).deadline
    assert deadline is not None
    return deadline
