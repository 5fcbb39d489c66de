"""Talking SMTP: the only sender.

One connection carries many mails; a dropped one is opened anew for the next mail.
"""

import re
import smtplib
import ssl
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.smtp import EmailBackend

from notifications.headers import wire_address

BAD_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
"""RFC 3463 and 7505: no such mailbox, no such domain, bad syntax, moved away, accepts no mail."""


class NotSent(Exception):
    """The server did not accept the mail. The text is the reason, without secrets."""

    def __init__(self, reason: str, *, address_is_bad: bool = False, no_server: bool = False):
        super().__init__(reason)
        self.address_is_bad = address_is_bad
        """The server says that there is no such address: not to be tried again."""
        self.no_server = no_server
        """No mail can be sent now: the server is away, or refuses us as a client."""


class Transport:
    """A connection to the server of `settings.SMTP`, opened at the first mail."""

    def __init__(self) -> None:
        where = settings.SMTP
        if not where.get("EMAIL_HOST"):
            raise ImproperlyConfigured(
                "EMAIL_URL names no SMTP server: write it like smtp://user:password@host:587, "
                "smtp+tls:// for STARTTLS or smtp+ssl:// for TLS from the start."
            )
        self._backend = EmailBackend(
            host=where["EMAIL_HOST"],
            port=where.get("EMAIL_PORT") or (465 if where.get("EMAIL_USE_SSL") else 25),
            username=where.get("EMAIL_HOST_USER") or "",
            password=where.get("EMAIL_HOST_PASSWORD") or "",
            use_tls=bool(where.get("EMAIL_USE_TLS")),
            use_ssl=bool(where.get("EMAIL_USE_SSL")),
            timeout=settings.SMTP_TIMEOUT,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def open(self) -> None:
        """Make sure that a connection stands; NotSent with `no_server` if none can be had."""
        if self._backend.connection is not None and not self._alive():
            self._close()
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise classified(error, opening=True) from error

    def send(self, *, sender: str, recipient: str, raw: bytes) -> None:
        """Give one mail to the server; returns only when it said that it took it (250).

        Raises NotSent. Call `open` first.
        """
        try:
            to = wire_address(recipient)
        except ValueError as error:
            raise NotSent(str(error), address_is_bad=True) from error
        connection = self._backend.connection
        assert connection is not None, "open() comes first"
        try:
            connection.sendmail(sender, [to], raw)
        except (OSError, smtplib.SMTPException) as error:
            if not isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
                self._close()
            raise classified(error) from error

    def _alive(self) -> bool:
        """Whether the server still listens: it may have hung up after the last mail."""
        try:
            return bool(self._backend.connection.rset()[0] == 250)
        except (OSError, smtplib.SMTPException):
            return False

    def _close(self) -> None:
        """Close without a fuss: the server may be gone already."""
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            self._backend.connection = None


def classified(error: OSError | smtplib.SMTPException, *, opening: bool = False) -> NotSent:
    """What a failure means, by SMTP code and enhanced status code (RFC 5321, RFC 3463).

    The address is bad only if the server refuses for good (5yz) the recipient, or the mail to
    its one recipient, with a code of BAD_ADDRESS; or the recipient with a bare 550, 551 or 553
    and no enhanced code. Everything else may pass and is tried again: 4yz, mailbox full or
    disabled (5.2.x, 552; large providers say 5.2.1 of a busy mailbox), the vague 5.1.0, routing
    (5.4.x), policy (5.7.x), what is said of the sender or the content, a lost connection, a wrong
    password of ours.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        enhanced = _enhanced(text)
        bad = 500 <= code < 600 and (
            enhanced in BAD_ADDRESS if enhanced else code in (550, 551, 553)
        )
        return NotSent(f"the recipient was refused: {_reply(code, text)}", address_is_bad=bad)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotSent(
            f"the server refused our sign-in: {_reply(error.smtp_code, '')}", no_server=True
        )
    if isinstance(error, smtplib.SMTPSenderRefused):
        return NotSent(f"the sender was refused: {_reply(error.smtp_code, error.smtp_error)}")
    if isinstance(error, smtplib.SMTPResponseException):
        return NotSent(
            f"the server refused: {_reply(error.smtp_code, error.smtp_error)}",
            address_is_bad=isinstance(error, smtplib.SMTPDataError)
            and 500 <= error.smtp_code < 600
            and _enhanced(error.smtp_error) in BAD_ADDRESS,
            no_server=opening,
        )
    if isinstance(error, TimeoutError):
        return NotSent("the server did not answer in time", no_server=opening)
    if isinstance(error, ssl.SSLError):
        return NotSent(f"no safe connection: {error.reason or 'TLS failed'}", no_server=opening)
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        return NotSent("the connection to the server was lost", no_server=opening)
    return NotSent(f"the server cannot be used: {type(error).__name__}", no_server=opening)


def _enhanced(text: bytes | str) -> str:
    match = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})\b", _text(text))
    return match[1] if match else ""


def _text(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _reply(code: int, text: bytes | str) -> str:
    """The server's reply on one short line. What could be a link or a code of ours is taken out."""
    line = " ".join(_text(text).split())
    line = re.sub(r"https?:\S+|\S*/answer/\S*|[A-Za-z0-9_\-]{24,}", "…", line)
    return f"{code} {line[:300]}".strip()
