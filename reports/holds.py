"""Holds: while one stands nothing lapses and no reminder leaves (product.md, section 4).

Every function expects the report to be locked by `lifecycle.lock` in the running transaction.
"""

from datetime import datetime

from django.utils.translation import gettext

from accounts.models import User
from reports import inquiry as clock
from reports import lifecycle
from reports.contacts import RUNNING
from reports.deadlines import at_least
from reports.lifecycle import Refused
from reports.models import Appeal, EventKind, Hold, Inquiry, Report
from reports.states import Actor, State

HOLDABLE = (State.ASKING, State.UNREACHABLE, State.LAPSED)
"""States in which something runs, or stands, that a hold can keep as it is."""


def why_not_held(report: Report) -> str:
    """Empty, or the sentence that says why no hold can be opened."""
    if report.state in HOLDABLE:
        return ""
    return gettext("The report is {state}: nothing runs that could be held.").format(
        state=gettext(report.state)
    )


def open_hold(
    inquiry: Inquiry,
    *,
    reason: str,
    now: datetime,
    moderator: User | None = None,
    appeal: Appeal | None = None,
) -> Hold:
    """Open a hold: nothing lapses and no reminder leaves while it stands."""
    if why_not := why_not_held(inquiry.report):
        raise Refused(why_not)
    opened = Hold.objects.create(
        inquiry=inquiry, reason=reason, opened_at=now, opened_by=moderator, appeal=appeal
    )
    lifecycle.record(
        inquiry.report, EventKind.HOLD, actor=Actor.MODERATOR if moderator else Actor.AUTHOR,
        now=now, user=moderator, note=reason, data={"hold": opened.pk},
    )  # fmt: skip
    clock.plan(inquiry, now=now)
    return opened


def release(opened: Hold, *, moderator: User, now: datetime) -> None:
    """End a hold; the deadline is then at least `policy.late` later. The caller plans anew."""
    if opened.released_at is not None:
        raise Refused("This hold was released already.")
    _release(opened, actor=Actor.MODERATOR, moderator=moderator, now=now)


def _release(opened: Hold, *, actor: Actor, moderator: User | None, now: datetime) -> None:
    inquiry = opened.inquiry
    opened.released_at, opened.released_by = now, moderator
    opened.save(update_fields=["released_at", "released_by"])
    give_time(inquiry, reason="A hold was released.", now=now)
    lifecycle.record(
        inquiry.report, EventKind.RELEASE, actor=actor, now=now, user=moderator,
        note=opened.reason, data={"hold": opened.pk}, to_do=opened.mail is None,
    )  # fmt: skip


def hold_for_mail(inquiry: Inquiry, *, mail: int, reason: str, now: datetime) -> Hold | None:
    """Nothing lapses until somebody decided on the incoming `mail`; None where nothing runs.

    One hold a mail, however often this is called. No letter tells of it: what came may be spam.
    """
    if inquiry.report.state not in RUNNING:
        return None
    opened, new = Hold.objects.get_or_create(
        inquiry=inquiry, mail=mail, released_at=None,
        defaults={"reason": reason, "opened_at": now},
    )  # fmt: skip
    if new:
        lifecycle.record(
            inquiry.report, EventKind.HOLD, actor=Actor.MAIL, now=now, note=reason,
            data={"hold": opened.pk, "mail": mail}, to_do=False,
        )  # fmt: skip
        clock.plan(inquiry, now=now)
    return opened


def release_mail(
    inquiry: Inquiry, *, mail: int, actor: Actor, now: datetime, moderator: User | None = None
) -> None:
    """End the hold behind the incoming `mail`, if one stands. The caller plans anew."""
    for opened in inquiry.holds.filter(mail=mail, released_at=None):
        opened.inquiry = inquiry
        _release(opened, actor=actor, moderator=moderator, now=now)


def give_time(inquiry: Inquiry, *, reason: str, now: datetime) -> None:
    """Where a deadline runs, it is at least `policy.late` from now."""
    if inquiry.report.state == State.ASKING and inquiry.deadline is not None:
        policy = inquiry.policy
        later = at_least(policy, inquiry.deadline, now, policy.late)
        clock.set_deadline(inquiry, later, reason=reason, now=now)
