"""The page of letters of a trial run. It shows sign-in codes, so it exists only there."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern
from django_mail_preview.urls import urlpatterns as pages


def allowed(request: HttpRequest) -> bool:
    """Whether the pages answer at all (MAIL_PREVIEW_ALLOW)."""
    return bool(settings.MAILBOX_DIR)


# A letter's HTML is shown in a sandboxed frame, which the policy of the site forbids elsewhere.
urlpatterns = [
    URLPattern(
        page.pattern,
        csp_update({"frame-src": [SELF]})(page.callback),
        page.default_args,
        page.name,
    )
    for page in pages
]
app_name = "mail_preview"
