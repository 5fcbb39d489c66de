"""Identifiers have one spelling, however people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identifiers import Found, Malformed, implied, normalise, parse, read, url

DOIS = {
    "10.1234/AbC.5": "10.1234/abc.5",
    "doi:10.1234/abc": "10.1234/abc",
    "DOI: 10.1234/abc": "10.1234/abc",
    "https://doi.org/10.1234/abc": "10.1234/abc",
    "http://dx.doi.org/10.1234/abc": "10.1234/abc",
    "doi.org/10.1234/abc": "10.1234/abc",
    "https://doi.org/10.1234/abc?utm_source=mail#top": "10.1234/abc",
    "https://doi.org/10.1234/a%23b%3Fc": "10.1234/a#b?c",
    "10.1234/abc.": "10.1234/abc",
    "(10.1234/abc),": "10.1234/abc",
    "<https://doi.org/10.1234/abc>": "10.1234/abc",
    "“10.1234/abc”": "10.1234/abc",
    "10.1016/S0140-6736(03)14065-2": "10.1016/s0140-6736(03)14065-2",
    "10.1002/(SICI)1521-3978(199806)46:4/5&lt;493::AID-P&gt;3.0.CO;2-P": (
        "10.1002/(sici)1521-3978(199806)46:4/5<493::aid-p>3.0.co;2-p"
    ),
    "10.1016/Üникó": "10.1016/Üникó",
    "https://dl.acm.org/doi/abs/10.1145/12.34": "10.1145/12.34",
    "https://link.springer.com/chapter/10.1007/978-3_19": "10.1007/978-3_19",
    "10.12\x0034/abc\x00": "10.1234/abc",
}
ARXIV = {
    "1706.03762": ("1706.03762", ""),
    "1706.03762v5": ("1706.03762", "v5"),
    "arXiv:1706.03762V2": ("1706.03762", "v2"),
    "arxiv: 0704.0001": ("0704.0001", ""),
    "https://arxiv.org/abs/1706.03762v5": ("1706.03762", "v5"),
    "https://arxiv.org/pdf/1706.03762v5.pdf": ("1706.03762", "v5"),
    "http://export.arxiv.org/html/1706.03762": ("1706.03762", ""),
    "https://ar5iv.labs.arxiv.org/html/1706.03762": ("1706.03762", ""),
    "arxiv.org/abs/cs/0101001": ("cs/0101001", ""),
    "cs.CL/0101001": ("cs/0101001", ""),
    "hep-th/9901001v2": ("hep-th/9901001", "v2"),
    "hep-th/1601.07616": ("1601.07616", ""),
    "10.48550/arXiv.1706.03762": ("1706.03762", ""),
    "https://doi.org/10.48550/ARXIV.1706.03762v3": ("1706.03762", "v3"),
}
OPENREVIEW = {
    "https://openreview.net/forum?id=aB3_dE-fgH": "aB3_dE-fgH",
    "https://openreview.net/pdf?id=aB3_dE-fgH": "aB3_dE-fgH",
    "https://www.openreview.net/forum?noteId=zzz&id=aB3_dE-fgH#x": "aB3_dE-fgH",
    "openreview.net/forum?id=aB3_dE-fgH": "aB3_dE-fgH",
    "openreview:aB3_dE-fgH": "aB3_dE-fgH",
}
ACL = {
    "P17-1001": ("P17-1001", ""),
    "p17-1001": ("P17-1001", ""),
    "2020.acl-main.1": ("2020.acl-main.1", ""),
    "2020.ACL-Main.1": ("2020.acl-main.1", ""),
    "https://aclanthology.org/P17-1001/": ("P17-1001", ""),
    "https://aclanthology.org/P17-1001v2.pdf": ("P17-1001", "v2"),
    "https://www.aclweb.org/anthology/P17-1001": ("P17-1001", ""),
    "https://www.aclweb.org/anthology/papers/P/P17/P17-1001/": ("P17-1001", ""),
    "https://aclanthology.org/2020.acl-main.1.bib": ("2020.acl-main.1", ""),
}


@pytest.mark.parametrize(("text", "value"), DOIS.items())
def test_a_doi_is_read(text: str, value: str) -> None:
    assert parse(text) == Found("doi", value)


@pytest.mark.parametrize(("text", "expected"), ARXIV.items())
def test_an_arxiv_id_is_read_and_its_version_kept_apart(
    text: str, expected: tuple[str, str]
) -> None:
    assert parse(text) == Found("arxiv", *expected)


@pytest.mark.parametrize(("text", "value"), OPENREVIEW.items())
def test_an_openreview_id_is_read(text: str, value: str) -> None:
    assert parse(text) == Found("openreview", value)


@pytest.mark.parametrize(("text", "expected"), ACL.items())
def test_an_acl_id_is_read(text: str, expected: tuple[str, str]) -> None:
    assert parse(text) == Found("acl", *expected)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "attention", "attention is all you need", "10.5 percent", "10.1234", "doi:",
        "1234.5678", "1713.00001", "page/1234567", "W15", "https://example.org/P17-1001",
        "https://openreview.net/group?id=ICLR.cc", "https://arxiv.org/list/cs.CL/recent",
        "see 10.1234/abc and 10.1234/def", "//[", "http://[::1", "https://doi.org/",
        "10.1234/" + "a" * 300, "urn:isbn:0451450523", "１７０６.０３７６２",
    ],
)  # fmt: skip
def test_what_is_no_identifier_is_not_taken_for_one(text: str) -> None:
    assert parse(text) is None


def test_a_bare_openreview_id_is_read_where_the_scheme_is_known() -> None:
    assert read("openreview", "rJXMpikCZ") == Found("openreview", "rJXMpikCZ")
    assert parse("rJXMpikCZ") is None


def test_a_malformed_identifier_is_refused_with_an_example() -> None:
    with pytest.raises(Malformed) as refused:
        normalise("arxiv", "17.3")
    assert str(refused.value) == (
        "“17.3” is not one we can read. "
        "An arXiv id looks like 1706.03762, 1706.03762v5 or cs/0101001."
    )


def test_an_identifier_of_another_scheme_is_refused() -> None:
    with pytest.raises(Malformed, match="An ACL Anthology id looks like"):
        normalise("acl", "https://doi.org/10.1234/abc")


def test_an_acl_doi_stays_a_doi_and_gives_the_acl_id_for_look_ups() -> None:
    found = parse("10.18653/v1/P17-1001")
    assert found == Found("doi", "10.18653/v1/p17-1001")
    assert implied(found) == Found("acl", "P17-1001")
    assert implied(Found("doi", "10.18653/v1/2020.acl-main.1")) == Found("acl", "2020.acl-main.1")
    assert implied(Found("doi", "10.18653/v1/p17-1")) is None
    assert implied(Found("doi", "10.1234/p17-1001")) is None
    assert implied(Found("acl", "P17-1001")) is None


@pytest.mark.parametrize(
    ("scheme", "value", "expected"),
    [
        ("doi", "10.1234/a<b>#c?d%e", "https://doi.org/10.1234/a%3Cb%3E%23c%3Fd%25e"),
        ("arxiv", "cs/0101001", "https://arxiv.org/abs/cs/0101001"),
        ("openreview", "rJXMpikCZ", "https://openreview.net/forum?id=rJXMpikCZ"),
        ("acl", "P17-1001", "https://aclanthology.org/P17-1001/"),
    ],
)
def test_the_address_of_an_identifier_leads_back_to_it(
    scheme: str, value: str, expected: str
) -> None:
    assert url(scheme, value) == expected
    assert parse(expected) == Found(scheme, value)


hostile = st.text(max_size=40) | st.from_regex(
    r"(doi:|arXiv:|https://doi\.org/)?10\.\d{4}/\S{1,20}"
)


@given(st.sampled_from(["doi", "arxiv", "openreview", "acl"]), hostile)
def test_normalising_twice_changes_nothing(scheme: str, text: str) -> None:
    try:
        once = normalise(scheme, text)
    except Malformed:
        return
    assert normalise(scheme, once) == once
    assert 0 < len(once) <= 300


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    found = parse(text)
    assert found is None or parse(f"{found.scheme}:{found.value}") == Found(
        found.scheme, found.value
    )
