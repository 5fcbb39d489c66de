"""My reports, one report, and what its reporter does with it once it is submitted."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from registry import indexing
from registry.merging import whole
from reports import additions, linked_data, services, timeline
from reports.citations import works
from reports.conversation import Side
from reports.lifecycle import Refused
from reports.models import Report
from reports.public_record import reach_of
from reports.selectors import history_of, own_reports
from reports.states import PUBLIC, Actor, State, may
from reports.text import plain
from reports.views.signed_in import sign_in, user_of
from reports.views.writing import kept_texts
from reports.visibility import ANYBODY, Level, level, viewer_of


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The person's reports and drafts."""
    user = user_of(request)
    if user is None:
        return sign_in(request.path)
    context = {"rows": own_reports(user), "kept_texts": kept_texts(request)}
    return render(request, "reports/report_mine.html", context)


@never_cache
@require_safe
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report: all of it, its dated line, or 404, as `visibility.level` says."""
    found = history_of(report_id)
    viewer = viewer_of(request)
    seen = level(viewer, found) if found is not None else Level.NONE
    if found is None or seen is Level.NONE:
        raise Http404
    own = viewer.user is not None and found.reporter_id == viewer.user.pk
    if own and found.state == State.DRAFT:
        return redirect("reports:edit", report_id)
    last = found.events.filter(target=found.state).last()
    public = level(ANYBODY, found) is Level.FULL
    context: dict[str, Any] = {"report": found, "last": last, "own": own, "noindex": not public}
    if seen is Level.LINE:
        return _page(request, "reports/report_line.html", context)
    asked, reached = reach_of(found)
    now = timezone.now()
    said = timeline.said(found, now)
    context |= {
        "inquiry": getattr(found, "inquiry", None),
        "asked": asked,
        "reached": reached,
        "said": said,
        "late": next((one.late for one in said if one.late), ""),
        "history": found.events.exclude(target="") if own else [],
        "entries": timeline.entries([found], now=now) if found.state in PUBLIC else [],
        "cited": works(found),
        "may_withdraw": own and _may(found, State.WITHDRAWN),
        "may_accept": own and _may(found, State.RESOLVED),
        "may_dispute": own
        and _may(found, State.DISPUTED)
        and not additions.why_not_dispute(found, additions.shown_round(found)),
        "turn": additions.turn_of(found, Side.REPORTER) if own else None,
    }
    return _page(request, "reports/report.html", context)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page; search engines may show it, and machines read what it is about, if everybody sees
    the report in full."""
    response = render(request, template, context)
    if context["noindex"]:
        response.headers[indexing.HEADER] = indexing.NOINDEX
    else:
        report = context["report"]
        response.headers["Link"] = linked_data.links_of_report(report.pk, whole(report.paper))
    return response


def _may(report: Report, target: State) -> bool:
    return may(Actor.REPORTER, source=State(report.state), target=target)


# --- what the reporter does --------------------------------------------------------------------

Act = Callable[[Report, User, str, datetime], None]
DONE = {
    State.WITHDRAWN: "The report is withdrawn.",
    State.RESOLVED: "The answer is accepted; the report is resolved.",
    State.DISPUTED: "Your reason stands beside the answer, and the authors get a letter.",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, report_id: int) -> HttpResponse:
    """Take the report back; a draft that was never submitted is deleted."""

    def act(found: Report, user: User, text: str, now: datetime) -> None:
        if found.state == State.DRAFT:
            services.discard_draft(report_id=found.pk, user=user)
        else:
            services.withdraw(report_id=found.pk, user=user, note=text, now=now)

    return _action(request, report_id, act, State.WITHDRAWN)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_answer(request: HttpRequest, report_id: int) -> HttpResponse:
    """Accept the authors' answer: the report is resolved."""

    def act(found: Report, user: User, text: str, now: datetime) -> None:
        services.accept_answer(report_id=found.pk, user=user, now=now)

    return _action(request, report_id, act, State.RESOLVED)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, report_id: int) -> HttpResponse:
    """Say why the answer is not accepted; both texts stand side by side."""

    def act(found: Report, user: User, text: str, now: datetime) -> None:
        services.dispute(report_id=found.pk, user=user, reason=text, now=now)

    return _action(request, report_id, act, State.DISPUTED)


def _action(request: HttpRequest, report_id: int, act: Act, target: State) -> HttpResponse:
    """GET asks, POST acts; a text typed by somebody signed out, or refused, is shown again.

    The same POST twice is the same as once.
    """
    user = user_of(request)
    text = request.POST.get("text", "").replace("\0", "")
    context: dict[str, Any] = {"report_id": report_id, "target": target, "text": text}
    if user is None:
        if request.method != "POST":
            return sign_in(request.path)
        return render(
            request, "reports/report_action.html", context | {"signed_out": True}, status=403
        )
    found = Report.objects.select_related("paper").filter(pk=report_id, reporter=user).first()
    if found is None:
        raise Http404
    context["report"] = found
    if request.method != "POST":
        return render(request, "reports/report_action.html", context)
    draft = found.state == State.DRAFT
    try:
        act(found, user, plain(text), timezone.now())
    except Refused as error:
        last = found.events.filter(target=target).last()
        found.refresh_from_db()
        if found.state == target and last is not None and last.note == plain(text):
            return redirect("reports:report", report_id)
        context["refused"] = str(error)
        return render(request, "reports/report_action.html", context, status=409)
    messages.success(request, "The draft is deleted." if draft else DONE[target])
    return redirect("reports:mine") if draft else redirect("reports:report", report_id)
