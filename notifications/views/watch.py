"""Watching by mail: asking for it, confirming, changing and ending it.

What the pages of asking answer is the same whether the address is known or not. A POST behind the
link of a letter is authorised by that link and by no cookie: it works without cookies, and another
site cannot forge it.
"""

import re
from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.mail import language_of
from notifications import subscriptions, watched
from notifications.models import Subscriber, Subscription
from notifications.subscriptions import Unknown
from notifications.watch_forms import TRAP, RhythmForm, WatchForm
from notifications.watched import NotWatched, Thing
from registry import query
from registry.languages import CHINESE, is_chinese
from registry.selectors import paper_by_id
from reports.views.typed import typed

TOO_OFTEN = (
    "This was asked for several times in a short time. Look into your mail, or wait an hour and "
    "send this again: what you wrote stays on this page."
)
UNKNOWN = (
    "This link is not known. What it led to has ended, or was not confirmed within seven days; or "
    "a part of the link is missing."
)
DONE = {
    "confirmed": "It is confirmed.",
    "nothing": "Nothing was confirmed: it was confirmed or ended before.",
    "ended": "It is ended.",
    "changed": "It is changed.",
}
"""What was done, by the word that the address carries after it."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_list(request: HttpRequest) -> HttpResponse:
    """Watch the list Not reproducible, all of it or of one venue."""
    return _ask(request, lambda: watched.of_venue(query.read(request.GET).venue))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_search(request: HttpRequest) -> HttpResponse:
    """Watch the papers that a search finds; without a question, the list."""
    asked = query.read(request.GET)
    if not asked.ordered("").at("").encoded():
        return redirect("watch:list")
    return _ask(request, lambda: watched.of_search(asked) or watched.THE_LIST)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Watch one paper."""
    paper = paper_by_id(paper_id) if paper_id < 2**63 else None
    if paper is None:
        raise Http404
    if paper.root_id is not None:
        return redirect("watch:paper", paper.root_id, permanent=True)
    return _ask(request, lambda: watched.of_paper(paper))


def _ask(request: HttpRequest, thing_of: Any) -> HttpResponse:
    """GET shows the form; POST sends the letter that asks to confirm it."""
    context: dict[str, Any] = {"trap": TRAP}
    try:
        thing: Thing = thing_of()
    except NotWatched as error:
        context["refused"] = str(error)
        return render(request, "notifications/watch.html", context, status=422)
    context |= {"thing": thing, "asked": thing.question}
    if request.method != "POST":
        wish = {"language": CHINESE if is_chinese() else language_of(request)}
        context["form"] = WatchForm(None, asked=False, initial=wish)
        return render(request, "notifications/watch.html", context)
    context["form"] = form = WatchForm(typed(request), asked=True)
    if not form.is_valid():
        return render(request, "notifications/watch.html", context, status=422)
    data = form.cleaned_data
    if form.trapped:
        return redirect("watch:sent")
    if not ratelimit.consume(request, action="watch", key=data["email"].lower()):
        form.add_error("email", TOO_OFTEN)
        return render(request, "notifications/watch.html", context, status=429)
    subscriptions.ask(thing=thing, now=timezone.now(), **data)
    return redirect("watch:sent")


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Look into your mail: the same for everybody."""
    return render(request, "notifications/watch_sent.html")


# --- behind the link of a letter ----------------------------------------------------------------


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody watches: GET shows it; POST confirms, changes or ends a part of it."""
    subscriber = subscriptions.of_token(token)
    if subscriber is None:
        return _ended(request, status=404)
    if request.method == "POST":
        return _act(request, token, subscriber)
    return _page(request, token, subscriber, done=DONE.get(request.GET.get("done", ""), ""))


def _act(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    now, do = timezone.now(), request.POST.get("do", "")
    done = ""
    try:
        if numbers := _numbers(request, "end"):
            if not subscriptions.end(token=token, subscription_id=numbers[0], now=now):
                return _ended(request)
            done = "ended"
        elif do == "confirm":
            confirmed = subscriptions.confirm(token=token, ids=_numbers(request, "of"), now=now)
            done = "confirmed" if confirmed else "nothing"
        elif do == "change":
            form = RhythmForm(typed(request), asked=True)
            if not form.is_valid():
                return _page(request, token, subscriber, form=form, status=422)
            subscriptions.change(token=token, now=now, **form.cleaned_data)
            done = "changed"
    except Unknown:
        return _ended(request, status=404)
    answer = redirect("watch:mine", token)
    answer["Location"] += f"?done={done}" if done else ""
    return answer


def _numbers(request: HttpRequest, name: str) -> list[int]:
    """The ids of rows that the form names."""
    return [int(one) for one in request.POST.getlist(name) if re.fullmatch("[0-9]{1,18}", one)]


def _page(
    request: HttpRequest,
    token: str,
    subscriber: Subscriber,
    *,
    form: RhythmForm | None = None,
    done: str = "",
    status: int = 200,
) -> HttpResponse:
    wish = {"rhythm": subscriber.rhythm, "language": subscriber.language}
    context = {
        "token": token,
        "waiting": _rows(subscriptions.waiting(subscriber, timezone.now())),
        "watching": _rows(subscriptions.watching(subscriber)),
        "form": form or RhythmForm(None, asked=False, initial=wish),
        "done": done,
    }
    return _unlogged(render(request, "notifications/watching.html", context, status=status))


def _rows(rows: Any) -> list[tuple[Subscription, Thing]]:
    return [(row, watched.of_row(row)) for row in rows]


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """End everything: GET shows the buttons; POST does it, also where a mail program sends it at
    one click (RFC 8058), and is answered alike the second time."""
    if request.method == "POST":
        never_again = request.POST.get("do") == "never_again"
        subscriptions.end_all(token=token, now=timezone.now(), never_again=never_again)
        return _ended(request)
    if subscriptions.of_token(token) is None:
        return _ended(request, status=404)
    return render(request, "notifications/watch_end.html", {"token": token})


def _ended(request: HttpRequest, status: int = 200) -> HttpResponse:
    """Nothing is watched by this link, or not any more."""
    context = {"refused": UNKNOWN if status == 404 else ""}
    return _unlogged(render(request, "notifications/watch_ended.html", context, status=status))


def _unlogged(response: HttpResponse) -> HttpResponse:
    """The response, of which Django logs no path, whatever its status: the path holds the link."""
    vars(response)["_has_been_logged"] = True
    return response
