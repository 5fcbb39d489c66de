"""Many public reports at little cost: rows as the services leave them, without their letters."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.models import User
from registry.models import Listing, Paper
from reports.models import Answer, Claim, Inquiry, Report
from reports.states import LISTABLE, PUBLIC, Mode, Outcome, State
from tests.reports import stages
from tests.reports.stages import DAY, NOW, POLICY

LATER = NOW + 200 * DAY
"""When every inquiry that began in the first weeks after NOW counts."""


def somebody() -> User:
    found = User.objects.filter(email="many@reporters.example").first()
    return found or User.objects.create_user("many@reporters.example", name="Rita Many")


def report(
    state: State = State.LAPSED,
    *,
    of: Paper | None = None,
    asked: datetime = NOW,
    answered: timedelta | None = None,
    outcome: Outcome = Outcome.NOT_MATCHED,
    claims: Sequence[dict[str, Any]] = (),
    causes: Sequence[str] = ("no_code",),
    window: timedelta = POLICY.window,
    **fields: Any,
) -> Report:
    """A report in `state`, whose authors were asked at `asked` and, with `answered`, answered so
    long afterwards; unless they did so within the window, it was listed at its end."""
    deadline = asked + window
    late = answered is None or asked + answered > deadline
    state_at = deadline if answered is None else asked + answered
    made = Report.objects.create(
        paper=of or stages.paper(), reporter=somebody(), state=state, state_at=state_at,
        created_at=asked, updated_at=state_at, submitted_at=asked, accepted_at=asked,
        public_at=state_at, mode=Mode.RERUN, outcome=outcome, version="v1", causes=list(causes),
        shown_as="Rita", **fields,
    )  # fmt: skip
    if state not in (State.PUBLISHED, State.UNASKED):
        Inquiry.objects.create(
            report=made, frozen_policy=type(POLICY).of(window).to_json(), opened_at=asked,
            deadline=deadline, closed_at=state_at,
        )  # fmt: skip
        if late and state in PUBLIC and outcome in LISTABLE:
            ended = {} if answered is None else {"closed_at": state_at, "ending": "answered"}
            Listing.objects.create(
                paper=made.paper, report_id=made.pk, ground="silence", version="v1",
                opened_at=deadline, **ended,
            )  # fmt: skip
    if answered is not None:
        answer = Answer.objects.create(
            kind="explains", text="The seed.", name="Ada", given_at=asked + answered,
            form_key=uuid4(),
        )  # fmt: skip
        answer.reports.add(made)
    Claim.objects.bulk_create(
        Claim(report=made, position=i, place="Table 1", quote="Ours", **{"claimed": 100.0} | claim)
        for i, claim in enumerate(claims, 1)
    )
    return made
