"""What is due lapses in batches: each report is judged as if it were alone."""

import logging
import threading
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from registry.models import Listing, ListVersion, Paper, Standing
from reports import lapse, lifecycle, moderation
from reports.models import Inquiry, Letter, Report, ReportEvent, ToDo
from reports.states import Actor, State
from tests.reports.inquiries import (
    DAY,
    NOW,
    answer,
    inquiry_of,
    listen,
    make_asking,
    run_to_the_deadline,
    state_of,
)
from tests.servers import wait_for

ODD = timedelta(minutes=1, microseconds=123_457)


def silent(moderator: User, how_many: int) -> tuple[list[Report], datetime]:
    """Reports on which nobody answered, and a moment after their deadline."""
    reports, now = [], NOW
    for n in range(how_many):
        reports.append(make_asking(moderator, f"ada{n}@lab.example"))
        now = max(now, run_to_the_deadline(reports[-1]) + ODD)
    listen(now)
    return reports, now


def test_each_of_a_batch_is_judged_by_itself(moderator: User) -> None:
    reports, now = silent(moderator, 8)
    two, held, failed, later, answered, elsewhere = (
        reports[:2], reports[2], reports[3], reports[4], reports[5], reports[6],
    )  # fmt: skip
    same_paper = reports[7]
    Report.objects.filter(pk=same_paper.pk).update(paper=two[0].paper)
    moderation.open_hold(report_id=held.pk, moderator=moderator, reason="An appeal.", now=now)
    final = Letter.objects.filter(contact__inquiry__report=failed, kind="final_notice")
    final.update(failed_at=now - DAY)
    Inquiry.objects.filter(report=later).update(deadline=now + DAY, lapse_at=now + DAY)
    answer(answered, now=now)
    Report.objects.filter(pk=elsewhere.pk).update(paper=answered.paper)

    found = lapse.lapse_all([report.pk for report in reports], now=now)

    assert {report.pk: found[report.pk].unmet for report in [*two, same_paper]} == {
        report.pk: [] for report in [*two, same_paper]
    }
    assert found[held.pk].unmet == ["silent"]
    assert found[failed.pk].unmet == ["reached"]
    assert "due" in found[later.pk].unmet
    assert not found[answered.pk].all_hold
    assert found[elsewhere.pk].unmet == ["new"]
    states = [state_of(report) for report in reports]
    expected = ["lapsed", "lapsed", "asking", "asking", "asking", "answered", "asking", "lapsed"]
    assert states == expected


def test_what_lapsed_is_written_for_each_of_them(moderator: User) -> None:
    reports, now = silent(moderator, 3)
    assert lapse.lapse_due(now=now) == 3
    for report in reports:
        report.refresh_from_db()
        assert (report.state, report.state_at, report.public_at) == ("lapsed", now, now)
        event = ReportEvent.objects.get(report=report, target="lapsed")
        assert (event.source, event.at, event.actor) == ("asking", now, "sweep")
        deadline = inquiry_of(report).deadline
        assert deadline is not None
        assert event.data == {"deadline": deadline.isoformat(), "trial": False}
        assert ToDo.objects.filter(event=event).exists()
        listing = Listing.objects.get(report_id=report.pk)
        paper = Paper.objects.get(pk=report.paper_id)
        assert (listing.paper_id, listing.opened_at, listing.ground) == (paper.pk, now, "silence")
        # To the microsecond: pages are read by this moment.
        assert (paper.listed_at, paper.standing_at, paper.standing) == (now, now, "no_answer")
        assert (paper.report_count, paper.modes, paper.is_public) == (1, ["re-run"], True)
        assert paper.facts is not None
        assert paper.facts["deadline"] == deadline.isoformat()
        inquiry = inquiry_of(report)
        assert (inquiry.closed_at, inquiry.lapse_at, inquiry.letters_at) == (now, None, None)
    assert lapse.lapse_due(now=now) == 0


