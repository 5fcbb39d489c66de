"""One paper as moderators see it: its entries, its reports, merging, and correcting its facts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from registry import doubles
from registry import merging as pointers
from registry.models import Paper
from registry.provenance import differences
from reports import merging, paper_facts
from reports.forms.papers import form_of
from reports.lifecycle import Refused
from reports.models import PaperEvent, Report
from reports.states import State
from reports.text import plain
from reports.views.signed_in import sign_in, user_of

Act = Callable[[Paper, User, int, dict[str, Any], datetime], str]


def _merge(paper: Paper, user: User, of: int, data: dict[str, Any], now: datetime) -> str:
    done = merging.merge(
        paper_id=paper.pk, root_id=data["other"], moderator=user, reason=data["reason"], now=now
    )
    if done.kind == PaperEvent.Kind.PROPOSED:
        return "Proposed: it is done when another moderator confirms it."
    return "Merged: everything public of both stands under one paper."


def _unmerge(paper: Paper, user: User, of: int, data: dict[str, Any], now: datetime) -> str:
    merging.unmerge(paper_id=of, moderator=user, reason=data["reason"], now=now)
    return "Undone: each paper stands for itself again."


def _confirm(paper: Paper, user: User, of: int, data: dict[str, Any], now: datetime) -> str:
    merging.confirm(proposal_id=of, moderator=user, now=now)
    return "Confirmed and merged."


def _reject(paper: Paper, user: User, of: int, data: dict[str, Any], now: datetime) -> str:
    merging.reject(proposal_id=of, moderator=user, reason=data["reason"], now=now)
    return "The proposal is rejected; nothing was done."


def _correct(paper: Paper, user: User, of: int, data: dict[str, Any], now: datetime) -> str:
    paper_facts.correct(paper_id=of, moderator=user, now=now, **data)
    return "Corrected: no source changes it again."


ACTS: dict[str, Act] = {
    "merge": _merge, "unmerge": _unmerge, "confirm": _confirm, "reject": _reject,
    "correct": _correct,
}  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """GET shows the paper and its entries; POST merges, proposes, confirms, rejects, undoes, or
    corrects the facts of one."""
    user = user_of(request)
    if user is None:
        return sign_in(request.path)
    if not user.is_staff:
        raise PermissionDenied
    found = Paper.objects.select_related("root").filter(pk=paper_id, is_public=True).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found, user)
    typed = request.POST.copy()
    for name in typed:
        typed[name] = plain(str(typed[name]))
    do, of = typed.get("do", ""), typed.get("of", "")
    number = int(of) if of.isascii() and of.isdecimal() and len(of) < 19 else 0
    if do not in ACTS:
        return _page(request, found, user, refused="Choose what to do.", status=409)
    form = form_of(do, typed, of=number)
    if not form.is_valid():
        return _page(request, found, user, sent=(do, number, form), status=422)
    try:
        if do != "merge" and not _is_about(found, do, number):
            raise Refused("What this was about is decided already, or gone.")
        said = ACTS[do](found, user, number, form.cleaned_data, timezone.now())
    except Refused as error:
        return _page(request, found, user, sent=(do, number, form), refused=str(error), status=409)
    messages.success(request, said)
    return redirect("moderation:paper", found.pk)


def _is_about(paper: Paper, do: str, number: int) -> bool:
    """Whether the number in the form is of something on this page."""
    if do == "unmerge":
        return number in pointers.group_of(paper)[1:]
    if do == "correct":
        return number in pointers.group_of(paper)
    return number in {event.pk for event in _events(paper)}


def _events(paper: Paper) -> list[PaperEvent]:
    """What moderators did with the entries of the work, and proposed to do."""
    group = pointers.group_of(paper)
    return list(
        PaperEvent.objects.filter(Q(paper__in=group) | Q(root__in=group))
        .select_related("paper", "root", "user", "decision")
        .order_by("pk")
    )


def _page(
    request: HttpRequest,
    paper: Paper,
    user: User,
    *,
    sent: tuple[str, int, Any] | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    group = pointers.group_of(paper)
    entries = (
        Paper.objects.filter(pk__in=group).order_by("pk").prefetch_related("identifiers", "authors")
    )

    def form(do: str, of: int = 0, begins: dict[str, Any] | None = None) -> Any:
        same = sent is not None and sent[:2] == (do, of)
        return sent[2] if sent is not None and same else form_of(do, of=of, begins=begins)

    events = _events(paper)
    context = {
        "paper": paper,
        "entries": [
            (
                e,
                form("unmerge", e.pk) if e.root_id else None,
                form("correct", e.pk, paper_facts.facts_of(e)),
                differences(e.sources, vars(e)),
            )
            for e in entries
        ],
        "reports": Report.objects.filter(paper__in=group)
        .exclude(state=State.DRAFT)
        .order_by("-submitted_at", "-pk")[:50],
        "why_not": merging.why_not(user, *entries),
        "merge": form("merge") if len(group) == 1 else None,
        "doubles": doubles.of(paper),
        "events": events,
        "proposals": [
            (one, one.user_id == user.pk, form("confirm", one.pk), form("reject", one.pk))
            for one in events
            if one.kind == PaperEvent.Kind.PROPOSED and not hasattr(one, "decision")
        ],
        "form": sent[2] if sent is not None and sent[2].errors else None,
        "refused": refused,
    }
    return render(request, "reports/moderation_paper.html", context, status=status)
