"""A reporter's data in reports: copied out, and erased (product.md, section 11)."""

from datetime import datetime
from typing import Any

from django.forms.models import model_to_dict

from accounts.models import User
from accounts.personal import FORMER
from reports import lifecycle, services
from reports.models import Report, ReportEvent
from reports.states import PUBLIC, Actor, State, may

GONE = "The reporter's account was erased."
WORDS = (
    "summary", "code_url", "code_commit", "data_used", "environment", "differences", "looked_for",
    "missing", "conflict", "shown_as",
)  # fmt: skip
"""What a reporter wrote, beside claims, evidence and the form as typed."""


def export(user: User) -> dict[str, Any]:
    """Every report of the person with all that they typed, and what they decided as moderator."""
    reports = (
        Report.objects.filter(reporter=user)
        .select_related("paper")
        .prefetch_related("claims", "evidence", "events")
        .order_by("pk")
    )
    decisions = ReportEvent.objects.filter(user=user, actor=Actor.MODERATOR).order_by("pk")
    return {
        "reports": [_report(report) for report in reports],
        "decisions": [_event(event) | {"report": event.report_id} for event in decisions],
    }


def _report(report: Report) -> dict[str, Any]:
    row = model_to_dict(report, exclude=["id", "paper", "reporter", "forgotten_at"])
    return {
        "number": report.pk,
        "paper": report.paper.title if report.paper is not None else "",
        **row,
        "claims": [model_to_dict(x, exclude=["id", "report"]) for x in report.claims.all()],
        "evidence": [model_to_dict(x, exclude=["id", "report"]) for x in report.evidence.all()],
        "history": [_event(event) for event in report.events.all() if event.target],
    }


def _event(event: ReportEvent) -> dict[str, Any]:
    return {"at": event.at, "what": event.target or event.kind, "note": event.note}


def erase(user: User, *, keep_published: bool, now: datetime) -> None:
    """Delete drafts, withdraw what is not public, and leave the rest without the person.

    An open inquiry is withdrawn too: nobody would be left to react to an answer, and no paper
    shall be listed for silence towards nobody. Published reports stay under the name of a former
    user with `keep_published`, else they are withdrawn as well. Of what is withdrawn the words are
    erased; events, with the reasons given in them, are the record and stay.
    """
    reports = Report.objects.filter(reporter=user).order_by("paper_id", "pk")
    # All are locked first: a change of standing locks the list version, and whoever holds that must
    # not wait for a paper, which a sweep may hold while it waits for the list version.
    locked = [lifecycle.lock(report_id) for report_id in reports.values_list("pk", flat=True)]
    for report in locked:
        state = State(report.state)
        if state is State.DRAFT:
            report.delete()
            continue
        stays = keep_published and state in PUBLIC
        if not stays and may(Actor.REPORTER, source=state, target=State.WITHDRAWN):
            report = services.withdraw(report_id=report.pk, user=user, note=GONE, now=now)
        report.typed = {}
        if stays:
            report.shown_as = FORMER
            report.save(update_fields=["typed", "shown_as"])
        else:
            _erase_words(report)


def _erase_words(report: Report) -> None:
    for name in WORDS:
        setattr(report, name, "")
    report.hours = report.familiarity = None
    report.save(update_fields=["typed", "hours", "familiarity", *WORDS])
    report.claims.all().delete()
    report.evidence.all().delete()
    if not hasattr(report, "inquiry"):  # nobody was asked, so nobody's address is needed
        report.addresses.all().delete()
