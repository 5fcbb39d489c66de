"""The feeds of answers, and of what happens about one paper."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from registry import merging
from registry.models import Paper
from reports import redactions, services
from reports.models import Report
from tests.feeds import read
from tests.reports import stages
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db


def words(content: str) -> str:
    return " ".join(BeautifulSoup(content, "html.parser").get_text(" ").split())


def of_paper(report: Report) -> list[str]:
    return read(f"/feeds/papers/{report.paper_id}").titles


# --- answers -----------------------------------------------------------------------------------


def test_an_answer_is_given_in_full(settings: Settings) -> None:
    settings.SITE_URL = "https://registry.example"
    report = stages.answered(of=stages.paper("Lantern Networks"))
    answer = report.answers.get()
    feed = read("/feeds/answers")
    (entry,) = feed.atom.entries
    assert entry.id == f"tag:{settings.MESSAGE_ID_DOMAIN},2026:answer-{answer.pk}"
    assert entry.title == f"Answer to report {report.pk}: explains – Lantern Networks"
    assert entry.link == f"https://registry.example/reports/{report.pk}/#answer-{answer.pk}"
    assert entry.author == "Ada Example"
    assert words(feed.contents[0]) == (
        "On Lantern Networks Ada Example , first author · explains · 7 March 2026, 09:30 UTC "
        "The seed matters: use 3."
    )


def test_what_an_author_writes_is_no_markup_of_the_feed() -> None:
    report = stages.asked()
    stages.answer(
        report, at=NOW + DAY, text="<script>alert(1)</script> ]]> & [x](javascript:alert(1)) \x01",
        name="<img src=x onerror=alert(1)>",
    )  # fmt: skip
    (content,) = read("/feeds/answers").contents
    page = BeautifulSoup(content, "html.parser")
    assert page.find(["script", "img", "a"]) is None
    assert "<script>alert(1)</script>" in page.get_text()


def test_an_answer_to_a_secret_report_is_in_no_feed() -> None:
    report = stages.asked()
    stages.withdrawn(stages.asked(of=report.paper, table="Table 9"), note="secret words")
    assert read("/feeds/answers").titles == []
    assert of_paper(report) == []


def test_a_withdrawn_report_leaves_the_answer_and_says_so() -> None:
    report = stages.answered()
    before = read("/feeds/answers")
    stages.withdrawn(report, note="Our loader was wrong.")
    after = read("/feeds/answers")
    assert after.ids == before.ids
    assert after.titles == [f"Answer to report {report.pk}: report withdrawn – On made-up things"]
    assert "withdrawn by its reporter on 8 March 2026" in after.contents[0]
    assert "The seed matters" in words(after.contents[0])
    assert after.json["items"][0]["date_modified"] == "2026-03-08T09:30:00+00:00"


def test_a_removed_report_leaves_a_date_and_no_word() -> None:
    report = stages.answered()
    stages.removed(report, reason="It named a person.")
    feed = read("/feeds/answers")
    assert feed.titles == [f"Answer to report {report.pk}: report removed – On made-up things"]
    assert words(feed.contents[0]) == (
        "On On made-up things The report was removed by a moderator on 8 March 2026; its answer "
        "is not shown any more."
    )
    assert "authors" not in feed.json["items"][0]


def test_an_answer_that_serves_another_public_report_stays() -> None:
    first = stages.answered()
    second = stages.asked(of=first.paper, table="Table 9")
    first.answers.get().reports.add(second)
    stages.removed(first, reason="Wrong.")
    Report.objects.filter(pk=second.pk).update(state="answered", public_at=NOW + 9 * DAY)
    (title,) = read("/feeds/answers").titles
    assert title.startswith(f"Answer to report {second.pk}: explains")


def test_a_covered_passage_is_covered_in_the_feed_and_makes_it_new(client: Client) -> None:
    report = stages.answered()
    before = client.get("/feeds/answers.atom")
    redactions.redact(
        report_id=report.pk, moderator=stages.moderator(), passage="seed", reason="Named.",
        now=report.state_at + DAY,
    )  # fmt: skip
    since = {"If-Modified-Since": before["Last-Modified"]}
    after = client.get("/feeds/answers.atom", headers=since)
    assert after.status_code == 200
    assert "seed" not in after.text
    assert "2026-03-08T09:30:00+00:00" in after.text


def test_answers_come_newest_first_in_pages() -> None:
    paper = stages.paper()
    report = stages.answered(of=paper)
    for number in range(1, 55):
        stages.answer(report, at=report.state_at + number * DAY, text=f"Addition {number}")
    first = read("/feeds/answers")
    assert len(first.ids) == 50
    assert "Addition 54" in first.contents[0]
    older = read("/feeds/answers", f"?{first.json['next_url'].partition('?')[2]}")
    assert len(older.ids) == 5
    assert set(older.ids).isdisjoint(first.ids)
    assert "next_url" not in older.json
    assert read("/feeds/answers", "?after=nonsense").ids == first.ids


# --- one paper ---------------------------------------------------------------------------------


def test_the_time_line_newest_first(settings: Settings) -> None:
    settings.SITE_URL = "https://registry.example"
    report = stages.disputed(of=stages.paper("Lantern Networks"))
    n, paper = report.pk, report.paper
    feed = read(f"/feeds/papers/{report.paper_id}")
    assert feed.titles == [
        f"Report {n}: A careful reader disputes the answer",
        f"Report {n}: Ada Example (first author) answered: explains",
        f"Report {n}: Notice sent to author 1 of 2",
        f"Report {n}: The authors were asked",
        f"Report {n}: A careful reader reported: did not match (re-run, version arXiv v2)",
    ]
    address = f"https://registry.example/papers/{paper.pk}/lantern-networks/"
    assert feed.json["home_page_url"] == address
    assert {item["url"] for item in feed.json["items"]} == {f"{address}#timeline-title"}
    answer = report.answers.get()
    assert feed.ids[1].endswith(f",2026:time-line/answer-{answer.pk}-report-{n}")


def test_the_ids_of_a_time_line_stay() -> None:
    report = stages.lapsed()
    before = read(f"/feeds/papers/{report.paper_id}")
    stages.answer(report, at=report.state_at + DAY)
    Paper.objects.filter(pk=report.paper_id).update(title="Another title")
    after = read(f"/feeds/papers/{report.paper_id}")
    assert after.ids[3:] == before.ids  # of the answer, the end of the listing, and the silence
    assert after.titles[1].endswith("The listing ended: the authors answered")


def test_every_line_of_every_kind_has_a_name_of_its_own() -> None:
    paper = stages.paper()
    made = [
        stages.answered(of=paper, late=12 * DAY), stages.disputed(of=paper, table="Table 3"),
        stages.resolved(of=paper, table="Table 4"), stages.confirmed(of=paper, table="Table 5"),
        stages.unasked(of=paper, table="Table 6"),
        stages.withdrawn(stages.answered(of=paper, table="Table 7")),
        stages.annulled(of=paper, table="Table 8"),
    ]  # fmt: skip
    assert len(made) == 7
    feed = read(f"/feeds/papers/{paper.pk}")
    assert len(feed.ids) == len(set(feed.ids)) > 20


def test_an_annulled_listing_is_told_as_annulled_and_nothing_of_its_report() -> None:
    report = stages.annulled()
    titles = of_paper(report)
    assert [title.partition(": ")[2] for title in titles] == [
        "The listing ended: annulled: it should not have been made",
        "The paper came onto the list Not reproducible; ground: no answer, version arXiv v2",
    ]
    (listed,) = read("/feeds/listed").titles
    assert listed.startswith("Listing annulled – ")


def test_a_removed_report_is_one_line() -> None:
    report = stages.removed(stages.answered(), reason="secret words")
    assert of_paper(report) == [f"Report {report.pk}: A moderator removed the report"]


def test_a_merged_paper_leads_to_the_feed_of_its_root(client: Client) -> None:
    entry, root = stages.paper("An entry"), stages.paper("The work")
    merging.merge(entry, root)
    response = client.get(f"/feeds/papers/{entry.pk}.json")
    assert (response.status_code, response["Location"]) == (301, f"/feeds/papers/{root.pk}.json")


def test_no_feed_of_a_paper_that_is_not_there(client: Client) -> None:
    hidden = stages.paper("Hidden", public=False)
    for number in (hidden.pk, 999_999):
        assert client.get(f"/feeds/papers/{number}.atom").status_code == 404
    assert client.get(f"/feeds/papers/{stages.paper().pk}.rss").status_code == 404
    assert client.get("/feeds/answers.rss").status_code == 404


def test_a_secret_inquiry_changes_no_feed(client: Client) -> None:
    report = stages.answered()
    paths = ["/feeds/answers.atom", "/feeds/listed.atom", "/feeds/papers.atom",
             f"/feeds/papers/{report.paper_id}.atom"]  # fmt: skip
    before = [client.get(path).content for path in paths]
    stages.asked(of=report.paper, table="Table 9")
    stages.unreachable(of=report.paper, table="Table 8")
    assert [client.get(path).content for path in paths] == before


@pytest.mark.parametrize("path", ["/feeds/answers.atom", "/feeds/papers/{}.atom"])
def test_as_many_questions_for_one_row_as_for_many(path: str) -> None:
    paper, counts = stages.paper(), []
    for wanted in (1, 3, 25):
        while paper.reports.count() < wanted:
            stages.answered(of=paper, table=f"Table {paper.reports.count()}")
        with CaptureQueriesContext(connection) as questions:
            response = Client().get(path.format(paper.pk))
        assert response.content.count(b"<entry>") >= wanted
        counts.append(len(questions))
    assert len(set(counts)) == 1
    assert counts[0] <= 14


def test_the_page_of_a_paper_names_its_feed(client: Client) -> None:
    paper = stages.answered().paper
    page = BeautifulSoup(client.get(f"/papers/{paper.pk}/", follow=True).content, "html.parser")
    found = [link["href"] for link in page.head.select("link[rel=alternate][title]")]
    assert found[:2] == [f"/feeds/papers/{paper.pk}.atom", f"/feeds/papers/{paper.pk}.json"]
    assert page.main.select_one(f'a[href="{found[0]}"]') is not None


def test_a_moderator_marks_an_answer_as_one_without_content() -> None:
    report = stages.answered()
    answer = report.answers.get()
    services.mark_without_content(answer_id=answer.pk, moderator=stages.moderator(), now=NOW)
    assert "one without content" in read("/feeds/answers").contents[0]
