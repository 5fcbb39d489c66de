"""One BibTeX entry, as people paste it: what it says, and the sentences where it cannot be read."""

import pytest

from registry.importing.bibtex import LONGEST, Stated, Unreadable, read_one
from tests.patience import at_most

WHOLE = r"""
@inproceedings{muster2024,
  title = {Schr{\"o}dinger's {W}idgets: $\alpha$-learning \& {\O}ther {\textit{things}}},
  author = {M{\"u}ster, J{\"o}rg and {The Widget Team} and Nguy{\~{\^e}}n, An and 王小明},
  booktitle = "Proc. of {FICT}",
  year = 2024, month = may,
  doi = {10.1234/ABC\_d},
  eprint = {2401.01234v2}, archivePrefix = {arXiv},
  url = {https://papers.example/a_b%20c}
}
"""


def test_an_entry_is_read_with_its_accents() -> None:
    assert read_one(WHOLE) == Stated(
        title="Schrödinger's Widgets: α-learning & Øther things",
        authors=["Jörg Müster", "The Widget Team", "An Nguyễn", "王小明"],
        venue="Proc. of FICT",
        year="2024",
        url="https://papers.example/a_b%20c",
        identifiers=["10.1234/abc_d", "arxiv:2401.01234"],
        version="v2",
    )


def test_what_an_entry_leaves_open_is_said() -> None:
    stated = read_one("@misc{a, title={A}, author={Muster, Ada and others}, date={2024-05-01}}")
    assert (stated.authors, stated.year) == (["Ada Muster"], "2024")
    assert stated.notes == ["The entry leaves authors out (“and others”): add them."]
    assert read_one("@misc{a, title={A}}").notes == ["The entry names no authors: add them."]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("doi={https://doi.org/10.1234/x}", ["10.1234/x"]),
        ("url={https://arxiv.org/abs/2401.01234}", ["arxiv:2401.01234"]),
        ("url={\\url{https://openreview.net/forum?id=aB3dEfgH}}", ["openreview:aB3dEfgH"]),
        ("journal={arXiv preprint arXiv:2401.01234}", ["arxiv:2401.01234"]),
        ("eprint={math/0101001}", ["arxiv:math/0101001"]),
        ("eprint={12345}, eprinttype={pubmed}", []),
        ("doi={none}, url={javascript:alert(1)}", []),
    ],
)
def test_identifiers_are_found_where_people_write_them(fields: str, found: list[str]) -> None:
    stated = read_one(f"@misc{{a, title={{A}}, {fields}}}")
    assert stated.identifiers == found
    assert "javascript" not in stated.url


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "No BibTeX entry is found in this. An entry begins like @article"),
        ("Muster et al., 2024", "No BibTeX entry is found in this."),
        ("@article{a,\n title={b}\n year=2000}", "Line 2: the comma at the end of the field title"),
        ("\n@article{a, title={b", "Line 2: a closing brace or quotation mark"),
        ("@article{a,\n year=2000,\n title {b}}", "Line 3: this cannot be read"),
        ("@article{a, title={b}, title={c}}", "Line 1: this entry has the field title twice."),
        ("@book{a, title={b}}\n\n@book{c, title={d}}", "There is more than one entry, on lines 1"),
        ("@article{a, author={Muster, Ada}}", "The entry has no title"),
        ("x" * (LONGEST + 1), "This has 20,001 characters. Paste the one entry"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_one(text)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    "part",
    ["{", "}", "$", "\\frac", "{\\'", "\\'", "\\input{/etc/passwd}", "\\begin{a}", "\\\\", "{a} , ",
     "a and ", "@a{b,", '"', "{{}}", "\\\"{\\\"{", "=", "\0", "\u202e"],
)  # fmt: skip
def test_no_entry_takes_long_or_reads_a_file(part: str) -> None:
    middle = part * (19_000 // len(part))
    with at_most(15):
        for name in ("title", "author", "doi"):
            try:
                stated = read_one(
                    f"@article{{a, {name}={{{middle}}}, booktitle={{b}}, title={{t}}}}"
                )
            except Unreadable:
                continue
            assert "root:" not in repr(stated)
