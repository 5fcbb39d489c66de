"""What moderators can do on a report's page: one table of forms, conditions and services."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from reports import declarations, holds, permitted, proposals, reply_decisions
from reports.case import Case
from reports.contacts import no_robots
from reports.forms import moderation as forms
from reports.forms import moderation_acts as more
from reports.lifecycle import Refused
from reports.models import Answer, Contact, Hold, Proposal, Redaction, Reply, Suggestion
from reports.states import State
from reports.views import moderation_deeds as deeds
from reports.views.moderation_deeds import Deed

Thing = Contact | Hold | Suggestion | Answer | Reply | Redaction | Proposal | None


@dataclass(frozen=True, kw_only=True)
class Act:
    """A kind of decision: its words, its form, when it is possible, and what does it."""

    title: str
    button: str
    do: Callable[[Deed], str]  # returns the sentence that says what was done
    why_not: Callable[[Case, Any], str]
    form: type[forms.ModerationForm] = forms.Reason
    things: Callable[[Case], Sequence[Thing]] | None = None  # none: it is about the report
    explains: str = ""
    danger: bool = False
    unfolded: bool = False  # what one comes to the page for
    ends: bool = False  # the moderator's work on the report: back to the queue
    declares: bool = False  # it says itself whether there is a conflict of interest


def _submitted(case: Case, thing: Any) -> str:
    return permitted.deciding(case.report)


def _once_asked(why_not: Callable[[Case], str]) -> Callable[[Case, Any], str]:
    """The condition, for a report whose authors were ever asked."""
    return lambda case, thing: why_not(case) if case.inquiry else permitted.NEVER_ASKED


def _unasking(case: Case) -> str:
    assert case.inquiry is not None
    return permitted.unasking(case.report, case.inquiry, case.now)


def _extending(case: Case) -> str:
    assert case.inquiry is not None
    return permitted.extending(case.report, case.inquiry)


def _resolving(case: Case) -> str:
    assert case.inquiry is not None
    return permitted.resolving(case.report, case.inquiry, case.now)


def _contacts(case: Case) -> list[Thing]:
    return [asked.contact for asked in case.asked]


def _by_robots_alone(case: Case) -> list[Thing]:
    """The contacts whose every letter a robot answered, and nobody said what it is."""
    return [asked.contact for asked in case.asked if not no_robots(asked.contact)]


def _open_proposals(case: Case) -> list[Thing]:
    return [one for one in case.proposals if one.decided_at is None]


def _plain_holds(case: Case) -> list[Thing]:
    return [
        hold
        for hold in case.holds
        if hold.released_at is None
        and hold.mail is None
        and not (hasattr(hold, "suggestion") or hold.appeal is not None)
    ]


ACTS: dict[str, Act] = {
    "accept": Act(
        title="Accept", button="Accept the report", form=forms.Acceptance,
        do=deeds.accept, ends=True,
        why_not=_submitted, unfolded=True,
        explains="A match is published; else the authors are asked.",
    ),
    "return": Act(
        title="Return", button="Return the report", form=forms.ToReporter,
        do=deeds.give_back, ends=True,
        why_not=_submitted, explains="The reporter mends it and submits it again.",
    ),
    "decline": Act(
        title="Decline", button="Decline for good", form=more.Declining,
        do=deeds.decline, ends=True,
        why_not=_submitted, danger=True,
        explains="It cannot come back. To have it mended, return it.",
    ),
    "ask": Act(
        title="Ask an author at a new address", button="Write to this address",
        form=forms.NewAddress, do=deeds.ask,
        why_not=_once_asked(lambda case: permitted.asking(case.report)),
        explains="While the author's address in use works, the new one is kept for when it fails. "
        "A report that was unreachable or unasked is asking again, with a whole new window.",
    ),
    "search": Act(
        title="Record a search", button="Record the search", form=forms.Search, do=deeds.search,
        why_not=_once_asked(lambda case: permitted.asking(case.report)),
        explains="Two are owed before a report is made public without an answer.",
    ),
    "unasked": Act(
        title="Make public: authors could not be reached", button="Make the report public",
        form=forms.Confirm, do=deeds.unasked, why_not=_once_asked(_unasking),
        explains="Everybody reads the report. The paper is never listed for it.",
    ),
    "hold": Act(
        title="Open a hold", button="Open the hold", do=deeds.hold,
        why_not=_once_asked(lambda case: holds.why_not_held(case.report)),
        explains="Nothing lapses and no reminder leaves until it is released; then at least 14 "
        "days are left.",
    ),
    "extend": Act(
        title="Give the authors more time", button="Move the deadline", form=more.MoreTime,
        do=deeds.extend, why_not=_once_asked(_extending),
        explains="Counted from the deadline in force. The authors may still ask for their own "
        "extension.",
    ),
    "not_reached": Act(
        title="Nobody was reached", button="Void the clock", form=forms.ToEverybody,
        do=deeds.not_reached, danger=True,
        why_not=_once_asked(lambda case: permitted.moving(case.report, State.UNREACHABLE)),
        explains="No letter sent so far counts. If the paper is listed for this report, the "
        "listing is annulled.",
    ),
    "resolve": Act(
        title="Close as resolved", button="Close the report", form=forms.Confirm, do=deeds.resolve,
        why_not=_once_asked(_resolving),
        explains="Both sides were silent for 90 days. Report and answer stay public.",
    ),
    "reopen": Act(
        title="Open again as disputed", button="Open the report again", form=forms.Beside,
        do=deeds.reopen, why_not=_once_asked(lambda case: permitted.reopening(case.report)),
        explains="The reporter may then accept the answer, or both texts stand.",
    ),
    "redact": Act(
        title="Redact a passage", button="Cover the passage", form=more.Redacting,
        do=deeds.redact, why_not=lambda case, thing: permitted.redacting(case.report),
        explains="In its place everybody reads a mark with the date and the reason. Moderators "
        "keep the original, and can show it again.",
    ),
    "remove": Act(
        title="Remove", button="Remove the report", form=forms.ToEverybody,
        do=deeds.remove, ends=True,
        why_not=lambda case, thing: permitted.moving(case.report, State.REMOVED), danger=True,
        explains="Its text is shown to nobody any more; a dated line with the reason stays. It "
        "cannot come back.",
    ),
    "conflict": Act(
        title="I have a conflict of interest in this case", button="Leave the case to others",
        form=forms.Confirm, do=deeds.conflict, ends=True, declares=True,
        why_not=lambda case, thing: declarations.why_not_declared(case.report),
        explains="Your name and the date are kept. You see the case as readers would, and decide "
        "nothing in it any more. It cannot be taken back.",
    ),
    "release": Act(
        title="Release this hold", button="Release the hold", form=more.Releasing,
        do=deeds.release,
        things=_plain_holds, why_not=lambda case, hold: "",
    ),
    "confirm": Act(
        title="Confirm it", button="Confirm: it is done at once", form=forms.Confirm,
        do=deeds.confirm, danger=True, unfolded=True, things=_open_proposals,
        why_not=lambda case, proposal: proposals.why_not_confirmed(proposal, case.user),
    ),
    "reject": Act(
        title="Reject it", button="Reject the proposal", form=more.Rejecting, do=deeds.reject,
        things=_open_proposals, why_not=lambda case, proposal: "",
    ),
    "uncover": Act(
        title="Show the passage again", button="Take the redaction back", form=more.Uncovering,
        do=deeds.uncover, why_not=lambda case, redaction: "",
        things=lambda case: [one for one in case.redactions if one.undone_at is None],
    ),
    "counts": Act(
        title="Reaching this author will do", button="Record why", form=forms.Because,
        do=deeds.counts,
        things=_contacts, why_not=lambda case, contact: permitted.counting(case.report, contact),
    ),
    "revoke": Act(
        title="End this author's link", button="End the link", form=forms.Confirm, do=deeds.revoke,
        things=_contacts, why_not=lambda case, contact: "", danger=True,
        explains="The next letter carries a new one; a running deadline leaves time for it.",
    ),
    "decide": Act(
        title="Decide", button="Decide", form=forms.Decision, do=deeds.decide, unfolded=True,
        things=lambda case: case.waiting, why_not=lambda case, word: "",
    ),
    "publish": Act(
        title="Publish it as the author's answer", button="Publish the answer",
        unfolded=True, form=forms.Publishing, do=deeds.publish,
        things=lambda case: case.replies_waiting,
        why_not=lambda case, reply: reply_decisions.not_yet(reply, case.now),
        explains="It stands in full beside the report and ends the inquiry; the author gets a "
        "copy.",
    ),
    "set_aside": Act(
        title="It is no answer", button="Set it aside", form=forms.Aside, do=deeds.set_aside,
        things=lambda case: case.replies_waiting, why_not=lambda case, reply: "",
        explains="A question, or thanks. Where a deadline runs, at least 14 days are left.",
    ),
    "robots": Act(
        title="Robots alone answered this author's letters", button="Record what they are",
        form=forms.Robots,
        do=deeds.robots, things=_by_robots_alone, why_not=lambda case, contact: "",
        unfolded=True,
        explains="Until you say what they are, this author does not count as reached.",
    ),
    "without_content": Act(
        title="Mark as without content", button="Mark the answer", form=forms.Confirm,
        do=deeds.mark,
        things=lambda case: case.answers, why_not=lambda case, answer: permitted.marking(answer),
        explains="The page says so. It stays an answer, and is never a reason to list.",
    ),
}  # fmt: skip


def thing_of(act: Act, case: Case, of: str) -> Thing:
    """What the decision is about, by the number in its form; Refused if it is not there."""
    if act.things is None:
        return None
    found = next((x for x in act.things(case) if x is not None and str(x.pk) == of), None)
    if found is None:
        raise Refused("What this was about is decided already, or gone. This is how it stands now.")
    return found
