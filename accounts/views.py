"""Pages about the account."""

from urllib.parse import urlencode

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as sign_out
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.forms import AccountForm, AddressForm, CodeForm, EraseForm
from accounts.models import User
from accounts.signin import SignIn, may_send

WHY = {
    "expired": "There is no code to confirm: it has expired or was used, or your browser does "
    "not keep cookies, which signing in needs. Ask for a new code.",
    "tries": "That was one wrong code too many, so the code no longer works. Ask for a new one.",
}
"""Why a person is back at the first page of sign-in."""
TOO_OFTEN = (
    "Several codes were asked for in a short time. Use the one in the newest letter, look into "
    "the spam folder, or wait 15 minutes and ask again."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address and send a code to it."""
    goal = get_next_redirect_url(request)
    if request.user.is_authenticated:
        return redirect(goal or settings.LOGIN_REDIRECT_URL)
    form = AddressForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif not may_send(request, form.cleaned_data["email"]):
            form.add_error("email", TOO_OFTEN)
            status = 429
        else:
            SignIn.start(request, form.cleaned_data["email"])
            return redirect(_with_goal("account_confirm_login_code", goal))
    why = WHY.get(request.GET.get("why", ""), "") if request.method != "POST" else ""
    context = {"form": form, "next": goal, "why": why}
    return render(request, "accounts/sign_in.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_code(request: HttpRequest) -> HttpResponse:
    """Take the code; or send a new one."""
    goal = get_next_redirect_url(request)
    if request.user.is_authenticated:
        return redirect(goal or settings.LOGIN_REDIRECT_URL)
    process = SignIn.pending(request)
    if process is None:
        return redirect(_with_goal("account_login", goal, why="expired"))
    if request.method == "POST" and request.POST.get("action") == "resend":
        return _resend(request, process, goal)
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif process.is_right(form.cleaned_data["code"]):
            return process.finish(goal)
        elif not process.record_invalid_attempt():
            return redirect(_with_goal("account_login", goal, why="tries"))
        else:
            form.add_error("code", _wrong(process.tries_left))
            status = 422
    return _code_page(request, process, goal, form, status)


def _resend(request: HttpRequest, process: SignIn, goal: str | None) -> HttpResponse:
    if not process.can_resend or not may_send(request, process.email):
        form = CodeForm({"code": ""})
        form.errors.clear()
        form.add_error(None, TOO_OFTEN)
        return _code_page(request, process, goal, form, 429)
    process.resend()
    messages.success(request, "A new code is on its way. The earlier one no longer works.")
    return redirect(_with_goal("account_confirm_login_code", goal))


def _code_page(
    request: HttpRequest, process: SignIn, goal: str | None, form: CodeForm, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "next": goal,
        "email": process.email,
        "minutes": process.timeout // 60,
        "can_resend": process.can_resend,
    }
    return render(request, "accounts/code.html", context, status=status)


def _wrong(tries_left: int) -> str:
    more = (
        gettext("One more try")
        if tries_left == 1
        else gettext("{tries_left} more tries").format(tries_left=tries_left)
    )
    return gettext(
        "That is not the code of the newest letter. {more}, then a new code is needed."
    ).format(more=more)


def _with_goal(name: str, goal: str | None, **query: str) -> str:
    """The address of `name` that remembers where the person wanted to go."""
    if goal:
        query["next"] = goal
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """The account: what the moderators know about a person, and their language.

    Posted after the session ended, it keeps what was typed and says how to go on.
    """
    user = request.user
    if not isinstance(user, User):
        if request.method != "POST":
            return redirect(_with_goal("account_login", reverse("account_me")))
        context = {"form": AccountForm(request.POST), "signed_out": True}
        return render(request, "accounts/me.html", context, status=403)
    email = user.email
    form = AccountForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your account is saved.")
        return redirect("account_me")
    status = 422 if form.errors else 200
    if form.errors:
        user.refresh_from_db()  # the header shows what is stored
    context = {"form": form, "email": email}
    return render(request, "accounts/me.html", context, status=status)


@never_cache
@require_POST
def data(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about the person, as a file."""
    user = request.user
    if not isinstance(user, User):
        return redirect(_with_goal("account_login", reverse("account_me")))
    response = JsonResponse(
        services.export_all(user, now=timezone.now()),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Erase the account: GET says what happens to what, POST does it and signs out."""
    user = request.user
    if not isinstance(user, User):
        return redirect(_with_goal("account_login", reverse("account_erase")))
    form = EraseForm(request.POST if request.method == "POST" else None, user=user)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "accounts/erase.html", {"form": form}, status=status)
    services.erase_all(
        user_id=user.pk,
        keep_published=form.cleaned_data["published"] == EraseForm.KEEP,
        now=timezone.now(),
    )
    sign_out(request)
    return render(request, "accounts/erased.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a person sees whose form was refused: everything typed, and a way to send it again.

    The way is offered only where the browser says that the form came from a page of this site
    (Origin, RFC 6454), so that no other site can lead a person through it.
    """
    origin = f"{request.scheme}://{request.get_host()}"
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    context = {
        "typed": typed,
        "shown": [
            (name, value) for name, value in typed if isinstance(value, str) and value.strip()
        ],
        "ours": request.headers.get("Origin") == origin,
        "files": list(request.FILES),
        "cookies": bool(request.COOKIES),
    }
    return render(request, "accounts/csrf_failure.html", context, status=403)
