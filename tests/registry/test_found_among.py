"""Which of some papers a question finds: what the page of the search finds among them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import found_among as module
from registry import search
from registry.found_among import found_among
from registry.models import Paper, Standing
from registry.query import Query
from tests.registry import builders

pytestmark = pytest.mark.django_db

QUESTIONS = [
    Query(),
    Query(q="lantern"),
    Query(q="Lantern Networks"),
    Query(q='"lantern networks" -survey'),
    Query(q="the"),
    Query(q="-survey"),
    Query(q="灯笼"),
    Query(q="ada example"),
    Query(q="lantern %s ' ) OR true --"),
    Query(venue="ICML"),
    Query(venue="widget conference"),
    Query(venue="the"),
    Query(q="lantern", venue="ICML", year=2024),
    Query(year=2024),
    Query(standing="no_answer"),
    Query(standing="reported"),
    Query(cause="no_code"),
    Query(mode="re-run"),
    Query(code="unknown"),
    Query(reports=2),
]


@pytest.fixture
def papers() -> list[Paper]:
    made = [
        builders.paper("Lantern Networks", venue="ICML", year=2024),
        builders.paper("A survey of lantern networks", venue="The Widget Conference", year=2023),
        builders.paper("The", venue="ICML 2024", year=2024),
        builders.paper("面向图像的灯笼网络", names=("王小明",)),
        builders.paper("Gears", venue="ICML"),
    ]
    builders.with_standing(made[0], Standing.NO_ANSWER)
    builders.with_standing(made[1], Standing.ANSWERED)
    return made


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda one: one.encoded() or "all")
def test_it_finds_what_the_page_finds(asked: Query, papers: list[Paper]) -> None:
    every = [paper.pk for paper in papers]
    (found,) = found_among([asked], every)
    assert found == {paper.pk for paper in search.find(asked, 100).papers}


def test_each_question_has_its_own_and_a_paper_beside_is_not_found(papers: list[Paper]) -> None:
    first, second, *_ = papers
    questions = [Query(q="lantern"), Query(q="gears"), Query(year=2023)]
    assert found_among(questions, [first.pk, second.pk]) == [
        {first.pk, second.pk}, set(), {second.pk},
    ]  # fmt: skip
    assert found_among(questions, []) == [set()] * 3
    assert found_among([], [first.pk]) == []


def test_what_is_not_public_is_not_found(papers: list[Paper]) -> None:
    hidden = builders.paper("Hidden lantern", public=False)
    assert found_among([Query(q="lantern")], [hidden.pk]) == [set()]


def test_so_many_questions_are_one_query(papers: list[Paper], monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 10)
    questions = [Query(q=f"lantern {n}", venue=f"Venue {n}") for n in range(25)]
    with CaptureQueriesContext(connection) as asked:
        found_among(questions, [papers[0].pk])
    assert len(asked) == 3
