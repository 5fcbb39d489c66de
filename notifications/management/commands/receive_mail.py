"""`manage.py receive_mail`: a mail server hands in one mail (docs/mail.md)."""

import logging
import os
import sys
from logging.handlers import SysLogHandler
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from notifications import envelope, incoming
from notifications.models import Incoming

logger = logging.getLogger(__name__)

USAGE, DATAERR, TEMPFAIL = 64, 65, 75
"""EX_USAGE, EX_DATAERR and EX_TEMPFAIL of sysexits.h, which mail servers go by."""


class Command(BaseCommand):
    """Stores the mail that stands on standard input.

    Exit code 0: it is stored, or was before; 75: not now, keep it and try again; 65: it is empty;
    64: wrong use. What it prints is one line at most, since servers send that to people.
    """

    help = "Store the mail on standard input, for a mail server that pipes it here."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """`--from` and `--to`: the envelope, where the server can say it."""
        parser.add_argument("--from", dest="sent_by", help="Sender of the envelope.")
        parser.add_argument("--to", dest="sent_to", help="Recipient of the envelope.")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """One that ends with EX_USAGE and one line."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = _wrong_use  # type: ignore[method-assign]
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """Store it and commit; SystemExit with the code of what went wrong."""
        _log_elsewhere()
        try:
            stored = receive(
                sys.stdin.buffer, sent_by=options["sent_by"], sent_to=options["sent_to"]
            )
        except Exception as error:
            logger.exception("A mail could not be stored; its server is told to try again.")
            _end(TEMPFAIL, f"not stored for now ({type(error).__name__}): try again later")
        if stored is None:
            _end(DATAERR, "there was no mail on standard input")


def receive(mail: BinaryIO, *, sent_by: str | None, sent_to: str | None) -> Incoming | None:
    """Store what `mail` holds; None if that is nothing.

    What the envelope was is taken from the arguments, from the variables that servers set, and
    from the headers they write, in this order.
    """
    raw = mail.read(incoming.LARGEST)
    while mail.read(1024 * 1024):  # the rest of one that is too large: the server waits for it
        pass
    raw, mbox_sender = envelope.without_mbox_line(raw)
    if not raw.strip():
        return None
    by = _sender(raw, sent_by, mbox_sender)
    to = envelope.first(
        (
            sent_to or "",
            os.environ.get("ORIGINAL_RECIPIENT", ""),  # Postfix's local
            os.environ.get("ORIG_RECIPIENT", ""),  # Dovecot's sieve
            envelope.sent_to(raw),
            os.environ.get("RECIPIENT", ""),  # after aliases
        )
    )
    with transaction.atomic():
        return incoming.store(
            envelope.with_return_path(raw, by),
            via=Incoming.Via.PIPE,
            now=timezone.now(),
            sent_to=to,
            sent_by=by,
        )


def _sender(raw: bytes, given: str | None, mbox_sender: str) -> str:
    """The envelope sender, or empty. Who hands in an empty one means that of a failure notice."""
    if given is not None:
        return envelope.sender(given)
    if "SENDER" in os.environ:
        return envelope.sender(os.environ["SENDER"])
    by = envelope.sent_by(raw)
    return by or (envelope.sender(mbox_sender) if mbox_sender else "")


def _log_elsewhere() -> None:
    """Log to a file, or to the system: what is on standard error, servers send to people."""
    logging.raiseExceptions = False  # a full disk must not make the log talk there either
    handler: logging.Handler = logging.NullHandler()
    try:
        if settings.RECEIVE_MAIL_LOG:
            handler = logging.FileHandler(settings.RECEIVE_MAIL_LOG, encoding="utf-8")
        elif Path("/dev/log").exists():
            handler = SysLogHandler("/dev/log", facility=SysLogHandler.LOG_MAIL)
    except OSError:
        pass  # the exit code tells
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)


def _wrong_use(message: str) -> NoReturn:
    _end(USAGE, message)


def _end(code: int, words: str) -> NoReturn:
    sys.stderr.write(f"receive_mail: {' '.join(words.split())[:200]}\n")
    sys.exit(code)
