"""What reporters and moderators do with a report. Each function is one transaction."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from registry.models import PaperVersion
from reports import additions, files, lifecycle, permitted, two_persons
from reports import inquiry as clock
from reports.deadlines import Policy
from reports.identity import lock_for_acceptance, settle_paper
from reports.lapse import earlier_answer_stands
from reports.lifecycle import Refused
from reports.models import Answer, Contact, EventKind, Report
from reports.states import Actor, Outcome, State
from reports.visibility import may_moderate

ACCEPTANCE = {
    "claims": "Each claim is quoted with its place, and the version of the paper is named.",
    "evidence": "The evidence opens (or, for an attempt that was not possible: what was looked "
    "for, where, when, and what was missing is stated).",
    "text": "The text says what was done and not what the authors intended.",
    "reporter": "The reporter's name and affiliation are known to the site (ORCID or an "
    "institutional address).",
}
"""What a moderator confirms to accept a report (product.md, section 3)."""


def _must_moderate(user: User, report: Report) -> None:
    why_not = may_moderate(user, report)
    if why_not:
        raise Refused(why_not)


def _must_report(user: User, report: Report) -> None:
    if report.reporter_id != user.pk:
        raise Refused("Only the reporter does this.")


def submit(*, report_id: int, user: User, now: datetime) -> Report:
    """Submit a complete draft or returned report to the moderators."""
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        _must_report(user, report)
        if not report.claims.exists():
            raise Refused("Add at least one claim: its place, and the paper's own words.")
        lifecycle.transition(report, State.SUBMITTED, actor=Actor.REPORTER, now=now, user=user)
    return report


def return_report(*, report_id: int, moderator: User, reason: str, now: datetime) -> Report:
    """Give the report back to its reporter with the reason, to be mended."""
    return _decide(report_id, State.RETURNED, moderator, reason, now)


def decline(*, report_id: int, moderator: User, reason: str, now: datetime) -> Report:
    """Decline the report for good, with the reason."""
    return _decide(report_id, State.DECLINED, moderator, reason, now)


def remove(
    *, report_id: int, moderator: User, reason: str, now: datetime, agreed: bool = False
) -> Report:
    """Remove the report: a dated line and the reason stay, its text is shown to nobody.

    `agreed`: a second moderator confirmed it (proposals.py).
    """
    if two_persons.for_removal() and not agreed:
        with transaction.atomic():
            _must_moderate(moderator, lifecycle.lock(report_id))
        raise Refused(two_persons.ASK_ANOTHER)
    return _decide(report_id, State.REMOVED, moderator, reason, now)


def _decide(report_id: int, target: State, moderator: User, reason: str, now: datetime) -> Report:
    if not reason.strip():
        raise Refused("Give the reason, in words for the people concerned.")
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        _must_moderate(moderator, report)
        lifecycle.transition(
            report, target, actor=Actor.MODERATOR, now=now, user=moderator, note=reason
        )
    return report


def accept(
    *,
    report_id: int,
    moderator: User,
    checks: dict[str, bool],
    checked_addresses: list[int],
    now: datetime,
    policy: Policy | None = None,
) -> Report:
    """Accept the report: a match is published; else the authors are asked, under `policy`.

    `checks` are those of ACCEPTANCE; `checked_addresses` are the addresses whose source the
    moderator opened himself. Without an address the report is unreachable from the start.
    """
    with transaction.atomic():
        report = lock_for_acceptance(report_id)
        _must_moderate(moderator, report)
        if why_not := permitted.deciding(report):
            raise Refused(why_not)
        missing = [text for name, text in ACCEPTANCE.items() if not checks.get(name)]
        if missing:
            raise Refused("Not confirmed yet: " + " ".join(missing) + " Return it if it is not so.")
        addresses = list(report.addresses.all())
        if any(address.pk not in checked_addresses for address in addresses):
            raise Refused("Open the source of each author address and confirm it.")
        report.addresses.update(checked_by=moderator, checked_at=now)
        settle_paper(report)
        _must_moderate(moderator, report)  # its paper may be another one now
        PaperVersion.objects.get_or_create(paper=report.paper, label=report.version)
        if report.outcome == Outcome.MATCHED:
            _accepted(report, State.PUBLISHED, moderator, now)
            return report
        policy = policy or Policy.of(settings.RESPONSE_WINDOW)
        _refuse_a_repeated_question(report, policy, now)
        inquiry = clock.open_inquiry(report, policy=policy, now=now)
        if inquiry.contacts.exclude(state=Contact.State.OPTED_OUT).exists():
            _accepted(report, State.ASKING, moderator, now)
            clock.order_letters(inquiry, now=now)
        else:
            _accepted(report, State.UNREACHABLE, moderator, now)
            clock.plan(inquiry, now=now)
    return report


def _accepted(report: Report, target: State, moderator: User, now: datetime) -> None:
    lifecycle.transition(report, target, actor=Actor.MODERATOR, now=now, user=moderator)


def _refuse_a_repeated_question(report: Report, policy: Policy, now: datetime) -> None:
    """At most one new inquiry an author and paper in 90 days while an answer stands."""
    earlier = earlier_answer_stands(report)
    if earlier is None:
        return
    span = policy.window * 90 / 28
    emails = list(report.addresses.values_list("email", flat=True))
    asked = (
        Report.objects.filter(
            paper=report.paper_id,
            inquiry__opened_at__gt=now - span,
            inquiry__contacts__address__email__in=emails,
        )
        .exclude(pk=report.pk)
        .exists()
    )
    if asked:
        raise Refused(
            gettext(
                "The authors answered report {earlier} on the same claim and were asked less "
                "than 90 days ago. Accept this one later; their earlier answer stands until "
                "then."
            ).format(earlier=earlier)
        )


def withdraw(*, report_id: int, user: User, note: str, now: datetime) -> Report:
    """The reporter takes the report back; a dated line stays if it ever was public."""
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        _must_report(user, report)
        lifecycle.transition(
            report, State.WITHDRAWN, actor=Actor.REPORTER, now=now, user=user, note=note
        )
    return report


def discard_draft(*, report_id: int, user: User) -> None:
    """Delete a draft that was never submitted."""
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        _must_report(user, report)
        if report.state != State.DRAFT or report.events.exists():
            raise Refused("Only a draft that was never submitted is deleted; withdraw it instead.")
        files.forget(report.files.all())
        report.delete()


def accept_answer(*, report_id: int, user: User, now: datetime) -> Report:
    """The reporter accepts the authors' answer: resolved."""
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        _must_report(user, report)
        lifecycle.transition(report, State.RESOLVED, actor=Actor.REPORTER, now=now, user=user)
    return report


