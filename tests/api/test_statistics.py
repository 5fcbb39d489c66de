"""GET /api/v1/statistics: the tables of /statistics/."""

import csv
import io

import pytest
from django.test import Client

from reports.models import Statistics
from reports.states import State
from reports.statistics import computing
from tests.api.asking import refused
from tests.reports.statistics import many

pytestmark = pytest.mark.django_db
NAMES = [part.name for part in computing.PARTS]
STATISTICS = "/api/v1/statistics"


def told(**asked: str) -> list[dict]:
    response = Client().get(STATISTICS, asked)
    assert response.status_code == 200
    return response.json()["statistics"]


def test_before_anything_is_computed_every_part_says_so() -> None:
    parts = told()
    assert [part["name"] for part in parts] == NAMES
    assert all(part["computed_at"] is None and part["rows"] == [] for part in parts)
    assert not Statistics.objects.exists()


def test_the_rows_are_those_of_the_files() -> None:
    for _ in range(12):
        many.report(State.RESOLVED, claims=[{"runs": [97.0], "tolerance": 1.0}])
    computing.compute(many.LATER)
    for part in told():
        text = Client().get(f"/statistics/{part['name']}.csv").text
        heads, *rows = csv.reader(io.StringIO(text))
        assert [column["name"] for column in part["columns"]] == heads
        assert len(part["rows"]) == len(rows)
        for ours, file in zip(part["rows"], rows, strict=True):
            for cell, written in zip(ours, file, strict=True):
                match cell:
                    case None:
                        assert written == ""
                    case str():
                        assert written == cell
                    case _:
                        assert float(written) == pytest.approx(cell, abs=1e-3)
    assert any(part["rows"] for part in told())


def test_one_part_is_asked_for_by_its_name() -> None:
    (part,) = told(part="causes")
    assert part["name"] == "causes"
    assert "silence" in told(part="over-time")[0]["shows_not"].lower()


def test_a_part_that_there_is_not_is_refused() -> None:
    assert "causes" in refused(f"{STATISTICS}?part=nothing")
