"""The conversation with two people at the same moment: nobody speaks out of turn."""

from typing import Any
from uuid import uuid4

import pytest

from reports import additions, services
from reports.models import Report
from tests.reports import inquiries
from tests.reports.inquiries import DAY, NOW, contact_of, state_of
from tests.reports.race import Told
from tests.reports.racing import SOON, Act, Race, answer_now, listings

pytestmark = [
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True),
]


def answered(moderator: Any) -> Report:
    report = inquiries.make_asking(moderator, "ada@lab.example", "bo@lab.example")
    inquiries.hand_over(report, NOW)
    inquiries.answer(report, now=NOW + DAY)
    return report


def add_now(report: Report, *, key: Any = None) -> Act:
    key = key or uuid4()
    return lambda: additions.add_as_reporter(
        report_id=report.pk, user=report.reporter, text="A run.", url="", values={},
        form_key=key, now=NOW + 2 * DAY,
    )  # fmt: skip


def add_to_answer_now(report: Report, position: int) -> Act:
    contact, key = contact_of(report, position).pk, uuid4()
    return lambda: additions.add_as_author(
        contact_id=contact, text="Row 3.", url="", name="Ada", role="", form_key=key,
        now=NOW + 2 * DAY,
    )  # fmt: skip


def test_two_authors_answer_with_different_kinds(moderators) -> None:
    """Both are stored, the first ends the inquiry."""

    def prepare():
        report = inquiries.make_asking(moderators[0], "ada@lab.example", "bo@lab.example")
        inquiries.hand_over(report, NOW)

        def check(one, two) -> None:
            assert state_of(report) == "answered"
            assert sorted(a.kind for a in report.answers.all()) == ["contests", "explains"]
            event = report.events.get(target="answered")
            assert event.data["answer"] == min(one.pk, two.pk)

        return (
            answer_now(report, NOW + DAY, kind="explains"),
            answer_now(report, NOW + DAY, position=2, kind="contests"),
            check,
        )

    Race("answer / answer of another kind").run(prepare)


def test_two_authors_answer_a_listed_paper_with_different_kinds(moderators) -> None:
    def prepare():
        report = inquiries.make_lapsed(moderators[0], "ada@lab.example", "bo@lab.example")
        late = report.state_at + SOON

        def check(one, two) -> None:
            assert (state_of(report), listings(report)) == ("answered", ["answered"])
            assert report.answers.count() == 2

        return (
            answer_now(report, late, kind="explains"),
            answer_now(report, late, position=2, kind="agrees"),
            check,
        )

    Race("late answer / late answer of another kind").run(prepare)


def test_two_co_authors_add_at_once(moderators) -> None:
    def prepare():
        report = answered(moderators[0])

        def check(one, two) -> None:
            assert isinstance(one, Told) != isinstance(two, Told)
            assert [x.side for x in report.additions.all()] == ["authors"]

        return add_to_answer_now(report, 1), add_to_answer_now(report, 2), check

    Race("addition / addition of a co-author").run(prepare)


def test_both_sides_add_at_once(moderators) -> None:
    """Either may begin; whoever is second answers the first."""

    def prepare():
        report = answered(moderators[0])

        def check(one, two) -> None:
            assert sorted(x.side for x in report.additions.all()) == ["authors", "reporter"]

        return add_now(report), add_to_answer_now(report, 1), check

    Race("addition / addition of the other side").run(prepare)


def test_one_form_of_an_addition_in_two_tabs(moderators) -> None:
    def prepare():
        report, key = answered(moderators[0]), uuid4()

        def check(one, two) -> None:
            assert one == two
            assert report.additions.count() == report.events.filter(kind="addition").count() == 1

        return add_now(report, key=key), add_now(report, key=key), check

    Race("the same addition / the same addition").run(prepare)


def test_an_addition_while_the_report_is_withdrawn(moderators) -> None:
    def prepare():
        report = answered(moderators[0])

        def check(withdrawn, added) -> None:
            assert state_of(report) == "withdrawn"
            assert report.additions.count() == (0 if isinstance(added, Told) else 1)

        return (
            lambda: services.withdraw(
                report_id=report.pk, user=report.reporter, note="", now=NOW + 2 * DAY
            ),
            add_to_answer_now(report, 1),
            check,
        )

    Race("withdrawal / addition").run(prepare)
