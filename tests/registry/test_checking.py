"""What the registry knows of the works that a bibliography names: no false hit, none missed."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import checking, merging, metadata, near_titles
from registry.bibliography.entry import Entry, NotUnderstood
from registry.checking import Checked, Counts, Finding
from registry.identifiers import Found, parse
from registry.models import Notice, Paper, Standing
from tests.registry.builders import NOW, paper, with_standing

pytestmark = pytest.mark.django_db
TITLE = "Learning to fold made-up proteins"


def entry(title: str = TITLE, *, ids: str = "", **more: Any) -> Entry:
    found = tuple(one for text in ids.split() if (one := parse(text)) is not None)
    return Entry(line=1, title=title, identifiers=found, **more)


def one(asked: Entry | NotUnderstood) -> Checked:
    (checked,) = checking.check([asked])
    return checked


def listed(title: str = TITLE, **more: Any) -> Paper:
    return with_standing(paper(title, **more), Standing.NO_ANSWER)


@pytest.mark.parametrize("standing", [s for s in Standing if s != Standing.NONE])
def test_every_standing_is_a_finding(standing: Standing) -> None:
    made = with_standing(paper(TITLE, doi="10.1234/a"), standing)
    found = one(entry("", ids="10.1234/a"))
    assert found.paper is not None
    assert (found.finding, found.paper.id, found.by) == (
        Finding(standing), made.pk, "DOI 10.1234/a",
    )  # fmt: skip


def test_an_identifier_is_a_hit_whatever_the_title() -> None:
    listed(arxiv="1706.03762")
    assert one(entry("Another title", ids="arXiv:1706.03762v3")).finding == Finding.NO_ANSWER
    assert one(entry("", ids="10.48550/arXiv.1706.03762")).finding == Finding.NO_ANSWER


def test_an_acl_doi_finds_the_paper_by_its_acl_id() -> None:
    listed(acl="P17-1001")
    assert one(entry("", ids="10.18653/v1/P17-1001")).finding == Finding.NO_ANSWER


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        ({"authors": ("Ada Example", "Bo Sample"), "year": 2020}, "title and author"),
        ({"authors": ("A. Example",), "year": 2018}, "title and author"),
        ({"authors": ("Example",)}, "title and author"),
        ({"authors": ("Ádá Exámple", "B. Sample", "C. More")}, "title and author"),
        ({"year": 2020}, "title and year"),
        ({}, ""),
        ({"year": 2019}, ""),
        ({"authors": ("Ada Other",), "year": 2020}, ""),
        ({"authors": ("Cy Example", "Di Other"), "year": 2020}, ""),
        ({"authors": ("Ada Example", "Bo Sample"), "year": 2010}, ""),
    ],
)
def test_an_exact_title_is_a_hit_if_year_or_authors_agree(asked: dict[str, Any], by: str) -> None:
    listed(year=2020)
    found = one(entry("LEARNING to Fold {Made-Up} Proteins.", **asked))
    assert found.by == by
    assert found.finding == (Finding.NO_ANSWER if by else Finding.NOTHING)
    assert [known.title for known in found.near] == ([] if by else [TITLE])  # did you mean


def test_a_short_title_needs_both() -> None:
    listed("Foreword", year=2020)
    assert one(entry("Foreword", year=2020)).finding == Finding.NOTHING
    assert one(entry("Foreword", authors=("Ada Example", "Bo Sample"))).finding == Finding.NOTHING
    both = entry("Foreword", authors=("Ada Example", "Bo Sample"), year=2020)
    assert one(both).finding == Finding.NO_ANSWER


def test_a_listed_paper_is_found_among_hundreds_of_its_title() -> None:
    shared = "Opening words of the year's volume"
    for n in range(300):
        paper(shared, names=[f"Editor Number{n}"])
    made = listed(shared)
    paper(TITLE)
    of_all = [entry(shared, authors=("Ada Example", "Bo Sample")), entry(authors=("A. Example",))]
    first, second = checking.check(of_all)
    assert first.paper is not None
    assert second.paper is not None
    assert (first.finding, first.paper.id) == (Finding.NO_ANSWER, made.pk)
    assert (second.finding, second.paper.title) == (Finding.NOTHING, TITLE)


def test_a_paper_that_nobody_may_see_is_not_found() -> None:
    paper(TITLE, public=False, doi="10.1234/a", year=2020)
    found = one(entry(ids="10.1234/a", year=2020))
    assert (found.finding, found.paper) == (Finding.NOTHING, None)


def test_a_known_paper_without_a_report_is_named_and_nothing_is_known() -> None:
    made = paper(TITLE, doi="10.1234/a")
    found = one(entry(ids="10.1234/a"))
    assert found.paper is not None
    assert (found.finding, found.paper.id) == (Finding.NOTHING, made.pk)


def test_of_two_entries_of_one_work_the_weightier_standing_is_told() -> None:
    paper(TITLE, doi="10.1234/proceedings", year=2021)
    preprint = listed(arxiv="2001.00001", year=2020)
    found = one(entry(ids="10.1234/proceedings", authors=("Ada Example", "Bo Sample"), year=2021))
    assert found.paper is not None
    assert (found.finding, found.paper.id, found.by) == (
        Finding.NO_ANSWER, preprint.pk, "title and author",
    )  # fmt: skip


def test_a_merged_paper_is_found_as_the_paper_it_is_merged_into() -> None:
    root = listed(doi="10.1234/root")
    merged = paper("Old title", arxiv="2001.00001")
    merging.merge(merged, root)
    found = one(entry("", ids="2001.00001"))
    assert found.paper is not None
    assert (found.finding, found.paper.id) == (Finding.NO_ANSWER, root.pk)


# --- what publishers say ----------------------------------------------------------------
def notice(value: str, kind: str, scheme: str = "doi") -> Notice:
    return Notice.objects.create(
        scheme=scheme, value=value, kind=kind, dated=date(2025, 1, 2), source="Crossref",
        found_at=NOW,
    )  # fmt: skip


def test_a_retraction_is_told_of_a_work_that_is_no_paper_here() -> None:
    said = notice("10.1234/gone", Notice.Kind.RETRACTED)
    notice("10.1234/gone", Notice.Kind.RETRACTED, scheme="pmid")  # of another scheme
    found = one(entry("", ids="10.1234/gone"))
    assert (found.finding, list(found.notices), found.paper) == (Finding.RETRACTED, [said], None)


def test_a_retracted_paper_that_is_listed_stays_listed_and_says_both() -> None:
    listed(doi="10.1234/a")
    said = notice("10.1234/a", Notice.Kind.RETRACTED)
    found = one(entry(ids="10.1234/a"))
    assert (found.finding, list(found.notices)) == (Finding.NO_ANSWER, [said])


def test_a_correction_is_told_and_is_no_finding() -> None:
    said = notice("10.1234/a", Notice.Kind.CORRECTED)
    found = one(entry("", ids="10.1234/a"))
    assert (found.finding, list(found.notices)) == (Finding.NOTHING, [said])


# --- did you mean -----------------------------------------------------------------------
@pytest.mark.parametrize(
    "title",
    [
        "Learning to fold made-up protien",  # a slip
        "Learning how to fold proteins that are made up",
        "Learning to fold made-up proteins fast",  # a word more
        "Learning to fold a made-up protein",
        "Learning to fold proteins made-up",
    ],
)
def test_a_title_that_is_near_is_suggested_and_no_hit(title: str) -> None:
    made = listed(year=2020)
    assert near_titles.keep() == 1
    assert near_titles.keep() == 0
    found = one(entry(title, authors=("Ada Example", "Bo Sample"), year=2020))
    assert (found.finding, found.paper) == (Finding.NOTHING, None)
    assert [known.id for known in found.near] == [made.pk]


@pytest.mark.parametrize(
    "title", ["Learning proteins", "Fold a made-up thing", "", "完全不同的题目"]
)
def test_a_title_that_is_not_near_is_not_suggested(title: str) -> None:
    listed(year=2020)
    near_titles.keep()
    assert list(one(entry(title)).near) == []


def test_a_chinese_title_is_near_by_its_characters() -> None:
    made = listed("大规模语言模型的可重复性批评")
    near_titles.keep()
    found = one(entry("大规模语言模型的可重复性评批判"))
    assert [known.id for known in found.near] == [made.pk]


def test_a_corrected_title_is_near_by_its_new_words() -> None:
    made = listed("A title with a slip in it")
    near_titles.keep()
    metadata.correct(made.pk, now=NOW, title=TITLE)
    assert near_titles.keep() == 1
    assert [known.id for known in one(entry(TITLE + " fast")).near] == [made.pk]
    assert list(one(entry("A title with a slip in it now")).near) == []


def test_papers_without_a_report_are_not_suggested() -> None:
    paper(TITLE)
    assert near_titles.keep() == 0
    assert list(one(entry(TITLE + " fast")).near) == []


# --- as a whole -------------------------------------------------------------------------
def test_what_was_not_understood_is_told_in_its_place() -> None:
    broken = NotUnderstood(line=3, text="@article{", why="It ends before it began.")
    listed(doi="10.1234/a")
    checked = checking.check([entry("", ids="10.1234/a"), broken, entry("Nowhere at all")])
    assert [one.finding for one in checked] == [
        Finding.NO_ANSWER, Finding.NOT_UNDERSTOOD, Finding.NOTHING,
    ]  # fmt: skip
    counts = Counts.over(checked)
    assert (counts.total, counts.listed, counts.alarming) == (3, 1, 1)
    assert list(counts.of) == [Finding.NO_ANSWER, Finding.NOTHING, Finding.NOT_UNDERSTOOD]


def test_nothing_is_asked_about_an_empty_bibliography() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert checking.check([]) == []
    assert len(queries) == 0


@pytest.mark.parametrize("number", [1, 300])
def test_a_hundred_references_take_as_many_queries_as_one(number: int) -> None:
    listed(doi="10.1234/0")
    near_titles.keep()
    asked = [
        Entry(line=i, title=f"{TITLE} {i}", identifiers=(Found("doi", f"10.1234/{i}"),))
        for i in range(1, number + 1)
    ]
    with CaptureQueriesContext(connection) as queries:
        checking.check(asked)
    assert len(queries) == 5
