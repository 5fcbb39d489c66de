"""A dump tells what the API tells, record by record, and no more (docs/data.md)."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import override_settings
from jsonschema import Draft202012Validator

from registry import merging, notices
from registry.cells import cell
from registry.models import Notice, Paper
from reports.dumps import described
from reports.dumps.columns import TABLES
from reports.models import Report
from tests.api.asking import pages, told
from tests.registry import builders
from tests.reports import stages
from tests.reports.dumps.made import HOSTILE, LATER, dumped, many, records, table
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db
ONLY_HERE = {"address", "known_since"}
"""What a paper's page and feed tell, and the API does not."""


@pytest.fixture
def dump(tmp_path: Path) -> Iterator[Path]:
    with (
        time_machine.travel(LATER, tick=False),
        override_settings(SITE_URL="http://testserver"),
    ):
        many()
        merged, root = builders.paper("A second entry", arxiv="2401.00001"), Paper.objects.first()
        assert root is not None
        merging.merge(merged, root)
        builders.paper("Without a report", doi="10.5555/none", url="https://b.example/paper")
        builders.paper("By hand", names=(), url="https://c.example/paper")
        builders.paper("Not public", public=False)
        notices.keep(
            [notices.New("doi", "10.5555/none", "retracted", None, "10.5555/notice"),
             notices.New("doi", "10.5555/elsewhere", "corrected", NOW.date())],
            source="Retraction Watch", now=NOW,
        )  # fmt: skip
        yield dumped(tmp_path)


def test_every_record_is_what_the_api_tells(dump: Path) -> None:
    papers = records(dump, "papers")
    assert [one["id"] for one in papers] == list(
        Paper.objects.filter(is_public=True, root=None).order_by("pk").values_list("pk", flat=True)
    )
    for one in papers:
        api = told(f"/api/v1/papers/{one['id']}")
        assert {name: value for name, value in one.items() if name not in ONLY_HERE} == api
    assert list(reversed(records(dump, "listings"))) == pages("/api/v1/listings")
    assert list(reversed(records(dump, "answers"))) == pages("/api/v1/answers")
    reports = records(dump, "reports")
    listed = {row["id"] for row in pages("/api/v1/reports")}
    lines = {one["id"] for one in reports if "reason" in one}
    assert {one["id"] for one in reports} == listed | lines
    assert len(listed) == 10
    assert len(lines) == 3
    for one in reports:
        assert one == told(f"/api/v1/reports/{one['id']}")


def test_what_nobody_may_see_is_nowhere(dump: Path) -> None:
    secret = Report.objects.exclude(pk__in=[one["id"] for one in records(dump, "reports")])
    assert {one.state for one in secret} == {"asking", "submitted", "unreachable", "withdrawn"}
    everything = "".join(
        gzip.decompress(path.read_bytes()).decode() for path in dump.glob("*.gz")
    ) + "".join(path.read_text() for path in dump.glob("*.*") if path.suffix != ".gz")
    for word in (
        "@authors", "@reporters", "Rita Secret", "Hidden Institute", "Somebody Private",
        "550 5.1.1", "Not public", "Mo 1",
    ):  # fmt: skip
        assert word not in everything
    assert "redacted by a moderator" in everything


def test_every_record_has_the_form_that_its_schema_says(dump: Path) -> None:
    for name in described.RECORDS:
        schema = json.loads((dump / f"{name}.schema.json").read_text())
        Draft202012Validator.check_schema(schema)
        assert schema == described.schema_of(name)
        validator = Draft202012Validator(schema)
        found = records(dump, name)
        assert found
        for one in found:
            validator.validate(one)
            assert not validator.is_valid(one | {"more": 1})


