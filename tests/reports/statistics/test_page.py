"""`/statistics/`: the page, its tables and files, and the sweep that computes them."""

import csv
import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports import tasks
from reports.models import Statistics
from reports.states import State
from reports.statistics import computing
from tests.browser.world import HOSTILE, LONG
from tests.reports import stages
from tests.reports.stages import DAY
from tests.reports.statistics.many import LATER, report

pytestmark = pytest.mark.django_db
NAMES = [part.name for part in computing.PARTS]
VENUES = ["=cmd|' /C calc'!A0", 'a, "b", c', "\u202eמסע", HOSTILE[:290], LONG[:300], "+1", "\tx"]


def fill() -> None:
    """Enough of everything; venues as bad as what people send."""
    for number in range(6):
        for venue in VENUES:
            paper = stages.paper(LONG, venue=venue, year=2019, shared=["code:partly", "data:no"])
            claims = [{"runs": [97.0 + number], "tolerance": 1.0}]
            if number % 2:
                report(of=paper, claims=claims)
            else:
                report(State.RESOLVED, of=paper, answered=(2 + number) * 3 * DAY, claims=claims)
    computing.compute(LATER)


def rows(client: Client, name: str) -> list[list[str]]:
    response = client.get(f"/statistics/{name}.csv")
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.text)))


# --- computing ------------------------------------------------------------------------------


def test_before_it_is_computed_the_page_says_so_and_what_to_do(client: Client) -> None:
    text = client.get("/statistics/").text
    assert "Nothing has been computed yet" in text
    assert "manage.py compute_statistics" in text
    response = client.get("/statistics/causes.csv")
    assert (response.status_code, response["Retry-After"]) == (503, "3600")


def test_the_sweep_and_the_command_compute_it(client: Client) -> None:
    tasks.compute_statistics.apply()
    assert Statistics.objects.get().computed_at is not None
    Statistics.objects.all().delete()
    call_command("compute_statistics")
    assert "Nothing has been computed yet" not in client.get("/statistics/").text


def test_computing_again_changes_one_row() -> None:
    computing.compute(LATER)
    computing.compute(LATER + DAY)
    assert Statistics.objects.get().computed_at == LATER + DAY