def test_six_take_as_many_queries_as_two(moderator: User) -> None:
    reports, now = silent(moderator, 8)
    later = now + timedelta(minutes=1)
    Inquiry.objects.filter(report__in=reports[2:]).update(lapse_at=now)
    with CaptureQueriesContext(connection) as of_two:
        assert lapse.lapse_due(now=now) == 2
    listen(later)
    with CaptureQueriesContext(connection) as of_six:
        assert lapse.lapse_due(now=later) == 6
    assert len(of_six) == len(of_two)


def test_the_batches_take_all_that_is_due(moderator: User) -> None:
    reports, now = silent(moderator, 5)
    with patch.object(lapse, "BATCH", 2):
        assert lapse.lapse_due(now=now) == 5
    assert {state_of(report) for report in reports} == {"lapsed"}


@pytest.mark.django_db(transaction=True)
def test_many_batches_go_over_two_connections_at_once(moderator: User) -> None:
    reports, now = silent(moderator, 8)
    before = ListVersion.objects.get().number
    both = threading.Barrier(lapse.LANES, timeout=30)
    servers = set()
    first = threading.local()

    def take(report_ids: list[int], *, now: datetime) -> int:
        if not hasattr(first, "seen"):
            first.seen = both.wait()  # breaks unless another lane is at work at the same time
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            servers.add(cursor.fetchone()[0])
        return sum(found.all_hold for found in lapse.lapse_all(report_ids, now=now).values())

    with patch.object(lapse, "BATCH", 2), patch.object(lapse, "_lapse_batch", take):
        assert lapse.lapse_due(now=now) == 8

    assert {state_of(report) for report in reports} == {"lapsed"}
    assert ListVersion.objects.get().number == before + 4  # one a batch, none lost
    assert len(servers) == lapse.LANES

    def ended() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = ANY(%s)", [list(servers)])
            return cursor.fetchone() is None

    wait_for(ended, 5, "the end of both connections")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_ends_the_sweep_loudly(moderator: User) -> None:
    reports, now = silent(moderator, 4)
    taken = lapse._lapse_batch

    def take(report_ids: list[int], *, now: datetime) -> int:
        if reports[0].pk in report_ids:
            raise OperationalError("gone")
        return taken(report_ids, now=now)

    with (
        patch.object(lapse, "BATCH", 2),
        patch.object(lapse, "_lapse_batch", take),
        pytest.raises(OperationalError, match="gone"),
    ):
        lapse.lapse_due(now=now)

    assert state_of(reports[0]) == "asking"
    lapse.lapse_due(now=now)
    assert {state_of(report) for report in reports} == {"lapsed"}


def test_one_that_cannot_be_judged_does_not_hold_up_the_others(
    moderator: User, caplog: pytest.LogCaptureFixture
) -> None:
    reports, now = silent(moderator, 3)
    Inquiry.objects.filter(report=reports[1]).update(frozen_policy={"window": "none"})
    with caplog.at_level(logging.ERROR):
        assert lapse.lapse_due(now=now) == 2
    assert [state_of(report) for report in reports] == ["lapsed", "asking", "lapsed"]
    assert f"Report {reports[1].pk} could not be looked at" in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["registry_paper", "reports_report"])
def test_one_that_somebody_holds_is_left_for_the_next_time(what: str, moderator: User) -> None:
    reports, now = silent(moderator, 3)
    row = reports[1].pk if what == "reports_report" else reports[1].paper_id
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {what} WHERE id = %s FOR UPDATE", [row])
        assert lapse.lapse_due(now=now) == 2
        assert state_of(reports[1]) == "asking"
        other.rollback()
        assert lapse.lapse_due(now=now) == 1
    finally:
        other.close()


def test_what_section_3_forbids_for_one_is_done_for_none(moderator: User) -> None:
    reports, now = silent(moderator, 2)
    answer(reports[1], now=now)
    with transaction.atomic():
        locked = lifecycle.lock_all([report.pk for report in reports])
        with pytest.raises(lifecycle.Refused):
            lifecycle.transition_all(
                locked, State.LAPSED, actor=Actor.SWEEP, now=now, data={r.pk: {} for r in locked}
            )
    assert [state_of(report) for report in reports] == ["asking", "answered"]
    assert Paper.objects.get(pk=reports[0].paper_id).standing == Standing.NONE
