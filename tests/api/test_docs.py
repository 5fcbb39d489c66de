"""/api/v1/docs/: every operation with examples that run, and answers that the API gave."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as site
from django.db import transaction
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from config.api.examples import ANSWERS, EXAMPLES, SITE, answer_of
from config.api.schema import schema
from registry.models import Paper
from reports import services
from reports.states import State
from reports.statistics import computing
from tests.api.test_schema import as_described
from tests.reports import stages
from tests.reports.stages import DAY, NOW
from tests.reports.statistics import many

GUIDE = (Path(site.BASE_DIR) / "docs" / "api.md").read_text()


def world() -> None:
    """A disputed report, number 7, whose answer came late, on paper 12."""
    paper = stages.paper(
        "Lantern Networks", pk=12, doi="10.9999/lantern", arxiv="2401.00001", venue="Made-up Conf",
    )  # fmt: skip
    reporter = stages.user(email="rita@reporters.example", name="Rita", affiliation="Institute")
    report = stages.lapsed(
        of=paper, pk=7, reporter=reporter, emails=("ada@authors.example", "bo@authors.example"),
        shared=[stages.said("partly", "https://code.example/lantern", "no weights")],
    )  # fmt: skip
    assert report.inquiry.deadline is not None
    stages.answer(
        report, at=report.inquiry.deadline + 12 * DAY, url="https://code.example/lantern-fixed"
    )
    services.dispute(
        report_id=7, user=reporter, reason="Ten seeds *were* tried.", now=NOW + 60 * DAY
    )


def page() -> BeautifulSoup:
    response = Client().get("/api/v1/docs/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def plain(answer: Any) -> str:
    """An answer without the numbers that a sequence gave, and the moment of a check."""
    text = json.dumps(answer, ensure_ascii=False, indent=2).replace("http://testserver", SITE)
    text = re.sub(r'"checked_at": "[^"]+"', '"checked_at": "2026-05-01T09:30:00+00:00"', text)
    text = re.sub(r"(?<=answer-)\d+|(?<=Answer to a reproduction report )\d+", "31", text)
    return re.sub(r'(?<="id": )(?!7\b|12\b)\d+', "31", text) + "\n"


def numberless(answer: Any) -> str:
    return re.sub(r'(?<="id": )\d+', "0", plain(answer))


@pytest.mark.django_db
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_answers_are_what_the_api_answers(name: str, settings: Settings) -> None:
    """UPDATE=1 writes them anew."""
    settings.SITE_URL = SITE
    world()
    if name == "statistics":
        lantern = Paper.objects.get(pk=12)
        for number in range(100, 112):
            many.report(State.RESOLVED, of=lantern, causes=["seeds", "no_code"], pk=number)
        computing.compute(many.LATER)
    example = EXAMPLES[name]
    path = f"/api/v1/{example.path}"
    if example.posted is None:
        answer = Client().get(path, example.asked).json()
    else:
        answer = Client().post(path, json.dumps(example.posted), "application/json").json()
    if os.environ.get("UPDATE"):
        (ANSWERS / f"{name}.json").write_text(plain(answer))
    assert numberless(answer) == numberless(answer_of(name))
    described = {
        one["operationId"]: (path, method)
        for path, methods in schema()["paths"].items()
        for method, one in methods.items()
    }
    path, method = described[name]
    as_described(path, answer_of(name), method)


@pytest.mark.django_db
def test_the_page_has_every_operation_with_its_parameters() -> None:
    shown = page()
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            section = shown.find(id=f"op-{operation['operationId']}").parent
            text = " ".join(section.get_text(" ").split())
            assert f"{method.upper()} {path}" in text
            names = [term.get_text() for term in section.select("dl.facts")[0].select("dt")]
            parameters = [one["name"] for one in operation.get("parameters", ())]
            assert parameters == [] or names == parameters
            assert len(section.select("details")) == 5


@pytest.mark.django_db
def test_the_page_needs_no_script_and_nobody_else() -> None:
    shown = page()
    assert shown.find_all("script") == []
    linked = [tag["href"] for tag in shown.find_all("link", href=True)]
    assert all(href.startswith("/static/") for href in linked)
    assert SITE not in shown.get_text()
    assert [heading.name for heading in shown.find_all(re.compile("^h1$"))] == ["h1"]


@pytest.mark.django_db
def test_the_page_says_what_the_guide_says() -> None:
    shown = page().get_text()
    titles = re.findall(r"^## (.+)$", GUIDE, re.M)
    assert len(titles) >= 8
    for title in titles:
        assert title in shown


def test_the_guide_states_the_limits_that_hold() -> None:
    rates = site.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    assert rates["read"] == "600/min" and rates["check"] == "60/min"
    assert "600 requests a minute are answered, of `check` 60." in " ".join(GUIDE.split())


def examples() -> dict[str, tuple[str, str]]:
    """Each example by name: language and code; of the guide, and of every operation."""
    fences = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.M | re.S)
    found = {f"guide {number}": fence for number, fence in enumerate(fences)}
    for name, example in EXAMPLES.items():
        found |= {
            f"{name} python": ("python", example.python),
            f"{name} curl": ("sh", example.curl),
            f"{name} r": ("r", example.r),
        }
    return found


def test_every_example_is_in_three_languages() -> None:
    languages = [language for language, _ in examples().values()]
    assert languages.count("python") == languages.count("r") == languages.count("sh") >= 14


@pytest.mark.django_db(transaction=True)
def test_every_example_runs(live_server: LiveServer, tmp_path: Path) -> None:
    """Those in R are read by people alone: no R is here."""
    with transaction.atomic():
        world()
    (tmp_path / "refs.bib").write_text("@article{a, title={T}, doi={10.9999/lantern}}")
    said = {}
    for name, (language, code) in examples().items():
        if language == "r":
            continue
        code = code.replace(SITE, live_server.url)
        command = [sys.executable, "-W", "error"] if language == "python" else ["bash", "-eu"]
        done = subprocess.run(
            [*command, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, ""), (name, done.stderr)
        said[name] = done.stdout
    assert "Lantern Networks" in said["papers python"]
    assert "Lantern Networks" in said["papers curl"]
    refused = [one for name, one in said.items() if name.startswith("guide") and "MMXX" in one]
    assert len(refused) == 2
