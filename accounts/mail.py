"""Letters of the site's own, beside those about reports: short, in the reader's language."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header


def plain_letter(
    name: str,
    address: str,
    language: str,
    words: dict[str, Any],
    *,
    lifetime: timedelta | None = None,
) -> EmailMessage:
    """The letter `name` of templates/account/email; in English where we do not write `language`.

    It is tried for `lifetime`, or as long as a sign-in code lives.
    """
    if language not in dict(settings.LANGUAGES):
        language = "en"
    letter: EmailMessage = get_adapter().render_mail(
        f"account/email/{language}/{name}",
        address,
        {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, **words},
        headers={"Content-Language": language},
    )
    if lifetime is not None:
        vars(letter)["lifetime"] = lifetime  # notifications/backend.py reads it
    return letter


def language_of(request: HttpRequest) -> str:
    """The language of a letter to a person without an account: that of a page in Chinese, else the
    one the browser likes best."""
    if get_language() == "zh-hans":
        return "zh-hans"
    wished = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    first = wished[0][0] if wished else ""
    return "zh-hans" if first.partition("-")[0] == "zh" else "en"