def test_hostile_texts_come_back_as_they_were_written(dump: Path) -> None:
    stored = set(Report.objects.values_list("summary", flat=True))
    (one,) = [one for one in records(dump, "reports") if one.get("summary") == HOSTILE[0]]
    assert one["summary"] in stored
    raw = gzip.decompress((dump / "reports.jsonl.gz").read_bytes()).decode()
    assert len(raw.splitlines()) == raw.count("\n") == len(records(dump, "reports"))
    everything = json.dumps([records(dump, name) for name in described.RECORDS])
    for words in HOSTILE:
        assert json.dumps(words)[1:-1] in everything


def test_tables_say_the_same_on_one_line_and_without_formulas(dump: Path) -> None:
    rows = {row["id"]: row for row in table(dump, "reports")}
    for one in records(dump, "reports"):
        row = rows[str(one["id"])]
        assert row["summary"] == cell(one.get("summary"))
        assert row["paper"] == str(one["paper"]["id"])
        assert row["reason"] == cell(one.get("reason"))
    for found in TABLES:
        for row in table(dump, found.name):
            assert list(row) == [column.name for column in found.columns]
            for column in found.columns:
                value = row[column.name]
                assert "\n" not in value
                if column.type == "string":
                    assert not value.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    claims = table(dump, "claims")
    assert {row["runs"] for row in claims} >= {"90.1; 90.5; 89.9"}
    assert {row["higher_is_better"] for row in claims} == {"true"}
    assert {row["what"] for row in table(dump, "links")} >= {
        "code that was used", "evidence: log", "shared: code",
    }  # fmt: skip
    assert {row["notice"] for row in table(dump, "notices")} == {"10.5555/notice", ""}
    doi = {row["doi"]: row for row in table(dump, "papers")}
    assert doi["10.5555/none"]["address"] == ""
    assert {row["address"] for row in table(dump, "papers")} >= {"https://c.example/paper"}


def test_the_package_says_what_every_file_is(dump: Path) -> None:
    package = json.loads((dump / "datapackage.json").read_text())
    assert package["moment"] == LATER.isoformat()
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    for one in package["resources"]:
        path = dump / one["path"]
        assert one["bytes"] == path.stat().st_size
        assert one["hash"].startswith("sha256:")
        name = one["name"].removesuffix("-csv")
        made = records(dump, name) if one["format"] == "jsonl" else table(dump, name)
        assert one["records"] == len(made)
        if one["format"] == "csv":
            assert [field["name"] for field in one["schema"]["fields"]] == [
                column.name for column in next(t for t in TABLES if t.name == name).columns
            ]
    keys = {t.name: t.key for t in TABLES if t.key}
    for name, key in keys.items():
        rows = [tuple(row[column] for column in key) for row in table(dump, name)]
        assert len(set(rows)) == len(rows), name


def test_corrections_tell_what_was_taken_back_and_not_what_it_was(dump: Path) -> None:
    found = {(one["what"], one["word"]) for one in records(dump, "corrections")}
    assert found == {
        ("report", "withdrawn"), ("report", "removed"), ("listing", "annulled"),
        ("redaction", "redacted"),
    }  # fmt: skip


def test_steps_tell_of_letters_without_names_and_addresses(dump: Path) -> None:
    letters = [one for one in records(dump, "steps") if one["kind"] == "letter"]
    assert {one["letter"] for one in letters} == {"notice"}
    assert {one["author"] for one in letters} <= {1, 2}
    assert all(one["who"] == one["note"] == "" for one in letters)


def test_the_same_record_makes_the_same_bytes(tmp_path: Path) -> None:
    stages.lapsed()
    first, second = dumped(tmp_path / "a", LATER), dumped(tmp_path / "b", LATER)
    assert {p.name: p.read_bytes() for p in first.iterdir()} == {
        p.name: p.read_bytes() for p in second.iterdir()
    }


def test_of_an_empty_registry_there_is_a_dump_too(tmp_path: Path) -> None:
    dump = dumped(tmp_path, NOW + DAY)
    assert not Notice.objects.exists()
    assert all(records(dump, name) == [] for name in described.RECORDS)
    assert table(dump, "papers") == []
