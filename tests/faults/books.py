"""The books of a site after a fault: every letter owed is accounted for, and no listing is wrong.

What was sent is told by the mail server of the test, not by the site.
"""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from email.utils import parseaddr

from notifications.models import Email
from registry.models import Listing
from reports.models import Inquiry, Letter, Report, ToDo
from reports.states import State
from tests import tally
from tests.servers import SmtpServer

ENDED = (Email.State.ACCEPTED, Email.State.CANCELLED, Email.State.FAILED)
SUBJECTS = {"notice": "Reproduction report: ", "reminder": "Reminder: ", "final": "Final notice: "}


@dataclass(frozen=True)
class Books:
    """Counts after a fault; `lost` and `wrong` must be 0 after every one."""

    owed: int
    lost: int  # accepted, says the site, and the server never saw it
    doubled: int  # mails that the server took more than once, under one Message-ID
    wrong: int  # papers listed though the server took no notice, reminder and final notice

    def __str__(self) -> str:
        return (
            f"{self.owed} owed, {self.lost} lost, {self.doubled} doubled, "
            f"{self.wrong} wrongly listed"
        )


def settled() -> bool:
    """Nothing is waiting: no event without its letters, no mail on its way."""
    return not ToDo.objects.exists() and not Email.objects.exclude(state__in=ENDED).exists()


def close_the_books(mail: SmtpServer) -> Books:
    """Count, also for the table; asserts what holds whatever the fault was."""
    assert settled()
    taken = Counter(str(m["Message-ID"]) for m in mail.mails)
    rows = list(Email.objects.all())
    for row in rows:
        assert row.state == Email.State.ACCEPTED or row.reason, row
    assert set(taken) <= {row.message_id for row in rows}
    owed = Counter((row.event_id, row.recipient, row.kind) for row in rows)
    assert max(owed.values(), default=1) == 1
    for letter in Letter.objects.select_related("mail"):
        assert not letter.fact.pending, letter
        if letter.handed_over_at is not None:
            assert taken[letter.mail.message_id] > 0
    lost = [r for r in rows if r.state == Email.State.ACCEPTED and not taken[r.message_id]]
    subjects: dict[str, list[str]] = defaultdict(list)
    for message in mail.mails:
        subjects[parseaddr(message["To"])[1]].append(str(message["Subject"]))
    books = Books(
        owed=len(rows),
        lost=len(lost),
        doubled=sum(number - 1 for number in taken.values()),
        wrong=sum(_wrong(listing, subjects) for listing in Listing.objects.all()),
    )
    tally.add("fault", _fault(), {"times": 1, **asdict(books)})
    return books


def _fault() -> str:
    """The running test in words, whichever time it is."""
    name = os.environ["PYTEST_CURRENT_TEST"].partition("::test_")[2].rpartition(" (")[0]
    return re.sub(r"\[\d+\]$", "", name).replace("_", " ")


def _wrong(listing: Listing, taken: Mapping[str, Sequence[str]]) -> bool:
    """Listed for silence without the three letters to one author, or with an answer."""
    report = Report.objects.get(pk=listing.report_id)
    early = report.answers.filter(given_at__lte=listing.opened_at).exists()
    inquiry = Inquiry.objects.get(report=report)
    reached = False
    for contact in inquiry.contacts.all():
        assert contact.address is not None
        subjects = taken.get(contact.address.email, ())
        reached = reached or all(
            any(subject.startswith(start) for subject in subjects) for start in SUBJECTS.values()
        )
    assert inquiry.deadline is not None
    return early or not reached or listing.opened_at <= inquiry.deadline


def all_lapsed(reports: list[Report]) -> bool:
    """Every one of the reports is on the list."""
    found = Report.objects.filter(pk__in=[r.pk for r in reports], state=State.LAPSED).count()
    return found == len(reports)
