"""What every page knows about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from registry import languages
from registry.indexing import indexed


def site(request: HttpRequest) -> dict[str, Any]:
    """What base.html says of the site: its names, whether it is on trial, whether it hears,
    whether everybody reads that authors are being asked, whether search engines may show it, and
    in which languages it is."""
    language = languages.CHINESE if languages.is_chinese() else languages.ENGLISH
    shown, found = indexed(request), request.resolver_match
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
        "TRIAL_MODE": settings.TRIAL_MODE,
        "SHOW_OPEN_INQUIRIES": settings.SHOW_OPEN_INQUIRIES,
        "DEAF": not (settings.LISTENS or settings.TRIAL_MODE),
        "NOINDEX": not shown,
        "MAILBOX": "/mailbox/" if settings.MAILBOX_DIR else "",
        "LANGUAGE": languages.TAGS[language],
        "PREFIX": languages.prefix(),
        "PATH": languages.path_in(languages.ENGLISH, request.path),
        # An address with a secret in it is not written into its page.
        "OTHER_LANGUAGE": None
        if found is not None and "token" in found.kwargs
        else languages.other(request.get_full_path(), language),
        "ALTERNATES": languages.alternates(request.path) if shown and not request.GET else (),
    }
