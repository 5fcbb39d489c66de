"""The moderators' log: what was decided, by whom and why, on all reports."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports.log import log_for, moderators
from reports.views.signed_in import sign_in, user_of

MOST = 2**63
"""No number of anything is as large."""


@never_cache
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """A page of acts, newest first; `?moderator=` and `?report=` choose whose and on what."""
    user = user_of(request)
    if user is None:
        return sign_in(request.get_full_path())
    if not user.is_staff:
        raise PermissionDenied
    after = request.GET.get("after", "")[:500]
    moderator, report = _number(request, "moderator"), _number(request, "report")
    context = {
        "log": log_for(user, moderator=moderator, report=report, after=after),
        "after": after,
        "moderators": moderators(),
        "moderator": moderator,
        "report": report,
    }
    return render(request, "reports/moderation_log.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    """The number asked for; None for none, or for what is no number."""
    written = request.GET.get(name, "").strip()
    number = int(written) if written.isascii() and written.isdecimal() and len(written) < 20 else 0
    return number if 0 < number < MOST else None
