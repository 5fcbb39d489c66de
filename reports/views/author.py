"""The author's page behind the link (product.md, section 8). GET reads only.

A POST is authorised by the token that its form carries, never by a cookie, so it also works without
cookies and cannot be forged by another site.
"""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from reports import additions, agreements, answers, links, replies, several, statements, timeline
from reports.additions import Turn
from reports.answers import Incomplete
from reports.conversation import Side
from reports.deadlines import in_words, span_in_words
from reports.forms.files import limits
from reports.forms.sharing import PREFIX, SEEN, SharingForm, filled_in
from reports.lifecycle import Refused
from reports.models import AnswerLink, Contact, Report, Suggestion
from reports.offers import Offers, offers_to
from reports.public_record import reach_of
from reports.selectors import with_history
from reports.sharing import Stated, newest
from reports.states import State
from reports.text import plain, shown
from reports.uploads import takes_files, too_large, was_cut
from reports.views import author_files
from reports.views.answer_links import SESSION, kept_token
from reports.visibility import Level, Viewer, level

SECTIONS = ("answer", "add", "more_time", "wrong_person", "opt_out", "object", "take_back")
"""What a letter's link may ask for by `?do=`: the sections of the page."""


@never_cache
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address: the session keeps it, other links stay beside it."""
    link = links.resolve(token, timezone.now())
    if link is None:
        return _no_link(request, token=token)
    kept = request.session.get(SESSION, {})
    request.session[SESSION] = kept | {str(link.contact_id): token}
    answer = redirect("answer", link.contact_id)
    do = request.GET.get("do", "")
    if do in SECTIONS:
        answer["Location"] += f"?do={do}#{do}"
    return answer


@takes_files
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The report as the author sees it, and the ways to answer it."""
    now = timezone.now()
    posted = request.method == "POST"
    if posted and was_cut(request):
        return too_large(request)
    token = request.POST.get("token", "") if posted else kept_token(request, contact_id)
    token = token.strip().rstrip("/").rpartition("/")[2]  # a whole link may be pasted
    link = links.resolve(token, now) if token else None
    if link is None or link.contact_id != contact_id:
        return _no_link(request, contact_id, token)
    typed = {name: plain(request.POST.get(name, "")).strip() for name in request.POST}
    do = typed.get("do", "")
    if do in ("", "open"):
        return _page(request, link, token, typed)
    try:
        attached: list[int] = []
        if do in ("answer", "preview"):
            attached = author_files.attach(request, typed, contact_id, now)
        if do == "preview":
            return _page(request, link, token, typed)
        done = _act(do, typed, _chosen(request, link, typed), attached, link.contact, now)
    except Refused as error:
        return _page(request, link, token, typed, refused=error)
    links.used(link, do[:40], now)
    # The table alone was stored: what else was typed is not, and stays.
    left = {name: text for name, text in typed.items() if not name.startswith(PREFIX)}
    return _page(request, link, token, left if do == "share" else {}, done=done)


def _chosen(request: HttpRequest, link: AnswerLink, typed: dict[str, str]) -> list[int]:
    """The reports that the form is for; the page's own where it offered no choice."""
    if not typed.get("several"):
        return [link.contact.inquiry.report_id]
    words = request.POST.getlist("about")
    return [int(word) for word in words if re.fullmatch("[0-9]{1,18}", word)]


def _act(
    do: str,
    typed: dict[str, str],
    about: list[int],
    file_ids: list[int],
    contact: Contact,
    now: datetime,
) -> str:
    """Do what the form asks; the sentence that says what was done."""
    contact_id = contact.pk
    match do:
        case "answer":
            several.give_answer(
                contact_id=contact_id, about=about, kind=typed.get("kind", ""),
                text=typed.get("text", ""), url=typed.get("url", ""),
                name=typed.get("name", "")[:200], role=typed.get("role", "")[:200],
                form_key=author_files.form_key(typed), file_ids=file_ids, now=now,
                shared=_touched(typed, contact),
            )  # fmt: skip
            return "Your answer is stored as shown below. It stands in full beside the report."
        case "share":
            name = typed.get("name", "")[:200]
            if not name:
                raise Incomplete({"name": "Give your name: it stands beside what you say."})
            rows = _touched(typed, contact)
            if not statements.state(contact_id=contact_id, rows=rows, name=name, now=now):
                return "Nothing in the table was changed, so nothing new is stored."
            return "What you say is shared is stored. It is no answer: nothing else changes by it."
        case "add":
            additions.add_as_author(
                contact_id=contact_id, text=typed.get("text", ""), url=typed.get("url", ""),
                name=typed.get("name", "")[:200], role=typed.get("role", "")[:200],
                form_key=author_files.form_key(typed), now=now,
            )  # fmt: skip
            return "Your statement is stored as shown below. It stands in full beside the report."
        case "more_time":
            granted = several.more_time(contact_id=contact_id, about=about, now=now)
            return _new_deadlines(granted)
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


