"""A real Postfix and a real Dovecot on loopback: letters go out, bounces and replies come back.

A test asks for the fixture `mail_server`; who is who stands in tests/mail_configuration.py.
"""

import imaplib
import os
import secrets
import shutil
import smtplib
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from urllib.parse import quote

from local.children import Child, wait_until
from tests import mail_configuration
from tests.mail_configuration import (
    AWAY,
    DAEMONS,
    MAILBOXES,
    POLITE,
    REGISTRY,
    Ports,
    home,
)
from tests.servers import PATIENCE, wait_for

DOVECOT = Path("/usr/sbin/dovecot")
NEEDED = (
    *(DAEMONS / "master", DOVECOT),
    *(DOVECOT.parents[1] / "lib" / "dovecot" / name for name in ("imap", "lmtp")),
    DOVECOT.parents[1] / "lib" / "dovecot" / "modules" / "lib90_sieve_plugin.so",
)
"""Of each of Debian's packages one file."""
TEMPFAIL = 75
"""EX_TEMPFAIL of sysexits.h."""
_KEEPER = ("sh", "-c", 'trap "kill -KILL -$$" TERM; "$@" & wait', "keeper")
"""Starts a server, and ends it with all its children. Both servers change their users, which
makes the kernel forget that they shall die with us; the shell does not."""
Receiver = Callable[[bytes, str, str], tuple[int, bytes]]
"""Takes a mail, its sender ("" for none) and its recipient; gives exit code and what is printed."""


def why_not() -> str | None:
    """Why the servers cannot be started here; None where they can."""
    if not all(file.exists() for file in NEEDED) or shutil.which("openssl") is None:
        return (
            "needs Postfix and Dovecot: install the packages postfix, dovecot-imapd, "
            "dovecot-lmtpd, dovecot-sieve and openssl"
        )
    if os.geteuid() != 0:
        return "needs root: Postfix changes between its own users"
    version = subprocess.run([DOVECOT, "--version"], capture_output=True, text=True).stdout
    if not version.startswith("2.3."):
        return f"needs Dovecot 2.3, whose configuration others do not read; here is {version}"
    return None


