"""Talking SMTP: the only sender.

One connection carries many mails; a dropped one is opened anew for the next mail.
"""

import re
import select
import smtplib
import ssl
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.smtp import EmailBackend

from notifications.addresses import needs_utf8, wire_address
from notifications.diagnostics import REFUSED_FOR_GOOD

IDLE = 5
"""Seconds after which a connection is asked whether it still stands."""

NO_UTF8 = "5.6.7"
"""RFC 6531, section 3.5: a server on the way takes no address with letters outside ASCII. So the
letter cannot be delivered there (product.md, section 4), but nothing says that the address is bad.
"""


@dataclass(frozen=True)
class Accepted:
    """What the server said when it took a mail: the record of it (product.md, section 4)."""

    server: str = ""
    """Its name, as it gave it at EHLO, or as EMAIL_URL has it."""
    said: str = ""
    """Its code and words, without addresses and secrets; at most 300 characters."""
    id: str = ""
    """Under which it keeps the mail, where its words name one: a queue id, or a provider's id."""


class NotSent(Exception):
    """The server did not accept the mail. The text is the reason, without secrets."""

    def __init__(
        self,
        what: str,
        *,
        code: int | None = None,
        text: bytes | str = "",
        address_is_bad: bool = False,
        final: bool = False,
        no_server: bool = False,
        dropped: bool = False,
    ) -> None:
        status = " ".join(str(part) for part in (code, _enhanced(text)) if part)
        self.without_text = f"{what}: {status}" if status else what
        """The reason without the server's words, which may repeat what the mail said."""
        words = _scrubbed(text).removeprefix(_enhanced(text)).strip()
        super().__init__(f"{self.without_text} {words}".strip())
        self.address_is_bad = address_is_bad
        """The server says that there is no such address: not to be tried again."""
        self.final = final or address_is_bad
        """This letter cannot be delivered there, and no later try will do better."""
        self.no_server = no_server
        """No mail can be sent now: the server is away, or refuses us as a client."""
        self.dropped = dropped
        """The server hung up, or did not answer in time."""
        self.wants_another_connection = False
        """It hung up before it was given this mail, having taken others: some take so many over one
        connection and no more. Nothing speaks against another one at once."""


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
        self._carried = 0
        self._heard = 0.0

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
        connection = self._backend.connection
        if connection is not None and not self._alive(connection):
            self._close()
        if self._backend.connection is not None:
            return
        try:
            self._backend.open()
            opened: smtplib.SMTP | None = self._backend.connection
            assert opened is not None
            opened.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise classified(error, opening=True) from error
        self._carried = 0
        self._heard = time.monotonic()

    def send(self, *, sender: str, recipient: str, raw: bytes) -> Accepted:
        """Give one mail to the server; returns only when it said that it took it (250).

        Raises NotSent. Call `open` first.
        """
        try:
            to = wire_address(recipient)
        except ValueError as error:
            raise NotSent(str(error), address_is_bad=True) from error
        connection = self._backend.connection
        assert connection is not None, "open() comes first"
        if needs_utf8(to) and not connection.has_extn("smtputf8"):
            # The address may well be right: it is ours that cannot reach it, today and next week.
            raise NotSent("our server takes no address with such letters (SMTPUTF8)", final=True)
        try:
            _begin(connection, sender, to, raw)
        except (OSError, smtplib.SMTPException) as error:
            raise self._failed(error, begun=False) from error
        try:
            code, words = _hand_over(connection, raw)
        except (OSError, smtplib.SMTPException) as error:
            raise self._failed(error) from error
        self._carried += 1
        self._heard = time.monotonic()
        return accepted(self._name(connection), code, words)

    def _failed(self, error: OSError | smtplib.SMTPException, *, begun: bool = True) -> NotSent:
        found = classified(error)
        found.wants_another_connection = found.dropped and not begun and self._carried > 0
        if found.dropped:
            self._close()
        return found

    def _name(self, connection: smtplib.SMTP) -> str:
        """What the server calls itself (RFC 5321, section 4.1.1.1), or how we came to it."""
        greeting = _text(connection.ehlo_resp or connection.helo_resp or b"").split()
        own = greeting[0] if greeting else ""
        return own if re.fullmatch(r"[\w-]+(\.[\w-]+)+", own) else str(self._backend.host)

    def _alive(self, connection: smtplib.SMTP) -> bool:
        """Whether the server still listens: it may have hung up after the last mail.

        It is asked only if it said something since, or was not heard for a while: asking costs
        as long as a fifth of a mail.
        """
        if time.monotonic() - self._heard < IDLE and not _speaks(connection):
            return True
        try:
            return connection.rset()[0] == 250
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


# One mail transaction (RFC 5321, section 3.3), as `smtplib.SMTP.sendmail` does it, which does not
# tell by which words the mail was taken. What is refused the server is told to forget (RSET), so
# that the next mail begins afresh. Both raise what smtplib raises.


