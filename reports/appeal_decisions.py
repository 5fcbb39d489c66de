"""Deciding on an appeal: upheld, with what follows from it, or refused (product.md, section 4); and
on an author's wish for a link, who gets it or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from reports import (
    appeal_mail,
    author_links,
    declarations,
    holds,
    lifecycle,
    moderation,
    proposals,
    redactions,
    services,
    two_persons,
)
from reports import inquiry as clock
from reports.contacts import email_hash
from reports.deciding import must, words
from reports.lifecycle import Refused
from reports.models import Appeal, EventKind, Report, ReportEvent
from reports.states import Actor
from reports.visibility import may_moderate

BEFORE = "You decided on this report before: another moderator decides on the appeal."
DECIDED = "This was decided on already."
FOLLOW_UPS = {
    "": "nothing more",
    "remove": "the report is removed",
    "annul": "nobody was reached: the clock is void, and a listing is annulled",
    "redact": "a passage is redacted",
}
"""What follows from an appeal that is upheld."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a moderator decides."""

    upheld: bool
    reason: str
    follow_up: str = ""
    passage: str = ""  # to be redacted


def why_not(appeal: Appeal, user: User) -> str:
    """Empty, or why `user` may not decide on the appeal; of a report as `may_moderate` says, and
    nobody who decided on it before."""
    if not (user.is_active and user.is_staff):
        return "Only moderators decide on reports."
    if user.email and email_hash(user.email) == appeal.email_hash:
        return "You wrote this yourself: another moderator decides on it."
    if appeal.kind == Appeal.Kind.AUTHOR:
        return author_links.why_not(appeal, user)
    if appeal.report is None:
        return ""
    return may_moderate(user, appeal.report) or decided_before(appeal.report, user)


def decided_before(report: Report, user: User) -> str:
    """Empty, or the sentence for a moderator who acted on the report before."""
    acts = ReportEvent.objects.filter(report=report, user=user, actor=Actor.MODERATOR)
    return BEFORE if acts.exclude(kind=EventKind.DECLARATION).exists() else ""


def decide(*, appeal_id: int, moderator: User, verdict: Verdict, now: datetime) -> Appeal:
    """Uphold or refuse the appeal, with a reason; its holds end, and its sender gets a letter: an
    author who is believed with the links of what they can answer."""
    known = Appeal.objects.select_related("paper").get(pk=appeal_id)
    with transaction.atomic():
        report = lifecycle.lock(known.report_id) if known.report_id is not None else None
        asked = []
        if known.paper is not None and known.kind == Appeal.Kind.AUTHOR:
            asked = author_links.lock_asked(known.paper, of=known)
        appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal_id)
        if appeal.confirmed_at is None or appeal.decided_at is not None:
            raise Refused(DECIDED)
        appeal.report = report
        must(why_not(appeal, moderator))
        reason = words(verdict.reason)
        if report is None and verdict.follow_up:
            raise Refused("No report is known that this is about, so nothing can follow there.")
        if verdict.follow_up and not verdict.upheld:
            raise Refused("Nothing follows from an appeal that is refused. Choose: nothing more.")
        appeal.decided_at, appeal.decided_by = now, moderator
        appeal.upheld, appeal.decision = verdict.upheld, reason
        appeal.save(update_fields=["decided_at", "decided_by", "upheld", "decision"])
        for held in [report] if report is not None else asked:
            if not declarations.has_declared(moderator, held):
                declarations.declare_none(report_id=held.pk, moderator=moderator, now=now)
            _release(appeal, held, moderator, now)
        if report is not None:
            _on_the_report(appeal, report, moderator, verdict, reason, now)
        if appeal.kind == Appeal.Kind.AUTHOR:
            tokens = _links(appeal, asked, moderator, reason, now) if verdict.upheld else {}
            appeal_mail.tell_the_author(appeal, tokens)
        else:
            appeal_mail.tell_the_decision(appeal)
    return appeal


def _links(
    appeal: Appeal, reports: Sequence[Report], moderator: User, reason: str, now: datetime
) -> dict[int, str]:
    """The token of the author's link by the number of each report that they can answer."""
    found = {
        report.pk: author_links.give(appeal, report, moderator=moderator, reason=reason, now=now)
        for report in reports
    }
    return {pk: token for pk, token in found.items() if token is not None}


def _release(appeal: Appeal, report: Report, moderator: User, now: datetime) -> None:
    """End the appeal's hold on the report, if one stands."""
    for hold in appeal.holds.filter(inquiry__report=report, released_at=None):
        inquiry = report.inquiry
        inquiry.report = report
        hold.inquiry = inquiry
        holds.release(hold, moderator=moderator, now=now)
        clock.plan(inquiry, now=now)


def _on_the_report(
    appeal: Appeal, report: Report, moderator: User, verdict: Verdict, reason: str, now: datetime
) -> None:
    _follow_up(verdict, report, moderator, reason, now)
    lifecycle.record(
        report, EventKind.APPEAL, actor=Actor.MODERATOR, now=now, user=moderator, note=reason,
        data={"step": "upheld" if verdict.upheld else "refused", "appeal": appeal.pk}, to_do=False,
    )  # fmt: skip


def _follow_up(
    verdict: Verdict, report: Report, moderator: User, reason: str, now: datetime
) -> None:
    of: dict[str, Any] = {"report_id": report.pk, "moderator": moderator, "now": now}
    if verdict.follow_up == "remove" and two_persons.for_removal():
        proposals.propose_removal(reason=reason, **of)
    elif verdict.follow_up == "remove":
        services.remove(reason=reason, **of)
    elif verdict.follow_up == "annul":
        moderation.not_reached(reason=reason, **of)
    elif verdict.follow_up == "redact":
        redactions.redact(passage=verdict.passage, reason=reason, **of)
    elif verdict.follow_up:
        raise Refused("Choose what follows.")
