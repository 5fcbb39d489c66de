"""Reports in each state of product.md, section 3, reached through the services by a moved clock.

`reach(name)` gives the `Life` of one report: its people, the links in its letters, and the time at
which it came to its state. Every field that somebody filled in holds a mark of its own
(`life.mark("quote")`), so that a test can say whose words a page shows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from registry.models import Paper
from registry.services import settle_identity
from registry.shared import Item, Value
from reports import (
    agreements,
    answers,
    drafts,
    facts,
    lapse,
    lifecycle,
    links,
    moderation,
    replies,
    services,
    submission,
)
from reports import inquiry as clock
from reports.forms.whole import WholeForm
from reports.models import AddressSearch, Contact, Inquiry, Letter, Probe, Report
from reports.sharing import Stated
from tests.kept import kept
from tests.reports.typed import by_hand

START = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_numbers = count(1)


def mark(number: int, what: str) -> str:
    """A word that stands nowhere but in the field `what` of report `number`."""
    return f"mk{number:03}x{what}"


@kept
def make_reporter() -> User:
    """A reporter of an institution, whose own fields hold the marks of report 0."""
    return User.objects.create_user(
        f"rea-{mark(0, 'email')}@institute.example", name=f"Rea {mark(0, 'name')}",
        affiliation=f"Institute of {mark(0, 'affiliation')}", orcid="0000-0002-1825-0097",
    )  # fmt: skip


@kept
def make_other_reporter() -> User:
    return User.objects.create_user("olga@others.example", name="Olga", affiliation="Others")


@kept
def make_moderator() -> User:
    return User.objects.create_user(
        "mo@moderators.example", name="Mo Derator", affiliation="Elsewhere", is_staff=True
    )


@dataclass
class Life:
    """One report on its way; each method is a step that a service makes, at `now`."""

    reporter: User
    moderator: User
    number: int = field(default_factory=lambda: next(_numbers))
    now: datetime = START
    report_id: int = 0
    tokens: dict[int, str] = field(default_factory=dict)  # by author position, of the notice
    agreement_token: str = ""
    state: str = ""
    stored: dict[str, list[str]] = field(default_factory=dict)  # the form as it was saved
    snapshot: object = None

    def mark(self, what: str) -> str:
        """A word that stands nowhere but in the field `what` of this report."""
        return mark(self.number, what)

    @property
    def report(self) -> Report:
        """As it is stored now."""
        return Report.objects.select_related("paper", "reporter").get(pk=self.report_id)

    @property
    def inquiry(self) -> Inquiry:
        return Inquiry.objects.get(report=self.report_id)

    def contact(self, position: int = 1) -> Contact:
        return Contact.objects.get(inquiry__report=self.report_id, position=position)

    @property
    def doi(self) -> str:
        """An identifier of the paper, as another reporter would give it too."""
        return f"10.5555/life.{self.number}"

    # --- the reporter ------------------------------------------------------------------

    def typed(self) -> dict[str, str]:
        """The form, filled in with marks."""
        m = self.mark
        return by_hand(
            form_key=str(uuid4()),
            title=f"Frobnicating {m('title')} networks",
            authors=f"Ada {m('authors')}\nBo {m('authors')}\nChen {m('authors')}",
            identifiers=self.doi,
            summary=f"We ran it. {m('text')}",
            code_url=f"https://code.example/{m('text')}",
            code_commit=m("text"),
            data_used=m("text"),
            environment=f"One GPU {m('text')}",
            differences=m("text"),
            conflict=m("text"),
            shown_as=f"Pseudonym {m('shown')}",
            name="",
            affiliation="",
            **{
                "shared-code": "partly",
                "shared-code_note": f"https://code.example/{m('text')} without {m('text')}",
                "claim-0-place": f"Table {m('quote')}",
                "claim-0-quote": f"reaches {m('quote')}",
                "claim-0-metric": m("quote"),
                "claim-0-dataset": m("quote"),
                "claim-0-tolerance_reason": m("quote"),
                "evidence-0-url": f"https://logs.example/{m('evidence')}",
                "evidence-0-note": m("evidence"),
                "address-count": "2",
                "address-0-author": "1",
                "address-0-email": f"ada-{m('address')}@authors.example",
                "address-0-source": f"First page, {m('source')}",
                "address-0-source_url": f"https://authors.example/{m('source')}",
                "address-1-author": "2",
                "address-1-email": f"bo-{m('address')}@authors.example",
                "address-1-source": f"Homepage, {m('source')}",
                "address-1-source_url": f"https://authors.example/{m('source')}",
                "address-1-corresponding": "",
                "address-1-language": "",
            },
        )

    def draft(self, **changes: str) -> None:
        form = self.typed() | {name.replace("__", "-"): value for name, value in changes.items()}
        typed = {name: [value] for name, value in form.items()}
        self.stored = typed
        kept = drafts.save_new(user=self.reporter, typed=typed, seen="", now=self.now)
        self.report_id = kept.report.pk

    def save_again(self) -> None:
        """The form as it was first typed, saved once more."""
        drafts.save(report=self.report, typed=self.stored, seen="", now=self.now)

    def submit(self) -> None:
        report = self.report
        whole = WholeForm(report.typed, user=self.reporter, report=report, asked=True)
        assert whole.problems == []
        submission.submit(
            report_id=report.pk, user=self.reporter, complete=whole.complete(),
            typed=report.typed, now=self.now,
        )  # fmt: skip

    def withdraw(self) -> None:
        services.withdraw(
            report_id=self.report_id, user=self.reporter, note=self.mark("withdrawal"), now=self.now
        )

    def dispute(self) -> None:
        services.dispute(
            report_id=self.report_id, user=self.reporter, reason=self.mark("dispute"), now=self.now
        )

    def accept_answer(self) -> None:
        services.accept_answer(report_id=self.report_id, user=self.reporter, now=self.now)

    def make_paper_known(self) -> None:
        """The paper becomes public, with its identifier, without this report: as by an import."""
        paper = self.report.paper
        assert paper is not None
        settle_identity(paper)
        Paper.objects.filter(pk=paper.pk).update(is_public=True)

    # --- the moderator -----------------------------------------------------------------

    def accept(self) -> None:
        services.accept(
            report_id=self.report_id, moderator=self.moderator, now=self.now,
            checks=dict.fromkeys(services.ACCEPTANCE, True),
            checked_addresses=[address.pk for address in self.report.addresses.all()],
        )  # fmt: skip

    def _decide(self, decide: Callable[..., Report], what: str) -> None:
        decide(
            report_id=self.report_id, moderator=self.moderator, reason=self.mark(what), now=self.now
        )

    def give_back(self) -> None:
        self._decide(services.return_report, "decision")

    def decline(self) -> None:
        self._decide(services.decline, "decision")

    def remove(self) -> None:
        self._decide(services.remove, "removal")

    def search(self) -> None:
        place = AddressSearch.objects.filter(report=self.report_id).count() + 1
        moderation.record_search(
            report_id=self.report_id, moderator=self.moderator,
            where=f"{self.mark('search')} {place}",
            found=self.mark("search"), now=self.now,
        )  # fmt: skip

    def make_unasked(self) -> None:
        """The two searches, and sixty days."""
        self.search()
        self.now += 61 * DAY
        self.search()
        moderation.unasked(report_id=self.report_id, moderator=self.moderator, now=self.now)

    def ask_again(self) -> None:
        moderation.ask_again(
            report_id=self.report_id, moderator=self.moderator, author_position=1,
            email=f"new-{self.mark('address')}@authors.example", source=self.mark("source"),
            now=self.now,
        )  # fmt: skip

    # --- the mail ----------------------------------------------------------------------

    def ask(self) -> None:
        """Accepted, and the notices handed over."""
        self.accept()
        self.now += HOUR
        self.hand_over()

    def hand_over(self) -> None:
        """Hand over what is pending, with the link that each letter carries."""
        pending = Letter.objects.filter(
            contact__inquiry__report=self.report_id, handed_over_at=None, failed_at=None,
            cancelled_at=None,
        )  # fmt: skip
        for letter in pending.select_related("contact__inquiry__report", "address"):
            printed = facts.deadline_to_print(letter, self.now)
            contact = letter.contact
            self.tokens.setdefault(contact.position, links.token_for(contact, self.now))
            facts.handed_over(letter_id=letter.pk, printed=printed, now=self.now)

    def fail(self) -> None:
        """Every address turns out to be dead."""
        letters = Letter.objects.filter(
            contact__inquiry__report=self.report_id, handed_over_at__isnull=False, failed_at=None
        )
        for letter in letters:
            facts.failed(
                letter_id=letter.pk, reason=f"550 5.1.1 {self.mark('bounce')}",
                address_is_bad=True, now=self.now,
            )  # fmt: skip

    def lapse(self) -> None:
        """Every letter when it is due, then the deadline, while the site listens."""
        while (at := self.inquiry.letters_at) is not None:
            self.now = at
            with transaction.atomic():
                report = lifecycle.lock(self.report_id)
                inquiry = Inquiry.objects.get(report=report)
                inquiry.report = report
                clock.order_letters(inquiry, now=self.now)
            self.hand_over()
        deadline = self.inquiry.deadline
        assert deadline is not None
        Probe.objects.create(sent_at=deadline + HOUR, returned_at=deadline + HOUR)
        self.now = deadline + 2 * HOUR
        found = lapse.lapse(self.report_id, now=self.now)
        assert found is not None
        assert found.unmet == []

    # --- the authors -------------------------------------------------------------------

    def answer(self, kind: str = "explains", form_key: UUID | None = None) -> None:
        given = answers.give_answer(
            contact_id=self.contact().pk, kind=kind, text=self.mark("answer"),
            url=f"https://answers.example/{self.mark('answer')}",
            name=f"Ada {self.mark('answer')}", role=self.mark("answer"),
            form_key=form_key or uuid4(), now=self.now, shared=self.shares("answer"),
        )  # fmt: skip
        if kind == "agrees":
            self.agreement_token = links.agreement_token(given.agreement)

    def shares(self, what: str) -> list[Stated]:
        """A row of the table of what is shared, as an author fills it in."""
        mark = self.mark(what)
        url = f"https://data.example/{mark}"
        return [Stated(item=Item.DATA, value=Value.YES, url=url, note=mark)]

    def confirm(self) -> None:
        """The answer agrees, is confirmed by the second mail, and nobody objects."""
        self.answer("agrees")
        agreements.confirm(token=self.agreement_token, now=self.now)
        self.now += 15 * DAY
        assert agreements.confirm_due(now=self.now) == 1

    def suggest(self) -> None:
        """Somebody else is named, so a hold stands."""
        mark = self.mark("suggestion")
        answers.suggest(
            contact_id=self.contact().pk, kind="other_person", name=mark,
            email=f"{mark}@authors.example", note=mark, now=self.now,
        )  # fmt: skip

    def reply(self) -> None:
        """The first author answers by mail, so another hold stands."""
        replies.received(
            contact_id=self.contact().pk, mail=self.number, content=self.mark("reply"),
            text=f"See {self.mark('reply')}.", received_at=self.now, now=self.now,
        )  # fmt: skip

    def justify(self) -> None:
        """A moderator says why another author will do."""
        moderation.mark_counts(
            contact_id=self.contact(2).pk, moderator=self.moderator, because=self.mark("because"),
            now=self.now,
        )  # fmt: skip

    def revoke(self, position: int = 2) -> None:
        """End the link that a letter carried; the next letter carries another."""
        moderation.revoke_link(
            contact_id=self.contact(position).pk, moderator=self.moderator, now=self.now
        )


Step = Callable[[Life], None]
L = Life
_asked: list[Step] = [L.draft, L.submit, L.ask]
_lapsed: list[Step] = [*_asked, L.lapse]
_unasked: list[Step] = [*_asked, L.fail, L.make_unasked]


def _matched(life: Life) -> None:
    life.draft(outcome="matched", claim__0__runs="93.1\n93.2")


LIVES: dict[str, list[Step]] = {
    "draft": [L.draft],
    "submitted": [L.draft, L.submit],
    "returned": [L.draft, L.submit, L.give_back],
    "declined": [L.draft, L.submit, L.decline],
    "published": [_matched, L.submit, L.accept],
    "asking": _asked,
    "asking, held": [*_asked, L.justify, L.suggest, L.reply],
    "asking, once public": [*_unasked, L.ask_again, L.hand_over],
    "unreachable": [*_asked, L.fail],
    "unreachable, once public": [*_lapsed, L.fail],
    "unasked": _unasked,
    "answered": [*_asked, L.answer],
    "answered, once lapsed": [*_lapsed, L.answer],
    "lapsed": _lapsed,
    "disputed": [*_asked, L.answer, L.dispute],
    "resolved": [*_asked, L.answer, L.accept_answer],
    "confirmed": [*_asked, L.confirm],
    "withdrawn, never asked": [L.draft, L.submit, L.withdraw],
    "withdrawn, never public": [*_asked, L.withdraw],
    "withdrawn, once public": [*_asked, L.answer, L.dispute, L.withdraw],
    "removed, never public": [*_asked, L.remove],
    "removed, once public": [*_lapsed, L.answer, L.remove],
    "submitted, paper known": [L.draft, L.submit, L.make_paper_known],
    "asking, paper known": [*_asked, L.make_paper_known],
    "unreachable, paper known": [*_asked, L.fail, L.make_paper_known],
    "withdrawn, paper known": [*_asked, L.withdraw, L.make_paper_known],
    "removed, paper known": [*_asked, L.remove, L.make_paper_known],
}
"""The steps that lead to each state; a state is named, after a comma, by how it was come to."""


@kept
def _after(*steps: Step, reporter: User, moderator: User, start: datetime) -> Life:
    """A new report after these steps, of which each takes an hour; what begins alike is shared."""
    if not steps:
        return Life(reporter=reporter, moderator=moderator, now=start)
    life = _after(*steps[:-1], reporter=reporter, moderator=moderator, start=start)
    steps[-1](life)
    life.now += HOUR
    return life


@kept
def reach(name: str, *, reporter: User, moderator: User, start: datetime = START) -> Life:
    """A new report that is in the state `name` of LIVES; its clock stands at that moment."""
    life = _after(*LIVES[name], reporter=reporter, moderator=moderator, start=start)
    life.state = life.report.state
    assert life.state == name.partition(",")[0]
    return life
