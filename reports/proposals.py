"""The two-person rule: one moderator proposes, another one confirms or rejects.

Each function is one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from reports import lifecycle, moderation, permitted, services
from reports.deciding import must, words
from reports.lifecycle import Refused
from reports.models import EventKind, Hold, Proposal, Report
from reports.states import Actor, State
from reports.visibility import may_moderate

OWN = "You proposed this: another moderator confirms it."
DECIDED = "This proposal was decided on already."


def propose_removal(*, report_id: int, moderator: User, reason: str, now: datetime) -> Proposal:
    """Propose to remove the report, for a reason that may become public."""
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        must(may_moderate(moderator, report))
        must(permitted.moving(report, State.REMOVED))
        return _propose(report, Proposal.Kind.REMOVE, None, moderator, reason, now)


def propose_release(*, hold_id: int, moderator: User, reason: str, now: datetime) -> Proposal:
    """Propose to release a hold after the deadline has passed."""
    report_id = Hold.objects.values_list("inquiry__report_id", flat=True).get(pk=hold_id)
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        must(may_moderate(moderator, report))
        hold = Hold.objects.get(pk=hold_id)
        must(permitted.releasing(hold))
        return _propose(report, Proposal.Kind.RELEASE, hold, moderator, reason, now)


def _propose(
    report: Report,
    kind: Proposal.Kind,
    hold: Hold | None,
    moderator: User,
    reason: str,
    now: datetime,
) -> Proposal:
    reason = words(reason)
    if report.proposals.filter(kind=kind, hold=hold, decided_at=None).exists():
        raise Refused("This is proposed already, and waits for another moderator.")
    proposal = Proposal.objects.create(
        report=report, kind=kind, hold=hold, state_then=report.state, reason=reason, by=moderator,
        at=now,
    )  # fmt: skip
    _record(proposal, "proposed", moderator, reason, now)
    return proposal


def confirm(*, proposal_id: int, moderator: User, now: datetime) -> Proposal:
    """Do what another moderator proposed, if it is still possible."""
    with _deciding(proposal_id, moderator) as proposal:
        must(why_not_confirmed(proposal, moderator))
        if may_moderate(proposal.by, proposal.report):
            raise Refused(
                "Who proposed this may not decide on the report any more. Reject it, and propose "
                "it anew."
            )
        _decided(proposal, moderator, now, confirmed=True, decision="")
        _record(proposal, "confirmed", moderator, "", now)
        if proposal.kind == Proposal.Kind.REMOVE:
            if proposal.report.state != proposal.state_then:
                raise Refused(
                    gettext(
                        "The report was {state_then} when this was proposed, and is {state} now. "
                        "Reject it, and propose it anew if it still holds."
                    ).format(
                        state_then=gettext(proposal.state_then),
                        state=gettext(proposal.report.state),
                    )
                )
            services.remove(
                report_id=proposal.report_id, moderator=moderator, reason=proposal.reason, now=now,
                agreed=True,
            )  # fmt: skip
        else:
            assert proposal.hold_id is not None
            moderation.release_hold(
                hold_id=proposal.hold_id, moderator=moderator, now=now, agreed=True
            )
    return proposal


def reject(*, proposal_id: int, moderator: User, reason: str, now: datetime) -> Proposal:
    """Reject what another moderator proposed, or take back one's own proposal; with a reason."""
    with _deciding(proposal_id, moderator) as proposal:
        reason = words(reason)
        _decided(proposal, moderator, now, confirmed=False, decision=reason)
        _record(proposal, "rejected", moderator, reason, now)
    return proposal


def why_not_confirmed(proposal: Proposal, user: User) -> str:
    """Why `user` may not confirm."""
    return OWN if proposal.by_id == user.pk else ""


@contextmanager
def _deciding(proposal_id: int, moderator: User) -> Iterator[Proposal]:
    """The open proposal, locked after its report."""
    report_id = Proposal.objects.values_list("report_id", flat=True).get(pk=proposal_id)
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        must(may_moderate(moderator, report))
        proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
        if proposal.decided_at is not None:
            raise Refused(DECIDED)
        proposal.report = report
        yield proposal


def _decided(
    proposal: Proposal, moderator: User, now: datetime, *, confirmed: bool, decision: str
) -> None:
    proposal.decided_at, proposal.decided_by = now, moderator
    proposal.confirmed, proposal.decision = confirmed, decision
    proposal.save(update_fields=["decided_at", "decided_by", "confirmed", "decision"])


def _record(proposal: Proposal, step: str, moderator: User, note: str, now: datetime) -> None:
    lifecycle.record(
        proposal.report, EventKind.PROPOSAL, actor=Actor.MODERATOR, now=now, user=moderator,
        note=note, data={"step": step, "kind": proposal.kind, "proposal": proposal.pk}, to_do=False,
    )  # fmt: skip
