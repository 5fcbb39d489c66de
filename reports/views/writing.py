"""Writing a report: the form, its drafts, and the preview from which it is submitted.

Every POST of the form saves what was typed before anything else is done with it.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from registry import look_ups
from registry.bibliography.entry import Unreadable as UnreadableFile
from registry.importing.bibtex import Unreadable
from registry.selectors import find_papers
from reports import drafts, files, link_checks, submission
from reports.drafts import EDITABLE, Kept, Typed, first
from reports.forms import pdf_addresses, rows, run_files
from reports.forms.choice import Choice, wanted
from reports.forms.files import said_in
from reports.forms.filling import blank, from_bibtex, from_search
from reports.forms.whole import WholeForm
from reports.identity import names_of
from reports.lifecycle import Refused
from reports.models import Report
from reports.selectors import reported_on
from reports.text import plain
from reports.uploads import takes_files, too_large, uploads_of, was_cut
from reports.views.signed_in import sign_in, user_of

KEPT_TEXTS = 5
"""Forms of one browser kept over a sign-in."""


@takes_files
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An empty form, one about `?paper=ID`, one that has searched for `?q=TEXT`, or the text kept
    over a sign-in (`?kept=KEY`)."""
    if request.method == "POST":
        return _posted(request, None)
    typed, seen = _kept(request)
    if typed is None:
        typed = blank(
            form_key=str(uuid4()), user=user_of(request), paper=_asked(request, "paper"),
            q=_asked(request, "q"),
        )  # fmt: skip
    whole = WholeForm(typed, user=user_of(request), report=None)
    return _page(request, whole, seen=seen)


def _asked(request: HttpRequest, name: str) -> str:
    """What a link to the form says, as if it had been typed."""
    return request.GET.get(name, "").replace("\0", "")


class HtmxRequest(HttpRequest):
    """A request that says whether htmx sent it."""

    htmx: HtmxDetails


@never_cache
@require_POST
def find(request: HtmxRequest, report_id: int | None = None) -> HttpResponse:
    """The papers to choose from, while the search is being typed. Saves nothing that was typed.

    A POST, because what is typed may be longer than an address. With `look`, which the page adds
    when the typing has rested, other sites are asked about an identifier that no paper here has. A
    browser that does not ask for a part of the page gets the form.
    """
    user = user_of(request)
    data = {name: plain(request.POST.get(name, "")) for name in ("q", "paper")}
    if not request.htmx:
        return redirect(f"{reverse('reports:new')}?{urlencode({'q': data['q'][:300]})}")
    own = Report.objects.filter(pk=report_id, reporter=user).first() if report_id and user else None
    refused = _look_up(data["q"], user) if request.POST.get("look") else ""
    choice = Choice(
        data, own_paper=own.paper_id if own is not None else None, signed_in=user is not None,
        refused=refused,
    )  # fmt: skip
    chosen = choice.chosen if request.htmx.trigger == "paper-found" else None
    words = f"Chosen: {chosen.title}." if chosen is not None else choice.words
    context = {"choice": choice, "authors": names_of(choice.chosen, []), "words": words}
    context["reported"] = reported_on(choice.chosen, user)
    context["find"] = request.path
    return render(request, "reports/paper_found.html", context)


def _look_up(q: str, user: User | None) -> str:
    """Ask other sites about the identifier that was searched for, if no public paper has it; why
    they are not asked, in words, or nothing."""
    found = wanted(q)
    if user is None or found is None or find_papers(q, limit=1):
        return ""
    return look_ups.want(found, user_id=user.pk, now=timezone.now())


