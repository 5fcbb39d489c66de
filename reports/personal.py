"""A reporter's data in reports: copied out, and erased (product.md, section 11)."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.forms.models import model_to_dict

from accounts.models import User
from accounts.personal import FORMER
from reports import files, lifecycle, redactions, services
from reports.contacts import email_hash
from reports.conversation import Side
from reports.models import Addition, Appeal, Report, ReportEvent
from reports.states import PUBLIC, Actor, State, may

APPEAL = (
    "kind", "name", "email", "named", "text", "created_at", "confirmed_at", "decided_at", "upheld",
    "decision",
)  # fmt: skip
"""What a person gets of an appeal or complaint that they wrote."""
GONE = "The reporter's account was erased."
WORDS = (
    "summary", "code_url", "code_commit", "data_used", "environment", "differences", "looked_for",
    "missing", "conflict", "shown_as", "group", "again_because",
)  # fmt: skip
"""What a reporter wrote, beside claims, evidence and the form as typed."""

LINK = ("position", "kind", "url", "note")
FILE = ("kind", "note", "name", "media_type", "size", "sha256", "stored_at")
"""What is exported of a file; its content is beside the report."""


def export(user: User) -> dict[str, Any]:
    """Every report of the person with all that they typed, and what they decided as moderator."""
    reports = (
        Report.objects.filter(reporter=user)
        .select_related("paper")
        .prefetch_related(
            "claims", "evidence", "files", "statements", "events", "additions__runs__claim"
        )
        .order_by("pk")
    )
    decisions = ReportEvent.objects.filter(user=user, actor=Actor.MODERATOR).order_by("pk")
    written = Appeal.objects.filter(email_hash=email_hash(user.email)).exclude(email="")
    return {
        "appeals": [model_to_dict(one, fields=APPEAL) for one in written.order_by("pk")],
        "reports": [_report(report) for report in reports],
        "decisions": [_event(event) | {"report": event.report_id} for event in decisions],
    }


def _report(report: Report) -> dict[str, Any]:
    row = model_to_dict(report, exclude=["id", "paper", "reporter", "forgotten_at", "group_key"])
    return {
        "number": report.pk,
        "paper": report.paper.title if report.paper is not None else "",
        **row,
        "claims": [model_to_dict(x, exclude=["id", "report"]) for x in report.claims.all()],
        "evidence": [model_to_dict(x, fields=LINK) for x in report.evidence.all()],
        "shared": [
            model_to_dict(x, fields=["item", "value", "url", "note"]) | {"said_at": x.said_at}
            for x in report.statements.all()
            if x.contact_id is None
        ],
        "files": [model_to_dict(x, fields=FILE) for x in report.files.all()],
        "additions": [_addition(x) for x in report.additions.all() if x.side == Side.REPORTER],
        "history": [_event(event) for event in report.events.all() if event.target],
    }


def _addition(addition: Addition) -> dict[str, Any]:
    return {
        "at": addition.given_at,
        "text": addition.text,
        "url": addition.url,
        "runs": [{"place": run.claim.place, "values": run.values} for run in addition.runs.all()],
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
    # What waits for a decision keeps its address until then: the decision is sent there.
    decided = Appeal.objects.filter(email_hash=email_hash(user.email), decided_at__isnull=False)
    decided.update(name="", email="", text="")
    reports = Report.objects.filter(reporter=user).order_by(
        F("paper__root").asc(nulls_last=True), "paper_id", "pk"
    )
    # All are locked first: a change of standing locks the list version, and whoever holds that must
    # not wait for a paper, which a sweep may hold while it waits for the list version.
    locked = [lifecycle.lock(report_id) for report_id in reports.values_list("pk", flat=True)]
    for report in locked:
        state = State(report.state)
        if state is State.DRAFT:
            files.forget(report.files.all())
            report.delete()
            continue
        stays = keep_published and state in PUBLIC
        if not stays and may(Actor.REPORTER, source=state, target=State.WITHDRAWN):
            report = services.withdraw(report_id=report.pk, user=user, note=GONE, now=now)
        report.typed = {}
        if stays:
            report.shown_as, report.group = FORMER, ""  # its key stays: reports count as before
            report.save(update_fields=["typed", "shown_as", "group"])
            redactions.forget_originals(report, "shown_as", "group")
        else:
            _erase_words(report)


def _erase_words(report: Report) -> None:
    for name in WORDS:
        setattr(report, name, "")
    report.hours = report.familiarity = None
    report.group_key = ""
    report.save(update_fields=["typed", "hours", "familiarity", "group_key", *WORDS])
    redactions.forget_originals(report)
    report.claims.all().delete()
    report.additions.filter(side=Side.REPORTER).update(text="", url="")
    report.evidence.all().delete()
    report.statements.filter(contact=None).update(url="", note="")
    files.forget(report.files.all())
    if not hasattr(report, "inquiry"):  # nobody was asked, so nobody's address is needed
        report.addresses.all().delete()
