"""What became public and when, for those who are told of it by mail."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import merging, news
from reports.news import News, What
from tests.reports import stages
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db
EVER = (NOW - 400 * DAY, NOW + 400 * DAY)


def told(since: datetime = EVER[0], until: datetime = EVER[1]) -> list[tuple[str, str]]:
    """What happened, and the word of it, the newest first, as it is new to somebody."""
    found = [one for one in news.between(since, until) if one.new_to(since, until)]
    return [(str(one.what), one.word) for one in found]


def test_a_listing_for_silence_is_told_with_its_report_and_the_deadline() -> None:
    report = stages.lapsed()
    listed, published = news.between(*EVER)[::-1]
    assert {listed.what, published.what} == {What.LISTED, What.PUBLISHED}
    listed = next(one for one in (listed, published) if one.what is What.LISTED)
    assert (listed.word, listed.report_id) == ("silence", report.pk)
    assert listed.deadline == report.inquiry.deadline
    assert listed.paper == report.paper


def test_a_confirmed_report_is_told_with_the_ground() -> None:
    stages.confirmed()
    assert ("listed", "confirmed") in told()
    assert ("stated", "confirmed") in told()


def test_an_answer_takes_the_paper_off_the_list_and_both_is_told() -> None:
    stages.answered(late=DAY)
    assert sorted(told()) == [
        ("answered", "explains"), ("left", "answered"), ("published", "did not match"),
    ]  # fmt: skip


def test_what_was_said_afterwards_is_told() -> None:
    report = stages.resolved()
    stages.share(report, stages.said("yes", "https://code.example/x"), at=NOW + 9 * DAY)
    assert sorted(told()) == [
        ("answered", "explains"), ("published", "did not match"), ("shared", ""),
        ("stated", "resolved"),
    ]  # fmt: skip


def test_a_dispute_a_match_and_who_could_not_be_reached_are_told() -> None:
    stages.disputed()
    stages.accepted(outcome=stages.Outcome.MATCHED)
    stages.unasked()
    kinds = told()
    assert ("stated", "disputed") in kinds
    assert ("published", "matched") in kinds
    states = {one.state for one in news.between(*EVER) if one.what is What.PUBLISHED}
    assert states == {"disputed", "published", "unasked"}


@pytest.mark.parametrize("make", ["submitted", "accepted", "asked", "unreachable"])
def test_nothing_that_is_secret_is_told(make: str) -> None:
    report = getattr(stages, make)()
    assert report.public_at is None
    assert told() == []


def test_what_was_taken_back_is_told_to_those_alone_who_heard_of_it() -> None:
    lapsed = stages.lapsed()
    at = lapsed.state_at
    stages.withdrawn(lapsed, at=at + 2 * DAY)
    later = at + 3 * DAY
    assert sorted(told(at + DAY, later)) == [("left", "withdrawn"), ("taken_back", "withdrawn")]
    assert told(at - DAY, later) == [("left", "withdrawn")]


def test_an_annulled_listing_is_no_news_to_who_never_heard_of_it() -> None:
    annulled = stages.annulled()
    at = annulled.state_at
    assert told(at - 10 * DAY, at + DAY) == []
    assert told(at - DAY / 2, at + DAY) == [("left", "annulled")]


def test_a_removed_report_leaves_a_line_and_no_word_of_it() -> None:
    report = stages.lapsed()
    at = report.state_at
    stages.removed(report, reason="It names a person.", at=at + 2 * DAY)
    assert sorted(told(at + DAY, at + 3 * DAY)) == [("left", "removed"), ("taken_back", "removed")]
    assert told(at - DAY, at + 3 * DAY) == []


def test_the_span_has_its_end_and_not_its_beginning() -> None:
    report = stages.lapsed()
    at = report.state_at
    assert len(told(at - DAY, at)) == 2
    assert told(at, at + DAY) == []
    assert told(at - DAY, at - DAY / 2) == []


def test_read_again_it_is_as_it_is_now() -> None:
    report = stages.answered()
    end = report.state_at + DAY
    keys = [one.key for one in news.between(NOW, end)]
    assert [one.key for one in news.again(keys, end)] == keys
    stages.removed(report, reason="It names a person.", at=end + DAY)
    assert news.again(keys, end) == []
    assert news.again([], end) == []


def test_a_listing_that_ended_since_is_not_told_as_one() -> None:
    report = stages.lapsed()
    end = report.state_at + DAY
    keys = [one.key for one in news.between(NOW, end)]
    stages.answer(report, at=end + DAY)
    assert [one.what for one in news.again(keys, end)] == [What.PUBLISHED]


def test_of_an_entry_that_was_merged_the_root_is_told() -> None:
    report = stages.answered()
    root = stages.paper("Another entry")
    merging.merge(
        paper_id=report.paper_id, root_id=root.pk, moderator=stages.moderator(), reason="One work.",
        now=NOW + 20 * DAY,
    )  # fmt: skip
    assert {one.paper.pk for one in news.between(*EVER)} == {root.pk}


def queries(since: datetime, until: datetime) -> int:
    with CaptureQueriesContext(connection) as asked:
        news.between(since, until)
    return len(asked)


def test_ten_times_as_much_takes_as_many_queries() -> None:
    def more() -> None:
        stages.lapsed(of=stages.paper(f"Paper {stages.Report.objects.count()}"))
        stages.resolved(of=stages.paper(f"Paper {stages.Report.objects.count()}"))

    more()
    few = queries(*EVER)
    for _ in range(4):
        more()
    assert queries(*EVER) == few


def test_a_key_names_one_piece() -> None:
    stages.lapsed()
    stages.disputed()
    stages.withdrawn(stages.answered())
    found: list[News] = news.between(*EVER)
    assert len({one.key for one in found}) == len(found) > 5
