"""A real SMTP server on loopback, and reports to write letters about."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Mailbox:
    """What the server took, and how it behaves: each hook may return a reply of its own."""

    raw: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    connections: int = 0
    on_rcpt: Callable[[str], str | None] = lambda address: None
    on_data: Callable[[bytes], str | None] = lambda raw: None
    port: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    # aiosmtpd's hooks
    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.on_rcpt(address)
        if reply is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = self.on_data(envelope.original_content or b"")
        if reply == "hang up":
            assert server.transport is not None
            server.transport.abort()
            return "421 gone"
        if reply is not None:
            return reply
        self.raw.append(envelope.original_content or b"")
        self.to += envelope.rcpt_tos
        return "250 2.0.0 taken"


class _Controller(Controller):
    def factory(self) -> SMTP:
        self.handler.connections += 1
        return super().factory()


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A mailbox behind a real server to which `settings.SMTP` points."""
    box = Mailbox(port=free_port())
    controller = _Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    box.connections = 0  # the controller tried its own port
    settings.SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": box.port}
    settings.SMTP_TIMEOUT = 5
    yield box
    controller.stop()


@dataclass
class SilentServer:
    """Accepts connections and never says a word."""

    port: int
    stop: Callable[[], None]


@pytest.fixture
def silent_server(settings: Any) -> Iterator[SilentServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                taken.append(listener.accept()[0])
            except OSError:
                return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    port = listener.getsockname()[1]
    settings.SMTP = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port}
    settings.SMTP_TIMEOUT = 0.3
    yield SilentServer(port, listener.close)
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)
    for connection in taken:
        connection.close()
