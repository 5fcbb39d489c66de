"""Corrections: what was public and was taken back, with date and reason, and nothing more."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from registry import query
from reports import redactions
from reports.corrections import corrections
from reports.models import Report, ReportEvent
from reports.states import Outcome
from tests.reports import stages
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db


def main_of(client: Client, path: str = "/corrections/") -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


def text_of(client: Client, path: str = "/corrections/") -> str:
    return " ".join(main_of(client, path).get_text(" ").split())


def test_an_empty_page_says_what_would_be_there(client: Client) -> None:
    shown = text_of(client)
    assert "Nothing has been taken back. Here would stand, with date and reason" in shown


def test_a_removed_report_is_a_date_and_a_reason(client: Client) -> None:
    report = stages.removed(
        stages.lapsed(of=stages.paper("Lantern Networks")), reason="It *named* a person."
    )
    shown = text_of(client)
    for words in (
        "Lantern Networks",
        f"Report {report.pk} , public since 31 March 2026 , was removed by a moderator on "
        "1 April 2026, 12:00 UTC .",
        "It named a person.",
    ):
        assert words in shown


def test_a_withdrawn_report_keeps_the_reason_of_its_reporter(client: Client) -> None:
    stages.withdrawn(stages.answered(), note="Our loader was wrong.")
    shown = text_of(client)
    assert "public since 7 March 2026 , was withdrawn by its reporter on 8 March 2026" in shown
    assert "Our loader was wrong." in shown


def test_a_withdrawal_without_a_reason_says_so(client: Client) -> None:
    stages.withdrawn(stages.answered())
    assert "No reason was given." in text_of(client)


def test_an_annulled_listing_is_a_row_though_its_report_is_secret_again(client: Client) -> None:
    report = stages.annulled(of=stages.paper("Lantern Networks"))
    assert report.state == "unreachable"
    shown = text_of(client)
    assert (
        f"Listed on 31 March 2026 on the ground no answer (report {report.pk}, version arXiv v2 );"
        " annulled on 1 April 2026, 12:00 UTC : the paper should not have been listed."
    ) in shown
    assert "A letter to an author had not arrived after all." in shown
    hrefs = [link["href"] for link in main_of(client).find_all("a")]
    assert f"/reports/{report.pk}/" not in hrefs


def test_what_a_mail_server_said_of_an_address_is_in_no_public_reason(client: Client) -> None:
    report = stages.annulled()
    for path in ("/corrections/", f"/papers/{report.paper_id}/on-made-up-things/"):
        page = client.get(path).content.decode()
        assert "ada@authors.example" not in page
        assert "5.1.1" not in page
    assert stages.contact_of(report).letters.get().reason.startswith("550 5.1.1")


def test_what_left_the_list_in_another_way_is_no_correction(client: Client) -> None:
    stages.answered(late=12 * DAY, of=stages.paper("Lantern Networks"))
    assert "Lantern Networks" not in text_of(client)


def never_public() -> list[Report]:
    return [
        stages.withdrawn(stages.submitted(of=stages.paper("Secret 1")), note="secret words"),
        stages.withdrawn(stages.asked(of=stages.paper("Secret 2")), note="secret words"),
        stages.removed(stages.asked(of=stages.paper("Secret 3")), reason="secret words"),
        stages.removed(
            stages.withdrawn(stages.asked(of=stages.paper("Secret 4")), note="secret words"),
            reason="secret words",
        ),
        stages.unreachable(of=stages.paper("Secret 5")),
    ]


def test_a_report_that_never_was_public_has_no_row(client: Client) -> None:
    never_public()
    shown = text_of(client)
    assert "ecret" not in shown
    assert "Nothing has been taken back." in shown


def test_a_removed_draft_has_no_row(client: Client) -> None:
    """No rule leads there; were the state set by hand, still nothing would show."""
    report = stages.submitted(of=stages.paper("Secret draft"))
    Report.objects.filter(pk=report.pk).update(state="removed")
    assert "Secret draft" not in text_of(client)


def test_a_paper_that_is_not_public_has_no_row(client: Client) -> None:
    report = stages.removed(stages.lapsed(of=stages.paper("Hidden")), reason="Wrong paper.")
    annulled = stages.annulled(of=stages.paper("Hidden too"))
    for paper in (report.paper, annulled.paper):
        paper.is_public = False
        paper.listed_at = None
        paper.save()
    assert "Hidden" not in text_of(client)


def test_a_removed_report_leaves_no_text_and_no_person(client: Client) -> None:
    stages.removed(
        stages.withdrawn(
            stages.disputed(reason="dispute words", shown_as="Shown Name"), note="withdrawal words"
        ),
        reason="It named a person.",
    )
    page = client.get("/corrections/").content.decode()
    for gone in (
        "Rita Secret", "Hidden Institute", "@reporters", "Shown Name", "three seeds", "93.1",
        "Ada Example , first", "The seed", "dispute words", "withdrawal words", "logs.example",
        "ada@authors.example", "Mo ",
    ):  # fmt: skip
        assert gone not in page
    assert "withdrawn by its reporter on" in page
    assert "removed by a moderator on" in page


def test_the_newest_is_first_whatever_was_taken_back_and_pages_show_each_once() -> None:
    titles = []
    for day in range(4):
        at = NOW + day * DAY
        one = stages.paper(f"Removed {day}")
        two = stages.paper(f"Annulled {day}")
        three = stages.paper(f"Withdrawn {day}")
        stages.removed(stages.lapsed(at=at, of=one), reason="r", at=NOW + (60 + day) * DAY)
        stages.annulled(at=at, of=two)
        stages.withdrawn(stages.answered(at=at, of=three), at=NOW + (60 + day) * DAY)
        titles += [one.title, two.title, three.title]
    seen, after = [], ""
    for _ in range(20):
        page = corrections(after, size=2)
        seen += page.rows
        after = page.next
        if not after:
            break
    assert sorted(row.paper.title for row in seen) == sorted(titles)
    assert [row.place for row in seen] == sorted((row.place for row in seen), reverse=True)


def test_rows_of_one_moment_stand_in_a_fixed_order_across_pages() -> None:
    at = NOW + 90 * DAY
    for number in range(3):
        stages.removed(stages.lapsed(of=stages.paper(f"P{number}")), reason="r", at=at)
    first = corrections(size=2)
    second = corrections(first.next, size=2)
    seen = [row.paper.title for page in (first, second) for row in page.rows]
    assert seen == ["P2", "P1", "P0"]


@pytest.mark.parametrize(
    "after",
    ["nonsense", query.cursor("corrections", ("no date", 1, 1)),
     query.cursor("corrections", ("2026-03-02T09:30:00", 1, 1)), query.cursor("listed", ("x", 1))],
)  # fmt: skip
def test_a_made_up_place_shows_the_first_page(client: Client, after: str) -> None:
    stages.removed(stages.lapsed(of=stages.paper("Lantern Networks")), reason="r")
    assert "Lantern Networks" in text_of(client, f"/corrections/?after={after}")


def copied(report: Report, title: str, *, later: timedelta) -> None:
    """Another report with the same events, on another paper."""
    paper, events = report.paper, list(report.events.order_by("pk"))
    paper.pk, paper.title, paper.title_key = None, title, title
    paper.save(force_insert=True)
    other = Report.objects.get(pk=report.pk)
    other.pk, other.paper = None, paper
    other.save(force_insert=True)
    for event in events:
        event.pk, event.report, event.at = None, other, event.at + later
    ReportEvent.objects.bulk_create(events)


def test_a_full_page_leads_to_the_next_and_the_last_one_back(client: Client) -> None:
    first = stages.withdrawn(
        stages.accepted(of=stages.paper("P0"), outcome=Outcome.MATCHED), at=NOW
    )
    for number in range(1, 26):
        copied(first, f"P{number}", later=timedelta(hours=number))
    following = main_of(client).find("a", rel="next")["href"]
    assert "P0" in text_of(client, following)
    assert "First page" in text_of(client, following)
    last = query.cursor("corrections", (datetime(2000, 1, 1, tzinfo=UTC).isoformat(), 1, 1))
    shown = text_of(client, f"/corrections/?after={last}")
    assert "There is nothing more. Back to the first page" in shown


def test_one_row_of_each_kind_and_three_take_the_same_number_of_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for rows in (1, 2, 3):
        stages.removed(stages.lapsed(), reason="r")
        stages.annulled()
        covered = stages.answered()
        redactions.redact(
            report_id=covered.pk, moderator=stages.moderator(), passage="three seeds", reason="r",
            now=covered.state_at,
        )  # fmt: skip
        with django_assert_num_queries(5):  # reports, events, listings, redactions, appeals
            assert len(main_of(client).select("li.row")) == 3 * rows


def test_hostile_words_are_text(client: Client) -> None:
    title = "<script>alert(1)</script> \\frac{1}{2} \u202e שלום 😀"
    stages.removed(
        stages.lapsed(of=stages.paper(title, names=["<b>A</b>"])),
        reason="<img src=x onerror=alert(1)> [x](javascript:alert(1)) \u202e",
    )
    page = client.get("/corrections/").content.decode()
    for bad in ("<script>alert", "<b>A", "<img src=x", 'href="javascript'):
        assert bad not in page
    assert title in text_of(client)


def test_the_page_changes_nothing_and_is_linked_in_the_frame(client: Client) -> None:
    assert client.post("/corrections/").status_code == 405
    assert 'href="/corrections/"' in client.get("/about/").content.decode()
    assert dict(client.get("/corrections/").cookies) == {}
