"""Mails as they come in, made up: what people, robots and mail servers write."""

from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from django.conf import settings

from notifications import reply_address
from notifications.models import Email
from notifications.reply_address import Purpose
from tests.notifications.builders import NOW

OURS = "mx.site.example"
"""The name of our mail server (AUTHSERV_ID)."""
_numbers = count(1)


def reply_to(email: Email) -> str:
    """The Reply-To of the letter."""
    return reply_address.address(settings.REPLY_ADDRESS, Purpose.REPLY, email.pk, settings.LINK_KEY)


def return_path(email: Email) -> str:
    """The envelope sender of the letter."""
    return reply_address.address(
        settings.RETURN_ADDRESS, Purpose.RETURN, email.pk, settings.LINK_KEY
    )


def person(
    *,
    sender: str,
    to: str,
    text: str = "We used another split, see the appendix.",
    passed: bool = True,
    **headers: str,
) -> bytes:
    """A person's mail; `passed`: our server says that it is from its sender."""
    message = EmailMessage()
    message["Return-Path"] = f"<{sender}>"
    domain = sender.rpartition("@")[2]
    if passed:
        message["Authentication-Results"] = f"{OURS}; dmarc=pass header.from={domain}"
    message["From"] = f"Ada Author <{sender}>"
    message["To"] = to
    message["Subject"] = "Re: A report about your paper"
    message["Date"] = format_datetime(NOW)
    message["Message-ID"] = f"<person-{next(_numbers)}@{domain}>"
    for name, value in headers.items():
        name = name.replace("_", "-")
        del message[name]
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


def out_of_office(*, sender: str, to: str) -> bytes:
    return person(
        sender=sender, to=to, text="I am away until Monday.", Return_Path="<>",
        Subject="Automatic reply: A report about your paper", Auto_Submitted="auto-replied",
    )  # fmt: skip


def bounce(
    *, to: str, address: str, status: str = "5.1.1", action: str = "failed", about: str = ""
) -> bytes:
    """A delivery status notification (RFC 3464)."""
    returned = f"Message-ID: {about}\r\nSubject: A report\r\n" if about else "Subject: A report\r\n"
    return (
        f"Return-Path: <>\r\nFrom: Mail Delivery System <mailer-daemon@relay.example>\r\n"
        f"To: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Date: {format_datetime(NOW)}\r\nMessage-ID: <dsn-{next(_numbers)}@relay.example>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; relay.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} so it is\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--b--\r\n"
    ).encode()


def complaint(*, to: str, address: str, about: str) -> bytes:
    """A spam button was pressed (RFC 5965)."""
    return (
        f"Return-Path: <fbl@provider.example>\r\nFrom: <fbl@provider.example>\r\nTo: {to}\r\n"
        f"Subject: FW: A report\r\nDate: {format_datetime(NOW)}\r\n"
        f"Message-ID: <arf-{next(_numbers)}@provider.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        f"User-Agent: Fbl/1\r\nVersion: 1\r\nOriginal-Rcpt-To: {address}\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {about}\r\nTo: {address}\r\n"
        "Subject: A report\r\n\r\nHello.\r\n--b--\r\n"
    ).encode()
