"""Reports brought to each state by the services, with dates that stand still. All are made up."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from registry.models import Paper
from registry.shared import Item, Value
from reports import agreements, answers, facts, lifecycle, links, services, statements
from reports.deadlines import Policy
from reports.models import Address, Agreement, Answer, Claim, Contact, Evidence, Report
from reports.sharing import Stated
from reports.states import Actor, Mode, Outcome, State
from tests.kept import kept
from tests.registry import builders

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
POLICY = Policy.of(28 * DAY)
_numbers = count(1)


@kept
def user(**fields: Any) -> User:
    number = next(_numbers)
    fields.setdefault("email", f"rita{number}@reporters{number}.example")
    fields.setdefault("name", f"Rita Secret {number}")
    fields.setdefault("affiliation", f"Hidden Institute {number}")
    return User.objects.create_user(**fields)


@kept
def moderator() -> User:
    number = next(_numbers)
    return User.objects.create_user(
        f"mo{number}@moderators{number}.example", name=f"Mo {number}", is_staff=True
    )


@kept
def paper(title: str = "On made-up things", **fields: Any) -> Paper:
    fields.setdefault("venue", "Journal of Made-up Results")
    fields.setdefault("year", 2024)
    return builders.paper(title, **fields)


@kept
def submitted(
    *,
    at: datetime = NOW,
    of: Paper | None = None,
    reporter: User | None = None,
    outcome: Outcome = Outcome.NOT_MATCHED,
    claims: int = 1,
    table: str = "Table 2",
    emails: tuple[str, ...] = ("ada@authors.example",),
    shared: Sequence[Stated] = (),
    **fields: Any,
) -> Report:
    """A complete report that waits for the moderators."""
    values: dict[str, Any] = {
        "mode": Mode.RERUN,
        "version": "arXiv v2",
        "hours": 12,
        "licence_agreed": True,
        "summary": "We ran the authors' **code** with three seeds.",
        "environment": "Debian 12, one GPU, PyTorch 2.1",
        "code_url": "https://code.example/lantern",
        "code_commit": "abc123",
        "data_used": "Widgets, as the script loads it.",
        "differences": "Nothing that we know of.",
        "familiarity": 4,
        "conflict": "none",
        "shown_as": "A careful reader",
        "causes": ["details_missing"],
    }
    made = Report.objects.create(
        paper=of or paper(), reporter=reporter or user(), outcome=outcome,
        state_at=at, created_at=at, updated_at=at, **(values | fields),
    )  # fmt: skip
    could_not = outcome is Outcome.NOT_ATTEMPTED
    runs = [] if could_not else [90.1, 90.5, 89.9]
    if outcome is Outcome.MATCHED:
        runs = [93.0, 93.2, 92.9]
    for position in range(1, claims + 1):
        Claim.objects.create(
            report=made, position=position, place=f"{table}, row {position}",
            quote=f"Ours reaches 93.1 ± 0.2 ({table})", metric="accuracy, %",
            dataset="Widgets, test", claimed=93.1, claimed_spread=0.2, runs=runs, tolerance=0.5,
            tolerance_reason="Twice the spread that the paper states.",
        )  # fmt: skip
    Evidence.objects.create(
        report=made, position=1, kind="log", url="https://logs.example/run", note="All runs"
    )
    for position, email in enumerate(emails, 1):
        Address.objects.create(
            report=made, author_position=position, rank=1, email=email,
            corresponding=position == 1, source="The paper's first page",
        )  # fmt: skip
    statements.by_reporter(made, shared, now=at)
    return services.submit(report_id=made.pk, user=made.reporter, now=at)


@kept
def accepted(*, at: datetime = NOW, by: User | None = None, **fields: Any) -> Report:
    """A report that a moderator accepted: a match is public, for all others authors are asked."""
    report = submitted(at=at, **fields)
    return services.accept(
        report_id=report.pk, moderator=by or moderator(), now=at, policy=POLICY,
        checks=dict.fromkeys(services.ACCEPTANCE, True),
        checked_addresses=[address.pk for address in report.addresses.all()],
    )  # fmt: skip


@kept
def asked(*, at: datetime = NOW, **fields: Any) -> Report:
    """A report whose notices were handed over, so that the clock runs."""
    report = accepted(at=at, **fields)
    for contact in Contact.objects.filter(inquiry__report=report):
        letter = contact.letters.get()
        printed = facts.deadline_to_print(letter, at)
        with transaction.atomic():
            facts.handed_over(letter_id=letter.pk, printed=printed, now=at)
    report.inquiry.refresh_from_db()
    return report


def move(report: Report, target: State, actor: Actor, at: datetime, **more: Any) -> Report:
    """One change of state, as its service would make it."""
    with transaction.atomic():
        locked = lifecycle.lock(report.pk)
        lifecycle.transition(locked, target, actor=actor, now=at, **more)
    return Report.objects.select_related("paper").get(pk=report.pk)


@kept
def lapsed(*, at: datetime = NOW, **fields: Any) -> Report:
    """A report nobody answered: lapsed a second after its deadline."""
    report = asked(at=at, **fields)
    deadline = report.inquiry.deadline
    assert deadline is not None
    return move(report, State.LAPSED, Actor.SWEEP, deadline + timedelta(seconds=1))


def contact_of(report: Report, position: int = 1) -> Contact:
    return Contact.objects.get(inquiry__report=report, position=position)


def said(value: str, url: str = "", note: str = "", item: str = "code") -> Stated:
    """A row of the table of what is shared."""
    return Stated(item=Item(item), value=Value(value), url=url, note=note)


def share(report: Report, *rows: Stated, at: datetime, position: int = 1) -> bool:
    """The author at `position` sends the table without an answer."""
    return statements.state(
        contact_id=contact_of(report, position).pk, rows=rows, name="Ada Example", now=at
    )


def answer(
    report: Report,
    *,
    at: datetime,
    kind: str = "explains",
    text: str = "The **seed** matters: use 3.",
    position: int = 1,
    shared: Sequence[Stated] = (),
    **fields: str,
) -> Answer:
    """An answer through the link of the author at `position`."""
    values = {"url": "", "name": "Ada Example", "role": "first author"} | fields
    given = answers.give_answer(
        contact_id=contact_of(report, position).pk, kind=kind, text=text, form_key=uuid4(),
        now=at, shared=shared, **values,
    )  # fmt: skip
    report.refresh_from_db()
    return given


@kept
def answered(*, at: datetime = NOW, late: timedelta | None = None, **fields: Any) -> Report:
    """An answered report: five days after the notice, or `late` after the deadline."""
    report = lapsed(at=at, **fields) if late is not None else asked(at=at, **fields)
    deadline = report.inquiry.deadline
    assert deadline is not None
    answer(report, at=at + 5 * DAY if late is None else deadline + late)
    return report


@kept
def disputed(
    *, reason: str = "Ten seeds *were* tried.", after: timedelta = DAY, **fields: Any
) -> Report:
    report = answered(**fields)
    return services.dispute(
        report_id=report.pk, user=report.reporter, reason=reason, now=report.state_at + after
    )


@kept
def resolved(**fields: Any) -> Report:
    report = answered(**fields)
    return services.accept_answer(
        report_id=report.pk, user=report.reporter, now=report.state_at + DAY
    )


@kept
def agreed(*, at: datetime = NOW, confirm: bool = False, **fields: Any) -> Report:
    """An author agrees; with `confirm` also through the second letter."""
    report = asked(at=at, **fields)
    answer(report, at=at + DAY, kind="agrees", text="")
    if confirm:
        token = links.agreement_token(Agreement.objects.get(answer__reports=report))
        agreements.confirm(token=token, now=at + 2 * DAY)
    return report


@kept
def confirmed(*, at: datetime = NOW, **fields: Any) -> Report:
    """An agreement that settled without objection: the paper is listed."""
    report = agreed(at=at, confirm=True, **fields)
    agreements.confirm_due(now=at + 2 * DAY + POLICY.objection)
    return Report.objects.select_related("paper").get(pk=report.pk)


@kept
def unreachable(*, at: datetime = NOW, **fields: Any) -> Report:
    return accepted(at=at, emails=(), **fields)


@kept
def unasked(*, at: datetime = NOW, **fields: Any) -> Report:
    return move(unreachable(at=at, **fields), State.UNASKED, Actor.MODERATOR, at + 61 * DAY)


@kept
def withdrawn(report: Report, *, note: str = "", at: datetime | None = None) -> Report:
    return services.withdraw(
        report_id=report.pk, user=report.reporter, note=note, now=at or report.state_at + DAY
    )


@kept
def removed(report: Report, *, reason: str, at: datetime | None = None) -> Report:
    return services.remove(
        report_id=report.pk, moderator=moderator(), reason=reason, now=at or report.state_at + DAY
    )


@kept
def annulled(*, at: datetime = NOW, **fields: Any) -> Report:
    """A lapsed report whose letter turned out not to have arrived."""
    report = lapsed(at=at, **fields)
    letter = contact_of(report).letters.get()
    facts.failed(
        letter_id=letter.pk, address_is_bad=True, now=report.state_at + DAY,
        reason="550 5.1.1 <ada@authors.example>: no such user",
    )  # fmt: skip
    return Report.objects.select_related("paper").get(pk=report.pk)


def token_of(report: Report, position: int = 1, now: datetime = NOW) -> str:
    return links.token_for(contact_of(report, position), now)