def _new_deadlines(granted: dict[int, datetime]) -> str:
    if len(granted) == 1:
        (new,) = granted.values()
        return gettext("The new deadline is {when}.").format(when=in_words(new))
    told = gettext("; ").join(
        gettext("report {number}: {when}").format(number=number, when=in_words(new))
        for number, new in granted.items()
    )
    return gettext("The new deadlines: {told}.").format(told=told)


def _touched(typed: dict[str, str], contact: Contact) -> list[Stated]:
    """The rows of the table of what is shared that the author changed."""
    table = SharingForm(typed, asked=True)
    if problems := table.problems():
        raise Incomplete(problems)
    return statements.touched(contact.inquiry.report_id, table.stated(), seen=table.seen)


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
    turn = additions.turn_of(report, Side.AUTHORS) if seen is Level.FULL else None
    asked_about = several.asked_about(contact, now) if seen is Level.FULL else []
    deadline = report.inquiry.deadline
    do = typed.get("do", "") or request.GET.get("do", "")
    asked, reached = reach_of(report)
    waiting, written = replies.waiting_words(contact)
    # What was typed stands again in the form it was typed into, and in no other.
    again = {} if do in ("wrong_person", "add") else typed
    mailed = (
        bool(written) and not again.get("text") and typed.get("do") not in ("answer", "preview")
    )
    if mailed:
        again = again | {"text": shown(written, answers.TEXT_LENGTH).text}
    table, untouched = _table_again(report, again, refused)
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
        "said": _said(report, seen, now),
        "turn": turn,
        "token": token,
        "form_key": author_files.key_again(typed) or uuid4(),
        "files": contact.files.filter(answer=None),
        "file_limits": limits(),
        "typed": again,
        "table": table,
        "table_open": do == "share" or not untouched,
        "replies": waiting,
        "mailed": mailed,
        "named": typed if do == "wrong_person" else {},
        "added": typed if do == "add" else {},
        "several": asked_about if len(asked_about) > 1 else [],
        "more_time_elsewhere": any(not one.no_more_time for one in asked_about if not one.here),
        "ticked": _chosen(request, link, typed)
        if typed.get("several")
        else several.at_first(asked_about),
        "preview": do == "preview",
        "done": done,
        "refused": refused,
        "problems": getattr(refused, "problems", {}),
        "answer_problems": {} if do == "add" else getattr(refused, "problems", {}),
        "prefix": {"wrong_person": "other", "add": "added"}.get(do, "id"),
        "do": do,
        "gone": _gone(do, offers, turn) if do in SECTIONS and not done and not refused else "",
        "suggestion_kinds": Suggestion.Kind.choices,
    }
    return render(request, "reports/answer.html", context, status=_status(refused))


def _table_again(
    report: Report, typed: dict[str, str], refused: Refused | None
) -> tuple[SharingForm, bool]:
    """The table as it was typed, or as the authors filled it in last; whether it is that."""
    said = [statement.said for statement in report.statements.all()]
    stands = filled_in(
        {item: sides.author for item, sides in newest(said).items()},
        max((one.order for one in said), default=0),
    )
    again = {name: text for name, text in typed.items() if name.startswith(f"{PREFIX}-")}
    filled = stands | again
    table = SharingForm(filled, asked=refused is not None)
    return table, all(filled[name] == text for name, text in stands.items() if name != SEEN)


def _gone(do: str, offers: Offers, turn: Turn | None) -> str:
    """Empty, or the sentence for a link of a letter that leads to nothing any more."""
    if do == "add":
        return turn.words if turn is not None and not turn.may_add else ""
    return offers.why_not(do)


def _status(refused: Refused | None) -> int:
    """503 while files cannot be stored, 422 for a form that lacks something, 409 for what is not
    possible as things stand."""
    if refused is None:
        return 200
    if isinstance(refused, author_files.FilesRefused) and refused.away:
        return 503
    return 422 if isinstance(refused, Incomplete) else 409


def _said(report: Report, seen: Level, now: datetime) -> list[timeline.Said]:
    """What was said; beside a report that was withdrawn what authors said is left."""
    said = timeline.said(report, now)
    if seen is Level.FULL:
        return said
    if report.state != State.WITHDRAWN:
        return []
    return [
        one for one in said if one.answer or (one.addition and one.addition.side == Side.AUTHORS)
    ]


def _no_link(request: HttpRequest, contact_id: int | None = None, token: str = "") -> HttpResponse:
    """The link is unknown, cut, revoked or too old; or the browser keeps no cookies.

    What was typed goes on with the link that is pasted here.
    """
    typed = {
        name: plain(request.POST.get(name, "")).strip()
        for name in ("kind", "text", "url", "name", "role", "several", *_of_the_table(request))
        if request.POST.get("do", "") in ("answer", "add", "preview", "open", "share")
    }
    context = {
        "contact_id": contact_id,
        "typed": typed,
        "about": request.POST.getlist("about"),
        "ended_at": links.ended_at(token) if token else None,
    }
    return render(request, "reports/answer_no_link.html", context, status=404)


def _of_the_table(request: HttpRequest) -> list[str]:
    return [name for name in request.POST if name.startswith(f"{PREFIX}-")]


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
