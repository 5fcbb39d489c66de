"""The reporter adds a statement after an answer: GET asks, POST adds."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from reports import additions
from reports.additions import Turn
from reports.conversation import Side
from reports.forms.addition import AdditionForm
from reports.lifecycle import Refused
from reports.models import Claim, Report
from reports.selectors import with_history
from reports.text import plain
from reports.views.signed_in import sign_in, user_of
from reports.visibility import Level, Viewer, level

DONE = "Your statement stands under the report, and the authors get a letter."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, report_id: int) -> HttpResponse:
    """The form, or why nothing can be added now. Nothing typed is lost; sent twice it is one."""
    user = user_of(request)
    posted = request.method == "POST"
    if user is None and not posted:
        return sign_in(request.path)
    typed = {name: plain(str(value)) for name, value in request.POST.items()}
    if user is None:  # of the report nothing is shown, of what was typed all
        form = AdditionForm(typed, asked=False, claims=[])
        shown = ("csrfmiddlewaretoken", *form.fields)
        resent = {name: value for name, value in typed.items() if name not in shown}
        context = {"report_id": report_id, "form": form, "signed_out": True, "resent": resent}
        return render(request, "reports/addition.html", context, status=403)
    found = with_history(Report.objects.filter(reporter=user)).filter(pk=report_id).first()
    if found is None:
        raise Http404
    if not posted:
        return _page(request, found, AdditionForm({}, asked=False, claims=_claims(found, user)))
    form = AdditionForm(typed, asked=True, claims=_claims(found, user))
    if not form.is_valid():
        return _page(request, found, form, form_key=typed.get("form_key", ""), status=422)
    try:
        _add(found, user, form, typed.get("form_key", ""))
    except Refused as error:
        fresh = with_history(Report.objects.all()).get(pk=report_id)
        return _page(request, fresh, form, refused=str(error), status=409)
    messages.success(request, DONE)
    return redirect("reports:report", report_id)


def _claims(report: Report, user: User) -> list[Claim]:
    """The claims that the form names; of a removed report nothing is shown."""
    full = level(Viewer(user), report) is Level.FULL
    return list(report.claims.all()) if full else []


def _add(found: Report, user: User, form: AdditionForm, key: str) -> None:
    try:
        form_key = UUID(key)
    except ValueError as error:
        raise Refused("The form was incomplete. Please send it again.") from error
    additions.add_as_reporter(
        report_id=found.pk, user=user, text=form.cleaned_data["text"], url=form.cleaned_data["url"],
        values=form.values, form_key=form_key, now=timezone.now(),
    )  # fmt: skip


def _page(
    request: HttpRequest,
    report: Report,
    form: AdditionForm,
    *,
    form_key: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    turn = additions.turn_of(report, Side.REPORTER) or Turn(False, additions.NOT_YET)
    context = {
        "report_id": report.pk,
        "report": report,
        "form": form,
        "form_key": form_key or str(uuid4()),
        "turn": turn,
        "refused": refused,
    }
    return render(request, "reports/addition.html", context, status=status)
