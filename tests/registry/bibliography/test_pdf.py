"""The text of a PDF, or a sentence; whatever the file does, the site goes on."""

import re
import subprocess
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.bibliography import pdf
from registry.bibliography.entry import Unreadable
from registry.bibliography.pdf import FIRST_PAGES, joined, text_of
from tests.patience import at_most
from tests.registry.bibliography import pdfs


def why(data: bytes, **more: object) -> str:
    with pytest.raises(Unreadable) as error:
        text_of(data, **more)
    return str(error.value)


def test_two_columns_stay_apart() -> None:
    page = text_of(pdfs.made("two_columns")).pages[0]
    places = [page.index(words) for words in (
        "Efficient Frobnication", "Abstract", "Introduction", "Left column ends about here",
        "two cannot", "Right column", "each of the three runs",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "the limitations: the configurability of the offsets was\nnot examined" in page


def test_ligatures_are_letters_and_accents_stand_on_theirs() -> None:
    text = text_of(pdfs.made("two_columns")).text
    assert "an efficient and sufficiently flexible affinity" in text
    assert "Bo J. Pröbe" in text and "Françoise Élan-Offner" in text
    assert not set("ﬀﬁﬂﬃﬄ\x0b\x0c\x0e\x0f") & set(text)


def test_ligatures_of_a_font_that_names_no_letters_are_letters() -> None:
    page = text_of(pdfs.made("side_by_side")).pages[0]
    assert page.startswith("A Field Guide to Fictional Affinities\n")


def test_footnote_marks_are_raised_and_touch_no_address() -> None:
    lines = text_of(pdfs.made("two_columns")).pages[0].split("\n")
    assert lines[2] == "Ada Muster¹* Bo J. Pröbe¹,² Chen Wei² Françoise Élan-Offner³"
    assert lines[4:6] == [
        "¹{ada.muster, bproebe}@lab.example.org",
        "²chenwei@cs.made-up.example ³f.elan-offner@fi.example",
    ]


def test_a_gap_between_words_is_a_space_and_chinese_stays() -> None:
    page = text_of(pdfs.made("chinese")).pages[0]
    assert page.startswith("困难部件的高效处理方法\n王小明¹ 李雷¹,² 欧阳娜²\n")
    assert "[3] 韩梅梅. 偏移场的分类研究 [D]. 北京: 示例大学, 2018." in page
    assert "张伟" in text_of(pdfs.made("side_by_side")).pages[0]


def test_references_are_read_with_their_identifiers_whole() -> None:
    text = text_of(pdfs.made("two_columns")).text
    for whole in (
        "https://doi.org/10.1234/s41586-021-00001-2-with-a-long-ending-that-breaks-over-lines",
        "https://doi.org/10.5555/tor-2022.9(1)1-22",
        "https://openreview.net/forum?id=aBcDeF1234",
        "In Proceedings of the 12th Conference on Fictional Computation, pages 17–29",
        "A sufficiently flexible classification framework",
    ):
        assert whole in text


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("signifi-\ncant", "significant"),
        ("re-implement, and re-\nimplement", "re-implement, and re-implement"),
        ("state-of-\nthe-art", "state-of-the-art"),
        ("the Smith-\nWaterman method", "the Smith-\nWaterman method"),
        ("pages 12-\n14", "pages 12-\n14"),
        ("doi:10.1234/a-\nb", "doi:10.1234/a-b"),
        ("https:\n//doi.org/10.1234/ab", "https://doi.org/10.1234/ab"),
        ("https://code.example/\n[2] Next", "https://code.example/\n[2] Next"),
        ("and/\nor", "and/\nor"),
        ("an end -\nand more", "an end -\nand more"),
        ("soft\u00ad\nly", "softly"),
    ],
)
def test_what_a_line_end_divides(text: str, whole: str) -> None:
    assert joined(text) == whole


@given(st.text(alphabet="ab-\n /:h10.@é\u00ad", max_size=60))
@settings(max_examples=300)
def test_joining_loses_no_letter(text: str) -> None:
    plain = str.maketrans("", "", "-\n \u00ad")
    assert joined(text).translate(plain) == text.translate(plain)


def test_joining_takes_linear_time() -> None:
    with at_most(15):
        for text in ("a" * 300_000, "a b-\n" * 60_000, "-" * 300_000, "https://a-\n" * 30_000):
            joined(text)


