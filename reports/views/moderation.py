"""The moderators' pages: the queue, and the decision on one report."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from reports import moderation, services
from reports.lifecycle import Refused
from reports.models import Report, Suggestion
from reports.selectors import with_contents
from reports.states import State
from reports.views.signed_in import sign_in, user_of
from reports.visibility import Level, may_moderate, moderators_level


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the oldest first."""
    user = user_of(request)
    if user is None:
        return sign_in(request.path)
    if not user.is_staff:
        raise PermissionDenied
    waiting = (
        Report.objects.filter(state=State.SUBMITTED)
        .select_related("paper")
        .order_by("submitted_at")
    )
    running = (
        Report.objects.filter(state__in=(State.ASKING, State.UNREACHABLE))
        .select_related("paper", "inquiry")
        .order_by("state_at")[:200]
    )
    suggestions = Suggestion.objects.filter(decided_at=None).select_related(
        "contact__inquiry__report"
    )
    context = {"waiting": waiting, "running": running, "suggestions": suggestions}
    return render(request, "reports/moderation_queue.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report with the checks of section 3; GET shows, POST decides."""
    user = user_of(request)
    if user is None:
        return sign_in(request.path)
    if not user.is_staff:
        raise PermissionDenied
    found = with_contents(Report.objects.all()).filter(pk=report_id).first()
    if found is None or moderators_level(found) is not Level.FULL:
        raise Http404
    context: dict[str, Any] = {
        "report": found,
        "addresses": found.addresses.all(),
        "checks": services.ACCEPTANCE.items(),
        "why_not": may_moderate(user, found),
        "events": found.events.select_related("user", "contact"),
        "contacts": found.inquiry.contacts.all() if hasattr(found, "inquiry") else [],
        "holds": found.inquiry.holds.filter(released_at=None) if hasattr(found, "inquiry") else [],
        "typed": request.POST,
    }
    if request.method == "POST":
        try:
            _act(request, found, user)
        except Refused as error:
            context["refused"] = str(error)
            return render(request, "reports/moderation_report.html", context, status=409)
        return redirect("moderation:queue")
    return render(request, "reports/moderation_report.html", context)


def _act(request: HttpRequest, report: Report, user: User) -> None:
    now, form = timezone.now(), request.POST
    reason = form.get("reason", "").replace("\0", "")
    match form.get("do"):
        case "accept":
            services.accept(
                report_id=report.pk, moderator=user, now=now,
                checks={name: name in form.getlist("check") for name in services.ACCEPTANCE},
                checked_addresses=[int(x) for x in form.getlist("address") if x.isdecimal()],
            )  # fmt: skip
        case "return":
            services.return_report(report_id=report.pk, moderator=user, reason=reason, now=now)
        case "decline":
            services.decline(report_id=report.pk, moderator=user, reason=reason, now=now)
        case "remove":
            services.remove(report_id=report.pk, moderator=user, reason=reason, now=now)
        case "hold":
            moderation.open_hold(report_id=report.pk, moderator=user, reason=reason, now=now)
        case "not_reached":
            moderation.not_reached(report_id=report.pk, moderator=user, reason=reason, now=now)
        case "release":
            for hold in report.inquiry.holds.filter(released_at=None):
                moderation.release_hold(hold_id=hold.pk, moderator=user, now=now)
        case _:
            raise Refused("Choose what to do.")
