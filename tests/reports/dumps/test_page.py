"""/data/: every dump, how to use it, and its files."""

import gzip
import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import Settings

from tests.reports import stages
from tests.reports.dumps.made import LATER, dumped
from tests.reports.stages import DAY

pytestmark = pytest.mark.django_db
DAY_NAME = LATER.date().isoformat()


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_without_a_dump_the_page_says_so() -> None:
    page = Client().get("/data/")
    assert page.status_code == 200
    assert "There is no dump yet" in page.text
    for path in ("latest/", "latest/papers.csv.gz", "2026-01-01/", "2026-01-01/papers.csv.gz"):
        assert Client().get(f"/data/{path}").status_code == 404


def test_the_page_has_every_file_with_size_count_and_checksum(place: Path) -> None:
    stages.lapsed()
    dumped(place, LATER - DAY)
    dump = dumped(place)
    page = Client().get("/data/")
    assert "X-Robots-Tag" not in page
    soup = BeautifulSoup(page.text, "html.parser")
    links = {a["href"] for a in soup.select("main a")}
    for path in dump.iterdir():
        if path.name != ".known.json":
            assert f"/data/{DAY_NAME}/{path.name}" in links, path.name
    sums = (dump / "SHA256SUMS").read_text()
    assert sums.strip() in soup.get_text()
    assert {f"/data/{DAY_NAME}/", f"/data/{(LATER - DAY).date()}/"} <= links
    told = json.loads(soup.select_one('script[type="application/ld+json"]').text)
    assert (told["@type"], told["dateModified"]) == ("Dataset", LATER.isoformat())
    assert {one["sha256"] for one in told["distribution"]} <= set(sums.split())
    for words in ("pandas.read_csv", "read_csv(", "sha256sum --check"):
        assert words in page.text
    one = Client().get(f"/data/{DAY_NAME}/")
    assert one.status_code == 200
    assert sums.split()[0] in one.text


def test_in_chinese_the_page_leads_to_the_same_files(place: Path) -> None:
    stages.lapsed()
    dumped(place)

    def files(page: str) -> list[str]:
        links = BeautifulSoup(Client().get(page).text, "html.parser").select("main a code")
        return [str(link.parent["href"]) for link in links if link.parent is not None]

    for page in ("/data/", f"/data/{DAY_NAME}/"):
        assert [link.removeprefix("/zh-hans") for link in files(f"/zh-hans{page}")] == files(page)
    text = Client().get("/zh-hans/data/").text
    assert "所有公开的论文，形式与 API 相同。" in text
    assert "/zh-hans/data/latest/" in text
    moved = Client().get("/zh-hans/data/latest/")
    assert moved["Location"] == f"/zh-hans/data/{DAY_NAME}/"


def test_a_file_is_what_was_written_and_is_saved(place: Path) -> None:
    stages.lapsed()
    dump = dumped(place)
    wanted = {
        "reports.jsonl.gz": "application/gzip", "papers.csv.gz": "application/gzip",
        "datapackage.json": "application/json", "README.md": "text/markdown; charset=utf-8",
        "LICENSE.txt": "text/plain; charset=utf-8", "SHA256SUMS": "text/plain; charset=utf-8",
        "papers.schema.json": "application/json",
    }  # fmt: skip
    for name, media in wanted.items():
        got = Client().get(f"/data/{DAY_NAME}/{name}")
        assert (got.status_code, got["Content-Type"]) == (200, media)
        assert got.getvalue() == (dump / name).read_bytes()
        assert got["Content-Disposition"] == f'attachment; filename="{name}"'
        assert got["X-Content-Type-Options"] == "nosniff"
        assert got["Content-Length"] == str((dump / name).stat().st_size)
        assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
        again = Client().get(f"/data/{DAY_NAME}/{name}", headers={"If-None-Match": got["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert Client().post(f"/data/{DAY_NAME}/{name}").status_code == 405


def test_latest_leads_to_the_newest(place: Path) -> None:
    dumped(place, LATER - DAY)
    dumped(place)
    moved = Client().get("/data/latest/")
    assert (moved.status_code, moved["Location"]) == (302, f"/data/{DAY_NAME}/")
    moved = Client().get("/data/latest/papers.csv.gz")
    assert (moved.status_code, moved["Location"]) == (302, f"/data/{DAY_NAME}/papers.csv.gz")
    assert moved["Cache-Control"] == "no-cache"
    assert Client().get("/data/latest/nothing.csv.gz").status_code == 404


@pytest.mark.parametrize("name", [
    ".known.json", "..", "../data.html", "..%2f..%2fetc%2fpasswd", "%2e%2e", "papers.csv.gz%00",
    "papers.csv.gz/", "PAPERS.CSV.GZ", "papers.csv", ".", "%2fetc%2fpasswd", "withdrawn.json",
    "a" * 5000,
])  # fmt: skip
def test_no_name_leads_out_of_a_dump(name: str, place: Path) -> None:
    dumped(place)
    (place / "secret.txt").write_text("secret")
    for path in (f"/data/{DAY_NAME}/{name}", f"/data/latest/{name}"):
        got = Client().get(path)
        assert got.status_code in (302, 404), path
        if got.status_code == 302:
            assert got["Location"] == f"/data/{DAY_NAME}/"


@pytest.mark.parametrize("day", [
    "..", "%2e%2e", ".writing", ".old", "2026-02-30", "9999-99-99", "2026-1-1", "２０２６-01-01",
    "latest%2f..", "secret",
])  # fmt: skip
def test_no_date_leads_out_of_the_folder(day: str, place: Path) -> None:
    for hidden in (".writing", ".old", "secret"):
        dumped(place / "x", LATER).rename(place / hidden)
        (place / "x").rmdir()
    for path in (f"/data/{day}/", f"/data/{day}/SHA256SUMS", f"/data/{day}/papers.csv.gz"):
        assert Client().get(path).status_code == 404, path


def test_nginx_is_told_where_the_file_is(place: Path, settings: Settings) -> None:
    settings.DATA_ACCEL = "/_data/"
    dumped(place)
    got = Client().get(f"/data/{DAY_NAME}/papers.csv.gz")
    assert got["X-Accel-Redirect"] == f"/_data/{DAY_NAME}/papers.csv.gz"
    assert (got.content, got["Content-Type"]) == (b"", "application/gzip")
    assert "ETag" not in got
    assert Client().get(f"/data/{DAY_NAME}/.known.json").status_code == 404


def test_the_readme_names_site_moment_and_licence(place: Path) -> None:
    dump = dumped(place)
    text = (dump / "README.md").read_text()
    assert re.search(r"^# Unreproduced: the public record of 2027-", text)
    assert "CC BY 4.0" in text
    assert "creativecommons.org/licenses/by/4.0/" in (dump / "LICENSE.txt").read_text()
    assert gzip.decompress((dump / "papers.csv.gz").read_bytes()).startswith(b"id,title,authors,")
