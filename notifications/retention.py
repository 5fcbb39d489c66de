"""Forgetting whom mail went to, once it is not needed (product.md, section 11)."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from accounts.personal import NO_HOST
from notifications.models import Email, Incoming
from notifications.subscriptions import KINDS

INCOMING = timedelta(days=90)
"""For so long mail is kept that belongs to no inquiry, or is a robot's."""
PROBES = timedelta(days=2)
"""For so long a probe that came back is kept."""
SIGN_IN = timedelta(days=30)
"""For so long it is kept that a sign-in code was sent."""


def forget_recipients(*, now: datetime, limit: int = 5000) -> int:
    """Empty the recipients of up to `limit` mails, and delete old sign-in mail; how many mails.

    Letters to authors lose it once the addresses of their report are deleted, letters to somebody
    who erased their account, or who watches nothing any more, when nothing is being sent any more.
    The rows of letters stay: they are the record of what was written to whom, and of what became
    of it.
    """
    to_author = Q(user=None, event__report__forgotten_at__gt=F("created_at"))
    to_nobody = Q(user__email__endswith=f"@{NO_HOST}")
    forgotten = Email.objects.filter(to_author | to_nobody, ended_at__isnull=False)
    ids = forgotten.exclude(recipient="").order_by("pk").values_list("pk", flat=True)[:limit]
    emptied = Email.objects.filter(pk__in=list(ids)).update(recipient="", raw=None)
    ended = Email.objects.filter(event=None, subscriber=None, kind__in=KINDS)
    ended = ended.filter(ended_at__isnull=False).exclude(recipient="")
    emptied += ended.update(recipient="")
    old = Email.objects.filter(event=None, ended_at__lt=now - SIGN_IN).order_by("pk")
    deleted, _ = Email.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:limit])
    ).delete()
    return emptied + deleted


def forget_incoming(*, now: datetime, limit: int = 1000) -> int:
    """Empty up to `limit` mails that came in and are not needed any more; returns how many.

    What people wrote about a report goes with its addresses, twelve months after the inquiry ended;
    all other mail after 90 days, once it is decided on. The dates stay, and what came of each.
    Probes of our own are deleted.
    """
    done = Incoming.objects.filter(state=Incoming.State.DONE)
    probes = done.filter(matched_by="probe", received_at__lt=now - PROBES)
    deleted, _ = Incoming.objects.filter(
        pk__in=list(probes.order_by("pk").values_list("pk", flat=True)[:limit])
    ).delete()
    kept = done.filter(raw__isnull=False)
    forgotten = Q(report__forgotten_at__isnull=False)
    old = Q(received_at__lt=now - INCOMING) & (Q(report=None) | ~Q(kind="human"))
    ids = kept.filter(forgotten | old).order_by("received_at").values_list("pk", flat=True)[:limit]
    emptied = Incoming.objects.filter(pk__in=list(ids)).update(
        raw=None, sent_to="", sent_by="", sender="", subject="", text="", suggestion="", error=""
    )
    return deleted + emptied
