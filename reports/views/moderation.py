"""The moderators' pages: the queue, and one report with what can be decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from reports import declarations
from reports import queue as waiting
from reports.case import Case, case_of
from reports.forms.moderation import ModerationForm, ToReporter
from reports.lifecycle import Refused
from reports.text import plain, shown
from reports.views.moderation_acts import ACTS, Act, Thing, thing_of
from reports.views.moderation_deeds import Deed
from reports.views.signed_in import sign_in, user_of

REPLY_LENGTH = 20_000
"""Characters of an answer by mail that are shown."""


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the oldest first."""
    user = user_of(request)
    if user is None:
        return sign_in(request.path)
    if not user.is_staff:
        raise PermissionDenied
    context = {"queue": waiting.queue_at(timezone.now())}
    return render(request, "reports/moderation_queue.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report with all that moderators know of it; GET shows, POST decides."""
    user = user_of(request)
    if user is None:
        return sign_in(request.path)
    if not user.is_staff:
        raise PermissionDenied
    case = case_of(report_id, user, timezone.now())
    if case is None:
        raise Http404
    if request.method != "POST":
        return _page(request, case)
    if "fill" in request.POST and not case.why_not:
        return _filled(request, case)
    return _decided(request, case)


def _filled(request: HttpRequest, case: Case) -> HttpResponse:
    """The page again, with the ready sentence that was chosen in its form; nothing is done."""
    typed = _typed(request)
    do = typed.get("fill", "")
    act = ACTS.get(do)
    form = None if act is None else _form(act, do, case, None, typed, asked=False)
    if act is None or not isinstance(form, ToReporter) or act.why_not(case, None):
        return _page(request, case, typed=typed, refused="Choose what to do.", status=409)
    form.insert(typed.get("ready", ""))
    return _page(request, case, form=(do, "", form))


def _decided(request: HttpRequest, case: Case) -> HttpResponse:
    """Do what the form asks for; else the page again, with all that was typed."""
    typed = _typed(request)
    do, of = typed.get("do", ""), typed.get("of", "")
    try:
        if case.why_not:
            raise Refused(case.why_not)
        act = ACTS.get(do)
        if act is None:
            raise Refused("Choose what to do.")
        thing = thing_of(act, case, of)
        form = _form(act, do, case, thing, typed)
        if not form.is_valid():
            return _page(request, case, form=(do, of, form), status=422)
        if not (case.declared or act.declares or "no_conflict" in typed):
            return _page(request, case, typed=typed, refused=declarations.ASKED, status=422)
        done = _do(act, case, form, thing)
    except Refused as error:
        now = case_of(case.report.pk, case.user, case.now)
        if now is None:  # somebody removed it at the same moment
            messages.error(request, str(error))
            return redirect("moderation:queue")
        return _page(request, now, typed=typed, refused=str(error), status=409)
    messages.success(request, done)
    if not act.ends:
        return redirect("moderation:report", case.report.pk)
    return _onward(case) if "onward" in typed else redirect("moderation:queue")


def _do(act: Act, case: Case, form: ModerationForm, thing: Thing) -> str:
    """The act, and with the first one on the case the declaration that came with it."""
    deed = Deed(
        report=case.report, user=case.user, now=case.now, data=form.cleaned_data, thing=thing
    )
    with transaction.atomic():
        done = act.do(deed)
        if not (case.declared or act.declares):
            declarations.declare_none(report_id=case.report.pk, moderator=case.user, now=case.now)
    return done


def _onward(case: Case) -> HttpResponse:
    """On to the report that waits after this one, or the first; the queue where none waits."""
    _, following = waiting.around(case.report, case.user)
    if following is None:
        case.report.refresh_from_db(fields=["state"])
        _, following = waiting.around(case.report, case.user)
    if following is None:
        return redirect("moderation:queue")
    return redirect(f"{reverse('moderation:report', args=[following])}?onward=1")


def _typed(request: HttpRequest) -> QueryDict:
    """What was sent, without characters that no page can show."""
    typed = request.POST.copy()
    for name, values in request.POST.lists():
        typed.setlist(name, [plain(str(value)) for value in values])
    return typed


def _form(
    act: Act,
    do: str,
    case: Case,
    thing: Thing,
    typed: Mapping[str, Any] | None = None,
    *,
    asked: bool = True,
) -> ModerationForm:
    name = do if thing is None else f"{do}-{thing.pk}"
    asked = asked and typed is not None
    return act.form(typed, asked=asked, case=case, thing=thing, auto_id=f"id_{name}_%s")


# --- the page ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A decision as the page offers it: a form, or why it is not possible now."""

    do: str
    act: Act
    of: str
    form: ModerationForm
    why_not: str


Sent = tuple[str, str, ModerationForm]


def _page(
    request: HttpRequest,
    case: Case,
    *,
    form: Sent | None = None,
    typed: QueryDict | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "report": case.report,
        "inquiry": case.inquiry,
        "refused": refused,
        "form": form[2] if form is not None and form[2].errors else None,
        "onward": "onward" in (request.POST if request.method == "POST" else request.GET),
    }
    context["before"], context["after"] = waiting.around(case.report, case.user)
    if not case.why_not:
        offers = _offers(case, form, typed)
        context |= _things(case, offers) | _report_level(offers)
        if typed is not None and not any(o.form.is_bound and not o.why_not for o in offers):
            context["kept"] = _written(typed)
    return render(request, "reports/moderation_report.html", context, status=status)


def _offers(case: Case, sent: Sent | None, typed: QueryDict | None) -> list[Offer]:
    """Every decision about the report and its things; the one that was sent with what was typed."""
    offers = []
    for do, act in ACTS.items():
        things: list[Thing] = [None] if act.things is None else list(act.things(case))
        for thing in things:
            of = "" if thing is None else str(thing.pk)
            if sent is not None and sent[:2] == (do, of):
                form = sent[2]
            else:
                again = typed is not None and (typed.get("do"), typed.get("of", "")) == (do, of)
                form = _form(act, do, case, thing, typed if again else None)
            offers.append(Offer(do, act, of, form, act.why_not(case, thing)))
    return offers


def _report_level(offers: list[Offer]) -> dict[str, Any]:
    """What is about the report as a whole: what is possible, and the rest by why it is not."""
    impossible: dict[str, list[str]] = {}
    for offer in offers:
        if not offer.of and offer.why_not:
            impossible.setdefault(offer.why_not, []).append(offer.act.title)
    return {
        "possible": [offer for offer in offers if not offer.of and not offer.why_not],
        "impossible": impossible,
    }


def _things(case: Case, offers: list[Offer]) -> dict[str, Any]:
    """The things of the case, each with what can be decided about it."""
    found = {(offer.do, offer.of): offer for offer in offers}

    def at(do: str, pk: int) -> Offer | None:
        return found.get((do, str(pk)))

    return {
        "asked": [
            (one, [at(do, one.contact.pk) for do in ("robots", "counts", "revoke")])
            for one in case.asked
        ],
        "replies": [
            (
                one,
                shown(one.text, REPLY_LENGTH),
                [at(do, one.pk) for do in ("publish", "set_aside")],
            )
            for one in case.replies_waiting
        ],
        "replied": [one for one in case.replies if one.decided_at is not None],
        "holds": [(hold, at("release", hold.pk)) for hold in case.holds],
        "waiting": [(word, at("decide", word.pk)) for word in case.waiting],
        "decided": [word for word in case.suggestions if word.decided_at is not None],
        "proposals": [
            (one, [at(do, one.pk) for do in ("confirm", "reject")]) for one in case.proposals
        ],
        "redactions": [(one, at("uncover", one.pk)) for one in case.redactions],
        "answers": [(answer, at("without_content", answer.pk)) for answer in case.answers],
    }


def _written(typed: QueryDict) -> list[str]:
    """Words that were typed into a form that is not there any more."""
    names = (
        "reason", "passage", "decision", "because", "where", "found", "source", "email", "text",
    )  # fmt: skip
    return [str(typed[name]) for name in names if typed.get(name, "").strip()]