@takes_files
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
    seen = drafts.fingerprint(typed | files.as_typed(form.file for form in whole.files))
    if request.method != "POST":
        complete = whole.complete()
        shown = submission.preview_of(report, complete, now=timezone.now())
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
        seen = drafts.fingerprint(typed)
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
    if was_cut(request):
        return too_large(request)
    typed = drafts.typed_from(request.POST)
    if not first(typed, "form_key"):
        typed["form_key"] = [str(uuid4())]
    do = request.POST.get("do", "save")
    kind = do.removeprefix("add-")
    if kind != do and kind in rows.MOST and rows.count(typed, kind) >= rows.MOST[kind]:
        messages.warning(
            request,
            gettext("A report has at most {kind} of these rows.").format(kind=rows.MOST[kind]),
        )
    typed, not_taken = run_files.fill(typed, request.FILES)
    typed, fragment = _changed(typed, do)
    unreadable = ""
    if do == "bibtex":
        try:
            typed, notes = from_bibtex(typed)
        except Unreadable as error:
            unreadable, notes = str(error), []
        for note in notes:
            messages.info(request, note)
    seen = request.POST.get("seen", "")
    user = user_of(request)
    autosave = do == "autosave"
    if user is None:
        if not_taken:
            messages.warning(request, not_taken.sentence)
        return _keep_and_sign_in(request, report_id, typed, seen)
    report = Report.objects.filter(pk=report_id, reporter=user).first() if report_id else None
    typed, pdf_refused = _with_addresses(request, typed, user, report, do)
    if report is not None:
        kept = drafts.save(report=report, typed=typed, seen=seen, now=now, apart=autosave)
    else:
        kept = drafts.save_new(user=user, typed=typed, seen=seen, now=now, apart=autosave)
        if report_id and not autosave:
            messages.warning(
                request, "This account has no such draft. What you typed is kept here as a new one."
            )
    _forget(request, first(typed, "form_key"))
    here = kept.report
    if autosave:
        if here.state in EDITABLE:
            _attach(request, here, user, do)
        return _saved_by_itself(kept, user, now)
    if here.state not in EDITABLE:
        if kept.other is None:
            if uploads_of(request):
                messages.warning(request, files.no_more(here))
            return redirect("reports:report", here.pk)
        _attach(request, kept.other, user, do)
        messages.warning(
            request,
            gettext(
                "Report {here} is submitted already. What you typed is kept as a new draft."
            ).format(here=here.pk),
        )
        return redirect("reports:edit", kept.other.pk)
    if kept.other is not None:
        messages.warning(
            request,
            gettext(
                "Another window had saved other text in this draft. That text is kept as draft "
                "{other}, among your reports."
            ).format(other=kept.other.pk),
        )
    attached = _attach(request, here, user, do)
    if do == "find" and (refused := _look_up(plain(first(typed, "q")), user)):
        messages.warning(request, refused)
    address = reverse("reports:edit", args=[here.pk])
    if unreadable or pdf_refused:
        whole = WholeForm(
            typed, user=user, report=here, files_refused=attached.refused, pdf_refused=pdf_refused
        )
        if unreadable:
            whole.main.say("bibtex", unreadable)
        return _page(request, whole, seen=drafts.fingerprint(typed), status=422)
    if not_taken:
        whole = WholeForm(
            typed, user=user, report=here, asked=do == "preview", files_refused=attached.refused
        )
        return _page(
            request, whole, seen=drafts.fingerprint(typed), refused=not_taken.sentence,
            status=not_taken.status,
        )  # fmt: skip
    if do == "preview" or attached.refused:
        whole = WholeForm(
            typed, user=user, report=here, asked=do == "preview", files_refused=attached.refused
        )
        if whole.problems:
            status = 503 if attached.away else 422
            return _page(request, whole, seen=drafts.fingerprint(typed), status=status)
        link_checks.ask((link.url for link in whole.complete().evidence), now=now)
        return redirect("reports:preview", here.pk)
    if do == "save":
        messages.success(request, gettext("Draft saved at {now:%H:%M} UTC.").format(now=now))
    return redirect(address + fragment)


