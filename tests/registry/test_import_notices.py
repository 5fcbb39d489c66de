"""`manage.py import_notices`: the Retraction Watch data and plain lists, each notice once."""

import csv
import gzip
import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from registry import identifiers
from registry.management.commands import import_notices
from registry.models import Notice

pytestmark = pytest.mark.django_db

COLUMNS = (
    "Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author",
    "URLS", "ArticleType", "RetractionDate", "RetractionDOI", "RetractionPubMedID",
    "OriginalPaperDate", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature", "Reason",
    "Paywalled", "Notes", "",
)  # fmt: skip


def row(**cells: str) -> dict[str, str]:
    """A row of the file; names as in it, without spaces."""
    return {
        "Title": "On made-up things,\nin two lines", "RetractionDate": "4/12/2022 0:00",
        "RetractionDOI": "10.1234/Notice", "OriginalPaperDOI": "10.1234/ONE",
        "OriginalPaperPubMedID": "0", "RetractionNature": "Retraction",
    } | cells  # fmt: skip


def file(tmp_path: Path, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "notices.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def run(path: Path, *options: str) -> tuple[str, list[str]]:
    """The summary, and what was said about lines."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_notices", str(path), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue().splitlines()


def stored() -> list[tuple[str, str, str, date | None, str]]:
    return list(
        Notice.objects.order_by("scheme", "value", "kind", "notice").values_list(
            "scheme", "value", "kind", "dated", "notice"
        )
    )


def test_a_row_is_a_notice_about_the_doi_and_one_about_the_pubmed_id(tmp_path: Path) -> None:
    summary, said = run(file(tmp_path, row(OriginalPaperPubMedID="12345")))
    assert said == []
    assert summary.startswith("2 notices added, 0 known already")
    assert stored() == [
        ("doi", "10.1234/one", "retracted", date(2022, 4, 12), "10.1234/notice"),
        ("pmid", "12345", "retracted", date(2022, 4, 12), "10.1234/notice"),
    ]
    assert {one.source for one in Notice.objects.all()} == {"Retraction Watch"}


@pytest.mark.parametrize(
    ("nature", "kind"),
    [("Retraction", "retracted"), ("Correction", "corrected"),
     ("Expression of concern", "concern"), ("Expression of Concern", "concern"),
     ("Reinstatement", "reinstated")],
)  # fmt: skip
def test_each_nature_is_a_kind(tmp_path: Path, nature: str, kind: str) -> None:
    run(file(tmp_path, row(RetractionNature=nature)))
    assert [one[2] for one in stored()] == [kind]


def test_a_second_run_adds_nothing_and_a_newer_file_removes_nothing(tmp_path: Path) -> None:
    rows = [row(OriginalPaperDOI=f"10.1234/{n}") for n in range(5)]
    run(file(tmp_path, *rows))
    before = list(Notice.objects.order_by("pk").values())
    summary, _ = run(file(tmp_path, *rows))
    assert summary.startswith("0 notices added, 5 known already or told twice")
    assert run(file(tmp_path, rows[0]))[0].startswith("0 notices added, 1 known")
    assert list(Notice.objects.order_by("pk").values()) == before


def test_what_names_no_work_is_counted_and_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    rows = [
        row(OriginalPaperDOI="unavailable"),
        row(OriginalPaperDOI="Unavailable", OriginalPaperPubMedID=""),
        row(OriginalPaperDOI="", OriginalPaperPubMedID="77"),
        row(RetractionNature="Doubt"),
        row(RetractionNature=""),
        row(OriginalPaperDOI="nonsense"),
        row(RetractionDate="33/44/2022 0:00", RetractionDOI="unavailable"),
    ]
    summary, said = run(file(tmp_path, *rows))
    assert summary.startswith("2 notices added, 0 known already")
    assert "3 lines without an identifier and 2 that cannot be read skipped, 2 remarks" in summary
    assert said == [
        "line 8: skipped, because its RetractionNature is “Doubt”, which is no kind of notice",
        "line 10: skipped, because its RetractionNature is empty, which is no kind of notice",
        "line 12: its OriginalPaperDOI was left out: “nonsense” is not one we can read. "
        f"{identifiers.EXAMPLES['doi']}",
        "line 14: its RetractionDate “33/44/2022 0:00” is no date and was left out",
    ]
    assert stored() == [
        ("doi", "10.1234/one", "retracted", None, ""),
        ("pmid", "77", "retracted", date(2022, 4, 12), "10.1234/notice"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_it_is_utf_8_or_latin_1(tmp_path: Path, encoding: str) -> None:
    path = file(tmp_path, row(Title="Über “things”"), encoding=encoding)
    assert run(path)[0].startswith("1 notices added")


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    path = file(tmp_path, row())
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert run(path)[0].startswith("1 notices added")


def test_a_cut_gzip_file_is_an_error_and_what_came_before_is_kept(tmp_path: Path) -> None:
    path = file(tmp_path, *(row(OriginalPaperDOI=f"10.1234/{n}.{n**9}") for n in range(6000)))
    whole = gzip.compress(path.read_bytes())
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match=r"was cut off\. What came before it was imported"):
        run(path)
    assert 1000 <= Notice.objects.count() < 6000


def test_a_batch_is_one_statement(
    tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    path = file(tmp_path, *(row(OriginalPaperDOI=f"10.1234/{n}") for n in range(40)))
    with django_assert_num_queries(1):
        run(path)


def test_many_batches_keep_every_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_notices, "BATCH", 3)
    rows = [row(OriginalPaperDOI=f"10.1234/{n % 7}") for n in range(20)]
    assert run(file(tmp_path, *rows))[0].startswith("7 notices added, 13 known already or told")


@pytest.mark.parametrize("content", [b"", b"a,b,c\n1,2,3\n", b"%PDF-1.7\n", b"10.1234/one\n"])
def test_a_file_that_is_no_such_table_is_said_to_be(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="no column OriginalPaperDOI and no column Retraction"):
        run(path)


def test_a_cell_without_end_is_told(tmp_path: Path) -> None:
    path = file(tmp_path, row())
    with path.open("ab") as end:
        end.write(b'1,"' + b"x" * (1024 * 1024 + 5))
    summary, said = run(path)
    assert summary.startswith("1 notices added")
    assert len(said) == 1
    assert said[0].startswith("line 4: skipped, because it cannot be read (")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot be read: No such file or directory\."):
        run(tmp_path / "nothing")


def test_a_source_that_is_too_long_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="at most 60 characters"):
        run(file(tmp_path, row()), "--source", "x" * 61)


def test_a_plain_list_is_of_what_is_retracted(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(
        "\ufeffdoi\n# of somebody\n10.1234/ONE\n\nhttps://doi.org/10.1234/two\nPMID: 77\n"
        "arXiv:2001.00002v2\nunavailable\nnonsense\n10.1234/one\n"
    )
    summary, said = run(path, "--retracted-dois", "--source", "Somebody")
    assert stored() == [
        ("arxiv", "2001.00002", "retracted", None, ""),
        ("doi", "10.1234/one", "retracted", None, ""),
        ("doi", "10.1234/two", "retracted", None, ""),
        ("pmid", "77", "retracted", None, ""),
    ]
    assert {one.source for one in Notice.objects.all()} == {"Somebody"}
    assert said == [
        "line 9: skipped, because “nonsense” is no identifier: write one a line, such as a DOI"
    ]
    assert summary.startswith("4 notices added, 1 known already or told twice, 1 lines without")
    assert run(path, "--retracted-dois")[0].startswith("0 notices added")


def test_a_list_may_tell_the_natures_beside(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        'doi,nature\n"10.1234/a","Retraction"\n10.1234/b,Correction;Expression of concern\n'
        "10.1234/c,Doubt\n"
    )
    _, said = run(path, "--retracted-dois")
    assert [one[1:3] for one in stored()] == [
        ("10.1234/a", "retracted"), ("10.1234/b", "concern"), ("10.1234/b", "corrected"),
    ]  # fmt: skip
    assert said == ["line 4: skipped, because “Doubt” is no kind of notice"]
