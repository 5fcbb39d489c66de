"""A connection to the mailbox of IMAP_URL (RFC 9051). Knows nothing of what its messages mean."""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

ERRORS = (IMAPClientError, OSError, ValueError, UnicodeError)
"""What a command raises when the server says no, talks nonsense, or is gone."""


class NoMailbox(Exception):
    """The mailbox cannot be read now. The text is the reason, without the password."""


@dataclass(frozen=True)
class Account:
    """A mailbox, and how it is reached."""

    host: str
    port: int
    tls: bool
    """From the start (imaps), and not by STARTTLS."""
    user: str
    password: str = field(repr=False)
    folder: str

    @property
    def name(self) -> str:
        """It in words, without the password."""
        return f"{self.user} at {self.host}:{self.port}, {self.folder}"[:200]


def account(url: str) -> Account:
    """What `url` says, like imaps://user:password@host:993/INBOX; ImproperlyConfigured if it is
    written otherwise."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise ImproperlyConfigured(
            "IMAP_URL names no mailbox: write it like imaps://user:password@host:993/INBOX, or "
            "imap:// for STARTTLS; write %40 for an @ in the name, and encode the password alike."
        )
    tls = parts.scheme == "imaps"
    return Account(
        host=parts.hostname,
        port=port or (993 if tls else 143),
        tls=tls,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


class Opened(NamedTuple):
    """A connection on which the folder is selected."""

    client: IMAPClient
    validity: int
    """UIDVALIDITY: for how long the numbers of messages hold."""
    keywords: bool
    """Whether messages may get flags of our own (RFC 9051, section 2.3.2)."""


@contextmanager
def opened(to: Account) -> Iterator[Opened]:
    """The folder, as long as the `with` lasts; NoMailbox if it is not to be had."""
    client = _connected(to)
    try:
        _sign_in(client, to)
        try:
            said = client.select_folder(to.folder)
            validity = int(said[b"UIDVALIDITY"])
        except (KeyError, *ERRORS) as error:
            raise NoMailbox(f"the mailbox {to.folder} cannot be opened") from error
        yield Opened(client, validity, b"\\*" in said.get(b"PERMANENTFLAGS", ()))
    finally:
        close(client)


def close(client: IMAPClient) -> None:
    """Say good-bye, if anybody listens."""
    try:
        client.logout()
    except ERRORS:
        with suppress(*ERRORS):
            client.shutdown()


def _connected(to: Account) -> IMAPClient:
    timeout = SocketTimeout(settings.IMAP_TIMEOUT, settings.IMAP_TIMEOUT)
    try:
        client = IMAPClient(to.host, to.port, ssl=to.tls, timeout=timeout)
    except ERRORS as error:
        raise NoMailbox(why(error)) from error
    client.normalise_times = False
    if to.tls or _stays_here(to.host):
        return client
    try:
        if not client.has_capability("STARTTLS"):
            raise NoMailbox(
                "the server offers no TLS, so it is not told the password: use imaps://"
            )
        client.starttls()
    except ERRORS as error:
        close(client)
        raise NoMailbox(why(error)) from error
    except NoMailbox:
        close(client)
        raise
    return client


def _stays_here(host: str) -> bool:
    """Whether nobody stands between us and the server."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _sign_in(client: IMAPClient, to: Account) -> None:
    """Log in. LOGIN is in ASCII alone; PLAIN (RFC 4616) is in UTF-8."""
    try:
        if (to.user + to.password).isascii():
            client.login(to.user, to.password)
        else:
            client.plain_login(to.user, to.password)
    except LoginError as error:
        raise NoMailbox("the server refused our sign-in") from error
    except ERRORS as error:
        raise NoMailbox(why(error)) from error


def why(error: Exception) -> str:
    """The reason in words, without what the server or we said: that could hold a secret."""
    if isinstance(error, socket.gaierror):
        return "the server's name is not known"
    if isinstance(error, TimeoutError):
        return "the server did not answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not good: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return "no safe connection to the server"
    if isinstance(error, ConnectionError | IMAPClient.AbortError):
        return "no connection to the server"
    kind = re.sub(r"[^A-Za-z]", "", type(error).__name__)
    return f"the server cannot be used ({kind})"
