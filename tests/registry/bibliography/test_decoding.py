"""Bytes as text: every encoding that bibliographies come in, and what is no text."""

import io
import zipfile

import pytest

from registry.bibliography.decoding import decode
from registry.bibliography.entry import Unreadable

ENTRY = "@article{{a, title = {{{}}}, author = {{{}}}, year = {{2020}}, journal = {{J}}}}\n"
CHINESE = ENTRY.format("基于深度学习的部件识别方法研究", "王小明 and 李华")
JAPANESE = ENTRY.format("ウィジェットの深層学習による認識について", "山田太郎")
GERMAN = ENTRY.format("Über größere Bauteile", "Müster, Jörg and Beispiel, Zoë")


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (GERMAN.encode(), GERMAN, "UTF-8"),
        (GERMAN.encode("utf-8-sig"), GERMAN, "UTF-8"),
        (GERMAN.encode("utf-16"), GERMAN, "UTF-16"),
        (b"\xfe\xff" + GERMAN.encode("utf-16-be"), GERMAN, "UTF-16"),
        (GERMAN.encode("utf-16-le"), GERMAN, "UTF-16"),
        (GERMAN.encode("utf-16-be"), GERMAN, "UTF-16"),
        (GERMAN.encode("utf-32"), GERMAN, "UTF-32"),
        (GERMAN.encode("latin-1"), GERMAN, "Windows-1252"),
        (GERMAN.encode("cp1252"), GERMAN, "Windows-1252"),
        (CHINESE.encode(), CHINESE, "UTF-8"),
        (CHINESE.encode("gbk"), CHINESE, "GB18030"),
        (CHINESE.encode("gb18030"), CHINESE, "GB18030"),
        (JAPANESE.encode("shift_jis"), JAPANESE, "Shift-JIS"),
        (JAPANESE.encode("euc_jp"), JAPANESE, "EUC-JP"),
    ],
)
def test_an_encoding_is_recognised(data: bytes, text: str, encoding: str) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (text, encoding)


@pytest.mark.parametrize(
    ("title", "names"),
    [("Ein Wort", "Müster, Jörg"), ("L'été à Besançon", "Doe, Ana"), ("A", "Nuñez, José"),
     ("Ångström", "Sørensen, Søren"), ("“Quoted” — with dashes", "O’Muster, Ada")],
)  # fmt: skip
def test_one_western_name_is_enough(title: str, names: str) -> None:
    text = ENTRY.format(title, names)
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize("name", ["王伟", "李娜 and 张敏", "陈静"])
def test_one_chinese_name_is_enough(name: str) -> None:
    text = ENTRY.format("Widgets", name)
    assert decode(text.encode("gbk")).text == text


def test_what_jabref_says_of_the_encoding_is_believed_where_it_is_right() -> None:
    text = "% Encoding: windows-1250\n" + ENTRY.format("Příliš žluťoučký", "Dvořák")
    assert decode(text.encode("cp1250")).text == text
    wrong = "% Encoding: UTF-8\n" + GERMAN
    assert decode(wrong.encode("latin-1")).text == wrong
    assert decode(wrong.encode()).text == wrong


def test_latin_lines_in_a_file_of_utf8_are_read_as_such() -> None:
    data = (GERMAN * 3).encode() + GERMAN.encode("latin-1") + CHINESE.encode()
    assert decode(data).text == GERMAN * 4 + CHINESE


def test_one_bad_byte_loses_no_more_than_itself() -> None:
    data = (GERMAN * 3).encode() + b"\x81" + GERMAN.encode()
    assert decode(data).text.count("Über größere") == 4


def test_ends_of_lines_are_those_of_unix() -> None:
    assert decode(b"a\r\nb\rc\n").text == "a\nb\nc\n"


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x" * 100)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (archive("[Content_Types].xml", "word/document.xml"), "Word document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "spreadsheet"),
        (archive("refs.bib"), "Unpack it"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office document"),
        (b"{\\rtf1\\ansi text}", "RTF"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        (b"\x1f\x8b\x08" + bytes(50), "compressed"),
        (b"SQLite format 3\0" + bytes(50), "Zotero"),
        (bytes(range(256)) * 40, "no text"),
        (bytes(5000), "no text"),
    ],
)
def test_what_is_no_text_is_named_and_says_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says) as raised:
        decode(data)
    assert str(raised.value).endswith(".")
    assert "\0" not in str(raised.value)
