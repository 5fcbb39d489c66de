"""Marking an answer as one without content."""

from uuid import uuid4

import pytest

from accounts.models import User
from registry.models import Paper
from reports import answers, services
from reports.lifecycle import Refused
from reports.models import Answer, Report
from tests.reports.inquiries import (
    DAY,
    NOW,
    answer,
    contact_of,
    events,
    hand_over,
    make_asking,
    state_of,
    sweep,
)

pytestmark = pytest.mark.django_db


def mark(given: Answer, moderator: User, now=NOW + DAY) -> None:
    services.mark_without_content(answer_id=given.pk, moderator=moderator, now=now)


def asked(moderator: User, **fields) -> Report:
    report = make_asking(moderator, **fields)
    hand_over(report, NOW)
    return report


def test_it_is_said_on_the_page_and_lists_nothing(moderator, client) -> None:
    report = asked(moderator)
    given = answer(report, now=NOW)
    mark(given, moderator)
    given.refresh_from_db()
    assert given.without_content
    assert (state_of(report), Paper.objects.get().standing) == ("answered", "answered")
    assert "without content" in client.get(f"/reports/{report.pk}/").content.decode()
    assert sweep(NOW + 90 * DAY) == 0


def test_who_marked_it_and_when_is_written_down(moderator) -> None:
    report = asked(moderator)
    given = answer(report, now=NOW)
    mark(given, moderator)
    event = events(report, "decision")[0]
    assert (event.user, event.at, event.contact, event.data) == (
        moderator, NOW + DAY, contact_of(report),
        {"what": "without content", "answer": given.pk},
    )  # fmt: skip


def test_it_is_marked_once(moderator) -> None:
    report = asked(moderator)
    given = answer(report, now=NOW)
    mark(given, moderator)
    with pytest.raises(Refused, match="so marked already"):
        mark(given, moderator)
    assert len(events(report, "decision")) == 1


def test_the_conflict_rule_holds_for_every_report_that_the_answer_names(moderator) -> None:
    first = asked(moderator)
    second = asked(moderator, paper=first.paper)
    given = answers.give_answer(
        contact_id=contact_of(first).pk, kind="explains", text="Both.", url="", name="Ada Muster",
        role="", form_key=uuid4(), now=NOW, also=[second.pk],
    )  # fmt: skip
    reporter = second.reporter
    reporter.is_staff, reporter.affiliation = True, ""
    reporter.save()
    with pytest.raises(Refused, match="your own report"):
        mark(given, reporter)
    mark(given, moderator)
    assert [len(events(r, "decision")) for r in (first, second)] == [1, 1]
