"""Files in the form of an author's answer: kept as soon as the form is sent with a preview or an
answer, and published with the answer."""

import re
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from reports import files
from reports.answers import Incomplete
from reports.lifecycle import Refused
from reports.models import Answer
from reports.uploads import uploads_of


class FilesRefused(Incomplete):
    """Files of the form are not attached, and so nothing is published without them."""

    def __init__(self, attached: files.Attached) -> None:
        super().__init__({"files": " ".join(attached.refused)})
        self.away = attached.away


def form_key(typed: dict[str, str]) -> UUID:
    """The key by which the same form sent twice is known."""
    try:
        return UUID(typed.get("form_key", ""))
    except ValueError as error:
        raise Refused("The form was incomplete. Please send it again.") from error


def key_again(typed: dict[str, str]) -> UUID | None:
    """The key of a form that comes back and is not used up: sent twice it is one form."""
    try:
        key = form_key(typed)
    except Refused:
        return None
    return None if Answer.objects.filter(form_key=key).exists() else key


def attach(
    request: HttpRequest, typed: dict[str, str], contact_id: int, now: datetime
) -> list[int]:
    """Let the form's files wait for the answer, take away those that are ticked; the ids of those
    that belong to it."""
    removed = _ids(request, "remove_file")
    files.remove_waiting(contact_id=contact_id, file_ids=removed)
    uploads = uploads_of(request)
    attached = files.Attached()
    if uploads:
        attached = files.attach_to_answer(
            contact_id=contact_id, form_key=form_key(typed), uploads=uploads, now=now
        )
    if attached.refused:
        raise FilesRefused(attached)
    shown_there = set(_ids(request, "file")) - set(removed)
    return sorted(shown_there | {file.pk for file in attached.files})


def _ids(request: HttpRequest, name: str) -> list[int]:
    return [int(word) for word in request.POST.getlist(name) if re.fullmatch("[0-9]{1,18}", word)]
