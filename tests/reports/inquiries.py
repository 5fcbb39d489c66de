"""Inquiries as moderators have them: reports with several authors, and weeks of letters."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from registry.models import Paper, PaperAuthor
from reports import answers, facts, lapse, letters_due, services
from reports.deadlines import Policy
from reports.models import (
    Address,
    Answer,
    Claim,
    Contact,
    Inquiry,
    Letter,
    Probe,
    Report,
    ReportEvent,
    Suggestion,
)
from tests.kept import kept

NOW = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)  # a Monday, here and anywhere on Earth
DAY = timedelta(days=1)
POLICY = Policy.of(28 * DAY)
FIRST_DEADLINE = datetime(2026, 3, 31, 11, 59, 59, tzinfo=UTC)  # 30 March, AoE
AUTHORS = ("Ada Muster", "Bo Probe", "Chen Wei")
_numbers = count(1)


@kept
def make_moderator(**fields: Any) -> User:
    number = next(_numbers)
    fields.setdefault("email", f"mo{number}@mods{number}.example")
    return User.objects.create_user(is_staff=True, name=f"Mo Derator {number}", **fields)


@kept
def make_submitted(
    *emails: str | Sequence[str],
    authors: Sequence[str] = AUTHORS,
    paper: Paper | None = None,
    outcome: str = "did not match",
    place: str = "Table 2",
    corresponding: int = 0,
) -> Report:
    """A submitted report; the n-th of `emails` are the addresses of the n-th author, "" none."""
    number = next(_numbers)
    if paper is None:
        paper = Paper.objects.create(
            title=f"Frobnicating Networks {number}", title_key=str(number), created_at=NOW,
            names="; ".join(authors),
        )  # fmt: skip
        for position, name in enumerate(authors, 1):
            PaperAuthor.objects.create(paper=paper, position=position, name=name)
    reporter = User.objects.create_user(
        f"rea{number}@reporters{number}.example", name=f"Rea Porter {number}", affiliation="Lab R"
    )
    report = Report.objects.create(
        paper=paper, reporter=reporter, state_at=NOW, created_at=NOW, updated_at=NOW,
        mode="re-run", outcome=outcome, version="v1", summary="Ran it.", hours=3, shown_as="Rea",
        environment="One GPU",
    )  # fmt: skip
    Claim.objects.create(report=report, position=1, place=place, quote=f"{place}: 93.1 %")
    for position, given in enumerate(emails, 1):
        for rank, email in enumerate([given] if isinstance(given, str) else given, 1):
            if email:
                Address.objects.create(
                    report=report, author_position=position, rank=rank, email=email,
                    source="first page", corresponding=position == corresponding,
                )  # fmt: skip
    return services.submit(report_id=report.pk, user=reporter, now=NOW)


@kept
def accept(report: Report, moderator: User, *, now: datetime = NOW) -> Report:
    return services.accept(
        report_id=report.pk, moderator=moderator, policy=POLICY, now=now,
        checks=dict.fromkeys(services.ACCEPTANCE, True),
        checked_addresses=[a.pk for a in report.addresses.all()],
    )  # fmt: skip


@kept
def make_asking(moderator: User, *emails: str | Sequence[str], **fields: Any) -> Report:
    """An accepted report whose notices are owed, and not handed over yet."""
    return accept(make_submitted(*(emails or ("ada@lab.example",)), **fields), moderator)


@kept
def make_unreachable(moderator: User, **fields: Any) -> Report:
    """An accepted report without any address."""
    return accept(make_submitted(**fields), moderator)


def contact_of(report: Report, position: int = 1) -> Contact:
    return Contact.objects.select_related("inquiry", "address").get(
        inquiry__report=report, position=position
    )


def inquiry_of(report: Report) -> Inquiry:
    return Inquiry.objects.select_related("report").get(report=report)


def state_of(report: Report) -> str:
    return Report.objects.values_list("state", flat=True).get(pk=report.pk)


def pending(report: Report) -> list[Letter]:
    """The letters that are owed, and neither handed over nor failed nor cancelled."""
    return list(
        Letter.objects.filter(
            contact__inquiry__report=report, handed_over_at=None, failed_at=None, cancelled_at=None
        ).order_by("contact__position")
    )


def owed(report: Report) -> list[tuple[str, str]]:
    """What is pending, as (kind, address)."""
    return [(x.kind, x.address.email if x.address else "") for x in pending(report)]


@kept
def hand_over(report: Report, now: datetime) -> list[tuple[str, str]]:
    """Send what is pending as the outbox does; returns what left."""
    sent = []
    for letter in pending(report):
        letter = Letter.objects.select_related("contact__inquiry__report", "address").get(
            pk=letter.pk
        )
        reason = facts.still_owed(letter)
        if reason:
            with transaction.atomic():
                facts.cancelled(letter_id=letter.pk, reason=reason, now=now)
            continue
        printed = facts.deadline_to_print(letter, now)
        with transaction.atomic():
            facts.handed_over(letter_id=letter.pk, printed=printed, now=now)
        sent.append((letter.kind, letter.address.email if letter.address else ""))
    return sent


def run(report: Report, *, until: datetime, since: datetime | None = None) -> list[tuple[str, str]]:
    """Order and hand over each letter when it is due; returns what left."""
    sent = []
    now = since
    for _ in range(60):
        at = inquiry_of(report).letters_at
        if at is None or at > until:
            return sent
        now = max(at, now) if now else at
        letters_due.order_due_letters(now=now)
        sent += hand_over(report, now)
    raise AssertionError("The letters of this report never come to rest.")


@kept
def run_to_the_deadline(report: Report) -> datetime:
    """Hand over notices, reminders and final notices, each when it is due; the deadline."""
    hand_over(report, NOW)
    deadline = inquiry_of(report).deadline
    assert deadline is not None
    run(report, until=deadline)
    deadline = inquiry_of(report).deadline
    assert deadline is not None
    return deadline


@kept
def listen(now: datetime) -> None:
    """The site's incoming channel works: a probe comes back."""
    Probe.objects.create(sent_at=now, returned_at=now)


