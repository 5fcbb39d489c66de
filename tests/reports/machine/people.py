"""What reporters, moderators and authors do, allowed or not."""

from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from accounts.models import User
from reports import (
    agreements,
    answers,
    drafts,
    links,
    moderation,
    services,
    submission,
    suggestions,
)
from reports.models import Address, Agreement, Answer, Claim, Contact, Evidence, Suggestion
from reports.states import Mode, Outcome, State
from reports.submission import Complete
from tests.reports.machine.world import DAY, MAILBOXES, World

number = st.integers(0, 5)
S = State
ENTERED = (2, 3)
"""Papers entered by hand: one that is new, one that turns out to be the first of the known."""
PLACES = ("Table 1", "Table 2", "Figure 3")
FORMS = st.fixed_dictionaries(
    {
        "who": number,
        "paper": st.sampled_from((0, 0, 0, 1, *ENTERED)),
        "place": st.sampled_from(PLACES),
        "outcome": st.sampled_from([Outcome.NOT_MATCHED] * 6 + list(Outcome)),
        "addresses": st.dictionaries(st.integers(1, 4), st.integers(1, 7), max_size=4),
    }
)
"""What may stand in the form; `addresses` says of whom, how many, and who is corresponding."""


class Reporters(World):
    """Write, mend, withdraw, react to the answer."""

    def _complete(
        self, paper: int, outcome: Outcome, place: str, addresses: dict[int, int]
    ) -> Complete:
        mark = self.mark()
        known = self.people.papers[paper] if paper not in ENTERED else None
        known = known or self.people.entered(paper == ENTERED[1], self.now)
        names = list(known.authors.values_list("name", flat=True))
        found = []
        for position, several in sorted(addresses.items()):
            if position <= len(names):
                for rank, email in enumerate(MAILBOXES[position][: several % 4 or 1]):
                    address = Address(
                        email=email, source="first page", corresponding=several >= 4,
                        language="both" if rank else "en",
                    )  # fmt: skip
                    found.append((names[position - 1], address))
        return Complete(
            paper=known, entered=None, author_names=tuple(names),
            columns={
                "mode": list(Mode)[len(mark + place) % 3], "outcome": outcome, "version": "v2",
                "summary": f"summary {mark}", "environment": f"environment {mark}", "hours": 3,
                "differences": f"differences {mark}", "shown_as": f"shown {mark}",
                "causes": ["no_code"], "licence_agreed": True,
            },
            claims=[Claim(position=1, place=place, quote=f"quote {mark}", runs=[1.0, 2.0])],
            evidence=[Evidence(position=1, kind="log", url=f"https://log.example/{mark}")],
            addresses=found, person={},
        )  # fmt: skip

    def write(self, form: dict) -> None:
        user = self.one(self.people.reporters, form["who"])
        kept = drafts.save_new(user=user, typed={}, seen="", now=self.now)
        words = {name: form[name] for name in ("paper", "outcome", "place", "addresses")}
        self.attempt(
            "submit", submission.submit, report_id=kept.report.pk, user=user,
            complete=self._complete(**words), typed={},
        )  # fmt: skip

    @precondition(lambda self: len(self.s.reports) < 5)
    @rule(form=FORMS)
    def write_a_report(self, form) -> None:
        self.write(form)

    @precondition(lambda self: self.in_state(S.RETURNED))
    @rule(n=number, paper=st.sampled_from((0, 1, *ENTERED)), place=st.sampled_from(PLACES))
    def mend_a_returned_report(self, n, paper, place) -> None:
        report = self.one(self.in_state(S.RETURNED), n)
        complete = self._complete(paper, Outcome.NOT_MATCHED, place, {1: n + 1, 2: n})
        self.attempt(
            "resubmit", submission.submit, report_id=report.id, user=self.user(report.reporter_id),
            complete=complete, typed={},
        )  # fmt: skip

    @precondition(lambda self: self.s.reports)
    @rule(n=number, sure=st.integers(0, 3), other=st.booleans())
    def withdraw(self, n, sure, other) -> None:
        if sure:
            return
        report = self.one(self.in_state(), n)
        user = self.one(self.people.reporters, n) if other else self.user(report.reporter_id)
        self.attempt(
            "withdraw", services.withdraw, report_id=report.id, user=user, note=self.mark()
        )

    @precondition(lambda self: self.in_state(S.ANSWERED, S.DISPUTED, S.LAPSED))
    @rule(n=number, agree=st.booleans())
    def react_to_the_answer(self, n, agree) -> None:
        report = self.one(self.in_state(S.ANSWERED, S.DISPUTED, S.LAPSED), n)
        user = self.user(report.reporter_id)
        if agree:
            self.attempt("accept answer", services.accept_answer, report_id=report.id, user=user)
        else:
            self.attempt(
                "dispute", services.dispute, report_id=report.id, user=user, reason=self.mark()
            )


