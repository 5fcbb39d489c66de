"""The answer links that a browser opened: the session keeps their tokens."""

from datetime import datetime

from django.http import HttpRequest

from reports import links
from reports.models import Contact, Report
from reports.visibility import Viewer, viewer_of

SESSION = "answer_links"
"""Where the session keeps them: id of the contact to token."""


def kept_token(request: HttpRequest, contact_id: int) -> str:
    """The token of a link that was opened here, empty if there is none."""
    return str(request.session.get(SESSION, {}).get(str(contact_id), ""))


def viewer_at(request: HttpRequest, report: Report, now: datetime) -> Viewer:
    """The account behind a request, and the authors of `report` whose valid links it opened."""
    opened = request.session.get(SESSION, {})
    ids = [int(key) for key in opened if key.isdecimal()]
    asked = Contact.objects.filter(pk__in=ids, inquiry__report=report) if ids else ()
    found = [links.resolve(opened[str(contact.pk)], now) for contact in asked]
    return Viewer(
        viewer_of(request).user,
        frozenset(link.contact_id for link in found if link is not None),
    )
