"""Mail that comes in about reports, and waits for a moderator: as raw bytes, through the real
reading."""

from datetime import datetime
from email.message import EmailMessage
from itertools import count

from django.conf import settings

from notifications import incoming, reply_address
from notifications.letters import write_letters
from notifications.models import Email, Incoming
from notifications.reading import process_waiting
from notifications.reply_address import Purpose
from reports.models import Report
from tests.reports.inquiries import DAY, NOW, hand_over, make_asking

_numbers = count(1)


def make_asked(moderator, *emails: str, **fields) -> Report:
    """A report whose notices the server accepted, with their rows in the outbox."""
    report = make_asking(moderator, *(emails or ("ada@lab.example",)), **fields)
    write_letters(now=NOW)
    hand_over(report, NOW)
    accepted()
    return report


def accepted() -> None:
    """The outbox's rows, as they are after the server took them."""
    Email.objects.filter(state="queued", letter__handed_over_at__isnull=False).update(
        state="accepted", accepted_at=NOW, ended_at=NOW
    )


def notice_to(report: Report, position: int = 1) -> Email:
    """The row of the notice to an author."""
    return Email.objects.get(
        letter__contact__inquiry__report=report, letter__contact__position=position,
        letter__kind="notice",
    )  # fmt: skip


def written(
    to: str = "info@unreproduced.example",
    *,
    sender: str = "Ada <ada@elsewhere.example>",
    subject: str = "Re: your question",
    text: str = "Use seed 3.",
    **headers: str,
) -> bytes:
    """A mail of a person, as bytes; header names with _ for -."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = "Tue, 03 Mar 2026 10:00:00 +0100"
    mail["Message-ID"] = f"<in-{next(_numbers)}@lab.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def reply_to(report: Report, position: int = 1) -> str:
    """The address at which the notice to an author is answered."""
    return reply_address.address(
        settings.REPLY_ADDRESS, Purpose.REPLY, notice_to(report, position).pk, settings.LINK_KEY
    )


def received(raw: bytes, *, came: datetime = NOW + DAY, read: datetime | None = None) -> Incoming:
    """The mail after it was read, matched and acted on."""
    stored = incoming.store(raw, via=Incoming.Via.PIPE, now=came)
    process_waiting(now=read or came)
    return Incoming.objects.get(pk=stored.pk)


def held(report: Report, *, came: datetime = NOW + DAY, **words: str) -> Incoming:
    """A mail to the reply address from an address that we do not know."""
    mail = received(written(reply_to(report), **words), came=came)
    assert mail.state == Incoming.State.HELD, mail.why
    return mail


def unmatched(*, came: datetime = NOW + DAY, **words: str) -> Incoming:
    """A mail that is about no letter that we know."""
    mail = received(written(**words), came=came)
    assert mail.state == Incoming.State.HELD, mail.why
    return mail


EVIL = "<script>alert(1)</script><img src=https://spy.example/x onerror=alert(1)>\u202etxet\u202c"


def hostile(to: str) -> bytes:
    """A mail that wants to be run, loaded, believed and endless."""
    mail = EmailMessage()
    mail["From"] = '"<script>alert(2)</script>" <evil@evil.example>'
    mail["To"], mail["Subject"] = to, f"Hello {EVIL}"
    mail["Message-ID"] = "<hostile@evil.example>"
    mail["X-Evil"] = EVIL
    mail["X-Long"] = "y" * 15_000
    mail.set_content(f"{EVIL}\n" + "A long line of words. " * 50_000)
    mail.add_alternative(f"<html><b>Bold</b>{EVIL}" + "z" * 100_000, subtype="html")
    mail.add_attachment(
        b"MZ\x90", maintype="application", subtype="x-msdownload", filename=f"a{EVIL}.exe"
    )
    mail.add_attachment("<svg onload=alert(3)>", subtype="svg+xml", filename="b.svg")
    return mail.as_bytes()
