"""A mail server on loopback that keeps each letter for the mailbox page."""

import asyncio
import os
import signal
import socket
import sys
from email import message_from_bytes, policy
from email.utils import getaddresses

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone
from django_mail_preview.storage import MessageMeta, get_storage, new_id


class Keep:
    """Takes every letter and stores it where all web processes find it (MAILBOX_DIR)."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook: 250 only once the letter is on the disk."""
        raw = envelope.original_content or b""
        meta = describe(raw, envelope.mail_from or "", envelope.rcpt_tos)
        await asyncio.to_thread(get_storage().add, raw, meta)
        return "250 2.0.0 Kept"


def describe(raw: bytes, sender: str, recipients: list[str]) -> MessageMeta:
    """What the page lists about the letter; recipients that no header names count as blind."""
    message = message_from_bytes(raw, policy=policy.default)
    named: dict[str, tuple[str, ...]] = {
        header: tuple(str(value) for value in message.get_all(header, []))
        for header in ("to", "cc", "reply-to")
    }
    seen = {address for _, address in getaddresses([*named["to"], *named["cc"]])}
    now = timezone.now()
    return MessageMeta(
        id=new_id(now),
        subject=str(message.get("subject", "")),
        from_email=str(message.get("from", sender)),
        to=named["to"],
        cc=named["cc"],
        bcc=tuple(address for address in recipients if address not in seen),
        reply_to=named["reply-to"],
        date=now,
        alias=None,
        size=len(raw),
        attachments=sum(1 for _ in message.iter_attachments()),
    )


async def serve(listener: socket.socket) -> None:
    """Take mail on `listener` until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(
        lambda: SMTP(Keep(), hostname="localhost", enable_SMTPUTF8=True, loop=loop), sock=listener
    )
    async with server:
        await stop.wait()


def main() -> None:
    """The one argument is the descriptor of a listening socket that the parent opened."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1]))))


if __name__ == "__main__":
    main()
