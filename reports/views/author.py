"""The author's page behind the link (product.md, section 8). GET reads only.

A POST is authorised by the token that its form carries, never by a cookie, so it also works without
cookies and cannot be forged by another site.
"""

import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from reports import agreements, answers, links, replies, timeline
from reports.deadlines import in_words, span_in_words
from reports.lifecycle import Refused
from reports.models import AnswerLink, Report, Suggestion
from reports.offers import offers_to
from reports.public_record import reach_of
from reports.selectors import with_history
from reports.states import State
from reports.text import plain, shown
from reports.visibility import Level, Viewer, level

SESSION = "answer_links"
SECTIONS = ("answer", "more_time", "wrong_person", "opt_out", "object", "take_back")
"""What a letter's link may ask for by `?do=`: the sections of the page."""


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
    if do in SECTIONS:
        answer["Location"] += f"?do={do}#{do}"
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
    typed = {name: plain(request.POST.get(name, "")).strip() for name in request.POST}
    do = typed.get("do", "")
    if do in ("", "open", "preview"):
        return _page(request, link, token, typed)
    try:
        done = _act(do, typed, _numbers(request), contact_id, now)
    except Refused as error:
        return _page(request, link, token, typed, refused=error)
    links.used(link, do[:40], now)
    return _page(request, link, token, {}, done=done)


def _numbers(request: HttpRequest) -> list[int]:
    """The other reports that the form names."""
    return [int(word) for word in request.POST.getlist("also") if re.fullmatch("[0-9]{1,18}", word)]


def _act(do: str, typed: dict[str, str], also: list[int], contact_id: int, now: datetime) -> str:
    """Do what the form asks; the sentence that says what was done."""
    match do:
        case "answer":
            try:
                form_key = UUID(typed.get("form_key", ""))
            except ValueError as error:
                raise Refused("The form was incomplete. Please send it again.") from error
            answers.give_answer(
                contact_id=contact_id, kind=typed.get("kind", ""), text=typed.get("text", ""),
                url=typed.get("url", ""), name=typed.get("name", "")[:200],
                role=typed.get("role", "")[:200], form_key=form_key, also=also, now=now,
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
    typed: dict[str, str],
    *,
    done: str = "",
    refused: Refused | None = None,
) -> HttpResponse:
    contact = link.contact
    contact.refresh_from_db()
    report = with_history(Report.objects.all()).get(pk=contact.inquiry.report_id)
    seen = level(Viewer(contact_ids=frozenset({contact.pk})), report)
    now = timezone.now()
    offers = offers_to(contact, report, now)
    deadline = report.inquiry.deadline
    do = typed.get("do", "") or request.GET.get("do", "")
    asked, reached = reach_of(report)
    waiting, written = replies.waiting_words(contact)
    # What was typed stands again in the form it was typed into, and in no other.
    again = {} if do == "wrong_person" else typed
    mailed = (
        bool(written) and not again.get("text") and typed.get("do") not in ("answer", "preview")
    )
    if mailed:
        again = again | {"text": shown(written, answers.TEXT_LENGTH).text}
    context: dict[str, Any] = {
        "contact": contact,
        "report": report,
        "full": seen is Level.FULL,
        "inquiry": report.inquiry,
        "overdue": deadline is not None and now > deadline,
        "asked": asked,
        "reached": reached,
        "offers": offers,
        "extension": span_in_words(report.inquiry.policy.extension),
        "said": _said(report, seen),
        "token": token,
        "form_key": uuid4(),
        "typed": again,
        "replies": waiting,
        "mailed": mailed,
        "named": typed if do == "wrong_person" else {},
        "ticked": _numbers(request),
        "preview": do == "preview",
        "done": done,
        "refused": refused,
        "problems": getattr(refused, "problems", {}),
        "do": do,
        "gone": offers.why_not(do) if do in SECTIONS and not done and not refused else "",
        "suggestion_kinds": Suggestion.Kind.choices,
    }
    return render(request, "reports/answer.html", context, status=_status(refused))


def _status(refused: Refused | None) -> int:
    """422 for a form that lacks something, 409 for what is not possible as things stand."""
    if refused is None:
        return 200
    return 422 if isinstance(refused, answers.Incomplete) else 409


def _said(report: Report, seen: Level) -> list[timeline.Said]:
    """What was said; beside a report that was withdrawn the answers alone are left."""
    said = timeline.said(report)
    if seen is Level.FULL:
        return said
    return [one for one in said if one.answer and report.state == State.WITHDRAWN]


def _no_link(request: HttpRequest, contact_id: int | None = None) -> HttpResponse:
    """The link is unknown, cut, revoked or too old; or the browser keeps no cookies.

    What was typed goes on with the link that is pasted here.
    """
    typed = {
        name: plain(request.POST.get(name, "")).strip()
        for name in ("kind", "text", "url", "name", "role")
        if request.POST.get("do", "") in ("answer", "preview", "open")
    }
    context = {"contact_id": contact_id, "typed": typed}
    return render(request, "reports/answer_no_link.html", context, status=404)


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