def _with_addresses(
    request: HttpRequest, typed: Typed, user: User, report: Report | None, do: str
) -> tuple[Typed, str]:
    """What was typed with the addresses that the chosen PDF has, or why there are none."""
    file = request.FILES.get(pdf_addresses.FIELD)
    if do != "addresses":
        if file is not None and do != "autosave":
            messages.warning(request, pdf_addresses.NOT_READ)
        return typed, ""
    names = WholeForm(typed, user=user, report=report).author_names
    try:
        typed, notes = pdf_addresses.propose(typed, file, names)
    except UnreadableFile as error:
        return typed, str(error)
    for note in notes:
        messages.info(request, note)
    return typed, ""


def _attach(request: HttpRequest, report: Report, user: User, do: str) -> files.Attached:
    """Keep what is said of the draft's files, take away those that are ticked, attach new ones."""
    said = said_in(request.POST)
    removed = [] if do == "autosave" else said.removed
    try:
        files.describe(
            report_id=report.pk, user=user, kinds=said.kinds, notes=said.notes, removed=removed
        )
    except Refused as error:  # submitted at the same moment
        return files.Attached(refused=[str(error)])
    return files.attach_to_report(
        report_id=report.pk, user=user, uploads=uploads_of(request), now=timezone.now()
    )


def _saved_by_itself(kept: Kept, user: User, now: datetime) -> JsonResponse:
    """What the script needs to go on: where the text is now, and what the form still lacks."""
    here = kept.report
    if here.state not in EDITABLE:  # submitted in another window
        if kept.other is None:
            words = gettext("Report {here} is submitted already; what you see is in it.").format(
                here=here.pk
            )
            return JsonResponse({"words": words, "over": True})
        here = kept.other
    typed: Typed = here.typed
    words = gettext("Saved at {now:%H:%M} UTC.").format(now=now)
    if here is kept.other:
        words += gettext(
            " Report {report} is submitted already, so this is draft {here} now."
        ).format(report=kept.report.pk, here=here.pk)
    elif kept.other is not None:
        words += gettext(
            " Another window saved other text in draft {other}: what you type here is "
            "draft {here} now."
        ).format(other=kept.other.pk, here=here.pk)
    whole = WholeForm(typed, user=user, report=here)
    return JsonResponse(
        {
            "address": reverse("reports:edit", args=[here.pk]),
            "seen": drafts.fingerprint(typed),
            "form_key": first(typed, "form_key"),
            "words": words,
            "overview": render_to_string("reports/parts/form_overview.html", {"whole": whole}),
        }
    )


def _changed(typed: Typed, do: str) -> tuple[Typed, str]:
    """What was typed as the pressed button changes it, and where on the page that is.

    The row that was removed last is kept until another button than autosave is pressed.
    """
    action, _, rest = do.partition("-")
    kind, _, index = rest.partition("-")
    if do == "undo":
        typed, anchor = rows.undo(typed)
        return typed, f"#{anchor}" if anchor else ""
    if do != "autosave":
        typed = {name: values for name, values in typed.items() if name != drafts.REMOVED}
    if action == "add" and kind in rows.MOST:
        typed = rows.add(typed, kind)
        return typed, f"#{kind}-{rows.count(typed, kind) - 1}"
    if action == "remove" and kind in rows.MOST and index.isdecimal() and len(index) < 4:
        return rows.remove(typed, kind, int(index)), f"#{kind}-removed"
    if do == "find":
        return from_search(typed), "#paper"
    return typed, {"bibtex": "#by-hand", "attach": "#files"}.get(do, "")


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
        "find": (
            reverse("reports:find_for", args=[report.pk]) if report else reverse("reports:find")
        ),
        "seen": seen,
        "refused": refused,
        "most": rows.MOST,
        "age": pdf_addresses.aged(whole.year, timezone.now().year),
        "reported": reported_on(whole.choice.chosen, user_of(request)),
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
    if uploads_of(request) or pdf_addresses.FIELD in request.FILES:
        messages.warning(request, "Files are not kept until you have signed in: choose them again.")
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
