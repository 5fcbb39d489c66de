"""Mail to a person with an account: copied out, and erased (product.md, section 11)."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from notifications.models import Email

ERASED = "the account was erased"


def _mails(user: User) -> QuerySet[Email]:
    """Letters about the person's reports, and sign-in mail; not what went to them as an author."""
    own = Q(user=user) | Q(user=None, event=None, recipient__iexact=user.email)
    return Email.objects.filter(own)


def export(user: User) -> dict[str, Any]:
    """Which letters were written to the person, when, and what became of them."""
    columns = ("kind", "recipient", "created_at", "accepted_at", "state", "reason")
    return {"letters": list(_mails(user).order_by("pk").values(*columns))}


def erase(user: User, *, keep_published: bool, now: datetime) -> None:
    """No letter to the person leaves any more, and none says where one went.

    What a worker is sending at this moment is cleared by the sweep (retention.py).
    """
    waiting = _mails(user).filter(state=Email.State.QUEUED)
    waiting.update(state=Email.State.CANCELLED, ended_at=now, raw=None, reason=ERASED)
    _mails(user).exclude(state=Email.State.SENDING).update(recipient="")