def _begin(connection: smtplib.SMTP, sender: str, to: str, raw: bytes) -> None:
    options = [f"size={len(raw)}"] if connection.has_extn("size") else []
    if needs_utf8(to):
        options += ["SMTPUTF8", *(["BODY=8BITMIME"] if connection.has_extn("8bitmime") else [])]
    code, words = connection.mail(sender, options)
    if code != 250:
        _forget(connection, code)
        raise smtplib.SMTPSenderRefused(code, words, sender)
    code, words = connection.rcpt(to)
    if code not in (250, 251):
        _forget(connection, code)
        raise smtplib.SMTPRecipientsRefused({to: (code, words)})


def _hand_over(connection: smtplib.SMTP, raw: bytes) -> tuple[int, bytes]:
    """The code and the words by which the mail was taken."""
    try:
        code, words = connection.data(raw)
    except smtplib.SMTPDataError as refused:  # before a byte of it
        code, words = refused.smtp_code, _bytes(refused.smtp_error)
    if code != 250:
        _forget(connection, code)
        raise smtplib.SMTPDataError(code, words)
    return code, words


def _speaks(connection: smtplib.SMTP) -> bool:
    """Whether the server has said something that nobody asked for, such as that it hangs up."""
    if connection.sock is None:
        return True
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))


def _forget(connection: smtplib.SMTP, code: int) -> None:
    """Make ready for the next mail; what cannot be made ready is closed (421: it ends itself)."""
    try:
        if code != 421 and connection.rset()[0] == 250:
            return
    except (OSError, smtplib.SMTPException):
        pass
    connection.close()


_IDS = (
    r"queued as <?([A-Za-z0-9.=_-]+@?[\w.-]*)",  # Postfix and many after it
    r"\bid=<?([A-Za-z0-9.=_@-]+)",  # Exim
    r"<([^\s<>@]+@[^\s<>@]+)>",  # Exchange: a Message-ID, its own or ours
    r"\b([A-Za-z0-9]+) message accepted for delivery",  # Sendmail, OpenSMTPD
    r"queued \(([A-Za-z0-9.-]+)\)",  # Haraka
    r"\s(\S+) - gsmtp$",  # Google
    r"^(?:2\.\d\.\d )?ok:? ([A-Za-z0-9]{8,}-[A-Za-z0-9-]{20,})$",  # Amazon SES
)
"""How servers tell the id under which they keep the mail."""


def accepted(server: str, code: int, text: bytes | str) -> Accepted:
    """What the server said, as it is kept: its id stays, what could be a secret goes."""
    line = " ".join(_text(text).split())
    found = next((m[1] for p in _IDS if (m := re.search(p, line, re.IGNORECASE))), "")
    own = found if len(found) <= 250 else ""
    return Accepted(server[:254], f"{code} {_scrubbed(line, keep=own)}".strip()[:300], own)


def classified(error: OSError | smtplib.SMTPException, *, opening: bool = False) -> NotSent:
    """What a failure means, by SMTP code and enhanced status code (RFC 5321, RFC 3463).

    The address is bad only if the server refuses for good (5yz) the recipient, or the mail to
    its one recipient, with a code of REFUSED_FOR_GOOD; or the recipient with a bare 550, 551 or 553
    and no enhanced code. Everything else may pass and is tried again: 4yz, mailbox full or
    disabled (5.2.x, 552; large providers say 5.2.1 of a busy mailbox), the vague 5.1.0, routing
    (5.4.x), policy (5.7.x), what is said of the sender or the content, a lost connection, a wrong
    password of ours.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refused, why = next(iter(error.recipients.values()))
        enhanced = _enhanced(why)
        known = enhanced in REFUSED_FOR_GOOD if enhanced else refused in (550, 551, 553)
        return NotSent(
            "the recipient was refused",
            code=refused,
            text=why,
            address_is_bad=known and 500 <= refused < 600,
            final=enhanced == NO_UTF8 and 500 <= refused < 600,
            dropped=refused == 421,
        )
    if isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return NotSent("the server refused our sign-in", code=code, no_server=True)
        sender = isinstance(error, smtplib.SMTPSenderRefused)
        data = isinstance(error, smtplib.SMTPDataError)
        return NotSent(
            "the sender was refused" if sender else "the server refused",
            code=code,
            text=text,
            address_is_bad=data and 500 <= code < 600 and _enhanced(text) in REFUSED_FOR_GOOD,
            final=data and 500 <= code < 600 and _enhanced(text) == NO_UTF8,
            no_server=opening,
            dropped=code == 421,
        )
    if isinstance(error, TimeoutError):
        what = "the server did not answer in time"
    elif isinstance(error, ssl.SSLError):
        what = "no safe connection to the server"
    elif isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError):
        what = "the connection to the server was lost" if not opening else "no connection"
    else:
        what = f"the server cannot be used ({type(error).__name__})"
    return NotSent(what, no_server=opening, dropped=True)


def _enhanced(text: bytes | str) -> str:
    match = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})\b", _text(text))
    return match[1] if match else ""


def _text(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _scrubbed(text: bytes | str, *, keep: str = "") -> str:
    """The server's words on one short line, without addresses and what could be a link of ours;
    but with the id `keep`."""

    def word(match: re.Match[str]) -> str:
        return match[0] if match[0].strip("<>[](),;") in keep else "…"

    line = " ".join(_text(text).split())
    line = re.sub(r"https?:\S+|\S*/answer/\S*|\S+@\S+|[A-Za-z0-9_\-]{24,}", word, line)
    return line[:300]
