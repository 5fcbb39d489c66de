"""POST /api/v1/check and GET /api/v1/prefixes/: what is known, openly or by prefixes of digests."""

import hashlib
import json
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertNumQueries

from registry import merging
from registry.models import Notice, Paper, Standing
from tests.registry.builders import NOW, paper, with_standing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known() -> Paper:
    cache.clear()
    made = paper(
        "Learning to fold made-up proteins", doi="10.1234/a", arxiv="2001.00001", year=2020
    )
    return with_standing(made, Standing.NO_ANSWER)


def sent(client: Client, body: bytes | str, kind: str = "application/octet-stream") -> HttpResponse:
    return client.post("/api/v1/check", body, content_type=kind)


def problem(response: HttpResponse) -> dict[str, Any]:
    assert response.headers["Content-Type"].startswith("application/problem+json")
    said = json.loads(response.content)
    assert said["status"] == response.status_code
    return dict(said)


def test_a_bibliography_is_answered_entry_by_entry(client: Client, known: Paper) -> None:
    Notice.objects.create(
        scheme="doi", value="10.1234/gone", kind="retracted", dated=date(2025, 1, 2),
        notice="10.1234/notice", source="Crossref", found_at=NOW,
    )  # fmt: skip
    body = (
        "@article{k, title={T}, doi={10.1234/A}}\n@article{g, title={U}, doi={10.1234/gone}}\n@x{"
    )
    response = sent(client, body)
    answer = response.json()
    assert (response.status_code, answer["format"]) == (200, "BibTeX")
    assert answer["counts"] == {"no_answer": 1, "retracted": 1, "not_understood": 1}
    first, second, third = answer["results"]
    assert first == {
        "line": 1, "finding": "no_answer", "words": "listed: no answer", "listed": True,
        "alarming": True, "key": "k", "title": "T", "year": None, "identifiers": ["doi:10.1234/a"],
        "paper": {
            "id": known.pk, "title": known.title, "authors": ["Ada Example", "Bo Sample"],
            "venue": "", "year": 2020, "standing": "no_answer", "reports": 1, "matched": 0,
            "url": f"http://testserver/papers/{known.pk}/",
        },
        "by": "DOI 10.1234/a", "notices": [], "near": [],
    }  # fmt: skip
    assert second["notices"] == [
        {
            "kind": "retracted",
            "dated": "2025-01-02",
            "notice": "10.1234/notice",
            "source": "Crossref",
        }
    ]
    assert (third["finding"], third["line"]) == ("not_understood", 3)
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies


def test_identifiers_are_answered_in_their_order(client: Client) -> None:
    texts = ["arXiv:2001.00001v2", "https://doi.org/10.1234/none", "nonsense"]
    answer = sent(client, json.dumps({"identifiers": texts}), "application/json").json()
    assert [(one["line"], one["finding"]) for one in answer["results"]] == [
        (1, "no_answer"), (2, "nothing"), (3, "not_understood"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        ("", "text/plain", 422, "This file is empty."),
        ("{", "application/json", 400, "The body is no JSON"),
        ("[" * 100_000, "application/json", 400, "The body is no JSON"),
        ("[1]", "application/json", 422, "Send an object with a list of texts"),
        ('{"identifiers": [1]}', "application/json", 422, "Send an object with a list of texts"),
        (json.dumps({"identifiers": ["x"] * 1001}), "application/json", 422, "at most 1,000"),
        (b"PK\x03\x04" + b"\x00" * 50, "application/zip", 422, "zip"),
    ],
)
def test_bad_bodies_are_problems_with_what_to_do(
    client: Client, body: bytes | str, kind: str, status: int, words: str
) -> None:
    response = sent(client, body, kind)
    assert response.status_code == status
    assert words in problem(response)["detail"]


def test_a_body_that_is_too_long_is_refused(client: Client, settings: Settings) -> None:
    settings.CHECK_MAX_BYTES = 1024 * 1024
    response = sent(client, b"x" * (1024 * 1024 + 1))
    assert (response.status_code, problem(response)["title"]) == (413, "Request Entity Too Large")


def test_a_long_body_within_the_limit_is_read(client: Client) -> None:
    """Longer than a form may be."""
    body = "@article{k, title={T}, doi={10.1234/A}}\n" + "% " + "x" * 3_000_000
    assert sent(client, body).json()["counts"] == {"no_answer": 1}


def test_get_is_told_to_post(client: Client) -> None:
    response = client.get("/api/v1/check")
    assert response.status_code == 405
    assert "not allowed" in problem(response)["detail"]


def test_who_asks_too_often_is_told_when_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "rest_framework.throttling.ScopedRateThrottle.THROTTLE_RATES", {"check": "2/min"}
    )
    answers = [sent(client, "10.1234/a") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) <= 60
    assert "try again in" in problem(answers[-1])["detail"]


# --- by prefixes ------------------------------------------------------------------------
def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def bucket(client: Client, text: str) -> dict[str, str]:
    return dict(client.get(f"/api/v1/prefixes/{digest(text)[:3]}").json()["digests"])


@pytest.mark.parametrize("text", ["doi:10.1234/a", "arxiv:2001.00001"])
def test_a_prefix_tells_of_every_identifier_of_a_listed_paper(client: Client, text: str) -> None:
    assert bucket(client, text)[digest(text)] == "no_answer"


def test_what_is_not_public_or_has_no_report_is_in_no_bucket(client: Client) -> None:
    paper("Plain", doi="10.1234/plain")
    paper("Hidden", doi="10.1234/hidden", public=False)
    for text in ("doi:10.1234/plain", "doi:10.1234/hidden"):
        assert digest(text) not in bucket(client, text)


def test_a_merged_paper_has_the_finding_of_its_root(client: Client, known: Paper) -> None:
    merging.merge(paper("Old", doi="10.1234/old"), known)
    assert bucket(client, "doi:10.1234/old")[digest("doi:10.1234/old")] == "no_answer"


def test_retractions_are_in_the_buckets_and_a_listing_weighs_more(client: Client) -> None:
    for value in ("10.1234/a", "10.1234/gone"):
        Notice.objects.create(
            scheme="doi", value=value, kind="retracted", source="Crossref", found_at=NOW
        )
    assert bucket(client, "doi:10.1234/gone")[digest("doi:10.1234/gone")] == "retracted"
    assert bucket(client, "doi:10.1234/a")[digest("doi:10.1234/a")] == "no_answer"


def test_a_bucket_that_did_not_change_is_not_sent_again(client: Client, known: Paper) -> None:
    path = f"/api/v1/prefixes/{digest('doi:10.1234/a')[:3].upper()}"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Paper.objects.filter(pk=known.pk).update(standing="answered", listed_at=None)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("prefix", ["0", "0af0", "xyz", "%00%00%00", "０ａｆ"])
def test_only_three_hexadecimal_digits_are_asked_for(client: Client, prefix: str) -> None:
    response = client.get(f"/api/v1/prefixes/{prefix}")
    assert response.status_code == 400
    assert "three hexadecimal digits" in problem(response)["detail"]


def test_a_bucket_takes_two_queries(client: Client) -> None:
    with assertNumQueries(2):
        bucket(client, "doi:10.1234/a")
