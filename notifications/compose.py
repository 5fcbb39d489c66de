"""A row of the outbox as the bytes that are sent: words, links and dates, made anew at each try.

Each letter has one Markdown source a language (templates/emails): its first line is the subject,
the rest the text part as it stands, and the HTML part as `reports.text.render_letter` makes it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.template import Context, engines
from django.utils import translation
from django.utils.safestring import SafeString

from notifications import headers, reply_address, subscriptions, watch_content, wording
from notifications.addresses import needs_utf8, wire_address
from notifications.content import Words, contents
from notifications.invitation import deadline_file
from notifications.markdown import HTML, TEXT
from notifications.models import Email
from notifications.reply_address import Purpose
from reports import facts
from reports.deadlines import in_words
from reports.text import render_letter

TEMPLATES = {"reminder_1": "reminder", "reminder_2": "reminder"}
"""Letters whose template has another name than the letter."""


Gather = Callable[[Email, str, datetime, datetime | None], Words]
"""What a letter says, from its row, the language, now, and the deadline that it prints."""


def words_of(email: Email, language: str, now: datetime, printed: datetime | None) -> Words:
    """What the letter says, whatever it is about."""
    if email.kind in subscriptions.KINDS:
        return watch_content.contents(email, language, now)
    return contents(email, language, now, printed)


@dataclass(frozen=True)
class Composed:
    """A mail ready to send, and the deadline (UTC) that it names if it is one of the clock."""

    raw: bytes
    printed: datetime | None = None


def compose(email: Email, now: datetime, gather: Gather = words_of) -> Composed:
    """The mail of `email` as it reads if it is sent now. Stores the hash of the link it carries.

    Nothing else is read or written here than what `gather` does: the gallery brings its own.
    """
    if email.raw is not None:
        return Composed(bytes(email.raw))
    printed = None if email.letter is None else facts.deadline_to_print(email.letter, now)
    languages = wording.languages_of(email.language)
    words = [gather(email, language, now, printed) for language in languages]
    parts = [_part(email, *one) for one in zip(languages, words, strict=True)]
    message = _with_headers(email, parts, now)
    for name, value in words[0].headers.items():
        message[name] = value
    message.set_content(_text(parts))
    message.add_alternative(_page(parts), subtype="html")
    if email.kind == "notice" and printed is not None:
        _attach_deadline(message, email, parts[0], printed, now)
    # Last: when a part is added, Python moves every Content- header into the first one.
    message["Content-Language"] = ", ".join(part.language for part in parts)
    return Composed(message.as_bytes(), printed)


@dataclass(frozen=True)
class _Part:
    language: str
    subject: str
    text: str
    html: SafeString


def _part(email: Email, language: str, content: Words) -> _Part:
    """The letter in one language."""
    with translation.override(language):
        subject, text = _source(email.kind, language, content.under(TEXT))
        _, html = _source(email.kind, language, content.under(HTML))
    return _Part(language, headers.subject(subject), text, render_letter(html))


def _source(kind: str, language: str, words: dict[str, Any]) -> tuple[str, str]:
    """Subject and body of the letter's source with `words` in it."""
    template = engines["django"].engine.get_template(  # type: ignore[attr-defined]
        f"emails/{language}/{TEMPLATES.get(kind, kind)}.md"
    )
    source = template.render(Context(words, autoescape=False))
    lines = "\n".join(line.rstrip() for line in source.strip().split("\n"))
    subject, _, body = re.sub(r"\n{3,}", "\n\n", lines).partition("\n")
    return subject, body.strip() + "\n"


def _also(parts: list[_Part]) -> str:
    """The line that says, in the second language, that it follows; empty for one language."""
    return wording.FOLLOWS.get(parts[1].language, "") if len(parts) > 1 else ""


def _text(parts: list[_Part]) -> str:
    also = _also(parts)
    return "\n\n\n".join([*([also] if also else []), *(part.text for part in parts)])


def _page(parts: list[_Part]) -> str:
    template = engines["django"].get_template("emails/base.html")
    words = {
        "parts": parts,
        "subject": parts[0].subject,
        "also": _also(parts),
        "site": settings.SITE_NAME,
    }
    return str(template.render(words))


def _with_headers(email: Email, parts: list[_Part], now: datetime) -> EmailMessage:
    domain = settings.MESSAGE_ID_DOMAIN
    to = wire_address(email.recipient)
    policy = headers.UTF8_POLICY if needs_utf8(to) else headers.POLICY
    message = EmailMessage(policy=policy)
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = headers.mailbox(email.contact.name if email.contact is not None else "", to)
    if email.event is not None:
        message["Reply-To"] = reply_to(email)
    message["Subject"] = parts[0].subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = email.message_id
    if email.event is not None:
        thread = headers.thread_id(email.event.report_id, recipient_name(email), domain)
        message["In-Reply-To"] = message["References"] = thread
    for name, value in headers.AUTOMATIC.items():
        message[name] = value
    return message


def reply_to(email: Email) -> str:
    """Where an answer to this mail comes in: it says which letter it answers (none, if the letter
    is only shown and has no row)."""
    return reply_address.address(
        settings.REPLY_ADDRESS, Purpose.REPLY, email.pk or 0, settings.LINK_KEY
    )


def return_path(email: Email) -> str:
    """The envelope's sender, to which failure notices of this mail go (VERP)."""
    return reply_address.address(
        settings.RETURN_ADDRESS, Purpose.RETURN, email.pk, settings.LINK_KEY
    )


def recipient_name(email: Email) -> str:
    """The recipient as the key of the mail names it: contact-5, address-7, user-3."""
    return email.key.rsplit(".", 1)[1]


def _attach_deadline(
    message: EmailMessage, email: Email, part: _Part, printed: datetime, now: datetime
) -> None:
    assert email.event is not None
    name = f"report-{email.event.report_id}.{recipient_name(email)}.deadline"
    message.add_attachment(
        deadline_file(
            uid=f"{name}@{settings.MESSAGE_ID_DOMAIN}",
            deadline=printed,
            summary=part.subject,
            words=in_words(printed, part.language),
            now=now,
        ),
        maintype="text",
        subtype="calendar",
        filename="deadline.ics",
        params={"method": "PUBLISH", "charset": "utf-8"},
    )
