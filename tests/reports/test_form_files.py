"""Files in the report form: with any button, also where the form is not complete."""

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from reports import services
from reports.models import File, Report
from tests.reports import stages
from tests.reports.hostile_files import FILES, PDF, Sent
from tests.reports.typed import SEEN, complete, make_paper, make_user, signed_in

pytestmark = pytest.mark.django_db


def upload(name: str = "run.log", content: bytes = b"loss 0.1\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


def send(client: Client, path: str = "/reports/new/", do: str = "attach", **more: Any) -> Any:
    seen = client.get(path).content if path != "/reports/new/" else b""
    found = BeautifulSoup(seen, "html.parser", parse_only=SEEN).find("input")
    form = complete(None) | {"do": do, "seen": found["value"] if found else ""}
    return client.post(path, form | more)


def main_of(response: HttpResponse) -> Tag:
    main = BeautifulSoup(response.content, "html.parser").main
    assert main is not None
    return main


def download(page: HttpResponse) -> str:
    """The address of the one file of a draft."""
    links = [a for a in main_of(page).find_all("a") if a.get_text().startswith("Download")]
    assert len(links) == 1
    return str(links[0]["href"])


def problems_of(response: HttpResponse) -> str:
    return " ".join(main_of(response).find(id="problems").get_text(" ").split())


@pytest.mark.parametrize("do", ["save", "attach", "find", "add-claim", "remove-claim-0"])
def test_a_file_is_attached_with_any_button(do: str) -> None:
    client = signed_in(make_user())
    response = send(client, do=do, files=[upload(), upload("b.pdf", PDF)])
    assert response.status_code == 302
    report = Report.objects.get()
    assert [file.name for file in report.files.all()] == ["run.log", "b.pdf"]
    assert "files" not in report.typed
    main = main_of(client.get(response["Location"]))
    legends = [legend.get_text() for legend in main.select("#evidence fieldset legend")]
    assert legends[-2:] == ["File 1: run.log", "File 2: b.pdf"]


def test_it_is_attached_though_the_form_is_not_complete() -> None:
    client = signed_in(make_user())
    response = send(client, do="preview", outcome="", files=upload())
    assert response.status_code == 422
    assert File.objects.count() == 1
    assert "File 1: run.log" in main_of(response).get_text()


def test_one_that_is_refused_comes_back_with_all_that_was_typed() -> None:
    client = signed_in(make_user())
    response = send(client, summary="A long story.", files=[upload("a.txt", b""), upload()])
    assert response.status_code == 422
    assert "Files : “a.txt” is not attached. It is empty" in problems_of(response)
    assert main_of(response).find(id="id_summary").get_text().strip() == "A long story."
    assert Report.objects.get().typed["summary"] == ["A long story."]
    assert File.objects.get().name == "run.log"


def test_the_preview_waits_until_somebody_knows_that_a_file_is_missing() -> None:
    client = signed_in(make_user())
    form = complete(make_paper()) | {"do": "preview"}
    refused = client.post("/reports/new/", form | {"files": upload("a.zip", b"PK\3\4")})
    assert refused.status_code == 422 and "Archives are not taken" in problems_of(refused)


def test_the_same_form_sent_twice_attaches_a_file_once() -> None:
    client = signed_in(make_user())
    for _ in range(2):
        send(client, files=upload())
    assert Report.objects.count() == File.objects.count() == 1


def test_kind_and_note_are_kept_and_a_tick_removes() -> None:
    client = signed_in(make_user())
    path = send(client, files=upload())["Location"].partition("#")[0]
    file = File.objects.get()
    said = {f"file-{file.pk}-kind": "code", f"file-{file.pk}-note": "The third run"}
    send(client, path, do="save", **said)
    file.refresh_from_db()
    assert (file.kind, file.note) == ("code", "The third run")
    ticked = {f"file-{file.pk}-remove": "on"}
    send(client, path, do="autosave", **ticked)
    assert File.objects.exists()  # somebody may still take the tick away
    send(client, path, do="save", **ticked)
    assert not File.objects.exists()


def test_a_window_that_does_not_know_of_the_file_changes_nothing_of_it() -> None:
    client = signed_in(make_user())
    path = send(client, files=upload())["Location"].partition("#")[0]
    send(client, path, do="save", summary="Other words.")
    assert File.objects.get().kind == "log"
    assert Report.objects.count() == 1


def test_a_note_that_is_too_long_is_kept_and_asked_about() -> None:
    client = signed_in(make_user())
    path = send(client, files=upload())["Location"].partition("#")[0]
    note = {f"file-{File.objects.get().pk}-note": "n" * 301}
    response = send(client, path, do="preview", **note)
    assert "File 1: What it shows : At most 300 characters: this has 301" in problems_of(response)
    assert "n" * 301 in response.content.decode()


def test_a_file_is_evidence_enough() -> None:
    client = signed_in(make_user())
    form = complete(make_paper(), evidence__0__url="", evidence__0__note="") | {"do": "preview"}
    assert client.post("/reports/new/", form).status_code == 422
    assert client.post("/reports/new/", form | {"files": upload()}).status_code == 302


def seen_in(client: Client, path: str) -> str:
    found = BeautifulSoup(client.get(path).content, "html.parser", parse_only=SEEN).find("input")
    assert found is not None
    return str(found["value"])


def test_what_is_submitted_is_what_was_previewed() -> None:
    client = signed_in(make_user())
    form = complete(make_paper()) | {"do": "preview", "files": upload()}
    preview = client.post("/reports/new/", form)["Location"]
    seen = seen_in(client, preview)
    assert "run.log" in client.get(preview).content.decode()
    again = form | {"do": "save", "seen": seen, "files": upload("more.log", b"more\n")}
    client.post(preview.replace("preview", "edit"), again)
    assert client.post(preview, {"seen": seen})["Location"] == preview
    assert Report.objects.get().state == "draft"
    client.post(preview, {"seen": seen_in(client, preview)})
    report = Report.objects.get()
    assert report.state == "submitted"
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "run.log" in page and "more.log" in page


def test_files_of_what_is_submitted_do_not_change() -> None:
    report = stages.submitted()
    client = signed_in(report.reporter)
    response = client.post(f"/reports/{report.pk}/edit/", {"do": "save", "files": upload()})
    assert response.status_code == 302
    assert not File.objects.exists()
    words = main_of(client.get(response["Location"], follow=True)).get_text()
    assert f"Report {report.pk} is submitted: its files do not change any more." in words


def test_somebody_signed_out_is_told_to_choose_the_file_again() -> None:
    response = Client().post("/reports/new/", complete(None) | {"do": "save", "files": upload()})
    assert response.status_code == 302 and "/login/" in response["Location"]
    client = Client()
    client.cookies = response.cookies
    assert "choose them again" in client.get(response["Location"]).content.decode()
    assert not File.objects.exists()
    assert main_of(Client().get("/reports/new/")).find(id="id_files") is None


# --- limits ---------------------------------------------------------------------------------


def test_a_file_that_is_too_large_is_left_out_and_the_words_are_kept(settings: Settings) -> None:
    settings.FILE_MAX_BYTES = 100
    client = signed_in(make_user())
    response = send(client, summary="Words.", files=[upload("big.log", b"x" * 101), upload()])
    assert response.status_code == 422
    assert "“big.log” is not attached. A file has at most" in problems_of(response)
    assert Report.objects.get().typed["summary"] == ["Words."]
    assert File.objects.get().name == "run.log"


class Unread:
    """The body of a request that must not be read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("it was read")

    readline = read


@pytest.mark.parametrize("path", ["/reports/new/", "/reports/1/edit/", "/answer/1/"])
def test_two_hundred_megabytes_are_refused_unread(path: str) -> None:
    response = Client(enforce_csrf_checks=True).post(
        path, b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(200 * 1024 * 1024),
        **{"wsgi.input": Unread()},
    )  # fmt: skip
    assert response.status_code == 413
    assert "what you typed is still in the form there" in response.content.decode()


def test_a_form_without_its_length_is_stopped_when_it_is_too_long(settings: Settings) -> None:
    """As behind a server that passes on pieces: the length that is said is too small."""
    settings.FILE_MAX_BYTES = settings.FILES_MAX_BYTES = 100_000
    client = signed_in(make_user())
    files = [upload(f"{n}.log", b"x" * 90_000) for n in range(5)]
    response = send(client, files=files)
    assert response.status_code == 413
    assert not Report.objects.exists() and not File.objects.exists()


def test_a_storage_that_is_away_keeps_the_words_and_says_so(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    away = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "file")},
    }
    settings.STORAGES = {**settings.STORAGES, "uploads": away}
    client = signed_in(make_user())
    response = send(client, summary="Words.", files=upload())
    assert response.status_code == 503
    assert "could not be stored at the moment. Choose it again in a few" in problems_of(response)
    assert Report.objects.get().typed["summary"] == ["Words."]
    assert not File.objects.exists()


def test_a_full_disk_for_temporary_files_is_no_error_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Full:
        def __init__(self, **_: Any) -> None: ...
        def write(self, _: bytes) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None: ...

    monkeypatch.setattr("reports.uploads.SpooledTemporaryFile", Full)
    response = send(signed_in(make_user()), files=upload())
    assert response.status_code == 503
    assert Report.objects.exists() and not File.objects.exists()


# --- hostile files, there and back ------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_there_and_back(name: str) -> None:
    sent: Sent = FILES[name]
    client = signed_in(make_user())
    response = send(client, files=HostileName(sent.name, sent.content, sent.browser_says))
    if not sent.taken:
        assert response.status_code == 422
        assert sent.becomes in problems_of(response)
        assert not File.objects.exists()
        return
    assert response.status_code == 302
    page = client.get(response["Location"])
    back = client.get(download(page))
    assert back.getvalue() == sent.content
    assert back["Content-Type"].partition(";")[0] == sent.becomes
    assert back["Content-Disposition"].startswith("attachment; filename")
    assert back["Content-Security-Policy"] == "sandbox; default-src 'none'"


class HostileName(SimpleUploadedFile):
    """A file whose name goes out as it is."""

    def __init__(self, name: str, content: bytes, says: str) -> None:
        super().__init__("x", content, says)
        self.hostile = name

    @property
    def name(self) -> str:
        return self.hostile.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")

    @name.setter
    def name(self, value: str) -> None:
        self.hostile = value


def test_one_who_may_not_see_the_draft_gets_no_file_of_it() -> None:
    client = signed_in(make_user())
    path = send(client, files=upload())["Location"].partition("#")[0]
    address = download(client.get(path))
    assert signed_in(make_user("olga@uni.example.org")).get(address).status_code == 404
    report = Report.objects.get()
    services.discard_draft(report_id=report.pk, user=report.reporter)
    assert client.get(address).status_code == 404
