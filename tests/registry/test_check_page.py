"""/check/: paste or upload a bibliography; nothing of it is stored."""

import csv
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from pytest_django.asserts import assertNumQueries

from registry import near_titles, references
from registry.models import Paper, Standing
from registry.views import check
from tests.registry.builders import paper, with_standing

pytestmark = pytest.mark.django_db
BIB = """
@article{one, title={Learning to fold made-up proteins}, author={Example, Ada and Sample, Bo},
  year={2020}, doi={10.1234/A}}
@inproceedings{two, title={On nothing that is known}, year={2019}}
@misc{three, title={Broken
@article{four, title={Answered in full}, doi={10.1234/b}}
"""


@pytest.fixture(autouse=True)
def known() -> list[Paper]:
    return [
        with_standing(
            paper("Learning to fold made-up proteins", doi="10.1234/a", year=2020),
            Standing.NO_ANSWER,
        ),
        with_standing(paper("Answered in full", doi="10.1234/b"), Standing.ANSWERED),
    ]


def posted(client: Client, **form: Any) -> HttpResponse:
    return client.post("/check/", form)


def text_of(response: HttpResponse) -> str:
    page = BeautifulSoup(response.content, "html.parser")
    return " ".join(page.main.get_text(" ").split())


def test_the_form_sets_no_cookie_and_says_what_it_takes(client: Client) -> None:
    response = client.get("/check/")
    assert response.status_code == 200
    assert not response.cookies
    assert "Nothing of it is stored." in text_of(response)
    assert "At most 10 MB and 20,000 references." in text_of(response)


def test_a_pasted_bibliography_is_checked_and_the_weightiest_comes_first(client: Client) -> None:
    response = posted(client, text=BIB)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    page = BeautifulSoup(response.content, "html.parser")
    rows = [" ".join(row.get_text(" ").split()) for row in page.select("ol.rows > li")]
    assert rows == [
        "Learning to fold made-up proteins Ada Example, Bo Sample · 2020 line 2, one found by DOI "
        "10.1234/a 1 report, 0 matched listed: no answer",
        "Answered in full Ada Example, Bo Sample line 6, four found by DOI 10.1234/b "
        "1 report, 0 matched answered",
    ]
    text = text_of(response)
    assert "1 of 4 references is on the list Not reproducible" in text
    assert "Nothing known of 1 reference On nothing that is known line 4, two" in text
    assert "Not understood Line 5: " in text
    assert page.find("textarea").get_text().strip() == BIB.strip()  # nothing typed is lost


def test_an_uploaded_file_is_checked_in_its_encoding(client: Client) -> None:
    made = with_standing(paper("大规模语言模型的批评", doi="10.1234/c"), Standing.DISPUTED)
    bib = "@article{x, title={大规模语言模型的批评}, doi={10.1234/c}}".encode("gbk")
    response = posted(client, file=SimpleUploadedFile("refs.bib", bib))
    page = BeautifulSoup(response.content, "html.parser")
    link = page.select_one("ol.rows a")
    assert (link.get_text(), link["href"].split("/")[2]) == (made.title, str(made.pk))


def test_without_javascript_and_cookies_another_site_s_form_changes_nothing() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/check/", {"text": BIB}).status_code == 200


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Paste a bibliography, or choose a file."),
        ({"text": " \n "}, "Paste a bibliography, or choose a file."),
        ({"text": "@comment{nothing but this}"}, "No reference was found in this."),
        ({"file": SimpleUploadedFile("refs.bib", b"")}, "This file is empty."),
        ({"file": SimpleUploadedFile("refs.bib", b"PK\x03\x04" + b"\x00" * 40)}, ""),
        ({"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4 half")}, ""),
    ],
)
def test_what_cannot_be_checked_is_said_with_what_to_do(
    client: Client, form: dict[str, Any], words: str
) -> None:
    response = posted(client, **form)
    assert response.status_code == 400
    page = BeautifulSoup(response.content, "html.parser")
    said = page.select_one(".error-summary[role=alert]").get_text(" ", strip=True)
    assert said.startswith("This was not checked") and words in said
    assert said.rstrip().endswith(".")


def test_what_is_too_long_is_refused_before_it_is_read(client: Client, settings: Settings) -> None:
    settings.CHECK_MAX_BYTES = 1024 * 1024
    response = posted(client, file=SimpleUploadedFile("refs.bib", b"x" * (1024 * 1024)))
    assert response.status_code == 413
    assert "This is longer than 1 MB. Split the bibliography" in text_of(response)


