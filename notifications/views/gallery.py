"""The gallery of letters for moderators: what people get, in every language and with the worst
content. All in it is made up; nothing is read from the database but who looks."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notifications.gallery import (
    LANGUAGES,
    LETTERS,
    PLAIN,
    NotShown,
    Piece,
    cases_of,
    languages_of,
)
from notifications.gallery_folder import part, read
from notifications.headers import ENCODED_LENGTH, encoded_subject
from notifications.specimens import CASES
from reports.views.signed_in import sign_in, user_of

HTML_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],  # as mail programs show it: what it has is shown, not stripped
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": [True],
}
"""Of a letter's HTML part: it loads nothing, runs nothing, sends nothing, and has no origin."""
HIDDEN = {"content-type", "content-transfer-encoding", "mime-version"}
"""Headers that say nothing to a person."""

View = Callable[..., HttpResponse]


def _for_moderators(view: View) -> View:
    """Send who is not signed in to the sign-in, and refuse who is no moderator."""

    @wraps(view)
    def looked_at(request: HttpRequest, *args: Any, **names: str) -> HttpResponse:
        user = user_of(request)
        if user is None:
            return sign_in(request.path)
        if not user.is_staff:
            raise PermissionDenied
        return view(request, *args, **names)

    return looked_at


@never_cache
@require_safe
@_for_moderators
def letters(request: HttpRequest) -> HttpResponse:
    """Every letter in every language, with the content that `?case=` names."""
    case = request.GET.get("case", PLAIN)
    if case not in CASES:
        raise Http404
    rows = [
        (
            words(letter),
            Piece(letter, "", case if case in cases_of(letter) else PLAIN),
            [(language, LANGUAGES[language]) for language in languages_of(letter)],
        )
        for letter in LETTERS
    ]
    context = {"rows": rows, "cases": CASES, "case": case, "about": CASES[case].about}
    return render(request, "notifications/letters.html", context)


@csp_update({"frame-src": [SELF]})
@never_cache
@require_safe
@_for_moderators
def letter(request: HttpRequest, letter: str, language: str, case: str) -> HttpResponse:
    """One letter: its headers, its text part, and its HTML part in a frame."""
    piece = Piece(letter, language, case)
    mail = read(_raw(piece))
    subject = str(mail["Subject"])
    context = {
        "piece": piece,
        "words": words(letter),
        "language": LANGUAGES[language],
        "about": CASES[case].about,
        "headers": [(name, str(value)) for name, value in mail.items() if _shown(name)],
        "length": len(encoded_subject(subject)),
        "longest": ENCODED_LENGTH,
        "text": part(mail, "plain"),
        "attached": [(one.get_filename(), one.get_content()) for one in mail.iter_attachments()],
        "languages": [(code, LANGUAGES[code]) for code in languages_of(letter)],
        "cases": [(name, CASES[name].about) for name in cases_of(letter)],
    }
    return render(request, "notifications/letter.html", context)


@csp(HTML_POLICY)
@xframe_options_sameorigin
@never_cache
@require_safe
@_for_moderators
def html(request: HttpRequest, letter: str, language: str, case: str) -> HttpResponse:
    """The HTML part alone, under a policy of its own."""
    return HttpResponse(part(read(_raw(Piece(letter, language, case))), "html"))


@never_cache
@require_safe
@_for_moderators
def mail(request: HttpRequest, letter: str, language: str, case: str) -> HttpResponse:
    """The letter as a file that a mail program opens."""
    name = f"{letter}.{language}.{case}.eml"
    response = HttpResponse(_raw(Piece(letter, language, case)), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _raw(piece: Piece) -> bytes:
    try:
        return piece.raw()
    except NotShown as error:
        raise Http404 from error


def _shown(name: str) -> bool:
    return name.lower() not in HIDDEN


def words(letter: str) -> str:
    """The name of a letter as people read it: `answer-reporter` is "answer, to the reporter"."""
    kind, *more = letter.split("-", 1)
    known = {"author": "to an author", "reporter": "to the reporter", "match": "of a match"}
    said = [known.get(word, word) for word in (more[0].split("-", 1) if more else [])]
    return ", ".join([kind.replace("_", " "), *(word.replace("-", " ") for word in said)])
