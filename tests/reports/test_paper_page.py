"""A paper's page: reports and answers side by side, the time line, and what is not public."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registry.models import Paper
from reports import services
from reports.models import Report
from reports.states import Outcome
from tests.reports import stages
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db


def main_of(client: Client, paper: Paper | Report) -> Tag:
    number = paper.paper_id if isinstance(paper, Report) else paper.pk
    response = client.get(f"/papers/{number}/", follow=True)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


def text_of(client: Client, paper: Paper | Report) -> str:
    return " ".join(main_of(client, paper).get_text(" ").split())


def time_line(client: Client, paper: Paper | Report) -> list[str]:
    lines = main_of(client, paper).select("ol.timeline > li")
    return [" ".join(line.get_text(" ").split()) for line in lines]


def test_a_paper_without_a_report_invites_to_report(client: Client) -> None:
    paper = stages.paper()
    shown = text_of(client, paper)
    assert "No report of this paper is public. That says nothing about its results" in shown
    hrefs = [link["href"] for link in main_of(client, paper).find_all("a")]
    assert hrefs.count(f"/reports/new/?paper={paper.pk}") == 1
    assert "Time line" not in shown


def test_a_secret_inquiry_changes_nothing_on_the_page(client: Client) -> None:
    paper = stages.paper()
    address = f"/papers/{paper.pk}/on-made-up-things/"
    before = client.get(address).content
    stages.asked(of=paper)
    stages.withdrawn(stages.asked(of=paper, table="Table 9"), note="secret words")
    stages.removed(stages.unreachable(of=paper, table="Table 8"), reason="secret words")
    assert client.get(address).content == before


def test_a_listed_paper_states_its_dates(client: Client) -> None:
    report = stages.lapsed()
    shown = text_of(client, report)
    for words in (
        "not reproducible: no answer since 31 March 2026",
        "Reported as not reproduced, authors asked on 2 March 2026 , no answer by 31 March 2026, "
        "11:59 UTC .",
        "1 independent report 0 matched 12 hours spent 1 of 1 authors reached",
        "No answer by 30 March 2026, 23:59 anywhere on Earth (UTC−12), which is 31 March 2026, "
        "11:59 UTC .",
    ):
        assert words in shown


def test_the_answer_stands_beside_the_report(client: Client) -> None:
    columns = main_of(client, stages.answered()).select_one(".columns.beside")
    assert columns is not None
    left, right = columns.find_all("div", recursive=False)
    assert "What the reporter says We ran the authors' code" in " ".join(left.stripped_strings)
    words = " ".join(right.stripped_strings)
    assert words.startswith("What the authors say Ada Example , first author · explains")
    assert "seed matters" not in left.get_text()


def test_who_said_what_and_when_of_a_disputed_report(client: Client) -> None:
    report = stages.disputed()
    assert time_line(client, report) == [
        "2 March 2026, 09:30 UTC A careful reader reported: did not match (re-run, version "
        "arXiv v2)",
        "2 March 2026, 09:30 UTC The authors were asked",
        "2 March 2026, 09:30 UTC Notice sent to author 1 of 2",
        "7 March 2026, 09:30 UTC Ada Example (first author) answered: explains",
        "8 March 2026, 09:30 UTC A careful reader disputes the answer",
    ]
    shown = text_of(client, report)
    assert "Why the reporter disputes the answer · A careful reader · 8 March 2026" in shown
    assert "Ten seeds were tried." in shown


def test_who_said_what_and_when_of_a_resolved_report(client: Client) -> None:
    assert time_line(client, stages.resolved())[-1] == (
        "8 March 2026, 09:30 UTC A careful reader accepts the answer: resolved"
    )


def test_a_late_answer_keeps_the_dates_and_says_how_late(client: Client) -> None:
    report = stages.answered(late=12 * DAY + timedelta(hours=3))
    assert [line for line in time_line(client, report) if " sent to " not in line][2:] == [
        "31 March 2026, 12:00 UTC The deadline passed without an answer, and the report became "
        "public",
        "31 March 2026, 12:00 UTC The paper came onto the list Not reproducible; ground: no "
        "answer, version arXiv v2",
        "12 April 2026, 14:59 UTC Ada Example (first author) answered: explains, 12 days after "
        "the deadline",
        "12 April 2026, 14:59 UTC The listing ended: the authors answered",
    ]
    assert "answered 12 days after the deadline" in text_of(client, report)


def test_an_addition_to_an_answer_in_time_is_not_called_late(client: Client) -> None:
    report = stages.answered()
    stages.answer(report, at=NOW + 60 * DAY, text="And use Adam.")
    assert "after the deadline" not in text_of(client, report)


def test_an_answer_after_a_deadline_that_listed_nothing_is_not_called_late(client: Client) -> None:
    """A hold may have stood, or the site may not have listened: that is not the author's delay."""
    report = stages.asked()
    stages.answer(report, at=report.inquiry.deadline + 3 * DAY)
    assert "after the deadline" not in text_of(client, report)


