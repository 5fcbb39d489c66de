"""Mail to a person with an account: copied out, and erased (product.md, section 11)."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from notifications import subscriptions
from notifications.models import Email, Subscription
from reports.contacts import email_hash

ERASED = "the account was erased"
WATCHED = (
    "kind", "paper__title", "asked", "rhythm", "language", "created_at", "confirmed_at",
)  # fmt: skip
"""What a person gets of each thing that is watched at their address."""


def _mails(user: User) -> QuerySet[Email]:
    """Letters about the person's reports, and sign-in mail; not what went to them as an author."""
    own = Q(user=user) | Q(user=None, event=None, recipient__iexact=user.email)
    return Email.objects.filter(own)


def export(user: User) -> dict[str, Any]:
    """Which letters were written to the person, when, and what became of them; and what the address
    of the account watches."""
    columns = ("kind", "recipient", "created_at", "accepted_at", "state", "reason")
    watched = Subscription.objects.filter(subscriber__email_hash=email_hash(user.email))
    return {
        "letters": list(_mails(user).order_by("pk").values(*columns)),
        "watched": list(watched.values(*WATCHED)),
    }


def erase(user: User, *, keep_published: bool, now: datetime) -> None:
    """No letter to the person leaves any more, and none says where one went.

    What a worker is sending at this moment is cleared by the sweep (retention.py).
    """
    subscriptions.erase(user.email, now=now)
    waiting = _mails(user).filter(state=Email.State.QUEUED)
    waiting.update(state=Email.State.CANCELLED, ended_at=now, raw=None, reason=ERASED)
    _mails(user).exclude(state=Email.State.SENDING).update(recipient="")
