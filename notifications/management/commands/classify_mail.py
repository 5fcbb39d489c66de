"""`manage.py classify_mail FILE...`: what a mail is taken for, one JSON object a line."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifications.classify import Kind, classify
from notifications.mime import read
from notifications.reply_text import new_text


class Command(BaseCommand):
    """For operators who ask why a mail was held, and for measuring."""

    help = "Say for each FILE what kind of mail it is, as one JSON object a line."
    requires_system_checks: list[str] = []  # it reads files and needs nothing else

    def add_arguments(self, parser: CommandParser) -> None:
        """The mails, each one message as it came."""
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="a mail as it came; - is standard input"
        )
        parser.add_argument("--why", action="store_true", help="say also what decided")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each file; exit code 2 if one could not be opened, after the others."""
        missing = 0
        for name in options["files"]:
            try:
                raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            except (OSError, ValueError) as error:
                missing += 1
                reason = error.strerror if isinstance(error, OSError) else str(error)
                self.stderr.write(f"{name}: cannot be read: {reason}.")
                continue
            line = told(name, raw)
            if not options["why"]:
                del line["why"]
            self.stdout.write(json.dumps(line, ensure_ascii=False))
        if missing:
            what = "file" if missing == 1 else "files"
            raise CommandError(f"{missing} {what} could not be read.", returncode=2)


def told(name: str, raw: bytes) -> dict[str, Any]:
    """What is printed of one mail."""
    mail = read(raw)
    verdict = classify(mail)
    human = verdict.kind is Kind.HUMAN
    return {
        "file": name,
        "kind": verdict.kind.value,
        "final": verdict.final,
        "addresses": list(verdict.addresses),
        "reply": new_text(mail.text, mail.html) if human else "",
        "why": verdict.why,
    }
