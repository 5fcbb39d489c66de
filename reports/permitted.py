"""What a moderator may do with a report as it is now: empty, or the sentence that says why not.

The services of moderation.py refuse with these sentences, and the moderators' page shows them.
Who may decide at all is `visibility.may_moderate`.
"""

from datetime import datetime

from django.utils.translation import gettext

from reports.contacts import SILENCED
from reports.deadlines import MONTHS
from reports.inquiry import has_open_hold
from reports.models import Answer, Appeal, Contact, EventKind, Hold, Inquiry, Report, Suggestion
from reports.states import PUBLIC, Actor, State, may

ASKED = (State.ASKING, State.UNREACHABLE, State.UNASKED)
"""States in which an author may be written to at a new address."""
REDACTABLE = PUBLIC | {State.ASKING, State.UNREACHABLE, State.WITHDRAWN}
"""States in which others than the reporter read a report, or the answers beside its dated line."""
UNASKED_AFTER = 60 / 28  # of the window: 60 days
RESOLVED_AFTER = 90 / 28  # of the window: 90 days
NEVER_ASKED = "The authors were never asked about this report."


def in_words(moment: datetime) -> str:
    """A moment (UTC) as the pages say it."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment:%Y, %H:%M} UTC"


def deciding(report: Report) -> str:
    """Why the report cannot be accepted, returned or declined."""
    if report.state == State.SUBMITTED:
        return ""
    return gettext("This report is {state} now; somebody decided on it already.").format(
        state=gettext(report.state)
    )


def moving(report: Report, target: State) -> str:
    """Why the report cannot become `target` by a moderator's word."""
    source = State(report.state)
    if may(Actor.MODERATOR, source=source, target=target):
        return ""
    return gettext("This report is {source} now, so it cannot become {target}.").format(
        source=gettext(source), target=gettext(target)
    )


def asking(report: Report) -> str:
    """Why nobody can be asked, or searched for."""
    if report.state in ASKED:
        return ""
    return gettext("The report is {state}: nobody is asked any more.").format(
        state=gettext(report.state)
    )


def extending(report: Report, inquiry: Inquiry) -> str:
    """Why a moderator cannot give the authors more time."""
    if report.state != State.ASKING or inquiry.deadline is None:
        return "No deadline is running."
    if not inquiry.contacts.exclude(state__in=SILENCED).exists():
        return "Nobody is left who could be told of another deadline."
    return ""


def releasing(hold: Hold) -> str:
    """Why the hold cannot be released by itself: it was, or something waits behind it."""
    if hold.released_at is not None:
        return "This hold was released already."
    if Suggestion.objects.filter(hold=hold).exists():
        return "An author's word waits behind this hold: decide on it instead."
    if hold.appeal is not None and hold.appeal.decided_at is None:
        is_author = hold.appeal.kind == Appeal.Kind.AUTHOR
        what = "An author's wish for a link" if is_author else "An appeal"
        return gettext("{what} waits behind this hold: decide on it instead.").format(what=what)
    if hold.mail is not None:
        return "A mail waits behind this hold: decide on it instead."
    return ""


def unasked_from(report: Report, inquiry: Inquiry) -> datetime:
    """From when an unreachable report may be made public (UTC)."""
    return report.state_at + inquiry.policy.window * UNASKED_AFTER


def unasking(report: Report, inquiry: Inquiry, now: datetime) -> str:
    """Why the report cannot be made public as one whose authors could not be reached.

    The days and the searches count from when it became unreachable.
    """
    if report.state != State.UNREACHABLE:
        return "Only an unreachable report is made public as one whose authors were not reached."
    if has_open_hold(inquiry):
        return "A hold stands: decide on it first."
    missing = []
    earliest = unasked_from(report, inquiry)
    if now < earliest:
        missing.append(
            gettext("Not before {when}: 60 days must have passed.").format(when=in_words(earliest))
        )
    if report.searches.filter(at__gte=report.state_at).count() < 2:
        missing.append(
            "Record two searches for the authors' addresses, made since it is unreachable."
        )
    return " ".join(missing)


def resolving(report: Report, inquiry: Inquiry, now: datetime) -> str:
    """Why the report cannot be closed as resolved: 90 days of silence on both sides."""
    if why_not := moving(report, State.RESOLVED):
        return why_not
    last = report.events.filter(
        kind__in=[EventKind.STATE, EventKind.ANSWER, EventKind.AGREEMENT, EventKind.ADDITION]
    ).latest("at")
    earliest = last.at + inquiry.policy.window * RESOLVED_AFTER
    if now < earliest:
        return gettext("Not before {when}: both sides must have been silent for 90 days.").format(
            when=in_words(earliest)
        )
    return ""


def redacting(report: Report) -> str:
    """Why no passage of the report or of an answer can be covered: only what others read is."""
    if report.state in REDACTABLE:
        return ""
    return gettext(
        "The report is {state}: nobody beside its reporter and moderators reads it."
    ).format(state=gettext(report.state))


def reopening(report: Report) -> str:
    """Why a resolved report cannot be opened again as disputed."""
    return moving(report, State.DISPUTED)


def counting(report: Report, contact: Contact) -> str:
    """Why nobody can record that reaching this author will do."""
    if report.state not in (State.ASKING, State.UNREACHABLE):
        return gettext(
            "The report is {state}: who counts was settled while the authors were asked."
        ).format(state=gettext(report.state))
    if not contact.on_paper:
        return "This person is not on the paper's author list, so their silence never counts."
    if contact.state == Contact.State.VOID:
        return "This is not an author, or the wrong person, so their silence never counts."
    if contact.counts and not contact.counts_because:
        return "This author counts already, as the corresponding, first or last one."
    return ""


def marking(answer: Answer) -> str:
    """Why the answer cannot be marked as one without content."""
    return "This answer is so marked already." if answer.without_content else ""
