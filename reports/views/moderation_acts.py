"""What moderators can do on a report's page: one table of forms, conditions and services."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from reports import holds, moderation, permitted, services, suggestions
from reports.case import Case
from reports.forms import moderation as forms
from reports.lifecycle import Refused
from reports.models import Answer, Contact, Hold, Report, Suggestion
from reports.services import ACCEPTANCE
from reports.states import State

Thing = Contact | Hold | Suggestion | Answer | None


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A decision as it was sent: who, when, about which report and thing, and the checked form."""

    report: Report
    user: User
    now: datetime
    data: dict[str, Any]
    thing: Any = None


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


def _accept(deed: Deed) -> str:
    report = services.accept(
        report_id=deed.report.pk, moderator=deed.user, now=deed.now,
        checks={name: name in deed.data["check"] for name in ACCEPTANCE},
        checked_addresses=deed.data["address"],
    )  # fmt: skip
    return f"Report {report.pk} is accepted; it is {report.state} now."


def _return(deed: Deed) -> str:
    services.return_report(**_reasoned(deed))
    return f"Report {deed.report.pk} is returned to its reporter."


def _decline(deed: Deed) -> str:
    services.decline(**_reasoned(deed))
    return f"Report {deed.report.pk} is declined."


def _remove(deed: Deed) -> str:
    services.remove(**_reasoned(deed))
    return f"Report {deed.report.pk} is removed."


def _reasoned(deed: Deed) -> dict[str, Any]:
    return {
        "report_id": deed.report.pk,
        "moderator": deed.user,
        "reason": deed.data["reason"],
        "now": deed.now,
    }


def _hold(deed: Deed) -> str:
    moderation.open_hold(**_reasoned(deed))
    return "The hold is open: nothing lapses, and no reminder leaves."


def _release(deed: Deed) -> str:
    moderation.release_hold(hold_id=deed.thing.pk, moderator=deed.user, now=deed.now)
    return "The hold is released."


def _not_reached(deed: Deed) -> str:
    moderation.not_reached(**_reasoned(deed))
    return "The report is unreachable: no clock runs, and nothing is listed."


def _ask(deed: Deed) -> str:
    data = deed.data
    contact = moderation.ask_again(
        report_id=deed.report.pk, moderator=deed.user, author_position=data["author"],
        email=data["email"], source=data["source"], source_url=data["source_url"], now=deed.now,
    )  # fmt: skip
    contact.refresh_from_db()
    if contact.address is not None and contact.address.email != data["email"]:
        return f"Kept: {contact.name} is written to there if the address in use fails."
    if contact.inquiry.holds.filter(released_at=None).exists():
        return f"{contact.name} is written to there when the hold is released."
    return f"{contact.name} is written to there now."


def _search(deed: Deed) -> str:
    moderation.record_search(
        report_id=deed.report.pk, moderator=deed.user, where=deed.data["where"],
        found=deed.data["found"], now=deed.now,
    )  # fmt: skip
    return "The search is recorded."


def _unasked(deed: Deed) -> str:
    moderation.unasked(report_id=deed.report.pk, moderator=deed.user, now=deed.now)
    return "The report is public: the authors could not be reached. The paper is not listed."


def _resolve(deed: Deed) -> str:
    moderation.resolve(report_id=deed.report.pk, moderator=deed.user, now=deed.now)
    return "The report is resolved."


def _reopen(deed: Deed) -> str:
    moderation.reopen(**_reasoned(deed))
    return "The report is disputed again; the reason stands beside the answer."


def _counts(deed: Deed) -> str:
    moderation.mark_counts(
        contact_id=deed.thing.pk, moderator=deed.user, because=deed.data["because"], now=deed.now
    )
    return f"Recorded: reaching {deed.thing.name} will do."


def _revoke(deed: Deed) -> str:
    moderation.revoke_link(contact_id=deed.thing.pk, moderator=deed.user, now=deed.now)
    return f"The link of {deed.thing.name} opens nothing any more; the next letter has a new one."


def _decide(deed: Deed) -> str:
    author, upheld = deed.data["author"], deed.data["verdict"] == forms.UPHOLD
    suggestions.decide_suggestion(
        suggestion_id=deed.thing.pk, moderator=deed.user, upheld=upheld,
        decision=deed.data["decision"], email=deed.data["email"], now=deed.now,
        author_position=int(author) if author.isdecimal() else None,
    )  # fmt: skip
    return "Upheld." if upheld else "Refused; the author has at least 14 more days."


def _mark(deed: Deed) -> str:
    services.mark_without_content(answer_id=deed.thing.pk, moderator=deed.user, now=deed.now)
    return "The page says that the answer is without content. It stays an answer."


def _submitted(case: Case, thing: Any) -> str:
    return permitted.deciding(case.report)


