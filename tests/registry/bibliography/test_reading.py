"""What a file is, whatever it is called; what is empty or hostile; a hundred thousand entries."""

import os
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.bibliography.entry import SHOWN, Entry, NotUnderstood, Unreadable
from registry.bibliography.reading import read
from registry.cleaning import clean
from tests.patience import at_most
from tests.registry.bibliography.shelf import all_of

BIB, RIS = "@misc{a, title={A}}\n", "TY  - JOUR\nTI  - A\nER  -\n"


@pytest.mark.parametrize("name", ["", "refs.ris", "refs.txt", "refs"])
def test_the_content_decides_and_not_the_name(name: str) -> None:
    assert read(BIB.encode(), name=name).format == "BibTeX"


def test_the_sign_that_comes_first_decides() -> None:
    assert read((RIS + "AB  - see\n@misc{a, title={B}}\n").encode()).format == "RIS"
    inside = BIB.replace("A}", "A}, abstract={\nTY  - JOUR\n}")
    assert read(inside.encode()).format == "BibTeX"


@pytest.mark.parametrize("data", [b"", b"  \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0" * 3])
def test_an_empty_file_is_said_to_be(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data, name="refs.bib")


@pytest.mark.parametrize(
    ("text", "says"),
    [("<!DOCTYPE html><html><p>x</html>", "web page"), ("<?xml version='1.0'?><x/>", "“x”")],
)  # fmt: skip
def test_what_is_no_bibliography_says_what_to_do(text: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read(text.encode())


PROOF = bool(os.environ.get("PROOF"))
M = 10_000_000 if PROOF else 1_000_000
HOSTILE = {
    "braces": "{" * M,
    "ats": "@" * M,
    "backslashes": "\\" * M,
    "a field of braces": "@a{x,t=" + "{" * M,
    "a field of backslashes": "@a{x,title={" + "\\" * M + "}}",
    "one line of beginnings": "@a{x,t={" * (M // 8),
    "quotation marks": '@a{x,t="' + '"' * M,
    "white space": " " * M + "x",
    "macros": "@string{a={" + "x" * 9999 + "}}@a{x,title=" + "a#" * (M // 20) + "a}",
    "brackets": "[" * M,
    "numbers in brackets": "[1] " * (M // 4),
    "names": "Muster, A., " * (M // 12),
    "quotes": '"a ' * (M // 3),
    "tags": "TY  - JOUR\nTI  - a\n" + "x\n" * (M // 10),
    "labels": "\\bibitem[" * (M // 90),
    "comments": "<!--" * (M // 4),
    "addresses": "http://" * (M // 7),
    "one word": "a" * M,
}


@pytest.mark.proof
@pytest.mark.parametrize("name", HOSTILE)
def test_megabytes_of_anything_take_seconds(name: str) -> None:
    data = HOSTILE[name].encode()
    with at_most(2 + 2 * M / 1_000_000):
        for _ in read(data).entries:
            pass


def many(count: int) -> bytes:
    return "".join(
        f'@article{{k{n},\n title={{The {{W}}idget number {n}}},\n author={{M{{\\"u}}ster, Ada and'
        f" Doe, C.}},\n journal={{J}}, year={{2020}}, doi={{10.5555/w.{n}}}\n}}\n\n"
        for n in range(count)
    ).encode()


@pytest.mark.proof
def test_many_entries_take_little_memory() -> None:
    number = 100_000 if PROOF else 10_000
    data = many(number)
    tracemalloc.start()
    count = sum(_is_whole(one) for one in read(data).entries)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == number
    assert peak < len(data) + 12_000_000  # the text itself, and what is remembered of it


def _is_whole(one: Entry | NotUnderstood) -> bool:
    return isinstance(one, Entry) and one.title.endswith(one.key[1:]) and len(one.authors) == 2


def test_time_is_linear_in_the_number_of_entries() -> None:
    def seconds(count: int) -> float:
        data = many(count)
        began = time.process_time()
        for _ in read(data).entries:
            pass
        return time.process_time() - began

    seconds(500)
    assert seconds(8000) < 8 * seconds(2000) + 0.5


PIECES = [
    "@article{a, ", "title = {", "}", "{", '"', ",", "=", "#", "@string{a=", "\\", "\\\"u", "$",
    "%", "TY  - JOUR\n", "ER  - \n", "AU  - ", "TI  - ", "PMID- 1\n", "%0 Book\n%T x\n%A y\n",
    "PT J\n", "<xml><records><record>", "</record>", "<feed><entry>", "</entry></feed>", "<title>",
    "&x;", "<!--", "[", "{", '{"title": "A"', "]", ":", "null", "\\bibitem{a}", "\\newblock ",
    "\\entry{a}{b}{}", "\\endentry", "\\field{title}{", "\\name{author}{1}{}{", "hash=",
    "References\n", "[1] ", "2. ", "Muster, A.", " (2020). ", "“", "”", "10.1234/abc",
    "arXiv:2001.01234", "https://x.example/", "\n", "\n\n", " ", "and ", "\ufeff", "\x00", "é",
    "王", "a" * 500, '{"authors": [', '"DOI": [1]', "<PubmedArticle>", "<volume id='P17'>",
    "<paper id='1'>", "<mods>", "<doi_records><book>", "<Sources><Source>", "<OAI-PMH><record>",
]  # fmt: skip


@settings(deadline=None)  # the first example imports what a format needs
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(st.sampled_from(PIECES), max_size=30).map(lambda parts: "".join(parts).encode()),
        st.lists(st.sampled_from(PIECES), max_size=30).map(
            lambda parts: "".join(parts).encode("utf-16")
        ),
    ),
    st.sampled_from(["", "a.bib", "a.ris", "a.enw", "a.nbib", "a.json"]),
)
def test_no_bytes_whatever_raise_anything_but_unreadable(data: bytes, name: str) -> None:
    try:
        reading = read(data, name=name)
    except Unreadable as error:
        assert str(error).endswith(".")
        return
    for one in reading.entries:
        assert one.line >= 1
        assert len(one.text) <= SHOWN
        if isinstance(one, Entry):
            told = (one.key, one.kind, one.title, one.venue, one.url, one.abstract, *one.authors)
            assert told == tuple(map(clean, told))
            assert all(one.authors)
        else:
            assert one.why.endswith(".")


def test_lines_are_counted_in_every_format() -> None:
    for text in (f"\n\n{BIB}", f"\n\n{RIS}", '\n\n[{"title": "A"}]', "\n\n10.5555/a\n"):
        assert [one.line for one in all_of(text)] == [3]
