"""What every page knows about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from registry.indexing import indexed


def site(request: HttpRequest) -> dict[str, Any]:
    """What base.html says of the site: its names, whether it is on trial, whether it hears,
    whether everybody reads that authors are being asked, whether search engines may show it."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
        "TRIAL_MODE": settings.TRIAL_MODE,
        "SHOW_OPEN_INQUIRIES": settings.SHOW_OPEN_INQUIRIES,
        "DEAF": not (settings.LISTENS or settings.TRIAL_MODE),
        "NOINDEX": not indexed(request),
        "MAILBOX": "/mailbox/" if settings.MAILBOX_DIR else "",
    }