def test_more_references_than_are_checked_are_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "MOST", 3)
    monkeypatch.setattr(references, "BATCH", 2)
    response = posted(client, text="\n".join(f"10.1234/{n}" for n in range(5)))
    assert "Only the first 3 references were checked. Split the file" in text_of(response)
    whole = posted(client, text="\n".join(f"10.1234/{n}" for n in range(3)))
    assert "Only the first" not in text_of(whole)


def test_a_near_title_is_a_suggestion(client: Client) -> None:
    near_titles.keep()
    text = text_of(posted(client, text="@article{k, title={Learning to fold made-up protiens}}"))
    assert "None of 1 reference is on the list" in text
    assert "Did you mean? " in text
    assert "Perhaps Learning to fold made-up proteins , 2020: not reproducible: no answer" in text


def test_a_line_that_names_no_work_is_not_understood(client: Client) -> None:
    text = text_of(posted(client, text="10.1234/b\nhello there\n1706.03762\n"))
    assert "Not understood Line 2: " in text
    assert "1 of 3" not in text and "3 references" in text


def test_hostile_text_stays_text(client: Client) -> None:
    text = "@article{k, title={<script>alert(1)</script> ' \" & \x00 ‮}, doi={10.1234/b}}\n@x{"
    content = posted(client, text=text).content.decode()
    assert "<script>alert" not in content


def test_a_page_of_three_hundred_takes_as_many_queries_as_one_of_one(client: Client) -> None:
    for number in (1, 300):
        text = "\n".join(f"10.1234/{n}x" for n in range(number))
        with assertNumQueries(2):
            posted(client, text=text)


def test_works_of_which_nothing_is_known_are_counted_beyond_what_is_shown(client: Client) -> None:
    text = text_of(posted(client, text="\n".join(f"10.1234/{n}x" for n in range(210))))
    assert "Nothing known of 210 references" in text
    assert "And 10 more: the CSV file has all." in text


# --- as CSV -----------------------------------------------------------------------------
def test_the_result_as_csv_has_every_reference(client: Client, known: list[Paper]) -> None:
    response = posted(client, text=BIB, **{"as": "csv"})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["Content-Disposition"]
    body = b"".join(response.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(body)))
    assert list(rows[0]) == list(check.COLUMNS)
    assert [(row["line"], row["key"], row["finding"]) for row in rows] == [
        ("2", "one", "listed: no answer"), ("4", "two", "nothing known"),
        ("5", "", "not understood"), ("6", "four", "answered"),
    ]  # fmt: skip
    assert rows[0]["paper"] == f"http://testserver/papers/{known[0].pk}/"
    assert rows[0]["identifiers"] == "doi:10.1234/a"


def test_no_cell_of_the_csv_is_a_formula(client: Client) -> None:
    text = '@article{=cmd, title={=HYPERLINK(1)}, year=2020}\n@article{k, title={+1, "x"}}'
    body = b"".join(posted(client, text=text, **{"as": "csv"}).streaming_content).decode()
    for row in csv.reader(io.StringIO(body)):
        assert all(cell[:1] not in ("=", "+", "-", "@") for cell in row), row


# --- to share ---------------------------------------------------------------------------
def test_the_address_to_share_names_the_papers_and_shows_what_is_known_now(
    client: Client, known: list[Paper]
) -> None:
    page = BeautifulSoup(posted(client, text=BIB).content, "html.parser")
    shared = page.find("a", string="an address that names the papers found")["href"]
    path = f"/check/result/?papers={known[0].pk}.{known[1].pk}&of=4"
    assert shared == f"http://testserver{path}"
    text = text_of(client.get(path))
    assert "a bibliography of 4 references" in text
    assert "Learning to fold made-up proteins" in text and "Answered in full" in text
    Paper.objects.filter(pk=known[0].pk).update(is_public=False, standing="none", listed_at=None)
    assert "Learning to fold made-up proteins" not in text_of(client.get(path))


@pytest.mark.parametrize(
    "query", ["", "papers=", "papers=x.-1.%00.99999999999999999999", "papers=1&of=<b>", "of=9"]
)
def test_a_made_up_address_shows_nothing(client: Client, query: str) -> None:
    Paper.objects.all().update(is_public=False, standing="none", listed_at=None)
    response = client.get(f"/check/result/?{query}")
    assert response.status_code == 200
    assert "nothing public is known now" in text_of(response)
    assert b"noindex" in response.content


def test_the_console_command_is_served_as_it_is(client: Client) -> None:
    response = client.get("/check/unreproduced.py")
    assert response.content.startswith(b"#!/usr/bin/env python3")
    assert "attachment" in response.headers["Content-Disposition"]