def program(arguments: Sequence[str | Path], env: Mapping[str, str]) -> Receiver:
    """What a mail server does with a command: the mail is its input, `env` all that it knows.

    As in master.cf, `${sender}` and `${original_recipient}` among the arguments are filled in.
    """

    def receive(raw: bytes, sender: str, recipient: str) -> tuple[int, bytes]:
        words = {"${sender}": sender, "${original_recipient}": recipient}
        done = subprocess.run(
            [words.get(str(argument), argument) for argument in arguments],
            input=raw, env=env, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        # A command that a signal ended is tried again.
        return (done.returncode if done.returncode >= 0 else TEMPFAIL), done.stdout

    return receive


def keep_all(raw: bytes, sender: str, recipient: str) -> tuple[int, bytes]:
    """A command that takes every mail."""
    return 0, b""


@dataclass
class MailServer:
    """Where the servers are, and what people do with them."""

    folder: Path
    ports: Ports
    password: str
    """Of every mailbox."""
    groups: list[int] = field(default_factory=list)
    """The process groups in which they run, with all that they start."""
    receiver: Receiver = keep_all
    """What gets each mail to PIPED; a test may set its own, or `program(...)`."""
    host: str = "127.0.0.1"

    # --- what the site needs ----------------------------------------------------------------
    @property
    def smtp_url(self) -> str:
        """EMAIL_URL: in clear, without a login."""
        return f"smtp://{self.host}:{self.ports.site}"

    @property
    def smtp_tls_url(self) -> str:
        """EMAIL_URL: STARTTLS and a login; SSL_CERT_FILE must name `certificate`."""
        login = f"{quote(REGISTRY, safe='')}:{self.password}"
        return f"smtp+tls://{login}@{self.host}:{self.ports.site}"

    @property
    def imap_url(self) -> str:
        """The mailbox of the registry, in clear."""
        return f"imap://{quote(REGISTRY, safe='')}:{self.password}@{self.host}:{self.ports.imap}"

    @property
    def imaps_url(self) -> str:
        """The same with TLS; SSL_CERT_FILE must name `certificate`."""
        return f"imaps://{quote(REGISTRY, safe='')}:{self.password}@{self.host}:{self.ports.imaps}"

    @property
    def certificate(self) -> Path:
        """Of SMTP and IMAP, for 127.0.0.1 and localhost; it signs itself."""
        return self.folder / "certificate.pem"

    # --- what people do ---------------------------------------------------------------------
    def reply(self, author: str, raw: bytes, to: Sequence[str] = ()) -> None:
        """Hand `raw` in as `author`, with a login; to whom its To and Cc say, if not to `to`.

        Our server vouches for it: `dmarc=pass header.from=authors.example`. From must be an
        address of authors.example, and `author` have a mailbox there.
        """
        with smtplib.SMTP(self.host, self.ports.authors, timeout=10) as client:
            client.login(author, self.password)
            refused = client.sendmail(author, list(to or _addressed(raw)), raw)
        assert refused == {}

    def from_outside(self, sender: str, raw: bytes, to: Sequence[str] = ()) -> None:
        """Hand `raw` in as anybody can, with `sender` on the envelope ("" for none).

        Our server says `dmarc=fail header.from=` and the domain of `sender`.
        """
        with smtplib.SMTP(self.host, self.ports.world, timeout=10) as client:
            refused = client.sendmail(sender, list(to or _addressed(raw)), raw)
        assert refused == {}

    # --- mailboxes --------------------------------------------------------------------------
    @contextmanager
    def imap(self, address: str = REGISTRY) -> Iterator[imaplib.IMAP4]:
        """A connection on which the inbox of `address` is selected."""
        with imaplib.IMAP4(self.host, self.ports.imap, timeout=10) as client:
            client.login(address, self.password)
            client.select("INBOX")
            yield client

    def mailbox(self, address: str = REGISTRY) -> list[bytes]:
        """The raw messages of an inbox, in order; none is marked as seen."""
        with self.imap(address) as client:
            _, found = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
        return [part[1] for part in found if isinstance(part, tuple)]

    def wait_for_mail(
        self, address: str = REGISTRY, count: int = 1, seconds: float = 5
    ) -> list[EmailMessage]:
        """The messages of an inbox, once there are at least `count`."""
        raw: list[bytes] = []

        def there() -> bool:
            raw[:] = self.mailbox(address)
            return len(raw) >= count

        wait_for(there, seconds, f"message {count} for {address}")
        return [message_from_bytes(one, policy=policy.default) for one in raw]

    def put(self, raw: bytes, address: str = REGISTRY) -> None:
        """Write a message into an inbox by IMAP, as a mail program does that moves one."""
        with self.imap(address) as client:
            kind, said = client.append("INBOX", "", "", raw)
        assert kind == "OK", said

    # --- the queue --------------------------------------------------------------------------
    def queue(self) -> list[str]:
        """The mails that are on their way, by the names of Postfix."""
        waiting = ("incoming", "active", "deferred")
        files = [file for name in waiting for file in (self.folder / "queue" / name).rglob("*")]
        return [file.name for file in files if len(file.name) > 1]  # not the folders of a letter

    def empty(self) -> None:
        """Forget all mail, whom a responder answered, and who gets the mail to PIPED."""
        self.receiver = keep_all
        postsuper = ("postsuper", "-c", self.folder / "postfix", "-d", "ALL")

        def gone() -> bool:
            if self.queue():  # else that program's start is time lost
                subprocess.run(postsuper, check=True, capture_output=True)
            return not self.queue()

        wait_for(gone, 5, "the end of the queue")
        for address in MAILBOXES:
            with self.imap(address) as client:
                client.uid("STORE", "1:*", "+FLAGS.SILENT", r"(\Deleted)")
                client.expunge()
        for address in (AWAY, POLITE):
            (home(self.folder, address) / ".dovecot.lda-dupes").unlink(missing_ok=True)

    def log(self) -> str:
        """What both servers wrote into their logs."""
        files = (self.folder / "postfix.log", self.folder / "dovecot.log")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """Postfix and Dovecot, which live in `folder` and end with the `with`.

    See `why_not` first. `folder` is empty and everybody may pass through it: pytest's own
    folders are closed to the users of Postfix.
    """
    with ExitStack() as stack:
        pipe = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        deaf = stack.enter_context(socket.socket())
        deaf.bind(("127.0.0.1", 0))  # and never listens
        ports = _ports(pipe=pipe.getsockname()[1], deaf=deaf.getsockname()[1])
        password = secrets.token_hex(8)
        mail_configuration.write(folder, ports, password, secret=secrets.token_hex(8))
        server = MailServer(folder, ports, password)
        # Postfix asks Dovecot who may log in, and does without for a minute if nobody answers.
        dovecot = (DOVECOT, "-F", "-c", folder / "dovecot" / "dovecot.conf")
        _start(stack, server, dovecot, (ports.imap, ports.lmtp))
        postfix = (DAEMONS / "master", "-c", folder / "postfix", "-d")
        _start(stack, server, postfix, (ports.site, ports.authors, ports.robots, ports.world))
        thread = threading.Thread(target=_hand_over, args=(pipe, server), daemon=True)
        thread.start()
        stack.callback(thread.join, 10)
        stack.callback(pipe.shutdown, socket.SHUT_RDWR)
        yield server


def _start(
    stack: ExitStack, server: MailServer, command: Sequence[str | Path], ports: Sequence[int]
) -> None:
    """Start a server that ends with `stack`; returns when it greets on all of `ports`."""
    name = Path(command[0]).name
    output = server.folder / f"{name}-output.log"
    with output.open("wb") as log:
        child = Child(name, [*_KEEPER, *map(str, command)], log=log.fileno(), cwd=server.folder)
    stack.callback(child.stop)
    server.groups.append(child.pid)
    told = wait_until(
        lambda: child.ended() is not None or all(_greets(port) for port in ports), 10 * PATIENCE
    )
    assert told and child.ended() is None, f"{name}: {output.read_text()}{server.log()}"


def _ports(pipe: int, deaf: int) -> Ports:
    """Free ones, which are all different."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(7)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return Ports(*(probe.getsockname()[1] for probe in probes), pipe=pipe, deaf=deaf)


def _greets(port: int) -> bool:
    """Whether a server says its first line there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        return bool(connection.recv(1))
    return False


def _addressed(raw: bytes) -> list[str]:
    mail = message_from_bytes(raw, policy=policy.compat32)
    fields = [str(field) for name in ("To", "Cc") for field in mail.get_all(name, [])]
    return [address for _, address in getaddresses(fields) if address]


def _hand_over(listener: socket.socket, server: MailServer) -> None:
    """Give each mail that Postfix pipes to `server.receiver`, and its exit code back."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:  # shut down
            return
        with connection, connection.makefile("rb") as mail:
            try:
                sender, recipient = (mail.readline().decode().rstrip("\n") for _ in range(2))
                code, words = server.receiver(mail.read(), sender, recipient)
            except Exception as error:  # it is in the log, and the next mail comes
                code, words = TEMPFAIL, repr(error).encode()
            with suppress(OSError):
                connection.sendall(f"{code}\n".encode() + words)
