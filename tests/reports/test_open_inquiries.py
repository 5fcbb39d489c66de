"""SHOW_OPEN_INQUIRIES: paper, day of asking and deadline are public while authors are asked; no
more, and nothing at all where the setting is off (product.md, section 3)."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from registry import checking
from registry.bibliography.entry import Entry
from registry.checking import Finding
from registry.identifiers import Found
from registry.models import Paper
from reports import merging
from reports.models import Report
from reports.states import State
from tests.registry import builders
from tests.reports import stages
from tests.reports.moderators import page_of
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db
DOI = Found("doi", "10.9999/lantern")


@pytest.fixture
def paper() -> Paper:
    return builders.paper("Lantern Networks", doi=DOI.value)


def said(paper: Paper) -> list[str]:
    page = page_of(Client().get(f"/papers/{paper.pk}/", follow=True))
    return [" ".join(one.get_text().split()) for one in page.select(".page-head .notice")]


def found(*entries: Entry) -> list[Finding]:
    return [one.finding for one in checking.check(entries or [Entry(line=1, identifiers=(DOI,))])]


def test_nothing_is_said_unless_the_setting_is_on(paper: Paper) -> None:
    stages.asked(of=paper)
    assert (said(paper), found()) == ([], [Finding.NOTHING])


def test_the_paper_and_its_dates_are_public_and_nothing_of_the_report(
    settings: Settings, paper: Paper
) -> None:
    settings.SHOW_OPEN_INQUIRIES = True
    report = stages.asked(of=paper)
    (sentence,) = said(paper)
    assert sentence.startswith("The authors were asked about a report on ")
    assert sentence.endswith("Until then nothing is said of what was reported.")
    assert report.inquiry.deadline is not None
    page = Client().get(f"/papers/{paper.pk}/", follow=True).content.decode()
    assert report.inquiry.deadline.date().isoformat() in page
    for secret in (report.reporter.name, report.reporter.email, report.summary):
        assert secret and secret not in page
    assert Client().get(f"/reports/{report.pk}/").status_code == 404


def test_a_bibliography_check_says_asked_of_each_place_where_the_paper_is_cited(
    settings: Settings, paper: Paper
) -> None:
    settings.SHOW_OPEN_INQUIRIES = True
    other = builders.paper("Another paper", arxiv="2401.00001")
    stages.asked(of=paper)
    by_title = Entry(line=2, title=paper.title, year=paper.year, authors=tuple(paper.author_names))
    entries = [
        Entry(line=1, identifiers=(DOI,)), by_title,
        Entry(line=3, identifiers=(Found("arxiv", "2401.00001"),)),
    ]  # fmt: skip
    assert other.standing == "none"
    assert found(*entries) == [Finding.ASKED, Finding.ASKED, Finding.NOTHING]
    page = Client().post("/check/", {"text": "10.9999/lantern"}).content.decode()
    assert "authors are being asked" in page


def test_a_merged_paper_is_asked_about_at_its_root(settings: Settings, paper: Paper) -> None:
    settings.SHOW_OPEN_INQUIRIES = True
    preprint = builders.paper("Lantern Networks (preprint)", arxiv="2401.00001")
    stages.asked(of=preprint)
    merging.merge(
        paper_id=preprint.pk, root_id=paper.pk, moderator=stages.moderator(), reason="One work.",
        now=NOW + DAY,
    )  # fmt: skip
    assert len(said(paper)) == 1
    assert found() == [Finding.ASKED]


def lapsed(of: Paper) -> Report:
    return stages.lapsed(of=of)


def waiting(of: Paper) -> Report:
    return stages.submitted(of=of)


def accepted(of: Paper) -> Report:
    return stages.accepted(of=of)


def unreachable(of: Paper) -> Report:
    return stages.unreachable(of=of)


def withdrawn(of: Paper) -> Report:
    return stages.withdrawn(stages.asked(of=of))


@pytest.mark.parametrize("stage", [lapsed, waiting, accepted, unreachable, withdrawn])
def test_only_inquiries_with_a_running_clock_are_open(
    settings: Settings, paper: Paper, stage: Any
) -> None:
    """Before a letter was handed over nobody was asked; afterwards the report speaks for itself."""
    settings.SHOW_OPEN_INQUIRIES = True
    assert stage(paper).state in set(State)
    assert said(paper) == []
    assert Finding.ASKED not in found()


def test_a_paper_that_is_not_public_stays_secret(settings: Settings) -> None:
    settings.SHOW_OPEN_INQUIRIES = True
    stages.asked(of=builders.paper("Secret lanterns", doi=DOI.value, public=False))
    assert found() == [Finding.NOTHING]


@pytest.mark.parametrize("path", ["/policy/", "/guide/authors/", "/guide/reporters/"])
def test_the_plain_pages_promise_what_the_setting_keeps(settings: Settings, path: str) -> None:
    secret = ("nothing is public", "nothing about the report is public")
    text = " ".join(page_of(Client().get(path)).get_text().split()).lower()
    assert any(words in text for words in secret)
    settings.SHOW_OPEN_INQUIRIES = True
    text = " ".join(page_of(Client().get(path)).get_text().split()).lower()
    assert "nothing of the report is public" in text
    assert not any(words in text for words in secret)
