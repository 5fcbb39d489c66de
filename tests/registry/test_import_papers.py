"""`manage.py import_papers`: what a file states, once, and what is wrong with it, by line."""

import gzip
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry import services
from registry.importing import load
from registry.importing.lines import Counted
from registry.importing.records import read
from registry.management.commands import import_papers
from registry.models import Identifier, Paper, PaperAuthor
from tests.registry.builders import NOW, paper

pytestmark = pytest.mark.django_db

FIRST = {
    "source": "made-up", "id": "1", "title": "On things", "authors": ["Ada Example", "Bo Sample"],
    "venue": "Conf", "year": 2020, "doi": "10.1234/one", "url": "https://e.example/1",
}  # fmt: skip
SECOND = {"source": "made-up", "id": "2", "title": "On other things", "arxiv": "2001.00002v3"}


def run(path: Path | str) -> tuple[str, list[str]]:
    """The summary, and what was said about lines."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_papers", str(path), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue().splitlines()


def file(tmp_path: Path, *rows: dict[str, Any] | bytes, name: str = "papers.jsonl") -> Path:
    path = tmp_path / name
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def test_papers_are_stored_with_authors_in_order_and_identifiers(tmp_path: Path) -> None:
    summary, said = run(file(tmp_path, FIRST, SECOND))
    assert said == []
    assert summary.startswith("2 papers added (2 identifiers, 2 authors), 0 known already")
    stored = Paper.objects.get(source_key="made-up:1")
    assert (stored.title, stored.names, stored.venue, stored.year, stored.url) == (
        "On things", "Ada Example; Bo Sample", "Conf", 2020, "https://e.example/1",
    )  # fmt: skip
    assert (stored.is_public, stored.standing, stored.modes) == (True, "none", [])
    assert [(a.position, a.name) for a in stored.authors.all()] == [
        (1, "Ada Example"), (2, "Bo Sample"),
    ]  # fmt: skip
    assert sorted(Identifier.objects.values_list("scheme", "value")) == [
        ("arxiv", "2001.00002"), ("doi", "10.1234/one"),
    ]  # fmt: skip


def test_a_second_run_adds_nothing(tmp_path: Path) -> None:
    path = file(tmp_path, FIRST, SECOND, {"title": "No source"}, {"title": "No source"})
    run(path)
    before = list(Paper.objects.order_by("id").values())
    summary, _ = run(path)
    assert summary.startswith("0 papers added (0 identifiers, 0 authors), 4 known already")
    assert list(Paper.objects.order_by("id").values()) == before
    assert len(before) == 3


def test_gzip_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "papers.txt"
    path.write_bytes(gzip.compress(json.dumps(FIRST).encode()))
    assert run(path)[0].startswith("1 papers added")


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO(b"\xef\xbb\xbf" + json.dumps(FIRST).encode() + b"\r\n\r\n")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=raw))
    assert run("-")[0].startswith("1 papers added")


def test_broken_lines_are_named_and_the_rest_is_imported(tmp_path: Path) -> None:
    path = file(
        tmp_path, FIRST, b"{oops", b"", {"title": "x" * 2001}, SECOND | {"arxiv": "17.3"},
        {"title": "Proceedings", "kind": "volume"}, b'"' + b"y" * (1024 * 1024) + b'"',
        {"title": "Last"},
    )  # fmt: skip
    summary, said = run(path)
    assert said == [
        "line 2: skipped, because it is not JSON (Expecting property name enclosed in double "
        "quotes, column 2)",
        "line 4: skipped, because its title has 2,001 characters, more than 2,000",
        "line 5: imported without its arxiv: “17.3” is not one we can read. "
        "An arXiv id looks like 1706.03762, 1706.03762v5 or cs/0101001.",
        "line 7: skipped, because it is longer than 1,048,576 bytes",
    ]
    assert summary.startswith("3 papers added")
    assert "1 volumes and 3 broken lines skipped, 1 remarks" in summary
    assert set(Paper.objects.values_list("title", flat=True)) == {
        "On things", "On other things", "Last",
    }  # fmt: skip


def test_what_is_said_of_thousands_is_named_a_hundred_times_and_counted(tmp_path: Path) -> None:
    rows = [{"title": f"On thing {n}", "url": "nowhere" if n % 2 else ""} for n in range(1000)]
    summary, said = run(file(tmp_path, *rows))
    note = "its url is no web address and was left out"
    assert said == [*(f"line {n}: {note}" for n in range(2, 202, 2)), f"400 more: {note}"]
    assert "1,000 papers added" in summary
    assert "500 remarks" in summary


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot be read: No such file or directory\."):
        run(tmp_path / "nothing")


def test_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot be read"):
        run(tmp_path)


def test_a_cut_gzip_file_is_an_error_and_what_came_before_is_kept(tmp_path: Path) -> None:
    rows = [json.dumps({"title": f"Paper {n} {n**20}"}) for n in range(5000)]
    whole = gzip.compress("\n".join(rows).encode())
    path = tmp_path / "cut.gz"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match=r"damaged gzip file, or was cut off\. What came before"):
        run(path)
    assert 1000 < Paper.objects.count() < 5000


def test_a_file_that_is_damaged_from_the_start_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(b"\x1f\x8bnothing")
    with pytest.raises(CommandError, match="cannot be read beyond line 0: it is a damaged gzip"):
        run(path)


def test_a_disk_that_fails_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Any, buffer: Any) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Counted, "readinto", fail)
    with pytest.raises(CommandError, match="line 0: Input/output error"):
        run(file(tmp_path, FIRST))


def test_a_line_with_a_known_identifier_joins_that_paper(tmp_path: Path) -> None:
    other = {"source": "elsewhere", "id": "x", "title": "On Things", "doi": "10.1234/ONE",
             "acl": "P17-1001"}  # fmt: skip
    summary, said = run(file(tmp_path, FIRST, other))
    assert summary.startswith("1 papers added (2 identifiers")
    assert "1 joined to a paper with the same identifier" in summary
    assert said == []
    stored = Paper.objects.get()
    assert [str(i) for i in stored.identifiers.all()] == ["acl:P17-1001", "doi:10.1234/one"]


def test_a_joined_line_with_another_title_is_said(tmp_path: Path) -> None:
    _, said = run(file(tmp_path, FIRST, {"title": "Renamed", "doi": "10.1234/one"}))
    assert said == [
        "line 2: taken as the known paper with its doi 10.1234/one, whose title differs"
    ]
    assert Paper.objects.get().title == "On things"


def test_a_wrong_identifier_does_not_make_two_papers_one(tmp_path: Path) -> None:
    rows = [
        {"title": "One", "acl": "P17-1001", "doi": "10.1234/both"},
        {"title": "Another", "acl": "P17-1002", "doi": "10.1234/both"},
    ]
    summary, said = run(file(tmp_path, *rows))
    assert summary.startswith("2 papers added (3 identifiers")
    assert said == ["line 2: imported without its doi 10.1234/both, which is another paper's"]
    assert run(file(tmp_path, *rows))[0].startswith("0 papers added (0 identifiers")


def test_a_second_import_changes_nothing_that_reports_rely_on(tmp_path: Path) -> None:
    run(file(tmp_path, FIRST))
    run(file(tmp_path, FIRST | {"title": "New", "venue": "New", "year": 1999,
                                "authors": ["Somebody Else"], "arxiv": "2001.00001"}))  # fmt: skip
    stored = Paper.objects.get()
    assert (stored.title, stored.venue, stored.year, stored.names) == (
        "On things", "Conf", 2020, "Ada Example; Bo Sample",
    )  # fmt: skip
    assert [author.name for author in stored.authors.all()] == ["Ada Example", "Bo Sample"]
    assert stored.identifiers.filter(scheme="arxiv").exists()


def test_a_paper_without_authors_gets_them(tmp_path: Path) -> None:
    run(file(tmp_path, FIRST | {"authors": []}))
    summary, _ = run(file(tmp_path, FIRST))
    assert summary.startswith("0 papers added (0 identifiers, 2 authors), 1 known already")
    assert Paper.objects.get().names == "Ada Example; Bo Sample"


def test_a_paper_that_nobody_accepted_is_not_taken_for_the_one_of_the_file(
    tmp_path: Path,
) -> None:
    drafted = services.enter_paper(
        title="On things", authors=["Ada Example"], venue="", year=None, url="",
        identifiers=["10.1234/one"], now=NOW,
    )  # fmt: skip
    run(file(tmp_path, FIRST))
    drafted.refresh_from_db()
    assert (drafted.is_public, Paper.objects.count()) == (False, 2)
    assert services.bearers(drafted) == [Paper.objects.get(is_public=True)]


def test_a_paper_of_an_accepted_report_becomes_public_if_it_was_typed_as_the_file_has_it(
    tmp_path: Path,
) -> None:
    drafted = services.enter_paper(
        title="on things!", authors=["Ada Example", "Bo Sample"], venue="typed", year=None, url="",
        identifiers=["10.1234/one"], now=NOW,
    )  # fmt: skip
    services.settle_identity(drafted)
    run(file(tmp_path, FIRST))
    stored = Paper.objects.get()
    assert stored.pk == drafted.pk
    assert (stored.is_public, stored.title, stored.venue, stored.year, stored.source_key) == (
        True, "On things", "Conf", 2020, "made-up:1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed", [{"title": "A slander"}, {"authors": ["Bo Sample", "Ada Example"]}]
)
def test_a_paper_of_an_accepted_report_typed_otherwise_stays_private(
    tmp_path: Path, typed: dict[str, Any]
) -> None:
    entered = {"title": "On things", "authors": ["Ada Example", "Bo Sample"]} | typed
    drafted = services.enter_paper(
        venue="", year=None, url="", identifiers=["10.1234/one"], now=NOW, **entered
    )
    services.settle_identity(drafted)
    summary, said = run(file(tmp_path, FIRST))
    assert "1 left private" in summary
    assert len(said) == 1 if "authors" in typed else len(said) == 2
    stored = Paper.objects.get()
    assert (stored.is_public, stored.title) == (False, entered["title"])


def test_hostile_text_is_stored_as_it_is(tmp_path: Path) -> None:
    title = "\\N \\. a\\tb \\x41 <script>alert('1')</script> \u202e {\\LaTeX} 😀 שלום %s ; --"
    run(file(tmp_path, {"title": title, "authors": ["O'Brien\\", "A;B", "a\tb"], "venue": title}))
    stored = Paper.objects.get()
    assert (stored.title, stored.venue) == (title, title)
    assert [a.name for a in stored.authors.all()] == ["O'Brien\\", "A;B", "a b"]


def test_many_batches_keep_every_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_papers, "BATCH", 3)
    rows = [{"source": "s", "id": str(n), "title": f"T{n}", "doi": f"10.1234/{n % 8}"}
            for n in range(20)]  # fmt: skip
    summary, _ = run(file(tmp_path, *rows))
    assert summary.startswith("8 papers added (8 identifiers")
    assert "12 joined" in summary
    assert Paper.objects.count() == 8


def test_a_paper_entered_at_the_same_moment_is_found_on_the_second_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_up = load._Batch._look_up
    blind = iter([True, False])

    def look_up(self: Any, records: Any) -> None:
        if next(blind):
            return
        looked_up(self, records)

    paper("On things", doi="10.1234/one")
    monkeypatch.setattr(load._Batch, "_look_up", look_up)
    tally = load.load([read(json.dumps(FIRST).encode(), 1)], NOW)
    assert (tally.added, tally.joined) == (0, 1)
    assert Paper.objects.count() == 1
    assert PaperAuthor.objects.count() == 2


def test_a_batch_that_never_fits_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    paper("On things", doi="10.1234/one")
    monkeypatch.setattr(load._Batch, "_look_up", lambda self, records: None)
    with pytest.raises(load.IntegrityError):
        load.load([read(json.dumps(FIRST).encode(), 1)], NOW)
    assert Paper.objects.count() == 1
