"""A second opinion on each listing, from the events and rows alone (product.md, section 4).

Everything is read as it was when the report lapsed or was confirmed: events with a smaller number
came before. Nothing here asks the code that lists papers.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.reports.machine.snapshot import Row, Snapshot

LISTABLE = ("did not match", "could not be attempted")
ANSWERED_STATES = ("answered", "disputed", "resolved", "confirmed")


@dataclass
class Case:
    """A listing's birth: the event that made it, and what had been recorded until then."""

    s: Snapshot
    event: Row
    trial: bool

    def __post_init__(self) -> None:
        self.report = self.s.reports[self.event.report_id]
        self.inquiry = self.s.inquiry_of(self.report.id)
        self.before = self.told(self.report.id)
        policy = self.inquiry.frozen_policy
        self.spans = {name: timedelta(seconds=seconds) for name, seconds in policy.items()}

    def told(self, report_id: int) -> list[Row]:
        """The events of a report before this one."""
        return [e for e in self.s.of("events", "report_id", report_id) if e.id < self.event.id]

    def kind(self, kind: str) -> list[Row]:
        """The earlier events of one kind."""
        return [e for e in self.before if e.kind == kind]

    # --- the five conditions -----------------------------------------------------------------

    def wrong_with_silence(self) -> list[str]:
        """What forbids that the report lapsed then; empty if nothing does."""
        deadlines = [e.data["deadline"] for e in self.kind("deadline")]
        if not deadlines or deadlines[-1] is None:
            return ["no deadline was running"]
        deadline = datetime.fromisoformat(deadlines[-1])
        wrong = [*self._not_due(deadline), *self._not_silent()]
        if not any(self._reached(c, deadline) for c in self._counting()):
            wrong.append("nobody who counts was reached")
        if not self.trial and not any(
            p.sent_at > deadline and p.returned_at is not None and p.returned_at <= self.event.at
            for p in self.s.probes.values()
        ):
            wrong.append("the site had not heard itself since the deadline")
        return wrong + self._answered_elsewhere()

    def _not_due(self, deadline: datetime) -> list[str]:
        wrong = []
        if self.event.at <= deadline:
            wrong.append("the deadline had not passed")
        if self.event.data["deadline"] != deadline.isoformat():
            wrong.append("it lapsed by another deadline than the one in force")
        printed = [
            letter.printed
            for letter in self._letters()
            if self._handed(letter) and not self._failed(letter)
        ]
        if any(date > deadline for date in printed):
            wrong.append("a letter had promised a later deadline")
        notices = [
            self._handed(x)
            for x in self._letters()
            if x.kind == "notice" and self._handed(x) and not self._failed(x)
        ]
        if not notices or deadline - min(notices) < self.spans["window"]:
            wrong.append("the window since the first delivered notice was not over")
        return wrong

    def _not_silent(self) -> list[str]:
        wrong = []
        if self.kind("answer"):
            wrong.append("an author had answered")
        released = {e.data["hold"] for e in self.kind("release")}
        if any(e.data["hold"] not in released for e in self.kind("hold")):
            wrong.append("a hold stood")
        for contact in self._contacts():
            for reply in self.s.of("replies", "contact_id", contact.id):
                waited = reply.decided_at is None or reply.decided_at > self.event.at
                if waited and self._had_come(reply):
                    wrong.append("an answer by mail waited for its kind")
        return wrong

    def _had_come(self, reply: Row) -> bool:
        return any(e.data["reply"] == reply.id for e in self.kind("reply"))

    def _answered_elsewhere(self) -> list[str]:
        mine = self._claims(self.report.id)
        return [
            f"the authors had answered report {other.id} on the same claim"
            for other in self.s.of("reports", "paper_id", self.report.paper_id)
            if other.id != self.report.id
            and self._state_of(other.id) in ANSWERED_STATES
            and any(e.kind == "answer" for e in self.told(other.id))
            and mine & self._claims(other.id)
        ]

    def _claims(self, report_id: int) -> set[tuple[str, str]]:
        found = set()
        for claim in self.s.of("claims", "report_id", report_id):
            found.add(("place", re.sub(r"[\W_]", "", claim.place.lower())))
            found.add(("quote", re.sub(r"[\W_]", "", claim.quote.lower())))
        return found

    def _state_of(self, report_id: int) -> str:
        changes = [e.target for e in self.told(report_id) if e.kind == "state"]
        return changes[-1] if changes else "draft"

    # --- who was reached ---------------------------------------------------------------------

    def _contacts(self) -> list[Row]:
        return self.s.of("contacts", "inquiry_id", self.inquiry.id)

    def _counting(self) -> list[Row]:
        """Corresponding, first, last, or with a moderator's reason; nobody who is no author."""
        authors = len(self.s.of("authors", "paper_id", self.report.paper_id))
        return [
            c
            for c in self._contacts()
            if self._counts(c, authors) and not self._void(c) and not self._complained(c)
        ]

    def _complained(self, contact: Row) -> bool:
        return any(
            e.contact_id == contact.id and e.data["fact"] == "reported as spam"
            for e in self.kind("letter_fact")
        )

    def _robots_only(self, contact: Row, letters: list[Row]) -> bool:
        """Whether robots answered every letter, and no moderator has said what they are."""
        told = [e for e in self.kind("decision") if e.contact_id == contact.id]
        if any(e.data["what"].startswith("robots") for e in told):
            return False
        handed = [x for x in letters if self._handed(x)]
        return all(self._fact(x, "answered by a robot") for x in handed)

    def _counts(self, contact: Row, authors: int) -> bool:
        decided = any(
            e.contact_id == contact.id and e.data["what"] == "counts" for e in self.kind("decision")
        )
        return contact.corresponding or contact.position in (1, authors) or decided

    def _void(self, contact: Row) -> bool:
        """Upheld that this is no author or the wrong person, and not asked anew since."""
        own = [e for e in self.before if e.contact_id == contact.id]
        upheld = [e.id for e in own if e.kind == "decision" and e.data["what"] == "upheld"]
        asked = [e.id for e in own if e.kind == "letter" and e.data["letter"] == "notice"]
        return bool(upheld) and max(upheld) > max(asked, default=0)

    def _letters(self, contact: Row | None = None) -> list[Row]:
        """Letters that were owed before, to one contact or all."""
        wanted = [contact] if contact is not None else self._contacts()
        return [
            letter
            for c in wanted
            for letter in self.s.of("letters", "contact_id", c.id)
            if letter.event_id < self.event.id
        ]

    def _fact(self, letter: Row, fact: str) -> datetime | None:
        """When it was first told, since the letter last came back to be sent again."""
        found = None
        for e in self.kind("letter_fact"):
            if e.data.get("letter") != letter.id:
                continue
            if e.data["fact"] == "returned":
                found = None
            elif e.data["fact"] == fact and found is None:
                found = e.at
        return found

    def _handed(self, letter: Row) -> datetime | None:
        return self._fact(letter, "handed over")

    def _failed(self, letter: Row) -> bool:
        return self._fact(letter, "failed") is not None

    def _arrived(self, letter: Row) -> datetime | None:
        """When the letter counts as delivered; None if it does not."""
        handed = self._handed(letter)
        if handed is None or self._failed(letter):
            return None
        settled = handed + self.spans["settle"]
        said = self._fact(letter, "delivered")
        if said is not None:
            return min(said, settled)
        heard = [p.sent_at for p in self.s.probes.values() if self._came_back(p)]
        if self.trial or any(settled <= sent for sent in heard):
            return settled
        return None

    def _came_back(self, probe: Row) -> bool:
        return probe.returned_at is not None and probe.returned_at <= self.event.at

    def _reached(self, contact: Row, deadline: datetime) -> bool:
        """Notice, a reminder and a final notice that names the deadline, to the address in use,
        since a moderator last found that nobody was reached; none of them failed."""
        found = [
            e.id for e in self.kind("state") if e.target == "unreachable" and e.user_id is not None
        ]
        letters = [x for x in self._letters(contact) if x.event_id > max(found, default=0)]
        if not letters:
            return False
        used = [x for x in letters if x.address_id == letters[-1].address_id]
        if any(self._failed(x) for x in used) or self._robots_only(contact, used):
            return False
        got = {x.id: self._arrived(x) for x in used}
        kinds = {x.kind for x in used if got[x.id] is not None}
        final = any(
            x.kind == "final_notice" and x.printed == deadline and (got[x.id] or self.event.at)
            <= deadline
            for x in used
        )  # fmt: skip
        return "notice" in kinds and bool(kinds & {"reminder_1", "reminder_2"}) and final

    # --- agreements --------------------------------------------------------------------------

    def wrong_with_agreement(self) -> list[str]:
        """What forbids that the report was confirmed then; empty if nothing does."""
        number = self.event.data["agreement"]
        steps = {
            step: [e for e in self.kind("agreement") if e.data["step"] == step]
            for step in ("asked", "confirmed", "objected", "taken back")
        }
        own = {
            step: [e for e in told if e.data["agreement"] == number] for step, told in steps.items()
        }
        if not own["asked"] or not own["confirmed"]:
            return ["the agreement was not confirmed through a second mail"]
        wrong = []
        asked, confirmed = own["asked"][0], own["confirmed"][0]
        answer = self.s.answers[self.s.agreements[number].answer_id]
        if answer.kind != "agrees":
            wrong.append("the answer did not agree")
        if self.event.at < confirmed.at + self.spans["objection"]:
            wrong.append("there was time left to object")
        if own["taken back"]:
            wrong.append("the agreement had been taken back")
        if any(e.id > asked.id and e.contact_id != asked.contact_id for e in steps["objected"]):
            wrong.append("a co-author had objected")
        if self.report.outcome not in LISTABLE:
            wrong.append("this outcome does not list")
        return wrong


def wrong_with(s: Snapshot, event: Row, *, trial: bool) -> list[str]:
    """What is wrong with the listing that `event` made."""
    case = Case(s, event, trial)
    if event.target == "lapsed":
        return case.wrong_with_silence()
    return case.wrong_with_agreement()


def undermined(s: Snapshot, listing: Row, event: Row) -> list[str]:
    """What became known since, and must have ended the open listing of `event`."""
    since = [e for e in s.of("events", "report_id", event.report_id) if e.id > event.id]
    wrong = []
    if event.target == "lapsed":
        if any(e.kind == "answer" for e in since):
            wrong.append("an author answered")
        # As if it lapsed now, by the same deadline: nobody reached may have become unreached.
        now = event._replace(id=max(s.events) + 1)
        case = Case(s, now, True)
        deadline = datetime.fromisoformat(event.data["deadline"])
        if not any(case._reached(c, deadline) for c in case._counting()):
            wrong.append("whoever was reached turned out not to be")
    elif any(
        e.kind == "agreement" and e.data["step"] == "taken back"
        and e.data["agreement"] == event.data["agreement"]
        for e in since
    ):  # fmt: skip
        wrong.append("the agreement was taken back")
    return wrong