def _once_asked(why_not: Callable[[Case], str]) -> Callable[[Case, Any], str]:
    """The condition, for a report whose authors were ever asked."""
    return lambda case, thing: why_not(case) if case.inquiry else permitted.NEVER_ASKED


def _unasking(case: Case) -> str:
    assert case.inquiry is not None
    return permitted.unasking(case.report, case.inquiry, case.now)


def _resolving(case: Case) -> str:
    assert case.inquiry is not None
    return permitted.resolving(case.report, case.inquiry, case.now)


def _contacts(case: Case) -> list[Thing]:
    return [asked.contact for asked in case.asked]


def _plain_holds(case: Case) -> list[Thing]:
    return [
        hold
        for hold in case.holds
        if hold.released_at is None and hold.mail is None and not hasattr(hold, "suggestion")
    ]


ACTS: dict[str, Act] = {
    "accept": Act(
        title="Accept", button="Accept the report", form=forms.Acceptance, do=_accept, ends=True,
        why_not=_submitted, unfolded=True,
        explains="A match is published; else the authors are asked.",
    ),
    "return": Act(
        title="Return", button="Return the report", form=forms.ToReporter, do=_return, ends=True,
        why_not=_submitted, explains="The reporter mends it and submits it again.",
    ),
    "decline": Act(
        title="Decline", button="Decline for good", form=forms.ToReporter, do=_decline, ends=True,
        why_not=_submitted, danger=True,
        explains="It cannot come back. To have it mended, return it.",
    ),
    "ask": Act(
        title="Ask an author at a new address", button="Write to this address",
        form=forms.NewAddress, do=_ask,
        why_not=_once_asked(lambda case: permitted.asking(case.report)),
        explains="While the author's address in use works, the new one is kept for when it fails. "
        "A report that was unreachable or unasked is asking again, with a whole new window.",
    ),
    "search": Act(
        title="Record a search", button="Record the search", form=forms.Search, do=_search,
        why_not=_once_asked(lambda case: permitted.asking(case.report)),
        explains="Two are owed before a report is made public without an answer.",
    ),
    "unasked": Act(
        title="Make public: authors could not be reached", button="Make the report public",
        form=forms.Confirm, do=_unasked, why_not=_once_asked(_unasking),
        explains="Everybody reads the report. The paper is never listed for it.",
    ),
    "hold": Act(
        title="Open a hold", button="Open the hold", do=_hold,
        why_not=_once_asked(lambda case: holds.why_not_held(case.report)),
        explains="Nothing lapses and no reminder leaves until it is released; then at least 14 "
        "days are left.",
    ),
    "not_reached": Act(
        title="Nobody was reached", button="Void the clock", form=forms.ToEverybody,
        do=_not_reached, danger=True,
        why_not=_once_asked(lambda case: permitted.moving(case.report, State.UNREACHABLE)),
        explains="No letter sent so far counts. If the paper is listed for this report, the "
        "listing is annulled.",
    ),
    "resolve": Act(
        title="Close as resolved", button="Close the report", form=forms.Confirm, do=_resolve,
        why_not=_once_asked(_resolving),
        explains="Both sides were silent for 90 days. Report and answer stay public.",
    ),
    "reopen": Act(
        title="Open again as disputed", button="Open the report again", form=forms.Beside,
        do=_reopen, why_not=_once_asked(lambda case: permitted.reopening(case.report)),
        explains="The reporter may then accept the answer, or both texts stand.",
    ),
    "remove": Act(
        title="Remove", button="Remove the report", form=forms.ToEverybody, do=_remove, ends=True,
        why_not=lambda case, thing: permitted.moving(case.report, State.REMOVED), danger=True,
        explains="Its text is shown to nobody any more; a dated line with the reason stays. It "
        "cannot come back.",
    ),
    "release": Act(
        title="Release this hold", button="Release the hold", form=forms.Confirm, do=_release,
        things=_plain_holds, why_not=lambda case, hold: "",
    ),
    "counts": Act(
        title="Reaching this author will do", button="Record why", form=forms.Because, do=_counts,
        things=_contacts, why_not=lambda case, contact: permitted.counting(case.report, contact),
    ),
    "revoke": Act(
        title="End this author's link", button="End the link", form=forms.Confirm, do=_revoke,
        things=_contacts, why_not=lambda case, contact: "", danger=True,
        explains="The next letter carries a new one; a running deadline leaves time for it.",
    ),
    "decide": Act(
        title="Decide", button="Decide", form=forms.Decision, do=_decide, unfolded=True,
        things=lambda case: case.waiting, why_not=lambda case, word: "",
    ),
    "without_content": Act(
        title="Mark as without content", button="Mark the answer", form=forms.Confirm, do=_mark,
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
