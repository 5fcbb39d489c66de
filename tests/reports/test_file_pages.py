"""A file at its address: a download whatever it is; and the page that shows text as text."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports import files, links, services
from reports.models import File, Report
from tests.reports import stages
from tests.reports.hostile_files import FILES, SCRIPTED, Sent, png
from tests.reports.stages import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def that_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class Uploaded:
    """An upload as the handler hands it on."""

    problem = ""

    def __init__(self, sent: Sent) -> None:
        self.name: str | None = sent.name
        self.content = sent.content

    def read(self) -> bytes:
        return self.content


def beside(report: Report, sent: Sent) -> File:
    """The file beside the report, as if it had been attached to its draft."""
    returned = Report.objects.create(
        reporter=report.reporter, state_at=NOW, created_at=NOW, updated_at=NOW
    )
    done = files.attach_to_report(
        report_id=returned.pk, user=report.reporter, uploads=[Uploaded(sent)], now=NOW
    )
    assert done.refused == []
    [file] = done.files
    File.objects.filter(pk=file.pk).update(report=report)
    return File.objects.get(pk=file.pk)


def text(content: bytes = b"loss 0.1\n", name: str = "run.log") -> Sent:
    return Sent(name, content, "text/plain")


def address(file: File, report: Report) -> str:
    return f"/reports/{report.pk}/files/{file.pk}/"


def fetched(file: File, report: Report, client: Client | None = None) -> Any:
    page = (client or Client()).get(address(file, report))
    assert page.status_code == 200
    soup = BeautifulSoup(page.content, "html.parser")
    link = soup.find("a", string="Download")
    assert link is not None
    return (client or Client()).get(link["href"])


def whole(response: HttpResponse) -> bytes:
    return response.getvalue()


TAKEN = {name: sent for name, sent in FILES.items() if sent.taken}


@pytest.mark.parametrize("name", TAKEN)
def test_every_file_comes_back_as_it_was_and_only_to_be_saved(name: str) -> None:
    report, sent = stages.lapsed(), TAKEN[name]
    response = fetched(beside(report, sent), report)
    assert whole(response) == sent.content
    assert response["Content-Length"] == str(len(sent.content))
    assert response["Content-Type"].partition(";")[0] == sent.becomes
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert not set("\r\n") & set("".join(response.headers.values()))


def test_a_name_beyond_ascii_follows_rfc_5987() -> None:
    report = stages.lapsed()
    response = fetched(beside(report, FILES["Chinese"]), report)
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E8%AE%AD%E7%BB%83%E6%97%A5%E5%BF%97%20"
        "%E7%AC%AC%E4%B8%89%E6%AC%A1.log"
    )


def test_another_name_in_the_address_finds_nothing() -> None:
    report = stages.lapsed()
    file = beside(report, text())
    assert Client().get(address(file, report) + "invoice.exe").status_code == 404


def test_head_says_what_get_says() -> None:
    report = stages.lapsed()
    file = beside(report, text())
    path = address(file, report) + "run.log"
    head, got = Client().head(path), Client().get(path)
    assert dict(head.items()) == dict(got.items())
    assert head.content == b"" and whole(got) == b"loss 0.1\n"


def test_a_cache_keeps_what_is_public_alone() -> None:
    public, secret = stages.lapsed(), stages.asked()
    assert fetched(beside(public, text()), public)["Cache-Control"] == "public, max-age=300"
    reporter = Client()
    reporter.force_login(secret.reporter)
    answer = fetched(beside(secret, text()), secret, reporter)
    assert answer["Cache-Control"] == "private, no-store"


def test_an_author_reads_it_through_the_link_and_nobody_else() -> None:
    report = stages.asked()
    file = beside(report, text())
    author = Client()
    token = links.token_for(stages.contact_of(report), NOW)
    assert author.get(f"/answer/{token}/", follow=True).status_code == 200
    assert whole(fetched(file, report, author)) == b"loss 0.1\n"
    assert Client().get(address(file, report)).status_code == 404
    services.withdraw(report_id=report.pk, user=report.reporter, note="", now=NOW)
    assert author.get(address(file, report)).status_code == 404


def test_a_file_is_beside_its_own_report_alone() -> None:
    one, other = stages.lapsed(), stages.lapsed()
    file = beside(one, text())
    assert Client().get(address(file, other)).status_code == 404


def test_a_file_of_an_answer_is_beside_each_report_of_the_answer_once_it_is_given() -> None:
    report, other = stages.answered(), stages.lapsed()
    file = beside(stages.lapsed(), text())
    File.objects.filter(pk=file.pk).update(report=None, contact=stages.contact_of(report))
    assert Client().get(address(file, report)).status_code == 404
    answer = report.answers.get()
    File.objects.filter(pk=file.pk).update(answer=answer)
    assert Client().get(address(file, report)).status_code == 200
    assert Client().get(address(file, other)).status_code == 404
    answer.reports.add(other)
    assert Client().get(address(file, other)).status_code == 200
    page = Client().get(f"/reports/{report.pk}/").content.decode()
    assert "run.log" in page.partition("What the authors say")[2]


def test_a_withdrawn_report_shows_the_answer_without_its_files() -> None:
    report = stages.answered()
    file = beside(stages.lapsed(), text())
    File.objects.filter(pk=file.pk).update(
        report=None, contact=stages.contact_of(report), answer=report.answers.get()
    )
    services.withdraw(report_id=report.pk, user=report.reporter, note="", now=NOW)
    page = Client().get(f"/reports/{report.pk}/").content.decode()
    assert "The <strong>seed</strong> matters" in page and "run.log" not in page
    assert Client().get(address(file, report)).status_code == 404


@pytest.mark.parametrize("path", ["", "run.log"])
def test_a_storage_that_is_away_is_said(path: str) -> None:
    report = stages.lapsed()
    file = beside(report, text())
    files.storage().delete(file.key)
    response = Client().get(address(file, report) + path)
    assert response.status_code == 503
    assert "cannot be read at the moment" in response.content.decode()


# --- the page -----------------------------------------------------------------------------------


def page(sent: Sent) -> BeautifulSoup:
    report = stages.lapsed()
    response = Client().get(address(beside(report, sent), report))
    assert response.status_code == 200
    main = BeautifulSoup(response.content, "html.parser").main
    assert main is not None
    return main


def test_the_page_says_size_and_sum() -> None:
    main = page(text())
    words = " ".join(main.get_text(" ").split())
    assert "9 bytes" in words and "Content text" in words
    assert len(main.select_one("dd code").get_text()) == 64


def test_a_text_is_shown_as_text() -> None:
    main = page(text("<b>größer</b> \u202eевил\n".encode("utf-16"), "a.log"))
    assert main.select_one("pre").get_text() == "<b>größer</b> евил\n"
    assert main.find("b") is None


def test_a_long_text_is_cut() -> None:
    main = page(text(b"0123456789" * 100_000))
    assert len(main.select_one("pre").get_text()) == 200_000
    assert "The rest is in the file." in main.get_text()


def test_a_notebook_is_shown_without_anything_that_runs() -> None:
    main = page(Sent("run.ipynb", SCRIPTED, ""))
    assert [pre.get_text() for pre in main.find_all("pre")] == ["print(1)", "<Figure>"]
    assert main.find("h4").get_text() == "Runs"
    assert {"script", "svg", "img", "iframe"} & {tag.name for tag in main.find_all()} == set()
    unseen = [p.get_text(strip=True) for p in main.select(".cell p")]
    assert unseen == [
        "Not shown: image/svg+xml, about 1 kB.", "Not shown: image/png, about 1 kB."
    ]  # fmt: skip


ODD: list[Any] = [
    *(None, 1, "x", [], {}, {"cell_type": 7}, {"source": [1, None, "y"]}),
    *(
        {"cell_type": "code", "outputs": outputs}
        for outputs in (
            {"a": 1},
            [1, {"data": [1]}, {"text": {"a": 1}}],
            [{"data": {"text/plain": 7}}],
            [{"output_type": "error", "ename": [1]}],
        )
    ),
]


def test_a_malformed_notebook_is_shown_as_far_as_it_goes() -> None:
    content = json.dumps({"nbformat": 4, "cells": ODD}).encode()
    main = page(Sent("run.ipynb", content, ""))
    assert [pre.get_text() for pre in main.find_all("pre")] == ["y", "[1]: None"]


def test_a_huge_notebook_is_cut() -> None:
    cells = [{"cell_type": "code", "source": f"print({n})"} for n in range(900)]
    content = json.dumps({"nbformat": 4, "cells": cells}).encode()
    main = page(Sent("run.ipynb", content, ""))
    assert len(main.find_all("pre")) == 500
    assert "The rest is in the file." in main.get_text()
    long = [{"cell_type": "markdown", "source": "x" * 300_000}] * 2
    main = page(Sent("run.ipynb", json.dumps({"nbformat": 4, "cells": long}).encode(), ""))
    assert len(main.select_one(".prose").get_text(strip=True)) == 200_000


@pytest.mark.parametrize("content", [png(), png(60_000, 60_000, b"\0" * 5_000_000)])
def test_an_image_is_not_opened(content: bytes) -> None:
    main = page(Sent("a.png", content, ""))
    assert "It is not shown here." in main.get_text()
    assert main.find("img") is None


def test_three_files_ask_the_database_no_more_than_one() -> None:
    counts = []
    for number in (1, 3):
        report = stages.answered()
        for n in range(number):
            beside(report, text(b"%d" % n))
        with CaptureQueriesContext(connection) as asked:
            response = Client().get(f"/reports/{report.pk}/")
        assert response.content.decode().count("SHA-256") == number
        counts.append(len(asked))
    assert counts[0] == counts[1]
