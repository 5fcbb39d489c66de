"""Real servers on loopback for the tests: SMTP that can misbehave, Redis, and a whole run."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

STEPS = ("MAIL", "RCPT", "DATA")
HANG_UP = "hang up"


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PATIENCE = 3
"""How many times longer a busy machine may take than the limits of the tests say."""


def wait_for(happened: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until `happened()` is true, which takes less than `seconds` on a quiet machine.

    AssertionError naming `what` after PATIENCE times as long.
    """
    seconds *= PATIENCE
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.05)


@dataclass
class Script:
    """What the server does at one step for one address: wait, then reply or hang up."""

    reply: str | None = None
    """Such as "550 5.1.1 no such user"; `HANG_UP` closes the connection; None is the usual 250."""
    after: float = 0
    """Seconds before that."""
    times: int = -1
    """How often; -1 for ever."""


@dataclass
class SmtpServer:
    """What was taken, and what it shall do.

    `scripts` is keyed by step ("MAIL", "RCPT", "DATA") and address: the sender's at MAIL, the
    recipient's at RCPT, any recipient's at DATA; "*" stands for every address.
    """

    port: int = 0
    raw: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    """Of the envelopes, in order."""
    recipients: list[list[str]] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    """Of MAIL, without the size, in order."""
    connections: int = 0
    mails_a_connection: int = -1
    """After so many it says 421 to the next."""
    hangs_up_after: int = -1
    """After so many it ends the connection without a word."""
    signed_in: list[bytes] = field(default_factory=list)
    """Who did, in order."""
    scripts: dict[tuple[str, str], Script] = field(default_factory=dict)
    _read: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, Any]:
        """What `settings.SMTP` says to get there."""
        return {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": self.port}

    @property
    def mails(self) -> list[EmailMessage]:
        """The letters taken, in order."""
        for raw in self.raw[len(self._read) :]:
            self._read.append(message_from_bytes(raw, policy=policy.default))
        return list(self._read)

    @property
    def ids(self) -> list[str]:
        """Their Message-IDs, in order."""
        return [str(mail["Message-ID"]) for mail in self.mails]

    @property
    def addressed(self) -> list[str]:
        """Whom they went to, in order."""
        return [address for addresses in self.recipients for address in addresses]

    def to(self, address: str) -> list[EmailMessage]:
        """The letters taken for `address`, in order."""
        pairs = zip(self.recipients, self.mails, strict=False)  # one may be coming in
        return [mail for recipients, mail in pairs if address in recipients]

    def script(self, step: str, address: str = "*", reply: str | None = None, **more: Any) -> None:
        """Set what happens at `step` for `address`."""
        assert step in STEPS
        self.scripts[step, address] = Script(reply, **more)


@dataclass
class _Hooks:
    """What aiosmtpd calls. It looks at every attribute of this at each connection."""

    box: SmtpServer
    taken: int = 0
    """Mails over this connection."""

    async def _act(self, server: SMTP, step: str, addresses: list[str]) -> str | None:
        for address in [*addresses, "*"]:
            script = self.box.scripts.get((step, address))
            if script is None or script.times == 0:
                continue
            script.times -= 1
            await asyncio.sleep(script.after)
            if script.reply == HANG_UP:
                assert server.transport is not None
                server.transport.abort()
                return "421 gone"
            return script.reply
        return None

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self._act(server, "MAIL", [address])
        if reply is not None:
            return reply
        if self.taken == self.box.mails_a_connection:
            return "421 4.7.0 enough over this connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self._act(server, "RCPT", [address])
        if reply is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = await self._act(server, "DATA", envelope.rcpt_tos)
        if reply is not None and not reply.startswith("2"):
            return reply
        self.box.options.append([o for o in envelope.mail_options if not o.startswith("SIZE=")])
        self.box.senders.append(envelope.mail_from or "")
        self.box.recipients.append(list(envelope.rcpt_tos))
        self.box.raw.append(envelope.original_content or b"")
        self.taken += 1
        if self.taken == self.box.hangs_up_after:
            assert server.transport is not None
            asyncio.get_running_loop().call_soon(server.transport.close)
        return reply or "250 2.0.0 taken"


@contextmanager
def smtp_server(
    *, utf8: bool = True, tls: ssl.SSLContext | None = None, password: str = ""
) -> Iterator[SmtpServer]:
    """An SMTP server on a free port, in a thread of its own.

    With `tls` it takes mail after STARTTLS alone, with a `password` only from who knows it.
    """
    box = SmtpServer()
    loop = asyncio.new_event_loop()

    def known(server: SMTP, session: Session, envelope: Envelope, how: str, who: Any) -> AuthResult:
        right = who.password == password.encode()
        if right:
            box.signed_in.append(who.login)
        return AuthResult(success=right, handled=False)

    def connected() -> SMTP:
        box.connections += 1
        return SMTP(
            _Hooks(box), hostname="localhost", enable_SMTPUTF8=utf8, loop=loop, tls_context=tls,
            require_starttls=tls is not None, auth_required=bool(password),
            authenticator=known if password else None,
        )  # fmt: skip

    # Not in this thread, in which a browser may keep a loop of its own.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(
        loop.create_server(connected, "127.0.0.1", 0), loop
    ).result(10)
    box.port = server.sockets[0].getsockname()[1]

    async def end() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await loop.shutdown_asyncgens()

    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def redis_server(folder: Path, port: int = 0) -> Iterator[str]:
    """The URL of a private redis-server that keeps nothing; it must be installed."""
    program = shutil.which("redis-server")
    assert program is not None
    port = port or free_port()
    with (folder / "redis.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)),
                *("--save", "", "--appendonly", "no"),
            ],
            stdout=log,
            stderr=log,
        )

    def answers() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

    try:
        wait_for(answers, 10, "an answer of redis-server")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def chromium_program() -> str | None:
    """The Chromium of this machine, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name):
            return found
    return None