def test_only_the_pages_asked_for_are_read() -> None:
    book = pdfs.pages(*[pdfs.lines(f"This is the text of page {n} of a book.") for n in range(210)])
    first = text_of(book, pages=FIRST_PAGES)
    assert [page.split()[-4] for page in first.pages] == ["0", "1", "2"]
    assert (first.first, first.count, first.cut) == (1, 210, "")
    last = text_of(book, pages=slice(205, None))
    assert (last.first, len(last.pages), last.cut) == (206, 5, "")
    whole = text_of(book)
    assert len(whole.pages) == pdf.MOST_PAGES
    assert whole.cut == "Only the first 200 of its 210 pages were read."


def test_what_was_read_before_the_time_ended_is_given() -> None:
    hard = pdfs.stream(b"BT (aaaaaaaa) Tj ET\n" * 3_000_000)
    data = pdfs.pages(pdfs.lines("This page is read before the other one is."), hard)
    found = text_of(data, seconds=1)
    assert found.pages == ("This page is read before the other one is.",)
    assert found.cut == "Only 1 of its 2 pages could be read in the time for it."


def test_a_scan_is_told_from_a_paper() -> None:
    assert why(pdfs.scan()).startswith("This PDF holds pictures of pages and no text")


def test_fonts_that_say_no_letters_are_told_of() -> None:
    assert why(pdfs.paper("$%&#+*" * 10)).startswith("The fonts of this PDF do not say")


def test_a_locked_one_is_told_of_and_one_that_opens_without_a_password_is_read() -> None:
    plain = pdfs.paper(pdfs.SOMETHING)
    assert why(pdfs.locked(plain, password="secret")).startswith("This PDF is locked")
    assert why(pdfs.locked_by_aes()).startswith("This PDF is locked")
    assert "ada@lab.example.org" in text_of(pdfs.locked(plain, password="")).text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty"),
        (b"<!DOCTYPE html><title>Paper</title>", "This is no PDF"),
        (b"PK\3\4word/document.xml", "This is no PDF"),
        (b"%PDF-1.4 nothing more", "This PDF is damaged"),
    ],
)
def test_no_pdf_is_told_of(data: bytes, sentence: str) -> None:
    assert why(data).startswith(sentence)


def test_half_a_pdf_is_text_or_a_sentence() -> None:
    data = pdfs.made("two_columns")
    for part in (10, 3, 2):
        assert why(data[: len(data) // part]).startswith("This PDF is damaged")
    plain = pdfs.paper(pdfs.SOMETHING)
    without_table = plain[: plain.index(b"xref")] + plain[plain.index(b"trailer") :]
    assert "ada@lab" in text_of(without_table).text


@pytest.mark.parametrize("make", pdfs.HOSTILE.values(), ids=pdfs.HOSTILE)
def test_a_hostile_file_is_a_sentence_and_soon(make: Callable[[], bytes]) -> None:
    data = make()
    began = time.monotonic()
    assert re.match("This PDF is damaged|Reading this PDF takes", why(data, seconds=2))
    assert time.monotonic() - began < 40


@pytest.mark.parametrize("make", [pdfs.endless_tables, pdfs.many_pages])
def test_a_file_that_lies_about_itself_is_read(make: Callable[[], bytes]) -> None:
    assert text_of(make(), seconds=2).pages == (pdfs.SOMETHING,)


def test_a_process_that_hangs_is_stopped_by_the_clock(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path_factory.mktemp("child") / "child.py"
    child.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(pdf, "CHILD", child)
    began = time.monotonic()
    assert why(pdfs.paper("x"), seconds=1).startswith("Reading this PDF takes more time")
    assert time.monotonic() - began < 40


@pytest.mark.parametrize(
    "code", ["import os; os.kill(os.getpid(), 11)", "print('{')", "raise SystemExit(1)", ""]
)
def test_a_process_that_breaks_is_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    child = tmp_path_factory.mktemp("child") / "child.py"
    child.write_text(code)
    monkeypatch.setattr(pdf, "CHILD", child)
    assert why(pdfs.paper("x") * 1000).endswith("by hand.")


def test_the_reading_process_knows_nothing_of_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "of the site")
    asked: dict[str, object] = {}
    run = subprocess.run

    def seen(*args: object, **more: object) -> object:
        asked.update(more)
        return run(*args, **more)

    monkeypatch.setattr(pdf.subprocess, "run", seen)
    text_of(pdfs.paper(pdfs.SOMETHING))
    assert set(asked["env"]) <= {"PATH", "LD_LIBRARY_PATH"}


@given(st.binary(max_size=300))
@settings(max_examples=10, deadline=None)
def test_no_bytes_whatever_raise_anything_else(tail: bytes) -> None:
    data = pdfs.paper(pdfs.SOMETHING)
    for broken in (b"%PDF-1.4\n" + tail, data[: len(data) // 2] + tail + data[len(data) // 2 :]):
        try:
            text_of(broken)
        except Unreadable as error:
            assert str(error).endswith(".")
