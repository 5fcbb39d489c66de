"""Races of reports: what each is made of, how it is counted, and the table.

Each race is run in both orders, the first to act holding its locks until the second waits, and as
chance has it from a barrier. `make test` runs each a few times, `make proof` (PROOF=1) hundreds.
"""

import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import User
from registry.models import Listing
from reports import answers, lapse, services
from reports.lifecycle import Refused
from reports.models import Report
from tests import tally
from tests.reports import inquiries
from tests.reports.inquiries import contact_of
from tests.reports.machine import whole
from tests.reports.machine.snapshot import Snapshot
from tests.reports.race import ORDERS, Told, race

PROOF = bool(os.environ.get("PROOF"))
TIMES = dict(zip(ORDERS, (100, 100, 100) if PROOF else (1, 1, 3), strict=True))
SOON = timedelta(minutes=1)
Act = Callable[[], Any]
COLUMNS = ("times", "first alone", "second alone", "both", "lost", "doubled", "wrongly listed")


class Race:
    """Counts what comes of a race; `run` goes through all orders."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.row = Counter(dict.fromkeys(COLUMNS, 0))

    def run(self, prepare: Callable[[], tuple[Act, Act, Callable[..., None]]]) -> None:
        """`prepare` makes the two acts, and the check that gets what became of them."""
        for order in ORDERS:
            for _ in range(TIMES[order]):
                with transaction.atomic():
                    first, second, check = prepare()
                one, two = race(order, first, second)
                won = (not isinstance(one, Told), not isinstance(two, Told))
                self.row["times"] += 1
                self.row[{(True, True): "both", (True, False): "first alone",
                          (False, True): "second alone"}.get(won, "lost")] += 1  # fmt: skip
                check(one, two)
        s = Snapshot()
        s.look()
        whole.check_rows(s)
        self.row["wrongly listed"] = whole.wrongly_listed(s)
        keys = Counter((e.event_id, e.recipient, e.kind) for e in s.emails.values())
        self.row["doubled"] = sum(n - 1 for n in keys.values())
        tally.add("race", self.name, self.row)
        assert (self.row["lost"], self.row["doubled"], self.row["wrongly listed"]) == (0, 0, 0)


def overdue(moderator: User, *emails: str) -> tuple[Report, datetime]:
    """A report that may lapse, and the moment."""
    report = inquiries.make_asking(moderator, *emails)
    now = inquiries.run_to_the_deadline(report) + SOON
    inquiries.listen(now)
    return report, now


def lapse_now(report: Report, now: datetime) -> Act:
    return lambda: told_unless_lapsed(report, now)


def told_unless_lapsed(report: Report, now: datetime) -> Any:
    """The sweep, which is told by the conditions that do not hold, or finds the lock taken."""
    found = lapse.lapse(report.pk, now=now)
    if found is not None and found.all_hold:
        return found
    why = "somebody else has the lock" if found is None else f"unmet: {found.unmet}."
    return Told(Refused(why))


def answer_now(report: Report, now: datetime, position: int = 1, **words: Any) -> Act:
    key = words.pop("form_key", None) or uuid4()
    return lambda: answers.give_answer(
        contact_id=contact_of(report, position).pk, kind=words.get("kind", "explains"),
        text="Use seed 3.", url="", name="Ada", role="", form_key=key, now=now,
        also=words.get("also"),
    )  # fmt: skip


def listings(report: Report) -> list[str]:
    """How the report's listings ended; "" is on the list."""
    return list(Listing.objects.filter(report_id=report.pk).values_list("ending", flat=True))


def recorded(fact: Callable[..., None], **words: Any) -> Act:
    """A fact of the mail, in a transaction as notifications records it."""

    def act() -> str:
        with transaction.atomic():
            fact(**words)
        return "recorded"

    return act


def accept_now(report: Report, moderator: User) -> Act:
    return lambda: inquiries.accept(report, moderator)


def withdraw_now(report: Report, now: datetime) -> Act:
    return lambda: services.withdraw(
        report_id=report.pk, user=report.reporter, note="Mistaken.", now=now
    )
