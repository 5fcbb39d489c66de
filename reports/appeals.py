"""Appeals, complaints and authors who ask for a link: what anybody writes, and confirms by mail
(product.md, section 4).

Nothing that the sender sees depends on whether what they named exists or is secret.
"""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from registry import identifiers
from registry.models import Paper
from registry.selectors import papers_of
from reports import appeal_mail, author_links, contacts, holds, lifecycle, links
from reports.contacts import email_hash
from reports.deadlines import Policy
from reports.lifecycle import Refused
from reports.models import Appeal, EventKind, Hold, Report, ReportEvent
from reports.states import Actor, State

TEXT_LENGTH = 20_000  # characters
NAME_LENGTH = 200
NAMED_LENGTH = 500
CONFIRM_WITHIN = timedelta(days=7)
"""After so long an appeal that nobody confirmed is deleted."""
MOST_HOLDS = 3
"""So many inquiries one sender holds up at a time."""
HOLD = "An appeal was received and is being looked at."
HOLD_FOR_AUTHOR = (
    "Somebody wrote that they are an author of the paper and asked for a link to answer by; a "
    "moderator looks at it."
)
UNKNOWN = (
    "This link is not known, or older than seven days. Use the whole link of the newest letter, or "
    "send the form again."
)
_REPORT = re.compile(r"(?:.*/)?reports/(\d{1,18})(?:[/?#].*)?|(?:report\s*)?#?\s*(\d{1,18})", re.I)
_PAPER = re.compile(r"(?:.*/)?papers/(\d{1,18})(?:[/?#].*)?|paper\s*#?\s*(\d{1,18})", re.I)


def receive(
    *,
    kind: str,
    name: str,
    email: str,
    named: str,
    text: str,
    language: str,
    now: datetime,
    position: int | None = None,
) -> Appeal:
    """Store what was written and send its sender the link that confirms it."""
    with transaction.atomic():
        appeal = Appeal.objects.create(
            kind=Appeal.Kind(kind), name=name, email=email, email_hash=email_hash(email),
            named=named, text=text, position=position, language=language, created_at=now,
        )  # fmt: skip
        token = links.appeal_token(appeal.pk)
        appeal.token_hash = links.token_hash(token)
        appeal.save(update_fields=["token_hash"])
        _, paper = about(named) if appeal.kind == Appeal.Kind.AUTHOR else (None, None)
        appeal_mail.ask_to_confirm(appeal, token, paper)
    return appeal


def of_token(token: str, now: datetime) -> Appeal | None:
    """The appeal of a link; None if there is none, or it was confirmed too late."""
    known = Q(confirmed_at__isnull=False) | Q(created_at__gt=now - CONFIRM_WITHIN)
    return Appeal.objects.filter(known, token_hash=links.token_hash(token)).first()


def confirm(*, token: str, now: datetime) -> Appeal:
    """The sender confirms: it is to be decided within 14 days, and holds up a running inquiry; of
    an author who asks for a link all that run about the paper.

    A second one of the same sender that is open already, or against the same decision, opens no
    hold. Refused for an unknown link; twice is as once.
    """
    found = of_token(token, now)
    if found is None:
        raise Refused(UNKNOWN)
    report, paper = about(found.named)
    with transaction.atomic():
        if report is not None:
            report = lifecycle.lock(report.pk)
        asked = []
        if paper is not None and found.kind == Appeal.Kind.AUTHOR:
            asked = author_links.lock_asked(paper)
        appeal = Appeal.objects.select_for_update().get(pk=found.pk)
        if appeal.confirmed_at is not None:
            return appeal
        appeal.confirmed_at = now
        appeal.due_at = now + Policy.of(settings.RESPONSE_WINDOW).late
        appeal.report, appeal.paper = report, report.paper if report is not None else paper
        if report is not None:
            appeal.against = _decision(report)
            if _open(appeal).exists():
                appeal.report = None  # one open a report and sender; it is read all the same
        try:
            with transaction.atomic():
                appeal.save()
        except IntegrityError as error:  # both confirmed at this moment, one before the lock
            raise Refused("Please try again.") from error
        for held in [appeal.report] if appeal.report is not None else asked:
            _hold(appeal, held, now)
        if appeal.report is not None:
            lifecycle.record(
                appeal.report, EventKind.APPEAL, actor=Actor.AUTHOR, now=now,
                data={"step": "received", "appeal": appeal.pk}, to_do=False,
            )  # fmt: skip
    return appeal


def _open(appeal: Appeal) -> QuerySet[Appeal]:
    """The sender's other open appeals about the same report."""
    waits = Appeal.objects.filter(confirmed_at__isnull=False, decided_at=None)
    return waits.filter(report=appeal.report, email_hash=appeal.email_hash).exclude(pk=appeal.pk)


def _decision(report: Report) -> int | None:
    """The last change of state by a moderator: what an appeal is against."""
    decisions = ReportEvent.objects.filter(
        report=report, kind=EventKind.STATE, actor=Actor.MODERATOR
    )
    return decisions.order_by("-pk").values_list("pk", flat=True).first()


def _hold(appeal: Appeal, report: Report, now: datetime) -> None:
    """Hold the inquiry, unless this sender held it before or holds up too many."""
    if report.state not in contacts.RUNNING:
        return
    mine = Hold.objects.filter(appeal__email_hash=appeal.email_hash)
    if mine.filter(inquiry__report=report, appeal__against=appeal.against).exists():
        return
    if mine.filter(released_at=None).exclude(appeal=appeal).count() >= MOST_HOLDS:
        return
    inquiry = report.inquiry
    inquiry.report = report
    reason = HOLD_FOR_AUTHOR if appeal.kind == Appeal.Kind.AUTHOR else HOLD
    holds.open_hold(inquiry, reason=reason, now=now, appeal=appeal)


def about(named: str) -> tuple[Report | None, Paper | None]:
    """The report, or the paper, that an address, a number or an identifier names; secret or not."""
    words = " ".join(named.split())
    if match := _PAPER.fullmatch(words):
        return None, Paper.objects.filter(pk=int(match[1] or match[2])).first()
    if match := _REPORT.fullmatch(words):
        number = int(match[1] or match[2])
        return Report.objects.exclude(state=State.DRAFT).filter(pk=number).first(), None
    found = identifiers.parse(words)
    if found is None:
        return None, None
    key = (found.scheme, found.value)
    return None, papers_of([key]).get(key)


def waiting() -> QuerySet[Appeal]:
    """What is confirmed and not decided, the first that is due at the top."""
    waits = Appeal.objects.filter(confirmed_at__isnull=False, decided_at=None)
    return waits.order_by("due_at", "pk")


def late(now: datetime) -> QuerySet[Appeal]:
    """What was not decided in the time that was promised."""
    return waiting().filter(due_at__lt=now)


def forget(*, now: datetime, limit: int = 1000) -> int:
    """Delete what nobody confirmed, and empty who wrote what a year after it was decided."""
    old = Appeal.objects.filter(confirmed_at=None, created_at__lt=now - CONFIRM_WITHIN)
    deleted, _ = Appeal.objects.filter(
        pk__in=list(old.order_by("pk").values_list("pk", flat=True)[:limit])
    ).delete()
    ended = Appeal.objects.filter(decided_at__lt=now - links.VALID_AFTER_END).exclude(email="")
    ids = list(ended.order_by("pk").values_list("pk", flat=True)[:limit])
    return deleted + Appeal.objects.filter(pk__in=ids).update(name="", email="", text="")
