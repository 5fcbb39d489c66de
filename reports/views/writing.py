"""Writing a report: the form, its drafts, and the preview from which it is submitted.

Every POST of the form saves what was typed before anything else is done with it.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from reports import drafts, submission
from reports.drafts import EDITABLE, Typed, first
from reports.forms import rows
from reports.forms.whole import WholeForm, blank
from reports.lifecycle import Refused
from reports.models import Report
from reports.views.signed_in import sign_in, user_of

KEPT_TEXTS = 5
"""Forms of one browser kept over a sign-in."""
SECTIONS = {"claim": "results", "evidence": "evidence", "address": "authors"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An empty form, one about `?paper=ID`, one that has searched for `?q=TEXT`, or the text kept
    over a sign-in (`?kept=KEY`)."""
    if request.method == "POST":
        return _posted(request, None)
    typed, seen = _kept(request)
    if typed is None:
        typed = blank(form_key=str(uuid4()), paper=_asked(request, "paper"), q=_asked(request, "q"))
    whole = WholeForm(typed, user=user_of(request), report=None)
    return _page(request, whole, seen=seen)


def _asked(request: HttpRequest, name: str) -> str:
    """What a link to the form says, as if it had been typed."""
    return request.GET.get(name, "").replace("\0", "")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, report_id: int) -> HttpResponse:
    """The form of a draft or returned report; with `?check`, also what it lacks."""
    if request.method == "POST":
        return _posted(request, report_id)
    user = user_of(request)
    if user is None:
        return sign_in(request.get_full_path())
    report = _own(user, report_id)
    if report.state not in EDITABLE:
        return redirect("reports:report", report_id)
    typed, seen = _kept(request)
    if typed is None:
        typed, seen = report.typed, drafts.fingerprint(report.typed)
    whole = WholeForm(typed, user=user, report=report, asked="check" in request.GET)
    return _page(request, whole, seen=seen)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, report_id: int) -> HttpResponse:
    """The report as the authors will see it; its POST submits it. Twice is the same as once."""
    user = user_of(request)
    if user is None:
        return sign_in(request.path)
    report = _own(user, report_id)
    if report.state not in EDITABLE:
        return redirect("reports:report", report_id)
    typed: Typed = report.typed
    whole = WholeForm(typed, user=user, report=report, asked=True)
    if whole.problems:
        return redirect(reverse("reports:edit", args=[report_id]) + "?check=yes")
    seen = drafts.fingerprint(typed)
    if request.method != "POST":
        complete = whole.complete()
        shown = submission.preview_of(report, complete)
        context = {"report": shown, "addresses": complete.addresses, "seen": seen}
        return render(request, "reports/report_preview.html", context)
    try:
        if request.POST.get("seen") != seen:
            raise submission.ChangedMeanwhile
        submission.submit(
            report_id=report_id, user=user, complete=whole.complete(), typed=typed,
            now=timezone.now(),
        )  # fmt: skip
    except submission.Submitted:
        pass
    except submission.ChangedMeanwhile:
        messages.warning(
            request, "The draft was changed in another window. This is what it is now."
        )
        return redirect("reports:preview", report_id)
    except Refused as error:
        return _page(request, whole, seen=seen, refused=str(error), status=409)
    else:
        messages.success(request, "Submitted. A moderator reads it before any letter leaves.")
    return redirect("reports:report", report_id)


def _own(user: User, report_id: int) -> Report:
    """The person's own report; 404 for every other."""
    report = Report.objects.select_related("paper").filter(pk=report_id, reporter=user).first()
    if report is None:
        raise Http404
    return report


