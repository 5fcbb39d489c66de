"""Two moderators at the same moment: one decides, the other reads that it was decided."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from reports import answers, lapse, moderation, services, suggestions
from reports.lifecycle import Refused
from reports.models import Letter, ReportEvent
from tests.reports.inquiries import (
    DAY,
    FIRST_DEADLINE,
    NOW,
    answer,
    contact_of,
    hand_over,
    inquiry_of,
    listen,
    make_asking,
    make_moderator,
    make_submitted,
    make_unreachable,
    name_somebody,
    run_to_the_deadline,
    state_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moderators() -> tuple[User, User]:
    return make_moderator(), make_moderator()


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What became of each act when all are done at the same moment: "done" or the refusal."""
    start = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def one(act: Callable[[], Any]) -> None:
        start.wait()
        try:
            act()
            outcomes.append("done")
        except Refused as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes, key=lambda outcome: outcome != "done")


def test_a_report_is_accepted_once(moderators) -> None:
    report = make_submitted("ada@lab.example")
    checks = dict.fromkeys(services.ACCEPTANCE, True)
    addresses = [a.pk for a in report.addresses.all()]
    done, refused = at_once(*[
        lambda m=m: services.accept(
            report_id=report.pk, moderator=m, checks=checks, checked_addresses=addresses, now=NOW
        )
        for m in moderators
    ])  # fmt: skip
    assert (done, "decided on it already" in refused) == ("done", True)
    assert Letter.objects.count() == 1


def test_a_hold_is_released_once(moderators) -> None:
    report = make_asking(moderators[0])
    opened = moderation.open_hold(report_id=report.pk, moderator=moderators[0], reason="x", now=NOW)
    assert at_once(*[
        lambda m=m: moderation.release_hold(hold_id=opened.pk, moderator=m, now=NOW)
        for m in moderators
    ]) == ["done", "This hold was released already."]  # fmt: skip
    assert ReportEvent.objects.filter(kind="release").count() == 1


def test_a_word_is_decided_once(moderators) -> None:
    report = make_asking(moderators[0])
    hand_over(report, NOW)
    suggestion = name_somebody(report, now=NOW)
    outcomes = at_once(*[
        lambda m=m, upheld=upheld: suggestions.decide_suggestion(
            suggestion_id=suggestion.pk, moderator=m, upheld=upheld, decision="x", now=NOW
        )
        for m, upheld in zip(moderators, (True, False), strict=True)
    ])  # fmt: skip
    assert outcomes == ["done", "Somebody decided on this already."]
    assert ReportEvent.objects.filter(kind="decision").count() == 1


def test_an_address_is_asked_once(moderators) -> None:
    report = make_unreachable(moderators[0])
    outcomes = at_once(*[
        lambda m=m: moderation.ask_again(
            report_id=report.pk, moderator=m, author_position=1, email="ada@new.example",
            source="x", now=NOW,
        )
        for m in moderators
    ])  # fmt: skip
    assert outcomes == ["done", "This address was used for this report already."]
    assert Letter.objects.count() == 1


def test_the_same_search_is_recorded_once(moderators) -> None:
    report = make_unreachable(moderators[0])
    outcomes = at_once(*[
        lambda m=m: moderation.record_search(
            report_id=report.pk, moderator=m, where="Homepage", found="", now=NOW
        )
        for m in moderators
    ])  # fmt: skip
    assert outcomes == ["done", "This search is recorded already."]


def test_a_hold_and_the_lapse_do_not_both_happen(moderators) -> None:
    report = make_asking(moderators[0])
    deadline = run_to_the_deadline(report)
    now = deadline + timedelta(minutes=1)
    listen(now)
    at_once(
        lambda: moderation.open_hold(
            report_id=report.pk, moderator=moderators[0], reason="x", now=now
        ),
        lambda: lapse.lapse(report.pk, now=now),
    )
    held_before_the_lapse = ReportEvent.objects.filter(kind="hold").get().pk < (
        ReportEvent.objects.filter(target="lapsed").values_list("pk", flat=True).first() or 0
    )
    assert not held_before_the_lapse
    assert inquiry_of(report).holds.count() == 1


def test_an_answer_and_the_finding_that_nobody_was_reached_leave_one_state(moderators) -> None:
    report = make_asking(moderators[0])
    hand_over(report, NOW)
    at_once(
        lambda: answer(report, now=NOW + DAY),
        lambda: moderation.not_reached(
            report_id=report.pk, moderator=moderators[0], reason="x", now=NOW + DAY
        ),
    )
    assert state_of(report) == "answered"
    assert report.answers.count() == 1


def test_two_reports_of_a_paper_through_which_one_author_opts_out_at_once(moderators) -> None:
    first = make_asking(moderators[0])
    second = make_asking(moderators[0], paper=first.paper, place="Fig 4")
    for report in (first, second):
        hand_over(report, NOW)
    assert at_once(*[
        lambda r=r: answers.opt_out(contact_id=contact_of(r).pk, now=NOW + DAY)
        for r in (first, second)
    ]) == ["done", "done"]  # fmt: skip
    assert {contact_of(r).state for r in (first, second)} == {"opted_out"}
    assert sorted(map(state_of, (first, second))) == ["asking", "unreachable"]
    assert FIRST_DEADLINE > NOW
