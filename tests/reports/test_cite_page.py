"""Where a citation is got: of every public report, with its answers, and of no other."""

import json

import bibtexparser
import pytest
import rispy
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from reports.models import Report
from tests.reports import stages
from tests.reports.stages import DAY, NOW
from tests.reports.typed import signed_in

pytestmark = pytest.mark.django_db


def items(report: Report) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(
        Client().get(f"/reports/{report.pk}/cite.json").content
    )
    return found


def test_a_report_is_cited_by_the_day_on_which_it_became_public(settings: Settings) -> None:
    settings.SITE_URL = "https://registry.example"
    report = stages.lapsed(shown_as="Ludwig van Beispiel")
    (item,) = items(report)
    assert item == {
        "id": f"unreproduced-report-{report.pk}",
        "type": "report",
        "author": [{"family": "Beispiel", "given": "Ludwig", "non-dropping-particle": "van"}],
        "title": "Reproduction of “On made-up things”: did not match",
        "genre": "Reproduction report",
        "number": f"{report.pk}",
        "reviewed-title": "On made-up things",
        "issued": {"date-parts": [[2026, 3, 31]]},
        "publisher": "Unreproduced",
        "URL": f"https://registry.example/reports/{report.pk}/",
    }


def test_the_answers_are_cited_with_their_authors() -> None:
    report = stages.answered()
    stages.answer(report, at=NOW + 9 * DAY, text="请使用随机种子 3。", name="王小明")
    report_, first, second = items(report)
    assert report_["author"] == [{"literal": "A careful reader"}]
    assert first["author"] == [{"family": "Example", "given": "Ada"}]
    assert second["author"] == [{"literal": "王小明"}]
    assert first["title"] == f"Answer to report {report.pk} on “On made-up things”"
    assert second["issued"] == {"date-parts": [[2026, 3, 11]]}
    answer = report.answers.last()
    assert str(second["URL"]).endswith(f"/reports/{report.pk}/#answer-{answer.pk}")
    page = Client().get(f"/reports/{report.pk}/").text
    assert f'id="answer-{answer.pk}"' in page


@pytest.mark.parametrize(
    ("form", "media"),
    [
        ("bib", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("json", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_each_form_is_a_file_of_its_kind(form: str, media: str) -> None:
    report = stages.answered()
    response = Client().get(f"/reports/{report.pk}/cite.{form}")
    assert response["Content-Type"] == f"{media}; charset=utf-8"
    assert response["Content-Disposition"] == (
        f'attachment; filename="unreproduced-report-{report.pk}.{form}"'
    )
    text = response.content.decode()
    read = {
        "bib": lambda: bibtexparser.parse_string(text).entries,
        "ris": lambda: rispy.loads(text),
        "json": lambda: json.loads(text),
    }[form]
    assert len(read()) == 2
    assert "authors.example" not in text
    assert "Rita Secret" not in text


def test_what_is_not_public_is_cited_by_nobody() -> None:
    for report in (stages.asked(), stages.withdrawn(stages.answered())):
        for client in (Client(), signed_in(report.reporter), signed_in(stages.moderator())):
            for form in ("bib", "ris", "json"):
                assert client.get(f"/reports/{report.pk}/cite.{form}").status_code == 404
    public = stages.lapsed()
    for path in (f"{public.pk}/cite.txt", f"{public.pk}/cite.", "123456/cite.bib"):
        assert Client().get(f"/reports/{path}").status_code == 404


def test_a_very_long_title_is_cut(settings: Settings) -> None:
    settings.SITE_NAME = "第 ?"
    report = stages.lapsed(of=stages.paper("Wid}get " * 200))
    (item,) = items(report)
    assert len(str(item["reviewed-title"])) <= 300
    assert str(item["reviewed-title"]).endswith("…")
    assert item["id"] == f"registry-report-{report.pk}"


def test_a_citation_takes_the_same_queries_for_one_answer_and_three(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    report = stages.answered()
    for number in range(3):
        # report, claims, evidence, files, answers, their files, statements
        with django_assert_num_queries(7):
            assert len(items(report)) == 2 + number
        stages.answer(report, at=NOW + 9 * DAY, text="More.")


def test_the_pages_offer_it_where_a_report_is_public() -> None:
    report = stages.lapsed()
    for path in (f"/papers/{report.paper_id}/", f"/reports/{report.pk}/"):
        page = Client().get(path, follow=True).text
        for form in ("bib", "ris", "json"):
            assert f'href="/reports/{report.pk}/cite.{form}"' in page
    secret = stages.asked()
    assert "cite." not in signed_in(secret.reporter).get(f"/reports/{secret.pk}/").text
