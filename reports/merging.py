"""Merging two entries of one work, and taking that back: by a moderator, with a reason, logged.

Nothing is moved: one entry points to the other (registry/merging.py), and both public records are
derived anew in the same transaction; in it a listing for silence is annulled whose claims had been
answered beside the other entry. Where a listing was ever made, two moderators decide.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects

from accounts.models import User
from registry import merging
from registry.models import Listing, Paper
from reports import answered_beside, lifecycle
from reports.deciding import must, words
from reports.lifecycle import Refused
from reports.models import PaperEvent, Report
from reports.persons import is_among
from reports.states import State
from reports.visibility import may_moderate, with_people

OWN = "You proposed this: another moderator confirms it."
OWN_PAPER = "This is your own paper: another moderator decides on it."
DECIDED = "This proposal was decided on already."
REASON = "Give the reason: how do you know that both are one work?"


def why_not(user: User, *papers: Paper) -> str:
    """Empty, or why `user` may not decide on these papers: their own, or a report that concerns
    them."""
    if not (user.is_active and user.is_staff):
        return "Only moderators decide on papers."
    return next(filter(None, why_not_each(user, papers).values()), "")


def why_not_each(moderator: User, papers: Sequence[Paper]) -> dict[int, str]:
    """`why_not` for each paper by its id, in a fixed number of queries."""
    prefetch_related_objects(papers, "authors")
    found = dict.fromkeys((paper.pk for paper in papers), "")
    reports = Report.objects.filter(paper__in=papers).exclude(state=State.DRAFT)
    for report in with_people(reports):
        if report.paper_id is not None and not found[report.paper_id]:
            found[report.paper_id] = may_moderate(moderator, report)
    for paper in papers:
        authors = [(author.name, author.orcid) for author in paper.authors.all()]
        if is_among(authors, name=moderator.name, orcid=moderator.orcid):
            found[paper.pk] = OWN_PAPER
    return found


def takes_two(*papers: Paper) -> bool:
    """Whether two moderators decide: one of the papers is, or ever was, on the list."""
    listed = Listing.objects.filter(paper__in=papers).exists()
    return bool(settings.TWO_PERSON_RULE) and listed


def merge(
    *, paper_id: int, root_id: int, moderator: User, reason: str, now: datetime
) -> PaperEvent:
    """Let the paper point to its root; where two moderators decide, this proposes it."""
    with transaction.atomic():
        paper, root = _locked(paper_id, root_id)
        work = _work(paper, root)
        must(why_not(moderator, *work))
        must(merging.not_possible(paper, root))
        reason = words(reason, REASON)
        if not takes_two(*work):
            return _merge(paper, root, moderator, reason, now)
        if open_proposals().filter(paper=paper).exists():
            raise Refused("This is proposed already, and waits for another moderator.")
        return _record(PaperEvent.Kind.PROPOSED, paper, root, moderator, reason, now)


def confirm(*, proposal_id: int, moderator: User, now: datetime) -> PaperEvent:
    """Merge what another moderator proposed to merge, if it is still possible."""
    proposal = PaperEvent.objects.select_related("user").get(pk=proposal_id)
    with transaction.atomic():
        paper, root = _locked(proposal.paper_id, proposal.into)
        _open(proposal)
        work = _work(paper, root)
        must(why_not(moderator, *work))
        if proposal.user_id == moderator.pk:
            raise Refused(OWN)
        if why_not(proposal.user, *work):
            raise Refused("Who proposed this may not decide on these papers any more. Reject it.")
        must(merging.not_possible(paper, root))
        return _merge(paper, root, moderator, proposal.note, now, proposal)


def reject(*, proposal_id: int, moderator: User, reason: str, now: datetime) -> PaperEvent:
    """Reject a proposal, or take back one's own; with a reason."""
    proposal = PaperEvent.objects.get(pk=proposal_id)
    with transaction.atomic():
        paper, root = _locked(proposal.paper_id, proposal.into)
        _open(proposal)
        must(why_not(moderator, paper, root))
        reason = words(reason)
        return _record(PaperEvent.Kind.REJECTED, paper, root, moderator, reason, now, proposal)


def unmerge(*, paper_id: int, moderator: User, reason: str, now: datetime) -> PaperEvent:
    """Let the paper stand for itself again; both records are derived anew."""
    with transaction.atomic():
        # The paper before its root, as whatever happens to a report of it locks them.
        paper = Paper.objects.select_for_update().get(pk=paper_id)
        root_id = paper.root_id
        if root_id is None:
            raise Refused("This paper is not merged into another one any more.")
        root = Paper.objects.select_for_update().get(pk=root_id)
        must(why_not(moderator, paper, root))
        reason = words(reason)
        merging.unmerge(paper)
        for one in (paper, root):
            lifecycle.refresh_standing(one, now=now)
        return _record(PaperEvent.Kind.UNMERGED, paper, root, moderator, reason, now)


def open_proposals() -> QuerySet[PaperEvent]:
    """Proposals on which nobody decided, the oldest first."""
    return PaperEvent.objects.filter(kind=PaperEvent.Kind.PROPOSED, decision=None).order_by("pk")


def _locked(paper_id: int, root_id: int) -> tuple[Paper, Paper]:
    """Both papers, locked in the order of their ids."""
    if paper_id == root_id:
        raise Refused("This is the same paper: name another one.")
    locked = merging.lock(paper_id, root_id)
    if len(locked) < 2:
        raise Refused("There is no such paper.")
    return locked[paper_id], locked[root_id]


def _work(paper: Paper, root: Paper) -> list[Paper]:
    """All entries that are one work once the paper points to its root."""
    return list(Paper.objects.filter(pk__in={paper.pk, *merging.group_of(root)}).order_by("pk"))


def _open(proposal: PaperEvent) -> None:
    """Refused unless nobody decided on the proposal; its papers are locked."""
    if PaperEvent.objects.filter(proposal=proposal).exists():
        raise Refused(DECIDED)


def _merge(
    paper: Paper,
    root: Paper,
    moderator: User,
    reason: str,
    now: datetime,
    proposal: PaperEvent | None = None,
) -> PaperEvent:
    merging.merge(paper, root)
    answered_beside.annul(merging.group_of(root), moderator=moderator, now=now)
    lifecycle.refresh_standing(paper, now=now)  # and with it that of its root
    return _record(PaperEvent.Kind.MERGED, paper, root, moderator, reason, now, proposal)


def _record(
    kind: PaperEvent.Kind,
    paper: Paper,
    root: Paper,
    moderator: User,
    reason: str,
    now: datetime,
    proposal: PaperEvent | None = None,
) -> PaperEvent:
    return PaperEvent.objects.create(
        kind=kind, paper=paper, root=root, user=moderator, note=reason, at=now, proposal=proposal
    )
