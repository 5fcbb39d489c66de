"""The public forms for appeals, complaints and authors who ask for a link; what they answer is the
same, whatever was named and whatever is being asked about it."""

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.mail import language_of
from registry.models import Paper
from reports import appeals
from reports.deadlines import Policy, span_in_words
from reports.forms.appeal import AppealForm, AuthorForm
from reports.lifecycle import Refused
from reports.models import Appeal
from reports.text import plain
from reports.views.typed import typed

TOO_OFTEN = (
    "Several of these were sent in a short time. Confirm those by the links in the letters, or "
    "wait an hour and send this again: what you wrote stays on this page."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """GET shows the form; POST stores what was written and sends the link that confirms it."""
    if request.method != "POST":
        named = plain(request.GET.get("about", ""))[: appeals.NAMED_LENGTH]
        asked = AppealForm(None, asked=False, initial={"named": named})
        return render(request, "reports/appeal.html", {"form": asked})
    sent = AppealForm(typed(request), asked=True)
    if not sent.is_valid():
        return render(request, "reports/appeal.html", {"form": sent}, status=422)
    data = sent.cleaned_data
    if not ratelimit.consume(request, action="appeal", key=data["email"].lower()):
        sent.add_error("email", TOO_OFTEN)
        return render(request, "reports/appeal.html", {"form": sent}, status=429)
    appeals.receive(**data, language=language_of(request), now=timezone.now())
    return redirect("appeal_sent")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def author(request: HttpRequest, paper_id: int) -> HttpResponse:
    """“I am an author of this paper”: GET shows the form, POST sends the link that confirms it."""
    paper = Paper.objects.select_related("root").filter(pk=paper_id, is_public=True).first()
    if paper is None:
        raise Http404
    if paper.root is not None:
        return redirect("paper_author", paper.root.pk, permanent=True)
    authors = list(paper.authors.values_list("name", flat=True))
    late = Policy.of(settings.RESPONSE_WINDOW).late
    context: dict[str, Any] = {"paper": paper, "late": span_in_words(late)}
    if request.method != "POST":
        context["form"] = AuthorForm(None, asked=False, authors=authors)
        return render(request, "reports/paper_author.html", context)
    context["form"] = filled = AuthorForm(typed(request), asked=True, authors=authors)
    if not filled.is_valid():
        return render(request, "reports/paper_author.html", context, status=422)
    data = filled.cleaned_data
    if not ratelimit.consume(request, action="appeal", key=data["email"].lower()):
        filled.add_error("email", TOO_OFTEN)
        return render(request, "reports/paper_author.html", context, status=429)
    appeals.receive(
        kind="author", named=f"paper {paper.pk}", **data, language=language_of(request),
        now=timezone.now(),
    )  # fmt: skip
    return redirect("appeal_sent")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Look into your mail: the same for everybody."""
    return render(request, "reports/appeal_sent.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the button, POST confirms; the same after the second time as after the first."""
    now = timezone.now()
    found = appeals.of_token(token, now)
    context: dict[str, Any] = {"refused": appeals.UNKNOWN}
    if found is None:
        return render(request, "reports/appeal_confirm.html", context, status=404)
    context = {
        "confirmed": found.confirmed_at is not None,
        "author": found.kind == Appeal.Kind.AUTHOR,
    }
    status = 200
    if request.method == "POST":
        try:
            appeals.confirm(token=token, now=now)
            context["confirmed"] = True
        except Refused as error:
            context["refused"] = str(error)
            status = 409
    return render(request, "reports/appeal_confirm.html", context, status=status)
