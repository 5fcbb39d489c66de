"""Rows written without objects are the rows that objects would have written."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError, IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from registry import rows
from registry.models import Ground, Listing, Paper, PaperAuthor, Standing
from tests.registry.builders import paper

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 3, 1, 11, 59, 59, 123_456, tzinfo=UTC)
ODD = "Ü\"\\\n{}[],'%s 深度 \U0001f469 $$ --"


def test_every_row_is_written_with_what_all_share() -> None:
    one = paper("One")
    new = [{"position": n, "name": f"{ODD} {n}"} for n in (7, 8, 9)]
    keys = rows.insert_all(PaperAuthor, new, paper_id=one.pk, orcid="")
    written = PaperAuthor.objects.filter(paper=one, position__gte=7)
    assert sorted(keys) == sorted(written.values_list("pk", flat=True))
    assert list(written.values_list("position", "name", "orcid")) == [
        (n, f"{ODD} {n}", "") for n in (7, 8, 9)
    ]


def test_moments_keep_their_microseconds_and_lists_and_objects_their_shape() -> None:
    one, other = paper("One"), paper("Other")
    Paper.objects.filter(pk=other.pk).update(is_public=False)
    facts = {"environments": [ODD], "hours": 3, "nested": {"none": None}}
    rows.update_all(
        Paper,
        [
            {"id": one.pk, "answered_at": MOMENT, "modes": ["same code", "深度 '"], "facts": facts},
            {"id": other.pk, "answered_at": None, "modes": [], "facts": None},
        ],
    )
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.answered_at, one.modes, one.facts) == (MOMENT, ["same code", "深度 '"], facts)
    assert (other.answered_at, other.modes, other.facts) == (None, [], None)
    assert not other.is_public
    assert one.standing == Standing.NONE


def test_nothing_asks_for_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert rows.insert_all(Listing, []) == []
        rows.update_all(Paper, [])


@pytest.mark.parametrize("where", ["rows", "same"])
def test_what_is_too_long_is_refused_and_not_cut(where: str) -> None:
    long = {"orcid": "0" * 20}
    row = {"position": 9, "name": "Ada"}
    with pytest.raises(DataError), transaction.atomic():
        if where == "rows":
            rows.insert_all(PaperAuthor, [row | long], paper_id=paper("One").pk)
        else:
            rows.insert_all(PaperAuthor, [row], paper_id=paper("One").pk, **long)


def test_a_constraint_refuses_all_of_them() -> None:
    one = paper("One")
    same = {"paper_id": one.pk, "report_id": 7, "ground": Ground.SILENCE, "version": "v1"}
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert_all(
            Listing,
            [same, same],
            opened_at=MOMENT + timedelta(days=1),
            ending="",
            note="",
        )
    assert not Listing.objects.exists()
