"""A mail that a provider posted, as the bytes that it was: the original where it is in the request,
else written anew from what the provider read in it. Pure but for django-anymail's classes."""

from base64 import b64decode
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

ORIGINALS: dict[str, Callable[[Any], tuple[object, bool]]] = {
    "Amazon SES": lambda event: (
        event.get("content"), event["receipt"]["action"].get("encoding") == "BASE64"
    ),
    "MailerSend": lambda event: (event["data"].get("raw"), False),
    "Mailgun": lambda request: (request.POST.get("body-mime"), False),
    "Mandrill": lambda event: (event["msg"].get("raw_msg"), False),
    "Postal": lambda event: (event.get("message"), event.get("base64", False)),
    "Postmark": lambda event: (event.get("RawEmail"), False),
    "SendGrid": lambda request: (request.POST.get("email"), False),
    "SparkPost": lambda event: (
        event["msys"]["relay_message"]["content"].get("email_rfc822"),
        event["msys"]["relay_message"]["content"].get("email_rfc822_is_base64", False),
    ),
}  # fmt: skip
"""Where each provider puts it, by anymail's name for the provider; and whether it is in base64."""
_POLICY = SMTP.clone(refold_source="none", max_line_length=None)  # headers as received


def original(provider: str, event: Any, message: EmailMessage) -> bytes:
    """The mail. Never raises: what cannot be written as mail is written as text."""
    try:
        text, encoded = ORIGINALS[provider](event)
        if isinstance(text, str) and text:
            return b64decode(text) if encoded else text.encode("utf-8", "surrogateescape")
    except (KeyError, TypeError, AttributeError, ValueError):
        pass
    return written(message)


def written(message: EmailMessage) -> bytes:
    """The mail written anew, its headers unchanged."""
    try:
        return message.as_bytes(policy=_POLICY)
    except Exception:  # noqa: S110  # the email package raises of all sorts at broken mail
        pass
    try:
        return message.as_string(policy=_POLICY).encode("utf-8", "replace")
    except Exception:
        lines = [f"{name}: {' '.join(str(value).split())}" for name, value in message.raw_items()]
        return "\r\n".join([*lines, "", *_texts(message)]).encode("utf-8", "replace")


def _texts(message: EmailMessage) -> list[str]:
    return [
        str(part.get_payload()) for part in message.walk() if part.get_content_maintype() == "text"
    ]
