"""Closing a report on which both sides are silent, and opening it again."""

import pytest
from django.test import Client

from accounts.models import User
from registry.models import Paper
from reports import moderation, services
from reports.lifecycle import Refused
from reports.models import Report, ToDo
from tests.reports.inquiries import (
    DAY,
    NOW,
    answer,
    events,
    hand_over,
    make_asking,
    state_of,
)
from tests.reports.moderators import Desk, done, offered, sentences

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(moderator) -> Report:
    """Answered on the first day."""
    made = make_asking(moderator)
    hand_over(made, NOW)
    answer(made, now=NOW)
    return made


def resolve(report: Report, moderator: User, now) -> Report:
    return moderation.resolve(report_id=report.pk, moderator=moderator, now=now)


def reopen(report: Report, moderator: User, now, reason: str = "A new **error**.") -> Report:
    return moderation.reopen(report_id=report.pk, moderator=moderator, reason=reason, now=now)


def test_after_ninety_days_of_silence_it_is_resolved(report, moderator) -> None:
    resolve(report, moderator, NOW + 90 * DAY)
    assert (state_of(report), Paper.objects.get().standing) == ("resolved", "resolved")
    event = events(report, "state")[-1]
    assert (event.actor, event.user, event.note) == (
        "moderator", moderator, "Both sides were silent for 90 days.",
    )  # fmt: skip
    assert ToDo.objects.filter(event=event).exists()
    page = Client().get(f"/reports/{report.pk}/").content.decode()
    assert "Both sides were silent for 90 days." in page


def test_a_day_early_is_too_early(report, moderator) -> None:
    with pytest.raises(Refused, match="Not before 31 May 2026, 13:00 UTC: both sides"):
        resolve(report, moderator, NOW + 89 * DAY)
    assert state_of(report) == "answered"


def test_whoever_spoke_last_the_days_count_from_there(report, moderator) -> None:
    services.dispute(report_id=report.pk, user=report.reporter, reason="No.", now=NOW + 30 * DAY)
    answer(report, now=NOW + 50 * DAY)
    with pytest.raises(Refused, match="Not before 20 July 2026"):
        resolve(report, moderator, NOW + 139 * DAY)
    resolve(report, moderator, NOW + 140 * DAY)
    assert state_of(report) == "resolved"


def test_what_nobody_answered_is_not_resolved(moderator) -> None:
    report = make_asking(moderator)
    with pytest.raises(Refused, match="asking now, so it cannot become resolved"):
        resolve(report, moderator, NOW + 200 * DAY)


def test_a_resolved_report_is_opened_again_with_its_reason(report, moderator) -> None:
    services.accept_answer(report_id=report.pk, user=report.reporter, now=NOW)
    reopen(report, moderator, NOW + DAY)
    assert (state_of(report), Paper.objects.get().standing) == ("disputed", "disputed")
    page = Client().get(f"/reports/{report.pk}/").content.decode()
    assert "A new <strong>error</strong>." in page
    assert "Why a moderator opened the report again" in page
    services.accept_answer(report_id=report.pk, user=report.reporter, now=NOW + 2 * DAY)
    assert state_of(report) == "resolved"


def test_only_a_resolved_report_is_opened_again(report, moderator) -> None:
    with pytest.raises(Refused, match="answered now, so it cannot become disputed"):
        reopen(report, moderator, NOW)


def test_opening_again_needs_its_reason(report, moderator) -> None:
    services.accept_answer(report_id=report.pk, user=report.reporter, now=NOW)
    with pytest.raises(Refused, match="Give the reason"):
        reopen(report, moderator, NOW, " ")
    assert state_of(report) == "resolved"


def test_both_have_their_form(report) -> None:
    desk = Desk()
    early = desk.send(report, "resolve")
    assert early.status_code == 409
    assert sentences(early)[0].startswith("Not before 31 May 2026")
    desk.now = NOW + 90 * DAY
    assert "resolve" in offered(desk.get(report))
    assert done(desk, desk.send(report, "resolve"), report) == ["The report is resolved."]
    assert desk.send(report, "reopen", reason="").status_code == 422
    assert done(desk, desk.send(report, "reopen", reason="An error."), report) == [
        "The report is disputed again; the reason stands beside the answer."
    ]
    assert state_of(report) == "disputed"