def test_an_answer_without_content_is_marked(client: Client) -> None:
    report = stages.answered()
    answer = report.answers.get()
    assert "without content" not in text_of(client, report)
    services.mark_without_content(answer_id=answer.pk, moderator=stages.moderator(), now=NOW)
    assert "without content" in text_of(client, report)


def test_several_reports_are_listed_first_and_each_has_its_card(client: Client) -> None:
    paper = stages.paper()
    assert main_of(client, stages.accepted(of=paper, outcome=Outcome.MATCHED)).table is not None
    stages.answered(of=paper)
    stages.lapsed(of=paper, table="Table 9", outcome=Outcome.PARTIAL)
    main = main_of(client, paper)
    assert "3 reports" in main.get_text(" ")
    cards = [card["aria-labelledby"] for card in main.select("article.report")]
    jumps = [link["href"] for link in main.select("th a")]
    assert jumps == [f"#{card}" for card in cards]
    assert len(cards) == 3


def test_of_a_withdrawn_report_a_dated_line_and_the_answer_are_left(client: Client) -> None:
    report = stages.withdrawn(stages.answered(), note="Our loader was wrong.")
    shown = text_of(client, report)
    assert "was withdrawn by its reporter on 8 March 2026" in shown
    assert "The seed matters" in shown
    assert time_line(client, report) == ["8 March 2026, 09:30 UTC The reporter withdrew the report"]
    for gone in ("We ran", "93.1", "A careful reader", "did not match", "logs.example"):
        assert gone not in shown


def test_of_a_removed_report_a_dated_line_is_left(client: Client) -> None:
    report = stages.removed(stages.answered(late=DAY), reason="It named a person.")
    shown = text_of(client, report)
    assert "was removed by a moderator on 2 April 2026" in shown
    for gone in ("We ran", "93.1", "A careful reader", "The seed matters", "Ada Example (first"):
        assert gone not in shown


def test_no_address_and_no_reporter_is_on_the_page(client: Client) -> None:
    paper = stages.paper()
    stages.disputed(of=paper)
    stages.confirmed(of=paper, table="Table 9")
    page = client.get(f"/papers/{paper.pk}/", follow=True).content.decode()
    for secret in ("authors.example", "Rita Secret", "Hidden Institute", "reporters", "Mo "):
        assert secret not in page


def test_an_annulled_lapse_is_told_as_such_once_the_report_is_public_again(client: Client) -> None:
    report = stages.annulled()
    assert time_line(client, report) == [
        "31 March 2026, 12:00 UTC The paper came onto the list Not reproducible; ground: no "
        "answer, version arXiv v2",
        "1 April 2026, 12:00 UTC The listing ended: annulled: it should not have been made",
    ]
    stages.answer(report, at=NOW + 60 * DAY)
    lines = time_line(client, report)
    assert "1 April 2026, 12:00 UTC It turned out that the authors had not been reached" in lines
    assert "after the deadline" not in lines[-1]


def test_a_paper_of_many_authors_names_forty(client: Client) -> None:
    paper = stages.paper(names=[f"Author {n:03}" for n in range(100)])
    shown = text_of(client, paper)
    assert "Author 039 and 60 more" in shown
    assert "Author 040" not in shown


def test_one_report_and_three_take_the_same_number_of_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    paper = stages.paper()
    address = f"/papers/{paper.pk}/on-made-up-things/"
    for number in range(3):
        stages.disputed(of=paper, table=f"Table {number}", claims=number + 1)
        # paper, reports, claims, evidence, answers, agreements, events, contacts, listings,
        # authors (of the paper, and of the reports' paper), identifiers
        with django_assert_num_queries(12):
            page = client.get(address).content.decode()
        assert page.count("Why the reporter disputes the answer") == number + 1


def test_hostile_words_are_text(client: Client) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    report = stages.disputed(
        of=stages.paper(bad, names=[bad], venue=bad), reason=bad, summary=bad, environment=bad,
        differences=bad, data_used=bad, conflict=bad, shown_as=bad, version=bad[:60],
    )  # fmt: skip
    report.claims.update(place=bad, quote=bad, metric=bad, dataset=bad, tolerance_reason=bad)
    stages.answer(report, at=NOW + 30 * DAY, text=bad, name=bad, role=bad)
    for path in (f"/papers/{report.paper_id}/", f"/reports/{report.pk}/"):
        soup = BeautifulSoup(client.get(path, follow=True).content, "html.parser")
        assert soup.find_all("script") == []
        assert soup.find_all("img") == []
        hrefs = [link["href"] for link in soup.find_all("a")]
        assert [href for href in hrefs if href.startswith("javascript")] == []