def dispute(*, report_id: int, user: User, reason: str, now: datetime) -> Report:
    """The reporter does not accept the answer, and says why."""
    if not reason.strip():
        raise Refused("Say what the answer leaves open; the authors and readers will see it.")
    with transaction.atomic():
        report = lifecycle.lock(report_id)
        _must_report(user, report)
        if why_not := additions.why_not_dispute(report, additions.stored_round(report)):
            raise Refused(why_not)
        lifecycle.transition(
            report, State.DISPUTED, actor=Actor.REPORTER, now=now, user=user, note=reason
        )
    return report


def mark_without_content(*, answer_id: int, moderator: User, now: datetime) -> None:
    """Say on the page that an answer has no content; never a reason to list."""
    with transaction.atomic():
        answer = Answer.objects.select_related("contact").get(pk=answer_id)
        ids = answer.reports.order_by("paper_id", "pk").values_list("pk", flat=True)
        reports = [lifecycle.lock(report_id) for report_id in list(ids)]
        for report in reports:
            _must_moderate(moderator, report)
        changed = Answer.objects.filter(pk=answer_id, without_content=False).update(
            without_content=True
        )
        if not changed:
            raise Refused("This answer is so marked already.")
        for report in reports:
            lifecycle.record(
                report, EventKind.DECISION, actor=Actor.MODERATOR, now=now, user=moderator,
                contact=answer.contact, data={"what": "without content", "answer": answer.pk},
                to_do=False,
            )  # fmt: skip
