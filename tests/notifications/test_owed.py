"""Is this mail still due: asked right before each try."""

from typing import Any

import pytest

from accounts.models import User
from notifications.letters import write_letters
from notifications.models import Email
from notifications.owed import still_owed
from reports import lifecycle
from reports.agreements import confirm, take_back
from reports.answers import more_time, opt_out
from reports.links import agreement_token
from reports.models import Contact, EventKind, Hold, Inquiry, Report
from reports.states import Actor, Outcome, State
from tests.notifications.builders import (
    DAY,
    NOW,
    answer,
    contacts_of,
    make_asking,
    make_submitted,
    move,
)

pytestmark = pytest.mark.django_db


def reached_report() -> Report:
    """A report whose authors were reached and whose deadline runs; no mail waits."""
    report = make_asking()
    Contact.objects.filter(inquiry__report=report).update(state="delivered")
    Inquiry.objects.filter(report=report).update(deadline=NOW + 28 * DAY, lapse_at=NOW + 28 * DAY)
    write_letters(now=NOW)
    Email.objects.all().delete()
    return Report.objects.get(pk=report.pk)


def reasons(kind: str) -> list[str]:
    write_letters(now=NOW)
    return [still_owed(mail) for mail in Email.objects.filter(kind=kind).order_by("key")]


def extended() -> Report:
    report = reached_report()
    more_time(contact_id=contacts_of(report)[0].pk, now=NOW)
    return report


def test_what_is_still_so_is_still_owed() -> None:
    extended()
    assert reasons("extension") == ["", "", ""]


def test_a_wish_not_to_be_written_to_stops_what_waits() -> None:
    report = extended()
    write_letters(now=NOW)
    opt_out(contact_id=contacts_of(report)[0].pk, now=NOW)
    assert reasons("extension") == ["the author asked not to be written to again", "", ""]


def test_an_author_who_failed_meanwhile_is_not_written_to() -> None:
    report = extended()
    write_letters(now=NOW)
    first, second = contacts_of(report)
    Contact.objects.filter(pk=first.pk).update(state="failed")
    Contact.objects.filter(pk=second.pk).update(address=None)
    assert reasons("extension") == [
        "the author: could not be reached", "another address is in use", "",
    ]  # fmt: skip


def test_a_closed_account_is_not_written_to() -> None:
    report = extended()
    write_letters(now=NOW)
    User.objects.filter(pk=report.reporter_id).update(is_active=False)
    assert reasons("extension") == ["", "", "the account is closed"]


def test_more_time_for_a_report_that_was_answered_is_no_news() -> None:
    report = extended()
    write_letters(now=NOW)
    answer(contacts_of(report)[0])
    assert reasons("extension") == ["the report is answered now"] * 3


def test_nothing_is_said_of_a_removed_report_but_its_removal() -> None:
    report = reached_report()
    answer(contacts_of(report)[0])
    write_letters(now=NOW)
    move(report, State.REMOVED, Actor.MODERATOR, note="Privacy.")
    assert reasons("answer") == ["the report is removed now"] * 2
    assert reasons("removed") == ["", "", ""]


def test_a_hold_that_ended_is_no_news() -> None:
    report = reached_report()
    hold = Hold.objects.create(inquiry=report.inquiry, reason="Why.", opened_at=NOW)
    words: dict[str, Any] = {"actor": Actor.MODERATOR, "now": NOW, "data": {"hold": hold.pk}}
    lifecycle.record(report, EventKind.HOLD, **words)
    assert reasons("hold") == ["", "", ""]
    Hold.objects.update(released_at=NOW)
    assert reasons("hold") == ["the hold was released"] * 3


def test_an_agreement_is_confirmed_once_and_not_after_it_was_taken_back() -> None:
    report = reached_report()
    first = contacts_of(report)[0]
    given = answer(first, "agrees")
    assert reasons("agreement_confirm") == [""]
    confirm(token=agreement_token(given.agreement), now=NOW)
    assert reasons("agreement_confirm") == ["the agreement was confirmed already"]
    assert reasons("agreement") == ["", ""]
    take_back(contact_id=first.pk, now=NOW)
    assert reasons("agreement") == ["the agreement was taken back"] * 2
    assert reasons("agreement_ended") == ["", "", ""]


def test_a_match_that_was_withdrawn_is_not_told_any_more() -> None:
    report = make_submitted(outcome=Outcome.MATCHED)
    move(report, State.PUBLISHED, Actor.MODERATOR)
    assert reasons("published") == ["", ""]
    move(report, State.WITHDRAWN, Actor.REPORTER)
    assert reasons("published") == ["the report is withdrawn now"] * 2


def test_sign_in_mail_is_always_owed() -> None:
    assert still_owed(Email(raw=b"x")) == ""
