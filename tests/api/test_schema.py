"""The description of the API: OpenAPI 3.1, and every answer is as it says."""

from typing import Any

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from config.api.schema import schema
from reports.states import Outcome
from tests.api.asking import told
from tests.registry.builders import paper
from tests.reports import stages
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db
ROOT = Resource(contents=schema(), specification=DRAFT202012)


def operation(path: str, method: str = "get") -> dict[str, Any]:
    return dict(schema()["paths"][path][method])


def as_described(path: str, answer: Any, method: str = "get") -> None:
    """Fails unless the answer is what the description says of the operation."""
    content = operation(path, method)["responses"]["200"]["content"]
    wanted = closed(content["application/json"]["schema"])
    registry = Registry().with_resource("urn:api", ROOT)
    validator = Draft202012Validator(wanted, registry=registry)
    assert [f"{list(one.path)}: {one.message}" for one in validator.iter_errors(answer)] == []


def closed(wanted: Any) -> Any:
    """The schema, with its references into the whole description."""
    if isinstance(wanted, dict):
        return {
            name: f"urn:api{value}" if name == "$ref" else closed(value)
            for name, value in wanted.items()
        }
    return [closed(one) for one in wanted] if isinstance(wanted, list) else wanted


def test_it_is_openapi_3_1_and_the_same_for_everybody() -> None:
    described = told("/api/v1/schema")
    assert described["openapi"] == "3.1.0"
    validate_schema(described)
    assert set(described["paths"]) == {
        "/api/v1/", "/api/v1/papers", "/api/v1/papers/{paper_id}",
        "/api/v1/papers/{scheme}/{value}",
        "/api/v1/listings", "/api/v1/reports", "/api/v1/reports/{report_id}", "/api/v1/answers",
        "/api/v1/statistics", "/api/v1/check", "/api/v1/prefixes/{prefix}",
    }  # fmt: skip


def test_making_it_warns_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    schema.cache_clear()
    schema()
    assert capsys.readouterr().err == ""


def test_every_operation_tells_its_errors_and_its_limits() -> None:
    for path, methods in schema()["paths"].items():
        for method, one in methods.items():
            assert one["summary"] and one["description"], path
            statuses = set(one["responses"])
            assert {"200", "400", "406", "429"} <= statuses, path
            assert ("304" in statuses) == (method == "get")
            for status, response in one["responses"].items():
                assert "RateLimit" in response["headers"]
                if status >= "400":
                    assert set(response["content"]) == {"application/problem+json"}


def test_every_parameter_and_field_is_told_in_words_or_by_its_values() -> None:
    for path, methods in schema()["paths"].items():
        for one in methods.values():
            for parameter in one.get("parameters", ()):
                assert parameter.get("description"), (path, parameter["name"])


def test_answers_about_reports_in_every_state_are_as_described() -> None:
    work = paper("Lantern Networks", doi="10.9999/lantern", year=2020)
    made = [
        stages.lapsed(of=work, claims=2), stages.disputed(), stages.resolved(), stages.confirmed(),
        stages.unasked(), stages.answered(late=3 * DAY, shared=[stages.said("yes")]),
        stages.accepted(outcome=Outcome.MATCHED), stages.lapsed(outcome=Outcome.NOT_ATTEMPTED),
        stages.withdrawn(stages.answered()), stages.removed(stages.lapsed(), reason="A name."),
    ]  # fmt: skip
    stages.answer(made[0], at=NOW + 60 * DAY, url="https://code.example/fixed")
    stages.annulled()
    as_described("/api/v1/", told("/api/v1/"))
    for name in ("papers", "listings", "reports", "answers"):
        answer = told(f"/api/v1/{name}", limit="100")
        assert len(answer["results"]) >= 6, name
        as_described(f"/api/v1/{name}", answer)
        as_described(f"/api/v1/{name}", told(f"/api/v1/{name}", limit="1"))
    for report in made:
        answer = told(f"/api/v1/reports/{report.pk}")
        as_described("/api/v1/reports/{report_id}", answer)
        answer = told(f"/api/v1/papers/{report.paper_id}")
        as_described("/api/v1/papers/{paper_id}", answer)
    answer = told("/api/v1/papers/doi/10.9999/lantern")
    as_described("/api/v1/papers/{scheme}/{value}", answer)


def test_what_the_check_answers_is_as_described() -> None:
    stages.lapsed(of=paper("Lantern Networks", doi="10.9999/lantern", year=2020))
    body = (
        "@article{a, title={T}, doi={10.9999/lantern}}\n@article{b, title={U}}\n@x{\n"
        "@article{c, title={Lantern Netwroks}, year={2020}}"
    )
    response = Client().post("/api/v1/check", body, content_type="text/plain")
    assert len(response.json()["results"]) == 4
    as_described("/api/v1/check", response.json(), "post")
    as_described("/api/v1/prefixes/{prefix}", told("/api/v1/prefixes/0af"))


def test_a_field_that_is_not_described_is_not_there() -> None:
    """So that nothing is told that nobody looked at."""
    stages.lapsed()
    for name in ("papers", "listings", "reports"):
        (row,) = told(f"/api/v1/{name}")["results"]
        content = operation(f"/api/v1/{name}")["responses"]["200"]["content"]
        page = schema()["components"]["schemas"][
            content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        ]
        ref = page["properties"]["results"]["items"]["$ref"].rpartition("/")[2]
        assert set(row) == set(schema()["components"]["schemas"][ref]["properties"])
