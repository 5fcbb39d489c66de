"""Every letter in every language with ordinary and with the worst content, to be looked at.

The letters are composed as those that are sent, from rows that are made up and never stored: the
database is neither read nor written. Their links lead nowhere.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from itertools import chain

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.models import User
from accounts.signin import code_letter
from notifications import headers, watch_specimens
from notifications.added import Added
from notifications.backend import as_sent
from notifications.compose import compose
from notifications.content import CLAIMS_SHOWN, EVIDENCE_SHOWN, Content
from notifications.letters import BY_KIND, BY_STEP, BY_TARGET, orders_of
from notifications.models import Email
from notifications.recipients import To
from notifications.specimens import CASES, Case
from registry.models import Paper
from reports import appeal_mail
from reports.additions import STEPS
from reports.conversation import Side
from reports.deadlines import Policy, deadline_after
from reports.models import (
    Addition,
    Address,
    Agreement,
    Answer,
    Claim,
    Contact,
    EventKind,
    Inquiry,
    Letter,
    Reply,
    Report,
    ReportEvent,
)
from reports.reach import LetterKind
from reports.states import LISTABLE, Actor, Outcome, State

LANGUAGES = {**dict(settings.LANGUAGES), "both": "English, then 简体中文"}
"""In which a letter can be sent."""
PLAIN = "plain"
SIGN_IN = "sign_in_code"
APPEAL_CONFIRM, APPEAL_UPHELD, APPEAL_REFUSED = "appeal_confirm", "appeal_upheld", "appeal_refused"
REPORT, EVENT, CONTACT, USER, ADDRESS = 48213, 7, 48213, 48213, 48213
"""Numbers as large as those of a registry that has been used for years."""
TOKEN = "a-link-that-leads-nowhere-in-the-gallery000"  # noqa: S105 -- made up, as long as a real one
CODE = "ABCD-EFGH"
AFTER = {"notice": 0, "accepted": 0, "received": 0, "reminder_1": 7, "reminder_2": 14,
         "final_notice": 21}  # fmt: skip
"""How many days after the authors were asked a letter is written; the others after 30."""


class NotShown(LookupError):
    """There is no such letter in the gallery."""


def _appeal_decided(language: str, *, upheld: bool) -> EmailMessage:
    case = CASES[PLAIN]
    return appeal_mail.decision(
        case.email, language, upheld=upheld, reason=case.note, public=upheld
    )


OTHERS: Mapping[str, Callable[[str], EmailMessage]] = {
    SIGN_IN: lambda language: code_letter(CASES[PLAIN].email, language, CODE),
    APPEAL_CONFIRM: lambda language: appeal_mail.confirmation(CASES[PLAIN].email, language, TOKEN),
    APPEAL_UPHELD: partial(_appeal_decided, upheld=True),
    APPEAL_REFUSED: partial(_appeal_decided, upheld=False),
}
"""The letters that are about no report: each is made from its language alone."""
WATCHED = watch_specimens.LETTERS
"""The letters to those who watch something."""


@dataclass(frozen=True)
class Sort:
    """One letter to one group of people: what brings it about."""

    kind: str
    to_author: bool
    target: State | None = None
    """The state after a change of state; None for other events."""
    step: str = ""
    """Of an agreement or an addition."""


def _sorts() -> Iterator[Sort]:
    for kind in LetterKind:
        yield Sort(str(kind), to_author=True)
    for target, orders in BY_TARGET.items():
        for order in orders:
            for to in order.to:
                yield Sort(order.kind, to is not To.REPORTER, target)
    annulled = ReportEvent(kind=EventKind.STATE, source=State.LAPSED, target=State.UNREACHABLE)
    for order in orders_of(annulled):
        for to in order.to:
            yield Sort(order.kind, to is not To.REPORTER, State.UNREACHABLE)
    for step, orders in BY_STEP.items():
        for order in orders:
            for to in order.to:
                yield Sort(order.kind, to is not To.REPORTER, step=step)
    for order in chain.from_iterable(orders or () for orders in BY_KIND.values()):
        for to in order.to:
            yield Sort(order.kind, to is not To.REPORTER)
    for name in (*OTHERS, *WATCHED):
        yield Sort(name, to_author=False)


def _named() -> Mapping[str, Sort]:
    """The letters by the name that they have in addresses and files."""
    every = list(dict.fromkeys(_sorts()))
    named: dict[str, Sort] = {}
    for sort in every:
        alike = [other for other in every if other.kind == sort.kind]
        words = [sort.kind]
        if len({other.to_author for other in alike}) > 1:
            words.append("author" if sort.to_author else "reporter")
        if len({other.step for other in alike}) > 1:
            words.append(sort.step.replace(" ", "-"))
        if sort.target == State.PUBLISHED and len({other.target for other in alike}) > 1:
            words.append("match")
        named["-".join(words)] = sort
    assert len(named) == len(every)
    return named


LETTERS = _named()


@dataclass(frozen=True)
class Piece:
    """A letter of the gallery, in a language, with a content."""

    letter: str
    language: str
    case: str

    @property
    def sort(self) -> Sort:
        """What brings the letter about."""
        return LETTERS[self.letter]

    def raw(self) -> bytes:
        """The mail as it would be sent; NotShown if the gallery does not hold it."""
        if self.letter not in LETTERS:
            raise NotShown(f"There is no letter {self.letter!r}.")
        if self.language not in languages_of(self.letter):
            raise NotShown(f"The letter {self.letter!r} is not written in {self.language!r}.")
        if self.case not in cases_of(self.letter):
            raise NotShown(f"The letter {self.letter!r} has no content {self.case!r}.")
        if self.letter in OTHERS:
            return _other(self.letter, self.language)
        if self.letter in WATCHED:
            return watch_specimens.raw(self.letter, self.language, CASES[self.case], TOKEN)
        return _Specimen(self.sort, CASES[self.case]).raw(self.language)


def languages_of(letter: str) -> list[str]:
    """The languages that the gallery shows `letter` in."""
    accounts = [code for code, _ in settings.LANGUAGES]  # an account has one language
    return accounts if letter in (*OTHERS, *WATCHED) else list(LANGUAGES)


def cases_of(letter: str) -> list[str]:
    """The contents that the gallery shows `letter` with."""
    return [PLAIN] if letter in OTHERS else list(CASES)


def pieces() -> list[Piece]:
    """All that the gallery shows."""
    return [
        Piece(letter, language, case)
        for letter in LETTERS
        for language in languages_of(letter)
        for case in cases_of(letter)
    ]


def _other(name: str, language: str) -> bytes:
    case = CASES[PLAIN]
    letter = OTHERS[name](language)
    letter.extra_headers["Date"] = format_datetime(case.asked)
    message_id = headers.message_id("mail-of-the-gallery", settings.MESSAGE_ID_DOMAIN)
    return as_sent(letter, case.email, message_id)


class _Specimen:
    """The rows behind one letter, none of them stored."""

    def __init__(self, sort: Sort, case: Case) -> None:
        self.sort, self.case = sort, case
        self.now = case.asked + timedelta(days=AFTER.get(sort.kind, 30))
        self.policy = Policy.of(timedelta(days=28))
        self.report = self._report()
        self.inquiry = self._inquiry()
        self.contact = self._contact()
        agrees = sort.kind.startswith("agreement") or not case.answer
        self.answer = Answer(
            contact=self.contact, kind=Answer.Kind.AGREES if agrees else Answer.Kind.EXPLAINS,
            text=case.answer, url=case.answer_url, name=case.answered_by,
            role=case.role, given_at=self.now,
        )  # fmt: skip
        self.agreement = Agreement(answer=self.answer, settles_at=self.now + self.policy.objection)
        self.reply = Reply(
            contact=self.contact, mail=1, text=case.reply, received_at=self.now,
            moderator_from=self.now + self.policy.retry,
        )  # fmt: skip
        self.added = self._added()
        self.event = self._event()

    def raw(self, language: str) -> bytes:
        """The mail in `language`."""
        return compose(self._email(language), self.now, self._content).raw

    def _report(self) -> Report:
        case, sort = self.case, self.sort
        matched = sort.target == State.PUBLISHED
        paper = Paper(pk=REPORT, title=case.title, names=", ".join(case.authors))
        return Report(
            pk=REPORT, paper=paper, reporter=self._user(), state=self._state(),
            state_at=self.now, mode=case.mode, version=case.version, shown_as=case.shown_as,
            outcome=Outcome.MATCHED if matched else case.outcome, looked_for=case.looked_for,
            missing=case.missing, created_at=case.asked, updated_at=self.now,
            submitted_at=case.asked,
        )  # fmt: skip

    def _state(self) -> State:
        """The state in which the report is when the letter is sent."""
        if self.sort.target is not None:
            return self.sort.target
        if self.sort.kind.startswith(("answer", "agreement", "addition")):
            return State.ANSWERED
        late = self.case.turned or self.case.outcome not in LISTABLE
        return State.LAPSED if late and self.sort.kind == "reply_received" else State.ASKING

    def _added(self) -> Added | None:
        if self.sort.kind != "addition":
            return None
        case, reporter = self.case, self.sort.step == STEPS[Side.REPORTER]
        addition = Addition(
            text=case.answer or "No.", url=case.answer_url, side=Side.REPORTER,
            name="" if reporter else case.answered_by, role="" if reporter else case.role,
        )  # fmt: skip
        values = [(claim, [81.5, 82.5]) for claim in self._claims() if claim.in_numbers]
        return Added(addition, values[:CLAIMS_SHOWN] if reporter else [])

    def _user(self) -> User:
        return User(pk=USER, email="joerg@lab.example", name=self.case.account)

    def _inquiry(self) -> Inquiry:
        inquiry = Inquiry(
            pk=REPORT, report=self.report, frozen_policy=self.policy.to_json(),
            opened_at=self.case.asked,
        )  # fmt: skip
        running = self.sort.kind not in ("notice", "accepted") or self.case.turned
        if running:
            inquiry.deadline = deadline_after(self.policy, self.case.asked, self.policy.window)
        return inquiry

    def _contact(self) -> Contact:
        case = self.case
        address = Address(
            pk=ADDRESS, report=self.report, author_position=case.author, rank=1, email=case.email,
            source=case.source,
        )  # fmt: skip
        return Contact(
            pk=CONTACT, inquiry=self.inquiry, position=case.author,
            name=case.authors[case.author - 1], address=address, state=Contact.State.DELIVERED,
        )  # fmt: skip

    def _event(self) -> ReportEvent:
        sort, turned = self.sort, self.case.turned
        event = ReportEvent(
            pk=EVENT, report=self.report, kind=EventKind.HOLD, at=self.now, note=self._note(),
            actor=Actor.MODERATOR if turned else Actor.REPORTER,
            data={"step": sort.step, "undone": turned, "may_reply": not turned},
        )  # fmt: skip
        if sort.target is not None:
            event.kind, event.target = EventKind.STATE, sort.target
            event.source = State.UNREACHABLE if turned else State.LAPSED
        return event

    def _note(self) -> str:
        """The reason, where one has to be given at least a word."""
        may_be_empty = self.sort.target in (State.UNREACHABLE, State.RESOLVED, State.WITHDRAWN)
        return self.case.note or ("" if may_be_empty and self.sort.kind != "annulled" else "No.")

    def _claims(self) -> list[Claim]:
        return [
            Claim(report=self.report, position=position, **values)
            for position, values in enumerate(self.case.claims, start=1)
        ]

    def _email(self, language: str) -> Email:
        kind = self.sort.kind
        name = f"user-{USER}"
        if self.sort.to_author:
            name = f"address-{ADDRESS}" if kind == "published" else f"contact-{CONTACT}"
        key = f"report-{REPORT}.event-{EVENT}.{kind}.{name}"
        # Without an id, so that the reply address is that of no letter.
        email = Email(
            key=key, kind=kind, event=self.event, language=language,
            message_id=headers.message_id(key, settings.MESSAGE_ID_DOMAIN),
            recipient=self.case.email if self.sort.to_author else self._user().email,
            created_at=self.now, not_before=self.now, give_up_at=self.now,
        )  # fmt: skip
        if not self.sort.to_author:
            email.user = self._user()
        elif kind != "published":
            email.contact = self.contact
        if kind in set(LetterKind):
            email.letter = Letter(contact=self.contact, kind=kind, owed_at=self.now)
        return email

    def _content(
        self, email: Email, language: str, now: datetime, printed: datetime | None
    ) -> Content:
        kind = self.sort.kind
        agreement = self.agreement if kind.startswith("agreement") else None
        return Content(
            email=email,
            language=language,
            report=self.report,
            claims=self._claims(),
            evidence=self.case.evidence[:EVIDENCE_SHOWN],
            answer=self.answer if agreement or kind.startswith("answer") else None,
            agreement=agreement,
            deadline=printed or self.inquiry.deadline,
            token=TOKEN if email.contact is not None else "",
            agreement_token=TOKEN if kind == "agreement_confirm" else "",
            reply=self.reply if kind == "reply_received" else None,
            added=self.added,
        )
