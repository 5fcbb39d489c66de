"""Identifiers have one spelling, however people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identifiers import (
    EXAMPLES,
    Found,
    Malformed,
    find_all,
    implied,
    normalise,
    parse,
    read,
    url,
)

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
OTHERS = {
    ("pmid", "28520842"): [
        "PMID: 28520842", "pmid:28520842", "PMID 28520842", "PMID:\t28520842", "PubMed: 28520842",
        "https://pubmed.ncbi.nlm.nih.gov/28520842/", "pubmed.ncbi.nlm.nih.gov/28520842",
        "https://pubmed.ncbi.nlm.nih.gov/28520842/?format=pubmed", "PMID: 028520842.",
        "http://www.ncbi.nlm.nih.gov/pubmed/28520842", "https://www.ncbi.nlm.nih.gov/m/pubmed/28520842/",
        "(PMID: 28520842)",
    ],
    ("isbn", "9780262035613"): [
        "978-0-262-03561-3", "9780262035613", "978 0 262 03561 3", "ISBN 978-0-262-03561-3",
        "ISBN: 0262035618", "isbn:0-262-03561-8", "0-262-03561-8", "ISBN-13: 978-0-262-03561-3",
        "ISBN-10: 0262035618", "urn:isbn:9780262035613", "978‐0‐262‐03561‐3", "ISBN 0262035618.",
    ],
    ("s2", "204e3073870fae3d05bcbc2f6a8e263d9b72e776"): [
        "204e3073870fae3d05bcbc2f6a8e263d9b72e776", "204E3073870FAE3D05BCBC2F6A8E263D9B72E776",
        "s2:204e3073870fae3d05bcbc2f6a8e263d9b72e776",
        "S2ID: 204e3073870fae3d05bcbc2f6a8e263d9b72e776",
        "https://www.semanticscholar.org/paper/204e3073870fae3d05bcbc2f6a8e263d9b72e776",
        "https://www.semanticscholar.org/paper/On-Things/204e3073870fae3d05bcbc2f6a8e263d9b72e776",
        "https://api.semanticscholar.org/204e3073870fae3d05bcbc2f6a8e263d9b72e776",
        "semanticscholar.org/paper/204e3073870fae3d05bcbc2f6a8e263d9b72e776",
        "http://semanticscholar.org/paper/204e3073870fae3d05bcbc2f6a8e263d9b72e776/",
        "https://www.semanticscholar.org/paper/x/204e3073870fae3d05bcbc2f6a8e263d9b72e776?sort=year",
        "<204e3073870fae3d05bcbc2f6a8e263d9b72e776>", "204e3073870fae3d05bcbc2f6a8e263d9b72e776.",
    ],
    ("s2", "corpusid:13756489"): [
        "CorpusID:13756489", "corpusid:13756489", "CorpusId: 13756489", "Corpus ID: 13756489",
        "s2:corpusid:13756489", "https://api.semanticscholar.org/CorpusID:13756489",
        "api.semanticscholar.org/CorpusID:13756489",
    ],
    ("openalex", "W2741809807"): [
        "W2741809807", "w2741809807", "openalex:W2741809807", "OpenAlex: W2741809807",
        "https://openalex.org/W2741809807", "https://openalex.org/works/W2741809807",
        "http://openalex.org/W2741809807", "openalex.org/W2741809807",
        "https://api.openalex.org/works/W2741809807", "api.openalex.org/W2741809807",
        "W2741809807.", "https://openalex.org/W2741809807/",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "text"), [(key, text) for key, texts in OTHERS.items() for text in texts]
)
def test_identifiers_of_books_and_catalogues_are_read(expected: tuple[str, str], text: str) -> None:
    assert parse(text) == Found(*expected)


@pytest.mark.parametrize(
    "text",
    [
        "28520842", "PMID: 0", "PMID: x1", "PMCID: PMC5860629", "9780262035614", "0262035618",
        "ISBN 978-0-262-03561-4", "ISBN 1234567890123", "W12", "w2741809807x", "corpusid:",
        "204e3073870fae3d05bcbc2f6a8e263d9b72e77", "https://openalex.org/authors/A5023888391",
        "https://www.semanticscholar.org/author/1234", "1-2-3-4",
    ],
)  # fmt: skip
def test_numbers_and_broken_ones_are_none(text: str) -> None:
    assert parse(text) is None


PROSE = {
    "We follow [3] (https://doi.org/10.1016/S0140-6736(03)14065-2), and 10.1234/abc.": [
        "doi:10.1016/s0140-6736(03)14065-2", "doi:10.1234/abc",
    ],
    "10.1234/abc,10.1234/def;doi:10.1234/ghi": [
        "doi:10.1234/abc", "doi:10.1234/def", "doi:10.1234/ghi",
    ],
    "CoRR, abs/1706.03762 and arXiv preprint arXiv:1412.6980, 2014": [
        "arxiv:1706.03762", "arxiv:1412.6980",
    ],
    "arXiv:cs/0101001 [cs.CL]; see hep-th/9901001": ["arxiv:cs/0101001", "arxiv:hep-th/9901001"],
    "[1706.03762] On Things": ["arxiv:1706.03762"],
    "1706.03762 [cs.CL]": ["arxiv:1706.03762"],
    "It cost 1706.03762 euros in 2017.": [],
    "https://arxiv.org/abs/1706.03762 and https://arxiv.org/pdf/1706.03762v2": [
        "arxiv:1706.03762", "arxiv:1706.03762v2",
    ],
    "PMID: 28520842\nPMCID: PMC5860629": ["pmid:28520842"],
    "a cohort of 28520842 person-years": [],
    "MIT Press, ISBN 978-0-262-03561-3, 2016": ["isbn:9780262035613"],
    "call 978-0-262-03561-4 now": [],
    '<a href="https://doi.org/10.1234/abc">https://doi.org/10.1234/abc</a>': ["doi:10.1234/abc"],
    "<i>10.1234/abc</i>": ["doi:10.1234/abc"],
    "(<https://openreview.net/forum?id=aB3_dE-fgH>) 2020.acl-main.1": [
        "openreview:aB3_dE-fgH", "acl:2020.acl-main.1",
    ],
    "见 https://doi.org/10.1234/abc。另见 arXiv：1706.03762": [
        "doi:10.1234/abc", "arxiv:1706.03762",
    ],
    "10.1002/(SICI)1522-2594(199911)42:5<952::AID-MRM16>3.0.CO;2-S, page 3": [
        "doi:10.1002/(sici)1522-2594(199911)42:5<952::aid-mrm16>3.0.co;2-s",
    ],
    "https://www.biorxiv.org/content/10.1101/2020.01.01.123456v1.full.pdf": [
        "doi:10.1101/2020.01.01.123456",
    ],
    "https://www.nature.com/articles/s41586-020-2649-2": ["doi:10.1038/s41586-020-2649-2"],
    "https://journals.example.org/one/article?id=10.1371/journal.pone.0000308": [
        "doi:10.1371/journal.pone.0000308",
    ],
    "https://iop.example/article/10.1088/1742-6596/1/1/012/meta": ["doi:10.1088/1742-6596/1/1/012"],
    "https://doi.org/10.1234/abc/full": ["doi:10.1234/abc/full"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PROSE.items())
def test_prose_is_searched_for_identifiers(text: str, expected: list[str]) -> None:
    assert [f"{one.scheme}:{one.value}{one.version}" for one in find_all(text)] == expected


@given(
    st.text()
    | st.lists(st.sampled_from([*PROSE, "https://", "10.", "/", "<"]), max_size=8).map("".join)
)
def test_any_prose_is_survived_and_what_is_found_is_spelled_right(text: str) -> None:
    for found in find_all(text):
        assert normalise(found.scheme, found.value) == found.value


@pytest.mark.parametrize(
    "piece", ["10.1234/", "https://", "<", "978-", "arxiv ", "a-", "isbn ", "arxiv" + " " * 400]
)
def test_long_prose_takes_time_in_proportion(piece: str) -> None:
    """A search that goes back and forth would take hours."""
    find_all(piece * (200_000 // len(piece)))


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
        "10.1234/" + "a" * 300, "１７０６.０３７６２",
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
        ("pmid", "28520842", "https://pubmed.ncbi.nlm.nih.gov/28520842/"),
        ("s2", "corpusid:13756489", "https://api.semanticscholar.org/CorpusID:13756489"),
        ("openalex", "W2741809807", "https://openalex.org/W2741809807"),
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


@given(st.sampled_from(list(EXAMPLES)), hostile)
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
