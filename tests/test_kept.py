"""What is kept for the next test is what was written, whatever connection it was written to."""

from collections.abc import Iterator

import pytest
from django.db import connection

from registry.models import Paper
from tests.kept import SHELF, kept
from tests.registry.builders import NOW

pytestmark = pytest.mark.django_db


def a_paper(title: str) -> Paper:
    return Paper.objects.create(title=title, title_key=title, created_at=NOW)


@kept
def two_papers(title: str) -> list[Paper]:
    return [a_paper(title) for _ in range(2)]


def stored() -> int:
    return Paper.objects.count()


@pytest.fixture
def another_connection() -> Iterator[None]:
    """As in a thread in which an event loop has begun to run: nobody watches it yet."""
    wrappers = connection.execute_wrappers
    connection.execute_wrappers = []
    yield
    connection.execute_wrappers = wrappers


@pytest.mark.parametrize("time", [1, 2, 3])
def test_every_test_that_begins_so_has_the_rows(time: int) -> None:
    papers = two_papers("kept for the next")
    assert [Paper.objects.get(pk=one.pk).title for one in papers] == ["kept for the next"] * 2
    assert stored() == 2


@pytest.mark.parametrize("time", [1, 2, 3])
@pytest.mark.usefixtures("another_connection")
def test_so_it_is_on_a_connection_that_nobody_has_watched(time: int) -> None:
    a_paper("seen by nobody")
    assert {one.title for one in two_papers("another")} == {"another"}
    assert stored() == 3


def test_what_is_written_by_nobody_that_is_kept_is_seen() -> None:
    two_papers("first")
    assert SHELF.here() is not None
    a_paper("between")
    assert SHELF.here() is None