class Moderators(World):
    """Decide, hold, correct."""

    def _any(self, n: int) -> User:
        return self.one((*self.people.moderators[:2], *self.people.moderators), n)

    @precondition(lambda self: self.in_state(S.SUBMITTED))
    @rule(n=number, careless=st.sampled_from((False,) * 7 + (True,)))
    def accept(self, n, careless) -> None:
        self.let_in(n, careless)

    def let_in(self, n: int, careless: bool = False) -> None:
        report = self.one(self.in_state(S.SUBMITTED), n)
        addresses = self.s.of("addresses", "report_id", report.id)
        self.attempt(
            "accept", services.accept, report_id=report.id, moderator=self._any(n),
            checks=dict.fromkeys(services.ACCEPTANCE, not careless),
            checked_addresses=[address.id for address in addresses],
        )  # fmt: skip

    @precondition(lambda self: self.in_state(S.SUBMITTED))
    @rule(n=number, decline=st.booleans())
    def give_back(self, n, decline) -> None:
        act = services.decline if decline else services.return_report
        report = self.one(self.in_state(S.SUBMITTED), n)
        self.attempt(
            act.__name__, act, report_id=report.id, moderator=self._any(n), reason=self.mark()
        )

    @precondition(lambda self: self.s.reports)
    @rule(n=number, sure=st.integers(0, 3))
    def remove(self, n, sure) -> None:
        if sure:
            return
        report = self.one(self.in_state(), n)
        self.attempt(
            "remove", services.remove, report_id=report.id, moderator=self._any(n),
            reason=self.mark(),
        )  # fmt: skip

    @precondition(lambda self: self.s.inquiries)
    @rule(n=number, sure=st.integers(0, 2))
    def hold(self, n, sure=0) -> None:
        if sure:
            return
        report = self.one(list(self.s.inquiries.values()), n).report_id
        self.attempt(
            "hold", moderation.open_hold, report_id=report, moderator=self._any(n),
            reason=self.mark(),
        )  # fmt: skip

    @precondition(lambda self: self.s.holds)
    @rule(n=number)
    def release(self, n) -> None:
        holds = sorted(self.s.holds.values(), key=lambda h: (h.released_at is not None, h.id))
        hold = self.one(holds, min(n, 1))
        self.attempt("release", moderation.release_hold, hold_id=hold.id, moderator=self._any(n))

    @precondition(lambda self: self.in_state(S.ASKING, S.LAPSED))
    @rule(n=number, sure=st.integers(0, 2))
    def find_that_nobody_was_reached(self, n, sure) -> None:
        if sure:
            return
        report = self.one(self.in_state(S.ASKING, S.LAPSED), n)
        self.attempt(
            "not reached", moderation.not_reached, report_id=report.id, moderator=self._any(n),
            reason=self.mark(),
        )  # fmt: skip

    @precondition(lambda self: self.s.inquiries)
    @rule(n=number, position=st.integers(1, 5), which=number)
    def ask_again(self, n, position, which) -> None:
        wanted = self.in_state(S.UNREACHABLE, S.UNASKED) or self.in_state(S.ASKING)
        report = self.one(wanted or self.in_state(), n)
        emails = MAILBOXES.get(position, MAILBOXES[1])
        self.attempt(
            "ask again", moderation.ask_again, report_id=report.id, moderator=self._any(n),
            author_position=position, email=self.one(emails, which), source="homepage",
        )  # fmt: skip

    @precondition(lambda self: self.in_state(S.UNREACHABLE))
    @rule(n=number, patient=st.booleans())
    def search_and_give_up(self, n, patient) -> None:
        report = self.one(self.in_state(S.UNREACHABLE), n)
        moderator = self._any(n)
        for where in ("the homepage", "the institution"):
            self.attempt(
                "search", moderation.record_search, report_id=report.id, moderator=moderator,
                where=where, found="",
            )  # fmt: skip
        if patient:
            self.now += 61 * DAY
        self.attempt("unasked", moderation.unasked, report_id=report.id, moderator=moderator)

    @precondition(lambda self: self.s.suggestions)
    @rule(n=number, upheld=st.booleans(), position=st.integers(1, 4), named=st.booleans())
    def decide_what_an_author_said(self, n, upheld, position, named) -> None:
        waiting = sorted(self.s.suggestions.values(), key=lambda s: s.decided_at is not None)
        self.attempt(
            "uphold" if upheld else "refuse", suggestions.decide_suggestion,
            suggestion_id=self.one(waiting, min(n, 1)).id, moderator=self._any(n), upheld=upheld,
            decision=self.mark(), author_position=position if named else None,
            email=self.one(MAILBOXES[position], n) if named else "",
        )  # fmt: skip

    @precondition(lambda self: self.s.contacts)
    @rule(n=number, revoke=st.booleans())
    def change_a_contact(self, n, revoke) -> None:
        contact = self.one(list(self.s.contacts.values()), n)
        if revoke:
            self.attempt(
                "revoke", moderation.revoke_link, contact_id=contact.id, moderator=self._any(n)
            )
        else:
            self.attempt(
                "counts", moderation.mark_counts, contact_id=contact.id, moderator=self._any(n),
                because=self.mark(),
            )  # fmt: skip

    @precondition(lambda self: self.s.answers)
    @rule(n=number)
    def mark_an_answer(self, n) -> None:
        answer = self.one(list(self.s.answers.values()), n)
        self.attempt(
            "without content", services.mark_without_content, answer_id=answer.id,
            moderator=self._any(n),
        )  # fmt: skip


