"""A public report's page: the answer beside the report, what it is marked with, the time line."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from reports import services
from reports.models import Report
from tests.reports import stages
from tests.reports.stages import DAY, NOW
from tests.reports.typed import signed_in

pytestmark = pytest.mark.django_db


def main_of(client: Client, report: Report) -> Tag:
    response = client.get(f"/reports/{report.pk}/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


def text_of(client: Client, report: Report) -> str:
    return " ".join(main_of(client, report).get_text(" ").split())


def columns(client: Client, report: Report) -> list[str]:
    found = main_of(client, report).select_one(".columns.beside")
    assert found is not None
    return [
        " ".join(side.get_text(" ").split()) for side in found.find_all("section", recursive=False)
    ]


def test_report_answer_and_dispute_stand_side_by_side(client: Client) -> None:
    reporter, authors = columns(client, stages.disputed())
    assert reporter == "What the reporter says We ran the authors' code with three seeds."
    assert authors == (
        "What the authors say Ada Example , first author · explains · 7 March 2026, 09:30 UTC "
        "The seed matters: use 3. Why the reporter disputes the answer · A careful reader · "
        "8 March 2026, 09:30 UTC Ten seeds were tried."
    )


def test_what_is_said_stands_in_the_order_of_time(client: Client) -> None:
    report = stages.disputed()
    stages.answer(report, at=NOW + 9 * DAY, text="Eleven, please.", name="Bo Sample")
    _, authors = columns(client, report)
    assert authors.index("The seed") < authors.index("Ten seeds") < authors.index("Eleven")


def test_where_nobody_answered_the_dates_stand_in_the_place_of_an_answer(client: Client) -> None:
    _, authors = columns(client, stages.lapsed())
    assert authors == (
        "What the authors say No answer by 30 March 2026, 23:59 anywhere on Earth (UTC−12), which "
        "is 31 March 2026, 11:59 UTC . The authors were asked on 2 March 2026; 1 of 1 reached. "
        "They can answer at any time, and their words will stand here in full."
    )


def test_a_late_answer_and_one_without_content_are_marked(client: Client) -> None:
    report = stages.answered(late=12 * DAY)
    assert text_of(client, report).count("answered 12 days after the deadline") == 2
    assert "without content" not in text_of(client, report)
    services.mark_without_content(
        answer_id=report.answers.get().pk, moderator=stages.moderator(), now=NOW
    )
    assert "answered 12 days after the deadline without content" in text_of(client, report)


def test_everybody_reads_the_time_line_and_the_reporter_the_whole_history(client: Client) -> None:
    report = stages.disputed()
    headings = [heading.get_text() for heading in main_of(client, report).find_all("h2")]
    assert headings[-2:] == ["Time line", "Cite"]
    own = main_of(signed_in(report.reporter), report)
    assert [heading.get_text() for heading in own.find_all("h2")][-2:] == ["History", "Cite"]


def test_a_report_needs_the_same_queries_for_one_answer_and_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    report = stages.disputed()
    for number in (1, 2, 3):
        # report, claims, evidence, files of both, answers, statements, additions, events,
        # contacts, its last event
        with django_assert_num_queries(11):
            assert len(main_of(client, report).select("article.said")) == number + 1
        stages.answer(report, at=NOW + (9 + number) * DAY)
