"""The paper of a report, found while typing by htmx, and the way without it."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.models import PaperVersion
from reports.models import Report
from tests.registry.builders import paper
from tests.reports.typed import by_hand, make_user, signed_in, submit

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TRIGGER": "paper-find"}
CHOSE = HTMX | {"HTTP_HX_TRIGGER": "paper-found"}


def found(q: str, client: Client | None = None, page: str = "new", **typed: str) -> BeautifulSoup:
    headers = CHOSE if typed else HTMX
    answer = (client or Client()).post(f"/reports/{page}/papers/", {"q": q} | typed, **headers)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def said(part: BeautifulSoup) -> str:
    words = part.find(id="found-words")
    assert isinstance(words, Tag)
    return words.get_text()


def test_papers_are_offered_with_all_that_tells_them_apart() -> None:
    made = paper("Frobnicating Widgets", names=["Ada Muster", "王小明"], venue="FICT", year=2024)
    PaperVersion.objects.create(paper=made, label="v1")
    PaperVersion.objects.create(paper=made, label="v2")
    paper("Another on Widgets")
    part = found("widgets")
    assert said(part) == "2 papers found."
    fieldset = part.find(id="id_paper")
    assert isinstance(fieldset, Tag)
    text = " ".join(fieldset.get_text().split())
    assert "Frobnicating Widgets (2024) Ada Muster, 王小明, FICT; versions: v1, v2" in text
    assert text.count("No public report yet.") == 2
    boxes = fieldset.find_all("input", attrs={"name": "paper"})
    assert [box["type"] for box in boxes] == ["radio"] * 3  # the last is: by hand
    assert Report.objects.count() == 0


def test_a_chosen_paper_tells_its_authors_and_versions_and_stays_in_its_place() -> None:
    papers = [paper(f"On Widgets {number}") for number in range(3)]
    PaperVersion.objects.create(paper=papers[1], label="arXiv v3")
    before = [box["value"] for box in found("widgets").find_all("input")]
    part = found("widgets", paper=str(papers[1].pk))
    assert [box["value"] for box in part.find_all("input")] == before
    assert said(part) == "Chosen: On Widgets 1."
    chosen = part.find(id="paper-chosen")
    assert isinstance(chosen, Tag)
    assert chosen["hx-swap-oob"] == "true"
    assert [one["value"] for one in chosen.find_all("option")] == [
        "arXiv v3", "Ada Example", "Bo Sample",
    ]  # fmt: skip


def test_a_chosen_paper_stays_while_something_else_is_searched_for() -> None:
    made = paper("On Widgets")
    boxes = found("gears", paper=str(made.pk)).find_all("input")
    assert [(box["value"], box.has_attr("checked")) for box in boxes] == [
        (str(made.pk), True), ("hand", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "q", ["", " ", "a\0b", "x" * 10_000, "字" * 10_000, "' OR 1=1 --", "<script>alert(1)</script>",
          "(" * 3_000, '"' * 3_001, "the " * 2_500, "-x " * 3_000, "\u202e",
          "10.1234/" + "9" * 9_000],
)  # fmt: skip
def test_whatever_is_typed_is_answered_and_bounded(q: str) -> None:
    part = found(q)
    assert said(part) in ("", "No paper found.")
    assert part.find("script") is None
    assert len(part.encode()) < 5_000


def test_many_papers_are_cut_and_that_is_said() -> None:
    for number in range(12):
        paper(f"On Widgets {number}")
    part = found("widgets")
    assert said(part) == "10 papers shown, the best first."
    assert len(part.find_all("input")) == 11


def test_the_search_asks_as_often_for_one_paper_as_for_three() -> None:
    counts = []
    for number in range(3):
        PaperVersion.objects.create(paper=paper(f"On Widgets {number}"), label="v1")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found("widgets")
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_without_htmx_the_same_address_leads_to_the_form() -> None:
    answer = Client().post("/reports/new/papers/", {"q": "widgets & gears"})
    assert answer["Location"] == "/reports/new/?q=widgets+%26+gears"
    assert Client().get("/reports/new/papers/", **HTMX).status_code == 405


def test_a_paper_that_is_not_public_is_offered_to_its_reporter_alone() -> None:
    client = signed_in(make_user())
    report = submit(client, by_hand())
    secret = str(report.paper_id)
    own = found("x", client, str(report.pk), paper=secret)
    assert said(own) == "Chosen: 一种新方法: A New Method."
    stranger = signed_in(make_user("other@example.org"))
    for other, page in ((stranger, str(report.pk)), (client, "new"), (Client(), str(report.pk))):
        assert "A New Method" not in str(found("x", other, page, paper=secret))
    assert "A New Method" not in str(found("A New Method", client))


def test_a_version_in_the_identifier_is_filled_in_once() -> None:
    client = signed_in(make_user())
    form = {"form_key": "k", "q": "arXiv:2401.01234v3", "do": "find"}
    client.post("/reports/new/", form)
    draft = Report.objects.get()
    assert draft.typed["version"] == ["arXiv v3"]
    client.post("/reports/new/", form | {"form_key": "other", "version": "the proceedings"})
    assert Report.objects.latest("pk").typed["version"] == ["the proceedings"]


def test_htmx_neither_evaluates_nor_adds_style_nor_keeps_pages() -> None:
    page = BeautifulSoup(Client().get("/reports/new/").content, "html.parser")
    tag = page.find("meta", attrs={"name": "htmx-config"})
    assert isinstance(tag, Tag)
    for setting in ("includeIndicatorStyles", "allowEval", "allowScriptTags", "historyEnabled"):
        assert f'"{setting}":false' in str(tag["content"])
    assert page.find(style=True) is None
    assert [one for one in page.find_all(True) if any(a.startswith("on") for a in one.attrs)] == []
