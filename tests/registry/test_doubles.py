"""Papers that may be one work are suggested to moderators."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import doubles, merging
from registry.models import Paper
from tests.registry.builders import paper

pytestmark = pytest.mark.django_db
TITLE = "Learning to fold made-up proteins with graphs"
NAMES = ["Ada Muster", "Bo Probe"]


def made(title: str = TITLE, names: list[str] | None = None, **more: object) -> Paper:
    return paper(title, names=NAMES if names is None else names, **more)


def suggested(of: Paper) -> list[tuple[int, str]]:
    return [(double.paper.pk, double.why) for double in doubles.of(of)]


def test_the_same_title_is_suggested_whoever_wrote_it() -> None:
    one, other = made(year=2020), made("LEARNING to fold made-up proteins with graphs.", ["Cy"])
    assert suggested(one) == [(other.pk, "the same title")]
    assert suggested(other) == [(one.pk, "the same title")]


@pytest.mark.parametrize(
    ("title", "names", "year"),
    [
        ("Learning to fold made-up proteins with graph networks", NAMES, 2021),
        ("Learning to fold made up protein by graphs", ["A. Muster"], None),
        ("Fold made-up proteins with graphs", ["Ádá Müster", "Muster, A."], 2018),
    ],
)
def test_titles_that_are_alike_are_suggested_among_the_works_of_an_author(
    title: str, names: list[str], year: int | None
) -> None:
    one, other = made(year=2020), made(title, names, year=year)
    assert suggested(one) == [(other.pk, "an author in common, and nearly the same title")]


@pytest.mark.parametrize(
    ("title", "names", "year"),
    [
        ("Learning to fold made-up proteins with graph networks", ["Cy Other"], 2021),
        ("Learning to fold made-up proteins with graph networks", NAMES, 2011),
        ("Something about quite another matter", NAMES, 2020),
    ],
)
def test_other_works_are_not_suggested(title: str, names: list[str], year: int) -> None:
    one = made(year=2020)
    made(title, names, year=year)
    assert suggested(one) == []


def test_what_is_not_public_or_merged_already_is_not_suggested() -> None:
    one, merged = made(), made()
    made(public=False)
    merging.merge(merged, one)
    assert suggested(one) == []
    assert suggested(merged) == []


def test_a_paper_without_authors_and_a_hostile_name_do_no_harm() -> None:
    one = made(names=[])
    hostile = made(names=["'; DROP TABLE x -- & | ! (:*", "!", "张伟", "O'Neill:B"])
    assert suggested(one) == [(hostile.pk, "the same title")]
    assert suggested(hostile) == [(one.pk, "the same title")]


@pytest.mark.parametrize("number", [1, 15])
def test_many_take_as_many_queries_as_one(number: int) -> None:
    one = made()
    for _ in range(number):
        made()
    with CaptureQueriesContext(connection) as queries:
        assert len(suggested(one)) == min(number, doubles.MOST)
    assert len(queries) == 4