def test_a_part_that_fails_leaves_the_others_and_keeps_what_it_had(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()

    def fails(counted: object) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return {}

    causes = next(part for part in computing.PARTS if part.name == "causes")
    monkeypatch.setitem(vars(causes), "count", fails)
    assert computing.compute(LATER + DAY) == ["causes"]
    with pytest.raises(CommandError, match="causes"):
        call_command("compute_statistics")
    page = BeautifulSoup(client.get("/statistics/").text, "html.parser")
    assert page.select_one("#causes .notice.warn") is not None
    assert page.select_one("#causes svg[role=img]") is not None
    assert len(page.select(".notice.warn")) == 1
    Statistics.objects.all().delete()
    computing.compute(LATER)
    page = BeautifulSoup(client.get("/statistics/").text, "html.parser")
    assert "could not be computed yet" in page.select_one("#causes").text
    assert page.select_one("#code svg[role=img]") is not None


def test_what_another_version_of_the_code_stored_counts_as_none(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    Statistics.objects.update(parts={"causes": {"at": "once", "data": "other"}})
    monkeypatch.setattr(computing, "VERSION", computing.VERSION + 1)
    assert "Nothing has been computed yet" in client.get("/statistics/").text
    computing.compute(LATER)
    assert "Nothing has been computed yet" not in client.get("/statistics/").text


# --- the page -------------------------------------------------------------------------------


def test_the_page_reads_one_row_however_much_there_is(client: Client) -> None:
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/statistics/").status_code == 200
        asked.append(len(queries))
        fill()
    with CaptureQueriesContext(connection) as queries:
        client.get("/statistics/claims.csv")
    assert [*asked, len(queries)] == [1, 1, 1]


def test_of_fewer_than_five_nothing_is_said(client: Client) -> None:
    for _ in range(2):
        report(State.ANSWERED, answered=DAY, claims=[{"runs": [99.0]}])
    computing.compute(LATER)
    page = BeautifulSoup(client.get("/statistics/").text, "html.parser")
    assert page.select("svg[role=img]") == []
    assert len(page.select(".empty")) == len(NAMES)
    assert "fewer than 5 inquiries" in page.select_one("#time-to-answer").text
    for name in NAMES:
        assert len(rows(client, name)) == 1


def test_every_drawing_has_its_name_its_words_and_its_table(client: Client) -> None:
    fill()
    response = client.get("/statistics/")
    page = BeautifulSoup(response.text, "html.parser")
    drawings = page.select("svg[role=img]")
    assert len(drawings) == len(NAMES)
    for drawing in drawings:
        told = [page.find(id=one) for one in drawing["aria-labelledby"].split()]
        assert [one.name for one in told] == ["title", "desc"]
        assert all(one.text.strip() for one in told)
    ids = [one["id"] for one in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert len(page.select("section.statistics details table")) == len(NAMES)
    assert page.select("[style], script, main [src]") == []
    assert "<script>alert" not in response.text
    assert page.select('.footer a[href="/statistics/"]')


def test_the_curve_stands_in_words(client: Client) -> None:
    for number in range(10):
        report(State.ANSWERED, answered=timedelta(days=number + 0.5))
        report()
    computing.compute(LATER)
    text = BeautifulSoup(client.get("/statistics/").text, "html.parser").text
    assert "20 inquiries, 10 of them answered. After 28 days 50 % were without" in text
    assert "After 10 days half were answered." in text


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/statistics/").status_code == 405
    assert client.post("/statistics/causes.csv").status_code == 405
    assert client.get("/statistics/nothing.csv").status_code == 404


# --- the files ------------------------------------------------------------------------------


def test_the_names_of_columns_are_stable(client: Client) -> None:
    computing.compute(timezone.now())
    assert {name: rows(client, name)[0] for name in NAMES} == {
        "over-time": [
            "month", "listings", "answers", "resolutions", "listings_so_far", "answers_so_far",
            "resolutions_so_far",
        ],
        "time-to-answer": ["day", "at_risk", "answered_so_far", "without_answer", "low", "high"],
        "answers-by-venue": ["venue", "inquiries", "answered", "share", "low", "high"],
        "answers-by-year": ["year", "inquiries", "answered", "share", "low", "high"],
        "answers-by-age": ["age", "inquiries", "answered", "share", "low", "high"],
        "causes": ["cause", "reports", "share"],
        "code": ["item", "yes", "partly", "no", "unknown"],
        "claims": ["from", "below", "claims"],
    }  # fmt: skip


def test_no_cell_of_a_file_is_a_formula_and_negative_numbers_stay_numbers(client: Client) -> None:
    fill()
    venues = [row[0] for row in rows(client, "answers-by-venue")[1:]]
    assert venues[0].startswith("'+") or "'+1" in venues
    assert "'=cmd|' /C calc'!A0" in venues
    assert 'a, "b", c' in venues
    assert not any(venue.startswith(("=", "+", "-", "@")) for venue in venues)
    below = [row[1] for row in rows(client, "claims")[1:]]
    assert float(below[0]) < 0
    response = client.get("/statistics/claims.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="claims.csv"'
    assert not response.content.startswith(b"\xef\xbb\xbf")


def test_the_file_of_the_curve_has_every_day_with_an_answer(client: Client) -> None:
    fill()
    told = rows(client, "time-to-answer")[1:]
    assert [row[:3] for row in told] == [["6", "42", "7"], ["12", "35", "14"], ["18", "28", "21"]]
    assert float(told[2][3]) == 0.5
    assert float(told[2][4]) < 0.5 < float(told[2][5])