class Authors(World):
    """Whoever holds a link that works."""

    @precondition(lambda self: self.asked())
    @rule(
        n=number, kind=st.sampled_from([*Answer.Kind.values, "agrees", "agrees", "unknown"]),
        also=st.booleans(), twice=st.booleans(),
    )  # fmt: skip
    def answer(self, n, kind, also, twice) -> None:
        contact = self.one(self.asked(), n)
        words = {
            "contact_id": contact.id, "kind": kind, "text": f"answer {self.mark()}",
            "url": "https://code.example/", "name": "Ada", "role": "", "form_key": uuid4(),
            "also": list(self.s.reports) if also else None,
        }  # fmt: skip
        first = self.attempt(f"answer ({kind})", answers.give_answer, **words)
        if twice and first is not None:
            again = self.attempt("the same form again", answers.give_answer, **words)
            assert again == first

    @precondition(lambda self: self.asked())
    @rule(n=number)
    def ask_for_time(self, n) -> None:
        self.attempt("more time", answers.more_time, contact_id=self.one(self.asked(), n).id)

    @precondition(lambda self: self.asked())
    @rule(n=number, kind=st.sampled_from(Suggestion.Kind.values))
    def name_somebody_or_deny(self, n, kind) -> None:
        self.attempt(
            "suggest", answers.suggest, contact_id=self.one(self.asked(), n).id, kind=kind,
            name="Dee Doctor", email="dee@new.example", note="",
        )  # fmt: skip

    @precondition(lambda self: self.asked())
    @rule(n=number)
    def opt_out(self, n) -> None:
        self.attempt("opt out", answers.opt_out, contact_id=self.one(self.asked(), n).id)

    @precondition(lambda self: self.asked())
    @rule(n=number, wait=st.booleans())
    def agree(self, n, wait) -> None:
        """Agree, through both mails; with `wait` until nobody can object any more."""
        Authors.answer(self, n, "agrees", False, False)
        if self.s.agreements:
            self.confirm_the_newest()
        if wait:
            self.now += 100 * DAY

    def confirm_the_newest(self) -> None:
        agreement = Agreement.objects.get(pk=max(self.s.agreements))
        self.attempt("confirm", agreements.confirm, token=links.agreement_token(agreement))

    @precondition(lambda self: self.s.agreements)
    @rule(n=number)
    def confirm_an_agreement(self, n) -> None:
        waiting = sorted(self.s.agreements.values(), key=lambda a: a.confirmed_at is not None)
        agreement = Agreement.objects.get(pk=self.one(waiting, min(n, 1)).id)
        token = links.agreement_token(agreement)
        self.attempt("confirm", agreements.confirm, token=token)

    @precondition(lambda self: self.s.agreements)
    @rule(n=number, objects=st.booleans())
    def object_or_take_back(self, n, objects) -> None:
        act = agreements.object_to if objects else agreements.take_back
        agreement = self.one(list(self.s.agreements.values()), n)
        own = self.s.answers[agreement.answer_id].contact_id
        inquiry = self.s.contacts[own].inquiry_id
        others = [c for c in self.asked() if c.inquiry_id == inquiry and c.id != own]
        contact: Contact = self.one(others, n) if objects and others else self.s.contacts[own]
        self.attempt(act.__name__, act, contact_id=contact.id)
