"""Is this mail still due: asked right before each try."""

from notifications import digests, subscriptions
from notifications.models import Email
from notifications.recipients import REACHED, opted_out
from reports import facts
from reports.models import Agreement, Contact, EventKind, Reply, Report, ReportEvent
from reports.states import PUBLIC, State

_WHILE_OPEN = {EventKind.EXTENSION, EventKind.HOLD, EventKind.RELEASE}
_OPEN = (State.ASKING, State.UNREACHABLE, State.LAPSED)


def still_owed(email: Email) -> str:
    """Empty if the mail is to be sent; else the reason to cancel it.

    For letters of the clock `reports.facts` says so; a letter about what is not so any more is
    not sent (the newer event writes its own).
    """
    if email.letter is not None:
        return facts.still_owed(email.letter)
    if email.kind in subscriptions.KINDS:
        return _to_subscriber(email)
    if email.event is None:
        return ""
    event, report = email.event, email.event.report
    if email.user is not None and not email.user.is_active:
        return "the account is closed"
    if email.user is None and opted_out(email.recipient, report):
        return "the author asked not to be written to again"
    if email.contact is not None:
        return _contact_is_gone(email, email.contact) or _overtaken(event, report)
    return _overtaken(event, report)


def _to_subscriber(email: Email) -> str:
    if email.subscriber is None:
        return subscriptions.ENDED
    hashed = email.subscriber.email_hash
    if email.kind == subscriptions.CONFIRM:
        return subscriptions.NEVER_AGAIN if subscriptions.wants_no_letter(hashed) else ""
    if subscriptions.never_again(hashed):
        return subscriptions.NEVER_AGAIN
    return "" if digests.told_by(email.digest) else "nothing of it can be told any more"


def _contact_is_gone(email: Email, contact: Contact) -> str:
    if contact.state not in REACHED:
        return f"the author: {contact.get_state_display()}"
    if contact.address is None or contact.address.email != email.recipient:
        return "another address is in use"
    return ""


def _overtaken(event: ReportEvent, report: Report) -> str:
    kind = EventKind(event.kind)
    moved_on = f"the report is {report.state} now"
    if kind is EventKind.STATE:
        return "" if report.state == event.target else moved_on
    if report.state == State.REMOVED or (kind in _WHILE_OPEN and report.state not in _OPEN):
        return moved_on
    if kind is EventKind.ADDITION and report.state not in PUBLIC:
        return moved_on
    if kind is EventKind.HOLD and _hold_ended(event):
        return "the hold was released"
    if kind is EventKind.REPLY and _decided(event):
        return "the author chose its kind already"
    if kind is EventKind.AGREEMENT and event.data["step"] in ("asked", "confirmed"):
        return _agreement_moved_on(event)
    return ""


def _hold_ended(event: ReportEvent) -> bool:
    return event.report.inquiry.holds.filter(
        pk=event.data.get("hold"), released_at__isnull=False
    ).exists()


def _decided(event: ReportEvent) -> bool:
    return Reply.objects.filter(pk=event.data["reply"], decided_at__isnull=False).exists()


def _agreement_moved_on(event: ReportEvent) -> str:
    agreement = Agreement.objects.get(pk=event.data["agreement"])
    if agreement.taken_back_at is not None:
        return "the agreement was taken back"
    if event.data["step"] == "asked" and agreement.confirmed_at is not None:
        return "the agreement was confirmed already"
    return ""
