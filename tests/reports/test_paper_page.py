"""A paper's page: reports and answers side by side, the time line, and what is not public."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registry import merging
from registry.models import Identifier, Notice, Paper, PaperVersion
from reports import services
from reports.models import Report
from reports.states import Mode, Outcome
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
        "1 independent report 0 matched re-run 12 hours spent 1 of 1 authors reached",
        "No answer by 30 March 2026, 23:59 anywhere on Earth (UTC−12), which is 31 March 2026, "
        "11:59 UTC .",
    ):
        assert words in shown


def test_the_answer_stands_beside_the_report(client: Client) -> None:
    columns = main_of(client, stages.answered()).select_one(".columns.beside")
    assert columns is not None
    left, right = columns.find_all("div", recursive=False)
    assert "What was tried and found We ran the authors' code" in " ".join(left.stripped_strings)
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
        "10 May 2026, 14:59 UTC The reporter did not react to the answer within 28 days.",
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
    cards = [card["aria-labelledby"] for card in main.select(".report")]
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
    for secret in ("authors.example", "Rita Secret", "Hidden Institute", "@reporters", "Mo "):
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
    assert "1 April 2026, 12:00 UTC The listing was annulled: it should not have been made" in lines
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
        # paper, its entries, reports, claims, evidence, files of both, answers, statements,
        # events, contacts, additions, listings, identifiers, versions
        with django_assert_num_queries(15):
            page = client.get(address).content.decode()
        assert page.count("Why the reporter disputes the answer") == number + 1


def test_many_reports_take_the_queries_of_one_and_the_older_ones_are_folded(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    paper = stages.paper(names=[f"Author {n:04}" for n in range(1, 3001)])
    first = stages.disputed(of=paper)
    _copied(first, 99)
    with django_assert_num_queries(15):
        response = client.get(f"/papers/{paper.pk}/on-made-up-things/")
    main = BeautifulSoup(response.content, "html.parser").main
    assert "and 2960 more" in main.get_text()
    jumps = [link["href"] for link in main.select("th a")]
    assert len(set(jumps)) == 100
    assert jumps[0] == f"#report-{first.pk}"
    assert jumps == [f"#{card['aria-labelledby']}" for card in main.select(".report")]
    assert [card.name for card in main.select(".report")] == ["article"] * 3 + ["details"] * 97
    earlier, later = main.select(".timeline")
    assert earlier.parent.name == "details"
    assert (len(earlier.select(".now")), len(later.select(".now"))) == (0, 1)
    assert len(later.select("li")) == 30
    assert earlier.parent.summary.get_text() == f"The first {len(earlier.select('li'))} steps"


def _copied(report: Report, times: int) -> None:
    """So many further public reports like this one, of as many reporters, without its inquiry."""
    claim = report.claims.get()
    answers = list(report.answers.all())
    for number in range(times):
        at = NOW + (number + 10) * DAY
        copy = Report.objects.get(pk=report.pk)
        copy.pk, copy.public_at, copy.state_at = None, at, at
        copy.submitted_at = at
        copy.save(force_insert=True)
        claim.pk, claim.report = None, copy
        claim.save(force_insert=True)
        copy.answers.set(answers)


STATED = {
    "asked nobody in time": (
        stages.lapsed,
        "Reported as not reproduced, authors asked on 2 March 2026 , no answer by 31 March 2026, "
        "11:59 UTC .",
    ),
    "in part": (
        lambda: stages.lapsed(outcome=Outcome.PARTIAL),
        "Reported as matched in part, authors asked on 2 March 2026 , no answer by 31 March 2026, "
        "11:59 UTC .",
    ),
    "answered": (
        stages.answered,
        "Reported as not reproduced, authors asked on 2 March 2026 , answered on 7 March 2026 .",
    ),
    "late": (
        lambda: stages.answered(late=12 * DAY),
        "Reported as not reproduced, authors asked on 2 March 2026 , answered on 12 April 2026 , "
        "12 days after the deadline.",
    ),
    "disputed": (
        stages.disputed,
        "answered on 7 March 2026 , answer disputed on 8 March 2026 .",
    ),
    "resolved": (stages.resolved, "answered on 7 March 2026 , resolved on 8 March 2026 ."),
    "confirmed": (
        stages.confirmed,
        "answered on 3 March 2026 , confirmed by the authors on 18 March 2026 .",
    ),
    "unasked": (
        stages.unasked,
        "Reported as not reproduced, no letter reached an author, public since 2 May 2026 .",
    ),
    "reproduced": (
        lambda: stages.accepted(outcome=Outcome.MATCHED),
        "Reported as reproduced on 2 March 2026 .",
    ),
    "replicated": (
        lambda: stages.accepted(outcome=Outcome.MATCHED, mode=Mode.OWN_DATA),
        "Reported as replicated on 2 March 2026 .",
    ),
}


@pytest.mark.parametrize("name", STATED)
def test_the_dated_facts_come_first(client: Client, name: str) -> None:
    build, sentence = STATED[name]
    main = main_of(client, build())
    first = main.select_one(".card.strong .stated")
    assert sentence in " ".join(first.get_text(" ").split())


def test_the_facts_are_those_of_the_report_that_gives_the_standing(client: Client) -> None:
    paper = stages.paper()
    listed = stages.lapsed(of=paper)
    stages.answered(of=paper, at=NOW + 100 * DAY, table="Table 9")
    main = main_of(client, paper)
    assert "no answer by 31 March 2026" in main.select_one(".stated").get_text()
    assert main.select_one(".report")["aria-labelledby"] == f"report-{listed.pk}"


def test_an_ended_listing_stays_in_sight(client: Client) -> None:
    standing = main_of(client, stages.answered(late=12 * DAY)).select_one(".card.strong")
    assert (
        "On the list Not reproducible from 31 March 2026 to 12 April 2026 : the authors answered."
        in " ".join(standing.get_text(" ").split())
    )


def test_versions_and_code_are_those_of_public_reports(client: Client) -> None:
    paper = stages.paper()
    PaperVersion.objects.create(
        paper=paper, label="arXiv v1", released_on=date(2023, 5, 1), url="https://arxiv.example/v1"
    )
    report = stages.answered(of=paper)
    stages.answer(
        report, at=NOW + 9 * DAY, kind="provides", url="https://code.example/seeds", name="王小明"
    )
    stages.asked(
        of=paper, table="Table 9", version="secret v9", code_url="https://secret.example/code"
    )
    report.evidence.create(position=2, kind="code", url="https://mine.example/again", note="ours")
    main = main_of(client, paper)
    found = {
        name: " ".join(main.select_one(f"[aria-labelledby={name}]").get_text(" ").split())
        for name in ("versions-title", "code-title")
    }
    assert found["versions-title"] == (
        f"Versions arXiv v1 , 1 May 2023: no public report arXiv v2 : report {report.pk}"
    )
    assert found["code-title"] == (
        "Code The authors' code, as a reporter used it https://code.example/lantern at abc123 "
        f"report {report.pk} Given by the authors in an answer https://code.example/seeds 王小明 , "
        "11 March 2026: provides code or data Code that a report gives as evidence "
        f"https://mine.example/again report {report.pk}, ours"
    )
    assert "secret" not in main.decode()


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
        assert {script["type"] for script in soup.find_all("script")} <= {"application/ld+json"}
        assert soup.find_all("img") == []
        hrefs = [link["href"] for link in soup.find_all("a")]
        assert [href for href in hrefs if href.startswith("javascript")] == []


# --- what publishers say, and where metadata come from --------------------------------------------


def test_what_the_publisher_says_stands_beside_the_standing(client: Client) -> None:
    paper = stages.paper()
    Identifier.objects.create(paper=paper, scheme="doi", value="10.5555/lamps.7")
    Identifier.objects.create(paper=paper, scheme="arxiv", value="2401.91234")
    said = {"scheme": "doi", "value": "10.5555/lamps.7", "found_at": NOW}
    Notice.objects.create(
        **said, kind="retracted", dated=date(2025, 1, 2), notice="10.5555/lamps.9",
        source="Crossref",
    )  # fmt: skip
    Notice.objects.create(**said, kind="corrected", source="Retraction Watch")
    # Of another work whose identifier looks the same in another scheme.
    Notice.objects.create(**said | {"scheme": "pmid"}, kind="withdrawn", source="Crossref")
    Notice.objects.create(
        scheme="arxiv", value="2401.91234", kind="withdrawn", dated=date(2024, 3, 5),
        source="arXiv", found_at=NOW,
    )  # fmt: skip
    main = main_of(client, paper)
    assert [" ".join(one.get_text().split()) for one in main.select(".page-head .notice")] == [
        "The publisher says: retracted, 2 January 2025 (according to Crossref). The notice",
        "arXiv says: withdrawn, 5 March 2024",
        "The publisher says: corrected (according to Retraction Watch)",
    ]
    assert main.select_one(".page-head .notice a")["href"] == "https://doi.org/10.5555/lamps.9"
    paper.refresh_from_db()
    assert paper.standing == "none"
    assert "No report of this paper is public." in main.get_text()


def test_notices_of_merged_entries_and_of_both_forms_are_said_once(client: Client) -> None:
    root, entry = stages.paper(), stages.paper("On made-up things, again")
    for number, one in enumerate((root, entry, entry)):
        value = f"10.5555/lamps.{number}"
        Identifier.objects.create(paper=one, scheme="doi", value=value)
        Notice.objects.create(
            scheme="doi", value=value, kind="concern", dated=date(2025, 1, 2 if number else 1),
            source="Crossref", found_at=NOW,
        )  # fmt: skip
    merging.merge(entry, root)
    shown = [one.get_text() for one in main_of(client, root).select(".page-head .notice")]
    assert [" ".join(one.split()) for one in shown] == [
        "The publisher says: expression of concern, 2 January 2025 (according to Crossref)",
        "The publisher says: expression of concern, 1 January 2025 (according to Crossref)",
    ]


def test_notices_take_one_query_however_many_there_are(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    paper = stages.paper()
    stages.disputed(of=paper)
    for number in range(3):
        value = f"10.5555/lamps.{number}"
        Identifier.objects.create(paper=paper, scheme="doi", value=value)
        Notice.objects.create(
            scheme="doi", value=value, kind="corrected", dated=date(2025, 1, number + 1),
            source="Crossref", found_at=NOW,
        )  # fmt: skip
        with django_assert_num_queries(16):  # those of a paper without identifiers, and this one
            page = client.get(f"/papers/{paper.pk}/on-made-up-things/").content.decode()
        assert page.count("The publisher says: corrected") == number + 1


def test_the_small_print_says_who_told_the_metadata_and_when(client: Client) -> None:
    paper = stages.paper()
    assert "Metadata:" not in text_of(client, paper)
    at = NOW.isoformat()
    paper.sources = {
        "title": {"source": "arXiv", "at": at, "others": {"Crossref": {"value": "X", "at": at}}},
        "names": {"source": "arXiv", "at": at},
        "venue": {"source": "Crossref", "at": (NOW + DAY).isoformat()},
        "year": {"source": "a person", "at": at},
    }
    paper.save(update_fields=["sources"])
    assert (
        "Metadata: title, authors: arXiv , looked up on 2 March 2026 ; venue: Crossref , looked up "
        "on 3 March 2026 ; year: a person , corrected on 2 March 2026 ."
    ) in text_of(client, paper)
