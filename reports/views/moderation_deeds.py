"""What the decisions on a report's page do: each calls its service, and says in a sentence what
was done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext

from accounts.models import User
from reports import (
    declarations,
    moderation,
    proposals,
    redactions,
    reply_decisions,
    services,
    suggestions,
    two_persons,
)
from reports.deadlines import in_words
from reports.forms import moderation as forms
from reports.models import Report
from reports.services import ACCEPTANCE

PROPOSED = "Proposed: it is done when another moderator confirms it."


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A decision as it was sent: who, when, about which report and thing, and the checked form."""

    report: Report
    user: User
    now: datetime
    data: dict[str, Any]
    thing: Any = None


def accept(deed: Deed) -> str:
    """Accept the report."""
    report = services.accept(
        report_id=deed.report.pk, moderator=deed.user, now=deed.now,
        checks={name: name in deed.data["check"] for name in ACCEPTANCE},
        checked_addresses=deed.data["address"],
    )  # fmt: skip
    return gettext("Report {report} is accepted; it is {state} now.").format(
        report=report.pk, state=gettext(report.state)
    )


def give_back(deed: Deed) -> str:
    """Return the report."""
    services.return_report(**_reasoned(deed))
    return gettext("Report {report} is returned to its reporter.").format(report=deed.report.pk)


def decline(deed: Deed) -> str:
    """Decline the report."""
    services.decline(**_reasoned(deed))
    return gettext("Report {report} is declined.").format(report=deed.report.pk)


def remove(deed: Deed) -> str:
    """Remove the report, or propose it."""
    if two_persons.for_removal():
        proposals.propose_removal(**_reasoned(deed))
        return PROPOSED
    services.remove(**_reasoned(deed))
    return gettext("Report {report} is removed.").format(report=deed.report.pk)


def _reasoned(deed: Deed) -> dict[str, Any]:
    return {
        "report_id": deed.report.pk,
        "moderator": deed.user,
        "reason": deed.data["reason"],
        "now": deed.now,
    }


def hold(deed: Deed) -> str:
    """Open a hold."""
    moderation.open_hold(**_reasoned(deed))
    return "The hold is open: nothing lapses, and no reminder leaves."


def extend(deed: Deed) -> str:
    """Give the authors more time."""
    new = moderation.extend(**_reasoned(deed), days=deed.data["days"])
    return gettext("The authors have more time, until {when}.").format(when=in_words(new))


def redact(deed: Deed) -> str:
    """Cover a passage."""
    redactions.redact(**_reasoned(deed), passage=deed.data["passage"])
    return "The passage is covered wherever it stood; the corrections say so."


def uncover(deed: Deed) -> str:
    """Show a passage again."""
    redactions.undo(
        redaction_id=deed.thing.pk, moderator=deed.user, reason=deed.data["reason"], now=deed.now
    )
    return "The passage is shown again."


def conflict(deed: Deed) -> str:
    """Leave the case to others."""
    declarations.declare_conflict(report_id=deed.report.pk, moderator=deed.user, now=deed.now)
    return gettext("Report {report} is left to other moderators.").format(report=deed.report.pk)


def release(deed: Deed) -> str:
    """Release a hold, or propose it."""
    if two_persons.for_release(deed.thing.inquiry, deed.now):
        proposals.propose_release(
            hold_id=deed.thing.pk, moderator=deed.user, reason=deed.data["reason"], now=deed.now
        )
        return PROPOSED
    moderation.release_hold(hold_id=deed.thing.pk, moderator=deed.user, now=deed.now)
    return "The hold is released."


def confirm(deed: Deed) -> str:
    """Confirm what another moderator proposed."""
    done = proposals.confirm(proposal_id=deed.thing.pk, moderator=deed.user, now=deed.now)
    return gettext("Confirmed and done: {kind}.").format(kind=gettext(done.get_kind_display()))


def reject(deed: Deed) -> str:
    """Reject a proposal."""
    proposals.reject(
        proposal_id=deed.thing.pk, moderator=deed.user, reason=deed.data["reason"], now=deed.now
    )
    return "The proposal is rejected; nothing was done."


