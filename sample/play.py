"""Plays the stories in the order of time, each through the services that people's pages call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from accounts.models import User
from registry.models import Paper
from reports import (
    agreements,
    answers,
    drafts,
    facts,
    links,
    moderation,
    services,
    statements,
    submission,
)
from reports.deadlines import Policy
from reports.forms.choice import BY_HAND
from reports.forms.sharing import SharingForm
from reports.forms.whole import WholeForm
from reports.models import Agreement, Contact, Letter, Report
from reports.sharing import Stated
from sample.past import Past
from sample.stories import Story, Then

PROMISED = Policy.of(timedelta(days=28))
LIVE = Policy.of(timedelta(minutes=2))
"""The policy of the one inquiry that a person watches; its letters leave from the real outbox."""


@dataclass
class Part:
    """A story on the stage, and its report once it is written."""

    story: Story
    reporter: User
    moderator: User
    paper: Paper | None
    report_id: int = 0

    def contact(self, author: int) -> Contact:
        """The author at that position, as asked about this report."""
        return Contact.objects.get(inquiry__report=self.report_id, position=author)


def play(
    stories: Sequence[Story],
    *,
    people: Mapping[str, User],
    papers: Mapping[str, Paper],
    now: datetime,
) -> None:
    """Let everything happen that the stories tell, up to `now`."""
    moderator = people["moderator"]
    past = Past(gone={email for story in stories for email in story.gone})
    parts = [Part(s, people[s.by], moderator, papers.get(s.paper)) for s in stories]
    steps: list[tuple[datetime, Callable[[datetime], object]]] = []
    for part in parts:
        steps += _steps(part, now)
    for at, act in sorted(steps, key=lambda step: step[0]):
        past.go_to(at)
        act(at)
        past.sweep(at)
    past.go_to(now)
    for part in parts:
        if part.story.live:
            _accept(part, Then(after=timedelta(), do="accept"), now, LIVE)


def _steps(part: Part, now: datetime) -> list[tuple[datetime, Callable[[datetime], object]]]:
    began = now - part.story.ago
    first = _save if part.story.draft else _submit
    return [
        (began, lambda at: first(part, at)),
        *((began + then.after, _act(part, then)) for then in part.story.then),
    ]


def _act(part: Part, then: Then) -> Callable[[datetime], object]:
    return lambda at: ACTS[then.do](part, then, at)


# --- what people do ------------------------------------------------------------------------------


def _save(part: Part, at: datetime) -> Report:
    """Type the form and leave it a draft."""
    chosen = str(part.paper.pk) if part.paper is not None else BY_HAND
    typed = part.story.typed | {"paper": [chosen]}
    return drafts.save_new(user=part.reporter, typed=typed, seen="", now=at).report


def _submit(part: Part, at: datetime) -> None:
    """Type the form and submit it."""
    report = _save(part, at)
    whole = WholeForm(report.typed, user=part.reporter, report=report, asked=True)
    assert not whole.problems, (part.story.name, whole.problems)
    submission.submit(
        report_id=report.pk, user=part.reporter, complete=whole.complete(), typed=report.typed,
        now=at,
    )  # fmt: skip
    part.report_id = report.pk


def _accept(part: Part, then: Then, at: datetime, policy: Policy = PROMISED) -> None:
    addresses = Report.objects.get(pk=part.report_id).addresses
    services.accept(
        report_id=part.report_id, moderator=part.moderator, now=at, policy=policy,
        checks=dict.fromkeys(services.ACCEPTANCE, True),
        checked_addresses=list(addresses.values_list("pk", flat=True)),
    )  # fmt: skip


def _return(part: Part, then: Then, at: datetime) -> None:
    services.return_report(
        report_id=part.report_id, moderator=part.moderator, reason=then.note, now=at
    )


def _decline(part: Part, then: Then, at: datetime) -> None:
    services.decline(report_id=part.report_id, moderator=part.moderator, reason=then.note, now=at)


def _remove(part: Part, then: Then, at: datetime) -> None:
    services.remove(report_id=part.report_id, moderator=part.moderator, reason=then.note, now=at)


def _withdraw(part: Part, then: Then, at: datetime) -> None:
    services.withdraw(report_id=part.report_id, user=part.reporter, note=then.note, now=at)


def _accept_answer(part: Part, then: Then, at: datetime) -> None:
    services.accept_answer(report_id=part.report_id, user=part.reporter, now=at)


def _dispute(part: Part, then: Then, at: datetime) -> None:
    services.dispute(report_id=part.report_id, user=part.reporter, reason=then.note, now=at)


def _more_time(part: Part, then: Then, at: datetime) -> None:
    answers.more_time(contact_id=part.contact(then.author).pk, now=at)


def _answer(part: Part, then: Then, at: datetime) -> None:
    said = {"url": "", "role": ""} | dict(then.values)
    answers.give_answer(
        contact_id=part.contact(then.author).pk, kind=said["kind"], text=said["text"],
        url=said["url"], name=said["name"], role=said["role"], form_key=uuid4(), now=at,
        shared=_shared(then),
    )  # fmt: skip


def _share(part: Part, then: Then, at: datetime) -> None:
    """Send the table of what is shared without an answer."""
    statements.state(
        contact_id=part.contact(then.author).pk, rows=_shared(then), name=then.values["name"],
        now=at,
    )  # fmt: skip


def _shared(then: Then) -> list[Stated]:
    """What the author fills in of the table of what is shared."""
    form = SharingForm(then.values, asked=True)
    assert not form.errors, form.errors
    return form.stated()


def _confirm(part: Part, then: Then, at: datetime) -> None:
    """Open the link of the second letter."""
    agreement = Agreement.objects.get(answer__contact=part.contact(then.author))
    agreements.confirm(token=links.agreement_token(agreement), now=at)


def _suggest(part: Part, then: Then, at: datetime) -> None:
    answers.suggest(
        contact_id=part.contact(then.author).pk, kind=then.values["kind"], now=at,
        name=then.values["name"], email=then.values["email"], note=then.note,
    )  # fmt: skip


def _search(part: Part, then: Then, at: datetime) -> None:
    moderation.record_search(
        report_id=part.report_id, moderator=part.moderator, where=then.values["where"],
        found=then.values["found"], now=at,
    )  # fmt: skip


def _unasked(part: Part, then: Then, at: datetime) -> None:
    moderation.unasked(report_id=part.report_id, moderator=part.moderator, now=at)


def _fail(part: Part, then: Then, at: datetime) -> None:
    """The failure notice of the last letter to the author comes, late."""
    letter = Letter.objects.filter(contact=part.contact(then.author)).latest("pk")
    facts.failed(letter_id=letter.pk, reason=then.note, address_is_bad=True, now=at)


ACTS: dict[str, Callable[[Part, Then, datetime], None]] = {
    "accept": _accept,
    "return": _return,
    "decline": _decline,
    "remove": _remove,
    "withdraw": _withdraw,
    "accept_answer": _accept_answer,
    "dispute": _dispute,
    "more_time": _more_time,
    "answer": _answer,
    "share": _share,
    "confirm": _confirm,
    "suggest": _suggest,
    "search": _search,
    "unasked": _unasked,
    "fail": _fail,
}
"""What a story's `do` means."""
