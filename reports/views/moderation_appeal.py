"""One appeal, or an author's wish for a link, as moderators see it, and the form that decides."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reports import appeal_decisions, author_links, declarations
from reports.forms.appeal import BelievedForm, DecisionForm
from reports.lifecycle import Refused
from reports.models import Appeal
from reports.text import plain
from reports.views.signed_in import sign_in, user_of
from reports.visibility import may_moderate


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """GET shows the appeal, and nothing of it to who may not decide on its report; POST decides."""
    user = user_of(request)
    if user is None:
        return sign_in(request.path)
    if not user.is_staff:
        raise PermissionDenied
    appeal = (
        Appeal.objects.select_related("report__paper", "report__reporter", "paper", "decided_by")
        .filter(pk=appeal_id, confirmed_at__isnull=False)
        .first()
    )
    if appeal is None:
        raise Http404
    is_author = appeal.kind == Appeal.Kind.AUTHOR
    if is_author:
        biased = author_links.why_not(appeal, user)
    else:
        biased = may_moderate(user, appeal.report) if appeal.report is not None else ""
    form = BelievedForm if is_author else DecisionForm
    context: dict[str, Any] = {
        "appeal": appeal,
        "biased": biased,
        "why_not": appeal_decisions.why_not(appeal, user),
        "declared": appeal.report is None or declarations.has_declared(user, appeal.report),
        "form": form(None, asked=False),
    }
    if is_author:
        context |= {"claimed": author_links.author_of(appeal), "asked": author_links.seen(appeal)}
        reports = [report for report, _ in context["asked"]]
        context["declared"] = declarations.have_declared(user, reports)
    if request.method != "POST":
        return render(request, "reports/moderation_appeal.html", context)
    typed = request.POST.copy()
    for name in typed:
        typed[name] = plain(str(typed[name]))
    context["form"] = filled = form(typed, asked=True)
    status = 422
    if filled.is_valid() and not (context["declared"] or "no_conflict" in typed):
        context["refused"] = declarations.ASKED
    elif filled.is_valid():
        try:
            appeal_decisions.decide(
                appeal_id=appeal.pk, moderator=user, verdict=filled.verdict_of, now=timezone.now()
            )
        except Refused as error:
            context["refused"], status = str(error), 409
        else:
            messages.success(request, "Decided: whoever wrote gets a letter with your reason.")
            return redirect("moderation:queue")
    return render(request, "reports/moderation_appeal.html", context, status=status)
