"""A line of a file of papers is read, cleaned, or refused with its reason."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.importing.records import Broken, Record, Volume, read


def line(**row: Any) -> Record:
    return read(json.dumps(row).encode(), 1)


def test_a_whole_line_is_read() -> None:
    record = line(
        source="made-up", id="1", title=" On  things ", authors=["Ada Example", "Bo Sample"],
        venue="Conf", year=2020, doi="10.1234/ABC", arxiv="2001.00001v2", url="https://e.example/1",
    )  # fmt: skip
    assert (record.title, record.authors, record.names) == (
        "On things", ["Ada Example", "Bo Sample"], "Ada Example; Bo Sample",
    )  # fmt: skip
    assert (record.venue, record.year, record.url) == ("Conf", 2020, "https://e.example/1")
    assert record.identifiers == {"doi": "10.1234/abc", "arxiv": "2001.00001"}
    assert (record.source_key, record.notes) == ("made-up:1", [])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{", "it is not JSON (Expecting property name enclosed in double quotes, column 2)"),
        (b"[1]", "it is not a JSON object"),
        (b"null", "it is not a JSON object"),
        (b'{"title": "\xff"}', "it is not UTF-8 (byte 12)"),
        (b"[" * 100_000, "it is not JSON that can be read"),
        (b'{"year": ' + b"9" * 5000 + b"}", "it is not JSON that can be read"),
        (b"{}", "it has no title"),
        (b'{"title": ""}', "it has no title"),
        (b'{"title": " \\u0000 "}', "it has no title"),
        (b'{"title": ["a"]}', "it has no title"),
        (b'{"title": "' + b"a" * 2001 + b'"}', "its title has 2,001 characters, more than 2,000"),
    ],
)
def test_a_broken_line_says_why(raw: bytes, reason: str) -> None:
    with pytest.raises(Broken) as broken:
        read(raw, 1)
    assert str(broken.value) == reason


def test_front_matter_is_told_apart() -> None:
    with pytest.raises(Volume):
        line(title="Proceedings", kind="volume")


def test_a_title_of_2000_characters_is_taken() -> None:
    assert len(line(title="é" * 2000).title) == 2000


def test_nul_control_characters_and_half_surrogates_are_removed() -> None:
    record = read(b'{"title": "a\\u0000b\\u0007\\nc \\ud800d", "authors": ["A\\u0000 B"]}', 1)
    assert (record.title, record.authors) == ("a b c d", ["A B"])


def test_what_cannot_be_taken_is_left_out_and_said() -> None:
    record = line(
        title="T", doi="nonsense", venue=3, year="MMXX", url="javascript:alert(1)",
        authors=["A", 7, "", "n" * 301],
    )  # fmt: skip
    assert record.authors == ["A", "n" * 299 + "…"]
    assert (record.identifiers, record.venue, record.year, record.url) == ({}, "", None, "")
    assert record.notes == [
        "an author whose name is not text was left out",
        "an author's name was cut to 300 characters",
        "its venue is not text and was left out",
        "its year is no year and was left out",
        "its url is no web address and was left out",
        "imported without its doi: “nonsense” is not one we can read. A DOI looks like "
        "10.18653/v1/P17-1001 or https://doi.org/10.18653/v1/P17-1001.",
    ]


def test_authors_that_are_no_list_are_left_out() -> None:
    record = line(title="T", authors="A and B", venue="v" * 301)
    assert record.authors == []
    assert record.venue == "v" * 299 + "…"
    assert record.notes == [
        "its authors are not a list and were left out",
        "its venue was cut to 300 characters",
    ]


def test_an_identifier_is_read_out_of_the_address() -> None:
    record = line(title="T", url="https://openreview.net/forum?id=aB3_dE-fgH")
    assert record.identifiers == {"openreview": "aB3_dE-fgH"}


def test_an_arxiv_doi_is_the_arxiv_id() -> None:
    assert line(title="T", doi="10.48550/arXiv.2001.00001").identifiers == {"arxiv": "2001.00001"}


def test_a_year_in_digits_is_taken() -> None:
    assert line(title="T", year="2017").year == 2017


def test_a_line_without_a_source_has_a_key_of_its_own() -> None:
    one, again, other = line(title="T"), line(title="t."), line(title="T", year=2020)
    assert one.source_key.startswith("record:")
    assert one.source_key == again.source_key != other.source_key


def test_a_long_source_key_is_shortened_to_a_digest() -> None:
    key = line(title="T", source="s", id="i" * 200).source_key
    assert key.startswith("long:")
    assert len(key) <= 100


@given(
    st.dictionaries(
        st.sampled_from(
            ["title", "authors", "venue", "year", "url", "doi", "acl", "arxiv", "source", "id"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner, max_size=3),
            max_leaves=4,
        ),
    )
)
def test_any_object_is_read_or_refused(row: dict[str, Any]) -> None:
    try:
        record = read(json.dumps(row).encode(), 1)
    except (Broken, Volume):
        return
    assert record.title
    assert len(record.source_key) <= 100
    assert "\x00" not in record.title + record.names + record.venue + record.url