@kept
def sweep(now: datetime) -> int:
    """The lapse sweep, with a working incoming channel; how many reports lapsed."""
    listen(now)
    return lapse.lapse_due(now=now)


@kept
def make_lapsed(moderator: User, *emails: str | Sequence[str], **fields: Any) -> Report:
    """A report that lapsed a minute after its deadline."""
    report = make_asking(moderator, *emails, **fields)
    deadline = run_to_the_deadline(report)
    assert sweep(deadline + timedelta(minutes=1)) == 1
    return Report.objects.get(pk=report.pk)


@kept
def fail(report: Report, position: int = 1, *, now: datetime, kind: str = "notice") -> None:
    """The newest letter of that kind to an author turns out not to have arrived."""
    letter = contact_of(report, position).letters.filter(kind=kind).last()
    assert letter is not None
    with transaction.atomic():
        facts.failed(letter_id=letter.pk, reason="5.1.1 no such user", address_is_bad=True, now=now)


@kept
def say_no_author(report: Report, position: int = 1, *, now: datetime) -> Suggestion:
    return answers.suggest(
        contact_id=contact_of(report, position).pk, kind="not_an_author", name="", email="",
        note="A namesake.", now=now,
    )  # fmt: skip


@kept
def name_somebody(
    report: Report, position: int = 1, *, now: datetime, email: str = "bo@lab.example"
) -> Suggestion:
    return answers.suggest(
        contact_id=contact_of(report, position).pk, kind="other_person", name="Bo Probe",
        email=email, note="Bo ran the experiments.", now=now,
    )  # fmt: skip


@kept
def answer(report: Report, position: int = 1, *, now: datetime, kind: str = "explains") -> Answer:
    return answers.give_answer(
        contact_id=contact_of(report, position).pk, kind=kind, text="Use seed 3.", url="",
        name="Ada Muster", role="", form_key=uuid4(), now=now,
    )  # fmt: skip


def events(report: Report, *kinds: str) -> list[ReportEvent]:
    return list(ReportEvent.objects.filter(report=report, kind__in=kinds).order_by("pk"))


def last_event(report: Report) -> ReportEvent:
    return ReportEvent.objects.filter(report=report).latest("pk")
