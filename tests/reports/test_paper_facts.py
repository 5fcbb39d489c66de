"""A moderator corrects what is told of a paper: logged with what it was, and for good."""

from typing import Any

import pytest
from django.test import Client

from registry import metadata
from registry.identifiers import Found
from registry.models import Paper
from registry.sources.facts import Facts
from reports import merging, paper_facts
from reports.lifecycle import Refused
from reports.models import PaperEvent
from tests.registry import builders
from tests.reports import stages
from tests.reports.moderators import Desk, page_of, sentences, words
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db
DOI = Found("doi", "10.9999/lantern")
AS_IS = {"title": "Lantern Netwroks", "venue": "NeurLamps", "year": "2024", "url": ""}


@pytest.fixture
def paper() -> Paper:
    return builders.paper("Lantern Netwroks", venue="NeurLamps", year=2024, doi=DOI.value)


def send(desk: Desk, paper: Paper, **typed: Any) -> Any:
    form = {"do": "correct", "of": paper.pk, "reason": "The title page says so.", **AS_IS, **typed}
    return desk.browser.post(f"/moderation/papers/{paper.pk}/", form)


def test_the_form_begins_with_what_is_there_and_corrects_what_differs(paper: Paper) -> None:
    desk = Desk()
    page = page_of(desk.browser.get(f"/moderation/papers/{paper.pk}/"))
    fold = page.select_one(f"#correct-{paper.pk}")
    assert [one.get("value", "") for one in fold.select("input[name]:not([type=hidden])")] == [
        "Lantern Netwroks", "NeurLamps", "2024", "",
    ]  # fmt: skip
    done = send(desk, paper, title="Lantern  Networks", year="2023")
    assert done.status_code == 302
    assert desk.messages() == ["Corrected: no source changes it again."]
    paper.refresh_from_db()
    assert (paper.title, paper.venue, paper.year) == ("Lantern Networks", "NeurLamps", 2023)
    (event,) = PaperEvent.objects.all()
    assert (event.kind, event.paper_id, event.root_id, event.note) == (
        "corrected", paper.pk, None,
        "The title page says so.\ntitle: “Lantern Netwroks” is now “Lantern Networks”.\n"
        "year: “2024” is now “2023”.",
    )  # fmt: skip
    for path in (f"/moderation/papers/{paper.pk}/", "/moderation/log/"):
        log = words(page_of(desk.browser.get(path)), "ol.timeline")
        assert "its facts were corrected" in log
        assert "“Lantern Netwroks” is now “Lantern Networks”" in log
        assert "into paper" not in log
    public = Client().get(f"/papers/{paper.pk}/", follow=True)
    assert public.redirect_chain[-1][0].endswith("/lantern-networks/")
    assert "title, year: a person, corrected on" in words(page_of(public), "main p")


def test_no_source_changes_it_again(paper: Paper) -> None:
    send(Desk(), paper, title="Lantern Networks")
    told = Facts(
        source="Crossref", fetched_at=NOW, title="Lantern Netwroks", identifiers=(DOI,), year=2025
    )
    metadata.add_known(DOI, told, NOW + 9 * DAY, pinned=lambda papers: False)
    paper.refresh_from_db()
    assert paper.title == "Lantern Networks"


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({}, 409, "Nothing differs from what is there: there is nothing to correct."),
        ({"title": " "}, 422, "Title: A paper has a title."),
        ({"title": "x" * 2001}, 422, "Title: "),
        ({"year": "99"}, 422, "Year: Write the year with four digits: 2024."),
        ({"year": "1e999"}, 422, "Year: "),
        ({"url": "javascript:alert(1)"}, 422, "Address of the paper: "),
        ({"title": "Another", "reason": ""}, 422, "Reason: Give the reason: how do you know it?"),
        ({"of": "0", "title": "Another"}, 409, "What this was about is decided already, or gone."),
    ],
)
def test_what_is_not_right_is_refused_with_what_was_typed(
    typed: dict[str, str], status: int, sentence: str, paper: Paper
) -> None:
    answer = send(Desk(), paper, **typed)
    assert answer.status_code == status
    (said,) = sentences(answer)
    assert said.startswith(sentence)
    paper.refresh_from_db()
    assert (paper.title, PaperEvent.objects.count()) == ("Lantern Netwroks", 0)


def test_an_entry_that_is_merged_is_corrected_beside_its_root(paper: Paper) -> None:
    root = builders.paper("Lantern Networks")
    merging.merge(
        paper_id=paper.pk, root_id=root.pk, moderator=stages.moderator(), reason="One.", now=NOW
    )
    assert send(Desk(), paper, venue="Lamps").status_code == 302
    answer = Desk().browser.post(
        f"/moderation/papers/{root.pk}/",
        {**AS_IS, "do": "correct", "of": paper.pk, "venue": "Lamps 2", "reason": "It says so."},
    )
    assert answer.status_code == 302
    paper.refresh_from_db()
    assert paper.venue == "Lamps 2"


def test_nobody_corrects_their_own_paper(paper: Paper) -> None:
    author = stages.user(name="Ada Example", is_staff=True)
    with pytest.raises(Refused, match="This is your own paper"):
        paper_facts.correct(
            paper_id=paper.pk, moderator=author, reason="x", now=NOW, title="Other", venue="",
            year=None, url="",
        )  # fmt: skip
    page = page_of(Desk(author).browser.get(f"/moderation/papers/{paper.pk}/"))
    assert page.select("[id^=correct-]") == []


def test_a_corrected_title_is_found_by_its_new_words(paper: Paper) -> None:
    send(Desk(), paper, title="Beacon Networks")
    found = Client().get("/papers/", {"q": "beacon"}).content.decode()
    assert "Beacon Networks" in found
