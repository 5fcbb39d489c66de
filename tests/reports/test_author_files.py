"""Files of an answer: chosen with a preview or at once, and published with it; cookies or not."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from reports.models import Answer, File, Report
from tests.reports import stages
from tests.reports.stages import DAY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_after_the_notice() -> Iterator[None]:
    with time_machine.travel(NOW + DAY, tick=False):
        yield


def upload(name: str = "run.log", content: bytes = b"loss 0.1\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


class Author:
    """An author without cookies: each form carries the token."""

    def __init__(self, report: Report) -> None:
        self.contact = stages.contact_of(report)
        self.form: dict[str, Any] = {
            "token": stages.token_of(report), "form_key": str(uuid4()), "kind": "explains",
            "text": "See the log.", "url": "", "name": "Ada", "role": "",
        }  # fmt: skip

    def post(self, do: str, status: int = 200, **more: Any) -> Tag:
        response = Client().post(f"/answer/{self.contact.pk}/", self.form | {"do": do} | more)
        assert response.status_code == status
        main = BeautifulSoup(response.content, "html.parser").main
        assert main is not None
        return main


def again(main: Tag) -> dict[str, Any]:
    """What the form holds that came back, of files and key."""
    form = main.find("textarea", id="id_text").find_parent("form")
    return {
        "file": [one["value"] for one in form.select("input[name=file]")],
        "form_key": form.select_one("input[name=form_key]")["value"],
    }


def test_a_file_is_published_with_the_answer_at_once() -> None:
    report = stages.asked()
    main = Author(report).post("answer", files=[upload(), upload("b.csv", b"a,b\n")])
    answer = Answer.objects.get()
    assert [file.name for file in answer.files.all()] == ["run.log", "b.csv"]
    assert "run.log" in main.find(id=f"answer-{answer.pk}").get_text()


def test_a_preview_keeps_the_file_and_the_next_form_publishes_it() -> None:
    author = Author(stages.asked())
    main = author.post("preview", files=upload())
    assert "With the file run.log (text, 9" in " ".join(main.find(id="preview").get_text().split())
    assert not Answer.objects.exists()
    held = again(main)
    assert held["form_key"] == author.form["form_key"]
    author.post("answer", **held)
    assert [file.name for file in Answer.objects.get().files.all()] == ["run.log"]


def test_a_tick_removes_a_file_before_it_is_published() -> None:
    author = Author(stages.asked())
    held = again(author.post("preview", files=[upload(), upload("b.log", b"b\n")]))
    author.post("answer", **held, remove_file=held["file"][:1])
    assert [file.name for file in Answer.objects.get().files.all()] == ["b.log"]
    assert File.objects.count() == 1


def test_the_same_form_sent_twice_is_one_answer_with_one_file() -> None:
    author = Author(stages.asked())
    for _ in range(2):
        author.post("answer", files=upload())
    assert Answer.objects.count() == File.objects.count() == 1


def test_nothing_is_published_without_a_file_that_was_refused() -> None:
    author = Author(stages.asked())
    main = author.post("answer", 422, files=[upload("a.zip", b"PK\3\4"), upload()])
    assert "Archives are not taken" in main.find(id="problems").get_text()
    assert main.find(id="id_text").get_text().strip() == "See the log."
    assert not Answer.objects.exists()
    author.post("answer", **again(main))
    assert [file.name for file in Answer.objects.get().files.all()] == ["run.log"]


def test_a_form_that_lacks_something_keeps_its_file() -> None:
    author = Author(stages.asked())
    main = author.post("answer", 422, files=upload(), text="")
    author.post("answer", **again(main))
    assert Answer.objects.get().files.count() == 1


def test_a_file_that_is_too_large_is_said_and_the_words_stay(settings: Settings) -> None:
    settings.FILE_MAX_BYTES = 5
    main = Author(stages.asked()).post("preview", 422, files=upload())
    assert "A file has at most" in main.find(id="problems").get_text()
    assert main.find(id="id_text").get_text().strip() == "See the log."


def test_a_link_that_does_not_hold_stores_nothing() -> None:
    author = Author(stages.asked())
    author.form["token"] = "x" * 43
    author.post("answer", 404, files=upload())
    assert not File.objects.exists()


def test_nobody_publishes_the_files_of_another_link() -> None:
    one, other = Author(stages.asked()), Author(stages.asked())
    held = again(one.post("preview", files=upload()))
    other.post("answer", file=held["file"], remove_file=held["file"])
    assert not Answer.objects.get().files.exists()
    assert File.objects.get().contact == one.contact


def test_a_file_goes_with_an_answer_to_another_report_of_the_paper() -> None:
    here = stages.asked()
    there = stages.asked(of=here.paper, table="Table 9")
    main = Author(here).post("answer", files=upload(), several="yes", about=[str(there.pk)])
    assert [file.name for file in there.answers.get().files.all()] == ["run.log"]
    assert not here.answers.exists()
    assert main.find(id="problems") is None


def test_an_answer_that_was_given_keeps_its_files() -> None:
    author = Author(stages.asked())
    author.post("answer", files=upload())
    file = File.objects.get()
    author.post("preview", form_key=str(uuid4()), remove_file=[str(file.pk)])
    assert File.objects.get() == file