def _posted(request: HttpRequest, report_id: int | None) -> HttpResponse:
    """Save what was typed, then do what the pressed button says."""
    now = timezone.now()
    typed = drafts.typed_from(request.POST)
    if not first(typed, "form_key"):
        typed["form_key"] = [str(uuid4())]
    do = request.POST.get("do", "save")
    typed, fragment = _changed_rows(typed, do)
    seen = request.POST.get("seen", "")
    user = user_of(request)
    if user is None:
        return _keep_and_sign_in(request, report_id, typed, seen)
    report = Report.objects.filter(pk=report_id, reporter=user).first() if report_id else None
    if report is not None:
        kept = drafts.save(report=report, typed=typed, seen=seen, now=now)
    else:
        kept = drafts.save_new(user=user, typed=typed, seen=seen, now=now)
        if report_id:
            messages.warning(
                request, "This account has no such draft. What you typed is kept here as a new one."
            )
    _forget(request, first(typed, "form_key"))
    here = kept.report
    if here.state not in EDITABLE:
        if kept.other is None:
            return redirect("reports:report", here.pk)
        messages.warning(
            request,
            f"Report {here.pk} is submitted already. What you typed is kept as a new draft.",
        )
        return redirect("reports:edit", kept.other.pk)
    if kept.other is not None:
        messages.warning(
            request,
            "Another window had saved other text in this draft. That text is kept as "
            f"draft {kept.other.pk}, among your reports.",
        )
    address = reverse("reports:edit", args=[here.pk])
    if do == "autosave":
        return JsonResponse({"address": address, "seen": drafts.fingerprint(typed)})
    if do == "preview":
        whole = WholeForm(typed, user=user, report=here, asked=True)
        if whole.problems:
            return _page(request, whole, seen=drafts.fingerprint(typed), status=422)
        return redirect("reports:preview", here.pk)
    if do == "save":
        messages.success(request, f"Draft saved at {now:%H:%M} UTC.")
    return redirect(address + fragment)


def _changed_rows(typed: Typed, do: str) -> tuple[Typed, str]:
    """What was typed with a row more or less, and where on the page that is."""
    action, _, rest = do.partition("-")
    kind, _, index = rest.partition("-")
    if action == "add" and kind in rows.MOST:
        typed = rows.add(typed, kind)
        return typed, f"#{kind}-{rows.count(typed, kind) - 1}"
    if action == "remove" and kind in rows.MOST and index.isdecimal():
        return rows.remove(typed, kind, int(index)), f"#{SECTIONS[kind]}"
    return typed, "#paper" if do == "find" else ""


def _page(
    request: HttpRequest, whole: WholeForm, *, seen: str, refused: str = "", status: int = 200
) -> HttpResponse:
    report = whole.report
    action = reverse("reports:edit", args=[report.pk]) if report else reverse("reports:new")
    returned = (
        report.events.filter(target=report.state).last()
        if report is not None and report.state == "returned"
        else None
    )
    context: dict[str, Any] = {
        "whole": whole,
        "report": report,
        "returned": returned,
        "action": action,
        "seen": seen,
        "refused": refused,
        "kept_texts": [] if "kept" in request.GET else kept_texts(request),
    }
    return render(request, "reports/report_form.html", context, status=status)


# --- text typed by somebody who is not signed in ---------------------------------------------


def _keep_and_sign_in(
    request: HttpRequest, report_id: int | None, typed: Typed, seen: str
) -> HttpResponse:
    """Keep the text in the session, which goes on through a sign-in, and ask to sign in."""
    autosave = request.POST.get("do") == "autosave"
    size = sum(len(value) for values in typed.values() for value in values)
    if size > drafts.SESSION_LIMIT:
        if autosave:
            return JsonResponse({"signed_out": True}, status=401)
        whole = WholeForm(typed, user=None, report=None)
        refused = (
            "This is too long to be kept while you sign in. Sign in in another tab, come back to "
            "this page and save again: everything you typed is below."
        )
        return _page(request, whole, seen=seen, refused=refused, status=413)
    key = first(typed, "form_key")
    texts = dict(request.session.get(drafts.SESSION_KEY, {}))
    texts.pop(key, None)
    texts[key] = {"typed": typed, "seen": seen}
    request.session[drafts.SESSION_KEY] = dict(list(texts.items())[-KEPT_TEXTS:])
    if autosave:
        return JsonResponse({"signed_out": True}, status=401)
    page = reverse("reports:edit", args=[report_id]) if report_id else reverse("reports:new")
    messages.info(request, "Sign in to go on. What you typed is kept and will be there again.")
    return sign_in(f"{page}?{urlencode({'kept': key})}")


def kept_texts(request: HttpRequest) -> list[str]:
    """The keys of the forms that wait in this browser's session to be saved."""
    return list(request.session.get(drafts.SESSION_KEY, {}))


def _kept(request: HttpRequest) -> tuple[Typed | None, str]:
    """The text of `?kept=KEY` and the fingerprint of the text its page was made from."""
    kept = request.session.get(drafts.SESSION_KEY, {}).get(request.GET.get("kept", ""))
    return (kept["typed"], kept["seen"]) if kept else (None, "")


def _forget(request: HttpRequest, key: str) -> None:
    texts = request.session.get(drafts.SESSION_KEY)
    if texts and texts.pop(key, None) is not None:
        request.session.modified = True
