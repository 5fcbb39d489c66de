"""What comes in: failure notices, robots, complaints, answers by mail, mail nobody can place."""

from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from notifications import held, inbound
from notifications.models import Email, Incoming
from reports import facts, replies, reply_decisions
from reports.models import Answer
from reports.states import State
from tests.reports.machine.mail import Mail
from tests.reports.machine.people import number
from tests.reports.machine.world import DAY

DECISIONS = ("answer", "address", "robot", "discard", "failure")


class Incomes(Mail):
    """Mail that comes in is told to the reports, and decided on by moderators."""

    def written_to(self) -> list:
        """The contacts to whom a server took a letter."""
        letters = {letter.contact_id for letter in self._handed_over()}
        return [contact for contact in self.s.contacts.values() if contact.id in letters]

    @precondition(lambda self: self._handed_over())
    @rule(n=st.integers(0, 30), bad=st.booleans(), later=st.integers(0, 9))
    def a_letter_comes_back(self, n, bad, later) -> None:
        letter = self.one(self._handed_over()[::-1], n)
        self.now += later * DAY
        email = Email.objects.get(letter=letter.id)
        self.attempt(
            "came back", inbound.came_back, email=email, reason="5.0.0", address_is_bad=bad
        )

    @precondition(lambda self: self._handed_over())
    @rule(n=st.integers(0, 30), every=st.booleans())
    def a_robot_answers(self, n, every) -> None:
        letter = self.one(self._handed_over()[::-1], n)
        for other in self._handed_over():
            if other.id == letter.id or (every and other.contact_id == letter.contact_id):
                self.attempt(
                    "robot", facts.answered_by_robot, letter_id=other.id, reason="Auto-Submitted"
                )

    @precondition(lambda self: self.s.contacts)
    @rule(n=number, what=st.sampled_from(("away", "robot", "nonsense")))
    def a_moderator_looks_at_robots(self, n, what) -> None:
        drew = {x.contact_id for x in self.s.letters.values() if x.robot_at is not None}
        found = [c for c in self.s.contacts.values() if c.id in drew]
        contact = self.one(found or list(self.s.contacts.values()), n)
        self.attempt(
            "robots are", reply_decisions.robots_are, contact_id=contact.id,
            moderator=self._any(n), what=what,
        )  # fmt: skip

    @precondition(lambda self: self.written_to())
    @rule(n=number, sure=st.integers(0, 2))
    def somebody_complains(self, n, sure) -> None:
        if not sure:
            contact = self.one(self.written_to(), n)
            self.attempt("complained", facts.complained, contact_id=contact.id)

    @precondition(lambda self: self.written_to())
    @rule(n=number, late=st.sampled_from((0, 0, 0, 1, 30)), twice=st.booleans())
    def an_author_answers_by_mail(self, n, late, twice) -> None:
        """`late`: it came so many days ago, and was read only now."""
        words = {
            "contact_id": self.one(self.written_to(), n).id, "mail": 10_000 + len(self.s.replies),
            "content": uuid4().hex, "text": f"reply {self.mark()}",
            "received_at": self.now - late * DAY,
        }  # fmt: skip
        first = self.attempt("answer by mail", replies.received, **words)
        if twice:
            assert self.attempt("the same mail again", replies.received, **words) == first

    @precondition(lambda self: self.s.replies)
    @rule(
        n=number, publish=st.booleans(), patient=st.booleans(),
        kind=st.sampled_from(Answer.Kind.values),
    )  # fmt: skip
    def a_moderator_decides_on_it(self, n, publish, patient, kind) -> None:
        waiting = sorted(self.s.replies.values(), key=lambda r: r.decided_at is not None)
        reply = self.one(waiting, min(n, 1))
        if patient:
            self.now = max(self.now, reply.moderator_from)
        if publish:
            self.attempt(
                "publish the reply", reply_decisions.publish, reply_id=reply.id,
                moderator=self._any(n), kind=kind, name="Ada", text=reply.text,
                url="https://code.example/", form_key=uuid4(),
            )  # fmt: skip
        else:
            self.attempt(
                "set aside", reply_decisions.set_aside, reply_id=reply.id,
                moderator=self._any(n), reason=self.mark(),
            )  # fmt: skip

    @precondition(lambda self: self.written_to())
    @rule(n=number, known=st.booleans())
    def a_mail_is_held(self, n, known) -> None:
        contact = self.one(self.written_to(), n)
        report = self.s.report_of(contact.id)
        email = Email.objects.filter(contact=contact.id, letter__isnull=False).last()
        row = Incoming.objects.create(
            digest=uuid4().hex, content=uuid4().hex, size=1, via="pipe", received_at=self.now,
            state="held", kind="unknown", sender="ada@new.example", text=f"held {self.mark()}",
            email=email if known else None, contact_id=contact.id, report_id=report.id,
        )  # fmt: skip
        with transaction.atomic():
            inbound.block(row, [report.id], self.now)
        self.s.look()

    @precondition(lambda self: Incoming.objects.filter(state="held").exists())
    @rule(n=number, what=st.sampled_from(DECISIONS), later=st.integers(0, 20))
    def a_held_mail_is_decided_on(self, n, what, later) -> None:
        self.now += timedelta(days=later)
        mail = self.one(list(Incoming.objects.order_by("pk")), n)
        words = {"pk": mail.pk, "moderator": self._any(n)}
        match what:
            case "answer":
                self.attempt("take", held.take_as_answer, contact_id=mail.contact_id, **words)
            case "address":
                self.attempt(
                    "add address", held.add_address, report_id=mail.report_id,
                    author_position=mail.contact.position, source="signature", **words,
                )  # fmt: skip
            case "robot":
                self.attempt("a robot", held.robot, **words)
            case "discard":
                self.attempt("discard", held.discard, reason=self.mark(), **words)
            case "failure":
                self.attempt("a failure notice", held.failure, **words)

    def mail_is_never_stuck(self) -> None:
        """While a report is asking, mail that waits holds it up, and nothing else that came in."""
        for report in self.in_state(State.ASKING):
            inquiry = self.s.inquiry_of(report.id)
            behind = {
                hold.mail
                for hold in self.s.of("holds", "inquiry_id", inquiry.id)
                if hold.released_at is None and hold.mail is not None
            }
            held_mail = set(
                Incoming.objects.filter(state="held", pk__in=behind).values_list("pk", flat=True)
            )
            waiting = {
                reply.mail
                for contact in self.s.of("contacts", "inquiry_id", inquiry.id)
                for reply in self.s.of("replies", "contact_id", contact.id)
                if reply.decided_at is None
            }
            assert behind == held_mail | (behind & waiting), "a hold behind which nothing waits"
