"""GET /api/v1/answers: what authors say beside what is public."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from reports import answers
from reports.models import Answer, Report
from tests.api.asking import pages, refused, told
from tests.reports import stages
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db
ANSWERS = "/api/v1/answers"


def rows(**asked: str) -> list[dict[str, Any]]:
    return list(told(ANSWERS, **asked)["results"])


def texts(**asked: str) -> list[str]:
    return [row["text"] for row in rows(**asked)]


def test_an_answer_is_told_with_the_report_it_stands_beside() -> None:
    report = stages.answered(late=timedelta(days=12))
    (row,) = rows()
    (beside,) = row.pop("reports")
    assert beside.pop("paper")["title"] == "On made-up things"
    assert beside == {
        "id": report.pk, "state": "answered", "late": "12 days",
        "url": f"http://testserver/reports/{report.pk}/",
        "api": f"http://testserver/api/v1/reports/{report.pk}",
    }  # fmt: skip
    assert row == {
        "id": Answer.objects.get().pk, "kind": "explains", "text": "The **seed** matters: use 3.",
        "url": "", "url_check": None, "name": "Ada Example", "role": "first author",
        "given_at": "2026-04-12T11:59:59Z", "without_content": False, "files": [],
    }  # fmt: skip


def test_filters_leave_what_they_name() -> None:
    first, second = stages.answered(), stages.answered()
    stages.answer(second, at=NOW + 9 * DAY, text="It is shared.", kind="cannot_share")
    assert len(texts()) == 3
    assert texts(kind="cannot_share") == ["It is shared."]
    assert len(texts(report=str(first.pk))) == len(texts(paper=str(first.paper_id))) == 1
    assert len(texts(report=str(second.pk))) == 2
    assert texts(report="99999999") == []
    assert "leave “paper” out" in refused(ANSWERS, 404, paper="99999999")
    assert "choose one of explains, " in refused(ANSWERS, kind="shrugs")
    assert "“after” is no place" in refused(ANSWERS, 404, after="WyJsaXN0aW5ncyIsMV0")


def test_the_newest_comes_first_page_after_page() -> None:
    report = stages.answered()
    for number in range(4):
        stages.answer(report, at=NOW + (9 + number) * DAY, text=f"More {number}.")
    found = pages(ANSWERS, limit="2")
    assert [row["text"] for row in found][:4] == [f"More {n}." for n in (3, 2, 1, 0)]
    assert len({row["id"] for row in found}) == 5


def test_an_answer_beside_a_withdrawn_report_stays_and_beside_a_removed_one_goes() -> None:
    report = stages.answered()
    stages.withdrawn(report)
    (row,) = rows()
    assert [beside["state"] for beside in row["reports"]] == ["withdrawn"]
    stages.removed(report, reason="It names a person.", at=NOW + 30 * DAY)
    assert rows() == []


def test_an_answer_about_several_reports_names_the_public_ones_alone() -> None:
    work = stages.paper()
    first = stages.asked(of=work)
    second = stages.asked(of=work, table="Table 3")
    answers.give_answer(
        contact_id=stages.contact_of(first).pk, kind="explains", text="Both.", url="",
        name="Ada Example", role="", form_key=uuid4(), now=NOW + DAY,
        also=[second.pk],
    )  # fmt: skip
    (row,) = rows()
    assert [beside["id"] for beside in row["reports"]] == [first.pk, second.pk]
    stages.removed(Report.objects.get(pk=first.pk), reason="It names a person.")
    (row,) = rows()
    assert [beside["id"] for beside in row["reports"]] == [second.pk]
    assert rows(report=str(first.pk)) == []


def test_one_row_and_twenty_five_take_the_same_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(25):
        stages.answered()
        if number in (0, 2, 24):
            # answers, their reports with paper and inquiry, the events of these, files
            with django_assert_num_queries(4):
                assert len(rows()) == number + 1
