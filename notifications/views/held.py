"""The moderators' pages for mail that came in: the lists, and one mail with its decisions.

Nothing of a mail is ever rendered, loaded or handed out as a file: its HTML is shown as text, and
of what is attached only name, type and size.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from notifications import forms, held, mailroom
from notifications.mailroom import Opened
from notifications.models import Incoming
from reports.lifecycle import Refused
from reports.text import plain
from reports.views.signed_in import sign_in, user_of


@never_cache
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Held mail, the oldest first; then what cannot be read, and what was decided last."""
    user = user_of(request)
    if user is None:
        return sign_in(request.path)
    if not user.is_staff:
        raise PermissionDenied
    context = {"lists": mailroom.lists_for(user)}
    return render(request, "notifications/held_mails.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail to be read safely; GET shows, POST decides."""
    user = user_of(request)
    if user is None:
        return sign_in(request.path)
    if not user.is_staff:
        raise PermissionDenied
    found = mailroom.opened(mail_id, user)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found)
    return _decided(request, found, timezone.now())


# --- what can be decided -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A decision as it was sent."""

    pk: int
    user: User
    now: datetime
    data: dict[str, Any]

    @property
    def by(self) -> dict[str, Any]:
        """Which mail, who, when: what every service asks for."""
        return {"pk": self.pk, "moderator": self.user, "now": self.now}


@dataclass(frozen=True, kw_only=True)
class Act:
    """A kind of decision: its words, its form, when it is possible, and what does it."""

    title: str
    button: str
    do: Callable[[Deed], str]  # returns the sentence that says what was done
    explains: str
    form: type[forms.HeldForm] = forms.HeldForm
    why_not: Callable[[Opened], str] = lambda found: ""
    danger: bool = False
    unfolded: bool = False


def _answer(deed: Deed) -> str:
    held.take_as_answer(contact_id=deed.data["contact_id"], **deed.by)
    return "Taken as an answer: the author is asked to choose its kind."


def _address(deed: Deed) -> str:
    held.add_address(
        report_id=deed.data["report_id"], author_position=deed.data["position"],
        source=deed.data["source"], **deed.by,
    )  # fmt: skip
    return "The address is added, and the mail is taken as the author's answer."


def _robot(deed: Deed) -> str:
    held.robot(**deed.by)
    return "Marked as a robot's."


def _failure(deed: Deed) -> str:
    held.failure(**deed.by)
    return "Marked as a failure notice: that letter was not delivered."


def _discard(deed: Deed) -> str:
    held.discard(reason=deed.data["reason"], **deed.by)
    return "Discarded."


ACTS: dict[str, Act] = {
    "answer": Act(
        title="Take it as an author's answer", button="Take as an answer", do=_answer,
        form=forms.TakeAsAnswer, unfolded=True,
        explains="Nothing is published yet: the author gets a letter, where we wrote to, with the "
        "link to choose its kind and publish it. The report is held until then.",
    ),
    "address": Act(
        title="The sender is an author, at a new address", button="Add the address", do=_address,
        form=forms.AddAddress,
        why_not=lambda found: "" if found.mail.sender else held.NO_SENDER,
        explains="The address is used when the one in use fails, and mail from it is the author's. "
        "This mail is taken as their answer.",
    ),
    "robot": Act(
        title="A robot wrote it", button="Mark as a robot's", do=_robot,
        explains="Never an answer. What this sender writes later about the same reports holds "
        "nothing up.",
    ),
    "failure": Act(
        title="It says that the letter did not arrive", button="Mark as a failure notice",
        do=_failure,
        why_not=lambda found: "" if found.mail.email_id is not None else held.NO_LETTER,
        explains="The letter counts as not delivered. It is sent again while its seven days last.",
    ),
    "discard": Act(
        title="Discard it", button="Discard the mail", do=_discard, form=forms.Discard, danger=True,
        explains="It has nothing to do with a report, or says nothing. It is kept for as long as "
        "other mail.",
    ),
}  # fmt: skip


def _decided(request: HttpRequest, found: Opened, now: datetime) -> HttpResponse:
    """Do what the form asks for; else the page again, with all that was typed."""
    typed = request.POST.copy()
    for name, values in request.POST.lists():
        typed.setlist(name, [plain(str(value)) for value in values])
    do = typed.get("do", "")
    try:
        if found.why_not:
            raise Refused(found.why_not)
        act = ACTS.get(do)
        if act is None:
            raise Refused("Choose what to do.")
        held.must_be_held(found.mail)
        form = _form(act, do, found, typed)
        if not form.is_valid():
            return _page(request, found, sent=(do, form), status=422)
        done = act.do(Deed(pk=found.mail.pk, user=found.moderator, now=now, data=form.cleaned_data))
    except Refused as error:
        again = mailroom.opened(found.mail.pk, found.moderator)
        assert again is not None  # rows of mail are never deleted
        return _page(request, again, typed=typed, refused=str(error), status=409)
    messages.success(request, done)
    return redirect("moderation_mail:held")


# --- the page ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A decision as the page offers it: a form, or why it is not possible."""

    do: str
    act: Act
    form: forms.HeldForm
    why_not: str


def _form(act: Act, do: str, found: Opened, typed: QueryDict | None = None) -> forms.HeldForm:
    return act.form(typed, asked=typed is not None, held=found, auto_id=f"id_{do}_%s")


def _page(
    request: HttpRequest,
    found: Opened,
    *,
    sent: tuple[str, forms.HeldForm] | None = None,
    typed: QueryDict | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "found": found,
        "mail": found.mail,
        "refused": refused,
        "form": sent[1] if sent is not None else None,
    }
    if not found.why_not and found.mail.state == Incoming.State.HELD:
        offers = []
        for do, act in ACTS.items():
            again = typed if typed is not None and typed.get("do") == do else None
            form = sent[1] if sent is not None and sent[0] == do else _form(act, do, found, again)
            offers.append(Offer(do, act, form, act.why_not(found)))
        context["offers"] = offers
    elif typed is not None:
        written = (typed.get(name, "") for name in ("reason", "source"))
        context["kept"] = [words for words in written if words.strip()]
    return render(request, "notifications/held_mail.html", context, status=status)