def not_reached(deed: Deed) -> str:
    """Void the clock."""
    moderation.not_reached(**_reasoned(deed))
    return "The report is unreachable: no clock runs, and nothing is listed."


def ask(deed: Deed) -> str:
    """Ask an author at a new address."""
    data = deed.data
    contact = moderation.ask_again(
        report_id=deed.report.pk, moderator=deed.user, author_position=data["author"],
        email=data["email"], source=data["source"], source_url=data["source_url"], now=deed.now,
    )  # fmt: skip
    contact.refresh_from_db()
    if contact.address is not None and contact.address.email != data["email"]:
        return gettext(
            "Kept: {contact_name} is written to there if the address in use fails."
        ).format(contact_name=contact.name)
    if contact.inquiry.holds.filter(released_at=None).exists():
        return gettext("{contact_name} is written to there when the hold is released.").format(
            contact_name=contact.name
        )
    return gettext("{contact_name} is written to there now.").format(contact_name=contact.name)


def search(deed: Deed) -> str:
    """Record a search."""
    moderation.record_search(
        report_id=deed.report.pk, moderator=deed.user, where=deed.data["where"],
        found=deed.data["found"], now=deed.now,
    )  # fmt: skip
    return "The search is recorded."


def unasked(deed: Deed) -> str:
    """Make the report public as unasked."""
    moderation.unasked(report_id=deed.report.pk, moderator=deed.user, now=deed.now)
    return "The report is public: the authors could not be reached. The paper is not listed."


def resolve(deed: Deed) -> str:
    """Close the report."""
    moderation.resolve(report_id=deed.report.pk, moderator=deed.user, now=deed.now)
    return "The report is resolved."


def reopen(deed: Deed) -> str:
    """Open the report again."""
    moderation.reopen(**_reasoned(deed))
    return "The report is disputed again; the reason stands beside the answer."


def counts(deed: Deed) -> str:
    """Record why an author counts."""
    moderation.mark_counts(
        contact_id=deed.thing.pk, moderator=deed.user, because=deed.data["because"], now=deed.now
    )
    return gettext("Recorded: reaching {thing_name} will do.").format(thing_name=deed.thing.name)


def revoke(deed: Deed) -> str:
    """End an author's link."""
    moderation.revoke_link(contact_id=deed.thing.pk, moderator=deed.user, now=deed.now)
    return gettext(
        "The link of {thing_name} opens nothing any more; the next letter has a new one."
    ).format(thing_name=deed.thing.name)


def decide(deed: Deed) -> str:
    """Decide on an author's word."""
    author, upheld = deed.data["author"], deed.data["verdict"] == forms.UPHOLD
    suggestions.decide_suggestion(
        suggestion_id=deed.thing.pk, moderator=deed.user, upheld=upheld,
        decision=deed.data["decision"], email=deed.data["email"], now=deed.now,
        author_position=int(author) if author.isdecimal() else None,
    )  # fmt: skip
    return "Upheld." if upheld else "Refused; the author has at least 14 more days."


def publish(deed: Deed) -> str:
    """Publish an answer that came by mail."""
    data = {name: deed.data[name] for name in ("kind", "text", "url", "name")}
    reply_decisions.publish(
        reply_id=deed.thing.pk, moderator=deed.user, form_key=uuid4(), now=deed.now, **data
    )
    return "Published: the answer stands beside the report."


def set_aside(deed: Deed) -> str:
    """Set a mail aside."""
    reply_decisions.set_aside(
        reply_id=deed.thing.pk, moderator=deed.user, reason=deed.data["reason"], now=deed.now
    )
    return "Set aside: it is no answer."


def robots(deed: Deed) -> str:
    """Record what answers an author's letters."""
    reply_decisions.robots_are(
        contact_id=deed.thing.pk, moderator=deed.user, what=deed.data["what"], now=deed.now
    )
    return gettext("Recorded: letters to {thing_name} count as those to others do.").format(
        thing_name=deed.thing.name
    )


def mark(deed: Deed) -> str:
    """Mark an answer as without content."""
    services.mark_without_content(answer_id=deed.thing.pk, moderator=deed.user, now=deed.now)
    return "The page says that the answer is without content. It stays an answer."
