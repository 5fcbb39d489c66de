"""The author's page behind the link (product.md, section 8). GET reads only.

A POST is authorised by the token that its form carries, never by a cookie, so it also works without
cookies and cannot be forged by another site.
"""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from reports import agreements, answers, links
from reports.deadlines import in_words
from reports.lifecycle import Refused
from reports.models import Answer, AnswerLink, Report, Suggestion
from reports.selectors import with_contents
from reports.text import plain
from reports.visibility import Level, Viewer, level

SESSION = "answer_links"
TEXT_LENGTH = 50_000  # characters of an answer


@never_cache
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address: the session keeps it, other links stay beside it."""
    link = links.resolve(token, timezone.now())
    if link is None:
        return _no_link(request)
    kept = request.session.get(SESSION, {})
    request.session[SESSION] = kept | {str(link.contact_id): token}
    answer = redirect("answer", link.contact_id)
    do = request.GET.get("do", "")
    if do.replace("_", "").isalpha():
        answer["Location"] += f"#{do}"
    return answer


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The report as the author sees it, and the ways to answer it."""
    now = timezone.now()
    posted = request.method == "POST"
    kept = request.session.get(SESSION, {}).get(str(contact_id), "")
    token = request.POST.get("token", "") if posted else kept
    token = token.strip().rstrip("/").rpartition("/")[2]  # a whole link may be pasted
    link = links.resolve(token, now) if token else None
    if link is None or link.contact_id != contact_id:
        return _no_link(request, contact_id)
    if not posted or request.POST.get("do", "") in ("", "open"):
        return _page(request, link, token)
    try:
        done = _act(request, contact_id)
    except Refused as error:
        return _page(request, link, token, refused=str(error), status=409)
    links.used(link, request.POST["do"][:40], now)
    return _page(request, link, token, done=done)


def _act(request: HttpRequest, contact_id: int) -> str:
    """Do what the form asks; the sentence that says what was done."""
    now = timezone.now()
    typed = {name: plain(request.POST.get(name, "")).strip() for name in request.POST}
    match typed.get("do"):
        case "answer":
            if len(typed.get("text", "")) > TEXT_LENGTH:
                raise Refused(f"Shorten the answer to {TEXT_LENGTH:,} characters.")
            url = typed.get("url", "")
            if url and (not url.startswith(("http://", "https://")) or len(url) > 500):
                raise Refused(
                    "The link must begin with http:// or https://, 500 characters at most."
                )
            try:
                form_key = UUID(typed.get("form_key", ""))
            except ValueError as error:
                raise Refused("The form was incomplete. Please send it again.") from error
            answers.give_answer(
                contact_id=contact_id, kind=typed.get("kind", ""), text=typed.get("text", ""),
                url=url, name=typed.get("name", "")[:200], role=typed.get("role", "")[:200],
                form_key=form_key, now=now,
            )  # fmt: skip
            return "Your answer is stored as shown below. It stands in full beside the report."
        case "more_time":
            deadline = answers.more_time(contact_id=contact_id, now=now)
            return f"The new deadline is {in_words(deadline)}."
        case "wrong_person":
            answers.suggest(
                contact_id=contact_id, kind=typed.get("kind", ""), name=typed.get("name", "")[:300],
                email=typed.get("email", "")[:254], note=typed.get("text", "")[:2000], now=now,
            )  # fmt: skip
            return "Thank you. Nothing happens to the report until a moderator has decided."
        case "opt_out":
            answers.opt_out(contact_id=contact_id, now=now)
            return "We do not write to you about this paper again. You can still answer here."
        case "object":
            agreements.object_to(contact_id=contact_id, now=now)
            return "Your objection is stored: the agreement is not confirmed."
        case "take_back":
            agreements.take_back(contact_id=contact_id, now=now)
            return "The agreement is taken back."
        case _:
            raise Refused("Choose what you want to do.")


def _page(
    request: HttpRequest,
    link: AnswerLink,
    token: str,
    *,
    done: str = "",
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    contact = link.contact
    contact.refresh_from_db()
    report = with_contents(Report.objects.select_related("inquiry")).get(
        pk=contact.inquiry.report_id
    )
    seen = level(Viewer(contact_ids=frozenset({contact.pk})), report)
    context: dict[str, Any] = {
        "contact": contact,
        "report": report,
        "full": seen is Level.FULL,
        "inquiry": report.inquiry,
        "token": token,
        "form_key": uuid4(),
        "typed": request.POST if refused else {},
        "done": done,
        "refused": refused,
        "answer_kinds": Answer.Kind.choices,
        "suggestion_kinds": Suggestion.Kind.choices,
    }
    return render(request, "reports/answer.html", context, status=status)


def _no_link(request: HttpRequest, contact_id: int | None = None) -> HttpResponse:
    """The link is unknown, cut, revoked or too old; or the browser keeps no cookies."""
    return render(request, "reports/answer_no_link.html", {"contact_id": contact_id}, status=404)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm an agreement through the second mail: GET asks, POST acts."""
    found = agreements.of_token(token)
    contact = found.answer.contact if found is not None else None
    if contact is None:
        return _no_link(request)
    context: dict[str, Any] = {"agreement": found, "paper": contact.inquiry.report.paper}
    status = 200
    if request.method == "POST":
        try:
            context["agreement"] = agreements.confirm(token=token, now=timezone.now())
        except Refused as error:
            context["refused"], status = str(error), 409
    return render(request, "reports/agreement.html", context, status=status)
