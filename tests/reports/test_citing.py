"""A citation read back by the programs that others use: nothing of it is lost or broken."""

import io
import json
import re
from datetime import date
from typing import Any

import bibtexparser
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from reports.citing import Name, Work, bibtex, csl_json, latex, one_line, ris

BAD = (
    "100% of {braces}} & \\frac{a}{b} $x_1^2$ # ~ <b> | “quoted” \"q\" 'a' @misc{x,"
    "\r\n\n  TY  - JOUR\u2028ER  - \x0b\u202eturned 稀疏齿轮"
)
texts = st.text(min_size=1, max_size=60).filter(one_line)


def work(number: int = 12, **fields: object) -> Work:
    usual: dict[str, Any] = {
        "key": f"unreproduced-report-{number}",
        "number": number,
        "author": Name.of("Ada Example"),
        "title": "Reproduction of “Sparse Widgets”: did not match",
        "genre": "Reproduction report",
        "about": "Sparse Widgets",
        "day": date(2026, 3, 31),
        "publisher": "Unreproduced",
        "url": f"https://registry.example/reports/{number}/",
    }
    return Work(**(usual | fields))


def read_bibtex(text: str) -> list[dict[str, str]]:
    """The entries' keys and fields, as written between the outer braces."""
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    return [{"ID": entry.key} | dict(entry.items()) for entry in library.entries]


NAMED = {
    "backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^",
    "less": "<", "greater": ">", "bar": "|", "asciigrave": "`",
}  # fmt: skip
"""Characters by what follows \\text (LaTeX2e, font encodings)."""


def printed(words: str) -> str:
    """What LaTeX prints; asserts that no sign is left to which it would give a meaning."""
    left = re.sub(r"\\text(\w+)\{\}|\\([#$%&_])|([-'])\{\}", "", words)
    assert re.search(r"[\\{}#$%&_~^<>|`]|--|''", left) is None, words

    def sign(found: re.Match[str]) -> str:
        return NAMED[found[1]] if found[1] else found[2] or found[3]

    return re.sub(r"\\text(\w+)\{\}|\\([#$%&_])|([-'])\{\}", sign, words)


def inside(braced: str) -> str:
    """What a second pair of braces holds."""
    assert (braced[0], braced[-1]) == ("{", "}")
    return braced[1:-1]


@pytest.mark.parametrize(
    ("written", "turned"),
    [
        ("Ada Example", "Example, Ada"),
        ("Ada B. Example", "Example, Ada B."),
        ("J.-P. Muster", "Muster, J.-P."),
        ("Ludwig van Beispiel", "van Beispiel, Ludwig"),
        ("Vincent van der Muster", "van der Muster, Vincent"),
        ("van der Muster, Vincent", "van der Muster, Vincent"),
        ("García Muestra, Gabriela", "García Muestra, Gabriela"),
        ("Élodie Échantillon", "Échantillon, Élodie"),
    ],
)
def test_a_name_is_taken_apart_where_its_writing_says_how(written: str, turned: str) -> None:
    name = Name.of(written)
    assert (name.whole, name.turned) == (written, turned)
    assert " ".join(filter(None, (name.given, name.particle, name.family))).split()


@pytest.mark.parametrize(
    "written",
    [
        "王小明", "李 雷", "林知远 (Lin Zhiyuan)", "A careful reader", "Careful reader",
        "Gabriela García Muestra", "Rita and Rolf", "Ada Example, Bo Sample, and others",
        "Muster, Ada and Bo", "The Lab; Ada", "reader7", "a former user", "van", "Ludwig van",
        "Ada,", ",", "김민수",
    ],
)  # fmt: skip
def test_every_other_name_stays_whole(written: str) -> None:
    name = Name.of(written)
    assert (name.turned, name.family, name.given) == (written, "", "")
    item = json.loads(csl_json([work(author=name)]))[0]
    assert item["author"] == [{"literal": written}]
    (entry,) = read_bibtex(bibtex([work(author=name)]))
    assert entry["author"] == f"{{{latex(written)}}}"


