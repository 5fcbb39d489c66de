"""Forgetting whom mail went to, once it is not needed (product.md, section 11)."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from accounts.personal import NO_HOST
from notifications.models import Email

SIGN_IN = timedelta(days=30)
"""For so long it is kept that a sign-in code was sent."""


def forget_recipients(*, now: datetime, limit: int = 5000) -> int:
    """Empty the recipients of up to `limit` mails, and delete old sign-in mail; how many mails.

    Letters to authors lose it once the addresses of their report are deleted, letters to somebody
    who erased their account when nothing is being sent any more. The rows of letters stay: they
    are the record of what was written to whom, and of what became of it.
    """
    to_author = Q(user=None, event__report__forgotten_at__gt=F("created_at"))
    to_nobody = Q(user__email__endswith=f"@{NO_HOST}")
    forgotten = Email.objects.filter(to_author | to_nobody, ended_at__isnull=False)
    ids = forgotten.exclude(recipient="").order_by("pk").values_list("pk", flat=True)[:limit]
    emptied = Email.objects.filter(pk__in=list(ids)).update(recipient="", raw=None)
    old = Email.objects.filter(event=None, ended_at__lt=now - SIGN_IN).order_by("pk")
    deleted, _ = Email.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:limit])
    ).delete()
    return emptied + deleted
