"""References that are written out, and lists of identifiers."""

import pytest

from registry.bibliography.entry import Entry, NotUnderstood
from registry.bibliography.reading import read
from registry.bibliography.references import read_text
from tests.registry.bibliography.shelf import all_of, entries, ids

STYLES = [
    ("A. Muster, B. Beispiel, and C. Doe, “Widgets are all you need,” in Proc. Conf. on Widgets, "
     "2017, pp. 1–9.", "Widgets are all you need", ("A. Muster", "B. Beispiel", "C. Doe"), 2017),
    ("Muster, A., & Beispiel, B. (2018). Learning widgets: A survey. Journal of Widgets, 12(3), "
     "1-20.", "Learning widgets: A survey", ("A. Muster", "B. Beispiel"), 2018),
    ("Ada Muster, Ben Beispiel, and Carl Doe. 2019. Deep widgets for all. In Proceedings of the "
     "Widget Conference, pages 1–10.", "Deep widgets for all",
     ("Ada Muster", "Ben Beispiel", "Carl Doe"), 2019),
    ("Ada Muster and Ben Beispiel. Small widgets, big gains. arXiv preprint arXiv:1905.01234, "
     "2019.",
     "Small widgets, big gains", ("Ada Muster", "Ben Beispiel"), 2019),
    ("Muster, A., Beispiel, B.: Widgets considered harmful. In: Widgets 2020. LNCS, vol. 1 (2020)",
     "Widgets considered harmful", ("A. Muster", "B. Beispiel"), 2020),
    ("Doe, C. and Muster, A. Widget nets. In Widget Conference, pp. 12–20, 2019.",
     "Widget nets", ("C. Doe", "A. Muster"), 2019),
    ("Muster AB, Beispiel C. Randomised widgets in practice. J Widg Med. 2021;12:1-3.",
     "Randomised widgets in practice", ("AB Muster", "C Beispiel"), 2021),
    ("王明, 李华. 深度学习综述[J]. 计算机学报, 2020, 43(1): 1-20.", "深度学习综述",
     ("王明", "李华"), 2020),
]  # fmt: skip


@pytest.mark.parametrize(("text", "title", "authors", "year"), STYLES)
def test_the_title_is_guessed_where_the_style_is_clear(
    text: str, title: str, authors: tuple[str, ...], year: int
) -> None:
    for written in (text, f"[3] {text}", f"12. {text}"):
        (entry,) = read_text(written)
        assert isinstance(entry, Entry)
        assert (entry.title, entry.authors, entry.year) == (title, authors, year)


@pytest.mark.parametrize(
    "text",
    [
        "A. Muster, B. Beispiel, Widgets and gadgets, Nuclear Widgets 12 (2010) 1–9.",
        "See the manual of the widget, third edition, 2012",
        "https://papers.example/widgets accessed in 2020",
    ],
)
def test_no_title_is_guessed_where_it_is_not(text: str) -> None:
    (entry,) = read_text(text)
    assert isinstance(entry, Entry)
    assert (entry.title, entry.text) == ("", text)


NUMBERED = "".join(f"[{n}] {text}\n" for n, (text, *_) in enumerate(STYLES, 1))


def test_the_list_of_a_paper_stands_behind_its_heading() -> None:
    paper = (
        "Contents\nReferences 9\n1 Introduction\nAs [1] shows, widgets (Muster, 1999) matter.\n"
        f"7. References\n\n{NUMBERED}\nAppendix A\n[1] is used here in 2020.\n"
    )
    found = list(read_text(paper))
    assert [getattr(one, "key", "") for one in found] == [str(n) for n in range(1, 9)]
    assert [getattr(one, "title", "") for one in found] == [title for _, title, *_ in STYLES]
    assert found[0].line == 7


@pytest.mark.parametrize(
    "heading",
    ["REFERENCES", "R EFERENCES", "Bibliography", "参考文献", "## References:", "VII. References",
     "Literaturverzeichnis"],
)  # fmt: skip
def test_the_heading_in_many_spellings(heading: str) -> None:
    found = list(read_text(f"As said in 1999.\n\n{heading}\n{NUMBERED}"))
    assert len(found) == len(STYLES)


def test_references_without_numbers_are_told_apart() -> None:
    texts = [text for text, *_ in STYLES[:7]]
    broken = [text.replace(" ", "\n", 12).replace("\n", " ", 11) for text in texts]
    for written in (
        "\n".join(texts), "\n\n".join(broken), "\n".join(t.replace("\n", "\n   ") for t in broken),
        "References\n" + "\n".join(broken),
    ):  # fmt: skip
        found = [one for one in read_text(written) if isinstance(one, Entry)]
        assert [one.title for one in found] == [title for _, title, *_ in STYLES[:7]]


def test_what_a_column_broke_is_joined() -> None:
    text = (
        "[1] A. Muster. Repro-\nducing widgets. In Widget Conference, 2017. "
        "doi:10.5555/\nwidgets.17\n"
        "[2] B. Doe. Other widgets. arXiv:1706.\n03762, 2017."
    )
    one, other = entries(text)
    assert (one.title, ids(one)) == ("Reproducing widgets", ["doi:10.5555/widgets.17"])
    assert ids(other) == ["arxiv:1706.03762"]


def test_lists_of_identifiers_one_or_many_a_line() -> None:
    text = (
        "# my list\n10.5555/a\n10.5555/b, https://doi.org/10.5555/c; arXiv:1706.03762v2\n"
        "PMID: 12345\nhttps://papers.example/x\n- https://openreview.net/forum?id=aB3dEfgH\n"
    )
    assert read(text.encode()).format == "list of identifiers"
    found = entries(text)
    assert [(one.line, *ids(one)) for one in found] == [
        (2, "doi:10.5555/a"), (3, "doi:10.5555/b"), (3, "doi:10.5555/c"),
        (3, "arxiv:1706.03762"), (4, "pmid:12345"), (5,), (6, "openreview:aB3dEfgH"),
    ]  # fmt: skip
    assert found[5].url == "https://papers.example/x"


def test_a_line_of_a_list_without_an_identifier_is_told() -> None:
    found = all_of("10.5555/a\n10.5555/b\nwidgets\n10.5555/c\n10.5555/d\n10.5555/e\n")
    told = [one for one in found if isinstance(one, NotUnderstood)]
    assert [(one.line, one.text) for one in told] == [(3, "widgets")]