def test_a_particle_is_told_apart() -> None:
    item = json.loads(csl_json([work(author=Name.of("Ludwig van Beispiel"))]))[0]
    assert item["author"] == [
        {"family": "Beispiel", "given": "Ludwig", "non-dropping-particle": "van"}
    ]


def test_bibtex_is_read_back() -> None:
    entries = read_bibtex(bibtex([work(), work(13, author=Name.of("王小明"), title=BAD)]))
    assert [entry["ID"] for entry in entries] == [
        "unreproduced-report-12", "unreproduced-report-13",
    ]  # fmt: skip
    assert entries[0] == {
        "ENTRYTYPE": "misc",
        "ID": "unreproduced-report-12",
        "author": "Example, Ada",
        "title": "{Reproduction of “Sparse Widgets”: did not match}",
        "howpublished": "Reproduction report 12, Unreproduced",
        "year": "2026",
        "month": "mar",
        "url": "https://registry.example/reports/12/",
    }
    assert printed(inside(entries[1]["title"])) == one_line(BAD)


@given(texts)
def test_bibtex_loses_nothing_of_any_title_and_name(text: str) -> None:
    name = Name.of(text)
    entries = read_bibtex(bibtex([work(title=text, author=name), work(13)]))
    assert [entry["ID"] for entry in entries] == [
        "unreproduced-report-12", "unreproduced-report-13",
    ]  # fmt: skip
    assert printed(inside(entries[0]["title"])) == one_line(text)
    author = entries[0]["author"]
    assert printed(author if name.family else inside(author)) == name.turned


def test_latex_counts_its_braces() -> None:
    words = latex("}{ {{{ \\} \\{")
    assert words.count("{") == words.count("}")


@given(texts)
def test_ris_loses_nothing_of_any_title_and_name(text: str) -> None:
    name = Name.of(text)
    written = ris([work(title=text, author=name), work(13)])
    entries = rispy.load(io.StringIO(written, newline=""))
    assert [entry["id"] for entry in entries] == [
        "unreproduced-report-12", "unreproduced-report-13",
    ]  # fmt: skip
    assert (entries[0]["title"], entries[0]["authors"]) == (one_line(text), [name.turned])


def test_ris_has_one_tag_a_line_whatever_breaks_a_line() -> None:
    written = ris([work(title=BAD, author=Name.of("X\nER  - "))])
    lines = written.split("\r\n")
    assert lines.pop() == ""
    assert [line[:6] for line in lines] == [
        f"{tag}  - " for tag in ("TY", "ID", "AU", "TI", "PY", "DA", "M3", "SN", "PB", "UR", "ER")
    ]
    assert "\n" not in written.replace("\r\n", "")
    (entry,) = rispy.loads(written)
    assert (entry["year"], entry["date"]) == ("2026", "2026/03/31/")
    assert (entry["type_of_reference"], entry["urls"]) == (
        "RPRT", ["https://registry.example/reports/12/"],
    )  # fmt: skip


@given(texts)
def test_csl_json_is_read_back(text: str) -> None:
    (item,) = json.loads(csl_json([work(title=text, about=text)]))
    assert item == {
        "id": "unreproduced-report-12",
        "type": "report",
        "author": [{"family": "Example", "given": "Ada"}],
        "title": one_line(text),
        "genre": "Reproduction report",
        "number": "12",
        "reviewed-title": one_line(text),
        "issued": {"date-parts": [[2026, 3, 31]]},
        "publisher": "Unreproduced",
        "URL": "https://registry.example/reports/12/",
    }


def test_a_citation_is_said_in_words() -> None:
    assert work().in_words == (
        "Example, Ada (31 March 2026): Reproduction of “Sparse Widgets”: did not match. "
        "Reproduction report 12, Unreproduced. https://registry.example/reports/12/"
    )
