"""Reports in the states that letters are about, made by the real services where they matter."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from notifications.models import Email
from registry.models import Paper, PaperAuthor
from reports import inquiry as clock
from reports import lifecycle
from reports.answers import give_answer
from reports.deadlines import Policy
from reports.models import Address, Answer, Claim, Contact, Evidence, Inquiry, Report, ReportEvent
from reports.states import Actor, Mode, Outcome, State
from tests.kept import kept

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
POLICY = Policy.of(28 * DAY)
_numbers = count(1)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@kept
def make_user(**fields: Any) -> User:
    number = next(_numbers)
    fields.setdefault("email", f"rita{number}@lab.example")
    fields.setdefault("name", f"Rita Reporter {number}")
    return User.objects.create_user(**fields)


@kept
def make_submitted(
    *,
    title: str = "Deep Widgets Are All We Built",
    authors: tuple[str, ...] = ("Ada Author", "Bob Builder"),
    languages: tuple[str, ...] = ("en", "en"),
    emails: tuple[str, ...] = (),
    outcome: Outcome = Outcome.NOT_MATCHED,
    **fields: Any,
) -> Report:
    """A submitted report with a claim, evidence and an address for each author."""
    number = next(_numbers)
    paper = Paper.objects.create(title=title, title_key=str(number), created_at=NOW)
    for position, name in enumerate(authors, start=1):
        PaperAuthor.objects.create(paper=paper, position=position, name=name)
    fields.setdefault("shown_as", "Rita R.")
    fields.setdefault("reporter", None)
    fields["reporter"] = fields["reporter"] or make_user()
    report = Report.objects.create(
        paper=paper, created_at=NOW, updated_at=NOW, state_at=NOW, mode=Mode.REIMPLEMENTATION,
        outcome=outcome, version="v2", environment="1 GPU", hours=12, **fields,
    )  # fmt: skip
    Claim.objects.create(
        report=report, position=1, place="Table 2, page 6", quote="We reach 93.1 % accuracy.",
        metric="accuracy", dataset="WidgetNet test", claimed=93.1, claimed_spread=0.2,
        runs=[81.0, 82.0, 83.0], tolerance=0.5,
    )  # fmt: skip
    Evidence.objects.create(
        report=report, position=1, kind="code", url="https://code.example/widgets"
    )
    for position, language in enumerate(languages, start=1):
        email = emails[position - 1] if emails else f"author{position}.{number}@uni.example"
        Address.objects.create(
            report=report, author_position=position, rank=1, email=email,
            corresponding=position == 1, source="paper's first page", language=language,
        )  # fmt: skip
    with transaction.atomic():
        report = lifecycle.lock(report.pk)
        lifecycle.transition(report, State.SUBMITTED, actor=Actor.REPORTER, now=NOW)
    return report


@kept
def ask(report: Report, *, policy: Policy = POLICY, now: datetime = NOW) -> Report:
    """Accept the report as the moderators' service does: the notices are owed."""
    with transaction.atomic():
        report = lifecycle.lock(report.pk)
        inquiry = clock.open_inquiry(report, policy=policy, now=now)
        lifecycle.transition(report, State.ASKING, actor=Actor.MODERATOR, now=now)
        clock.order_letters(inquiry, now=now)
    return report


@kept
def make_asking(**fields: Any) -> Report:
    policy = fields.pop("policy", POLICY)
    return ask(make_submitted(**fields), policy=policy)


def move(report: Report, target: State, actor: Actor, **words: Any) -> ReportEvent:
    """Change the state by its one writer."""
    now = words.pop("now", NOW)
    with transaction.atomic():
        locked = lifecycle.lock(report.pk)
        lifecycle.transition(locked, target, actor=actor, now=now, **words)
        return locked.events.latest("pk")


def contacts_of(report: Report) -> list[Contact]:
    return list(Contact.objects.filter(inquiry__report=report).order_by("position"))


def inquiry_of(report: Report) -> Inquiry:
    return Inquiry.objects.select_related("report").get(report=report)


@kept
def answer(contact: Contact, kind: str = "explains", **words: Any) -> Answer:
    given = {
        "text": "We used another split.", "url": "", "name": "Ada Author", "role": "first author",
        "form_key": uuid4(), "now": NOW,
    } | words  # fmt: skip
    return give_answer(contact_id=contact.pk, kind=kind, **given)


@kept
def queue(**fields: Any) -> Email:
    """A mail of the priority lane, as Django's mail makes it."""
    number = next(_numbers)
    values = {
        "key": f"mail-{number}", "lane": "priority", "kind": "django",
        "recipient": f"person{number}@uni.example", "message_id": f"<mail-{number}@site.example>",
        "raw": f"Message-ID: <mail-{number}@site.example>\r\nSubject: x\r\n\r\nBody\r\n".encode(),
        "created_at": NOW, "not_before": NOW, "give_up_at": NOW + timedelta(days=7),
    } | fields  # fmt: skip
    return Email.objects.create(**values)
