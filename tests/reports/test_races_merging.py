"""Merging, and whatever happens to the papers or their reports at the same moment."""

from typing import Any

import pytest
from django.db import transaction

from registry.models import Listing, Paper
from reports import merging
from reports.audit import audit
from reports.models import PaperEvent, Report
from reports.public_record import projections_of
from tests.registry import builders
from tests.reports.inquiries import make_lapsed, make_moderator
from tests.reports.race import ORDERS, Told, race
from tests.reports.racing import SOON, answer_now, lapse_now, overdue

pytestmark = pytest.mark.django_db(transaction=True)


def merge(paper: Paper, root: Paper, now: Any) -> Any:
    moderator = make_moderator()
    return lambda: merging.merge(
        paper_id=paper.pk, root_id=root.pk, moderator=moderator, reason="One work.", now=now
    )


def two() -> tuple[Any, Paper, Paper, Any]:
    """A lapsed report, its paper and another one; the moment."""
    report = make_lapsed(make_moderator())
    report.refresh_from_db()
    now = report.state_at + SOON
    return report, report.paper, builders.paper("The proceedings"), now


def check(root: Paper) -> None:
    """What is stored is what the public reports make."""
    root.refresh_from_db()
    with transaction.atomic():
        record = projections_of([root.pk])[root.pk]
    assert (root.standing, root.report_count) == (record.standing, record.report_count)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("older", ["member", "root"])
def test_an_answer_and_a_merging_leave_the_record_of_all_reports(order: str, older: str) -> None:
    if older == "root":
        root = builders.paper("The proceedings")
        report, paper, _, now = two()
    else:
        report, paper, root, now = two()
    race(order, merge(paper, root, now), answer_now(report, now))
    check(root)
    assert (root.standing, root.listed_at) == ("answered", None)


@pytest.mark.parametrize("order", ORDERS)
def test_an_answer_and_the_undoing_leave_both_records_right(order: str) -> None:
    report, paper, root, now = two()
    merge(paper, root, now)()
    moderator = make_moderator()
    race(
        order,
        lambda: merging.unmerge(paper_id=paper.pk, moderator=moderator, reason="No.", now=now),
        answer_now(report, now),
    )
    for one in (paper, root):
        check(one)
    assert (paper.standing, root.standing) == ("answered", "none")


@pytest.mark.parametrize("order", ORDERS)
def test_two_papers_are_not_merged_into_each_other(order: str) -> None:
    _, paper, root, now = two()
    one, other = race(order, merge(paper, root, now), merge(root, paper, now))
    assert sum(isinstance(outcome, Told) for outcome in (one, other)) == 1
    assert Paper.objects.filter(root__isnull=False).count() == 1
    assert PaperEvent.objects.count() == 1


@pytest.mark.parametrize("order", ORDERS)
def test_answers_on_both_papers_of_a_work_are_both_counted(order: str) -> None:
    report, paper, _, _ = two()
    other, root, _, now = two()
    now = max(now, report.state_at + SOON)
    merge(paper, root, now)()
    race(order, answer_now(report, now), answer_now(other, now))
    check(root)
    assert (root.standing, root.report_count, root.listed_at) == ("answered", 2, None)


@pytest.mark.parametrize("order", ORDERS)
def test_a_lapse_and_a_merging_with_an_answered_entry_leave_nothing_listed(order: str) -> None:
    moderator = make_moderator()
    answered, now = overdue(moderator)
    answer_now(answered, now)()
    report, later = overdue(moderator, "chen@lab.example")
    root = Report.objects.get(pk=answered.pk).paper
    paper = Report.objects.get(pk=report.pk).paper
    assert root is not None and paper is not None
    Paper.objects.update(is_public=True)
    race(order, lapse_now(report, max(now, later)), merge(paper, root, max(now, later) + SOON))
    report.refresh_from_db()
    assert report.state in ("asking", "answered")
    assert not Listing.objects.filter(closed_at=None).exists()
    assert [str(finding) for finding in audit() if not finding.right] == []
    check(root)
