"""BibTeX and BibLaTeX files, with all that goes wrong in them."""

import pytest

from registry.bibliography.entry import SHOWN, Entry, NotUnderstood
from registry.bibliography.reading import read
from tests.registry.bibliography.shelf import all_of, entries, ids, only

WHOLE = r"""% a comment with an @ sign
@string{fict = "Proc. of the " # conf}
@STRING(conf = {Widget Conference})
@preamble{"\newcommand{\x}{y}"}
@comment{jabref-meta: databaseType:bibtex;}

@inproceedings{muster2024,
  title = {Schr{\"o}dinger's {W}idgets: $\alpha$-learning \& {\O}ther {\textit{things}}},
  author = {M{\"u}ster, J{\"o}rg and {The Widget Team} and Ada Beispiel and others},
  booktitle = "Annals of " # {{W}idgets},
  year = 2024, month = may,
  doi = {10.1234/ABC\_d},
  eprint = {2401.01234v2}, archivePrefix = {arXiv},
  url = {https://papers.example/a},
  abstract = {We study 5 \% of all widgets.}
}
"""


def test_an_entry_is_read_with_accents_names_and_identifiers() -> None:
    entry = only(WHOLE)
    assert entry.title == "Schrödinger's Widgets: α-learning & Øther things"
    assert entry.authors == ("Jörg Müster", "The Widget Team", "Ada Beispiel")
    assert (entry.key, entry.kind, entry.year) == ("muster2024", "inproceedings", 2024)
    assert entry.venue == "Annals of Widgets"
    assert ids(entry) == ["doi:10.1234/abc_d", "arxiv:2401.01234"]
    assert entry.identifiers[1].version == "v2"
    assert entry.url == "https://papers.example/a"
    assert entry.abstract == "We study 5 % of all widgets."
    assert entry.line == 7
    assert entry.text.startswith("@inproceedings{muster2024, title =")
    assert len(entry.text) <= SHOWN


def test_macros_months_and_concatenation() -> None:
    text = """@string{j = "Journal of "}
    @string{w = j # "Widgets"}
    @article{a, title = "One " # "and " # {Two}, journal = w, month = 1 # "~" # jan, year = 19 # 99}
    @article{b, title = {B}, journal = unknown, year = 2001}"""
    one, other = entries(text)
    assert (one.title, one.venue, one.year) == ("One and Two", "Journal of Widgets", 1999)
    assert (other.venue, other.year) == ("unknown", 2001)


def test_macros_that_name_each_other_do_not_grow_without_end() -> None:
    doubling = "@string{a = {" + "x" * 1000 + "}}\n" + "@string{a = a # a}\n" * 60
    assert len(only(doubling + "@misc{k, title = a # a # a}").title) <= 4000


def test_both_entries_with_one_key_are_read() -> None:
    found = entries("@misc{a, title={First}}\n@misc{a, title={Second}}")
    assert [(one.key, one.title) for one in found] == [("a", "First"), ("a", "Second")]


def test_a_brace_too_few_costs_one_entry() -> None:
    text = "@misc{a, title={A}}\n@misc{b,\n title={B,\n year=2001}\n\n@misc{c, title={C}}\n"
    first, broken, last = all_of(text)
    assert isinstance(first, Entry)
    assert isinstance(last, Entry)
    assert (first.title, last.title, last.line) == ("A", "C", 6)
    assert isinstance(broken, NotUnderstood)
    assert broken.line == 2
    assert broken.text.startswith("@misc{b,")
    assert "brace" in broken.why


def test_a_quotation_mark_too_few_costs_one_entry() -> None:
    broken, good = all_of('@misc{a, title="A, year=2001}\n@misc{b, title="B"}')
    assert isinstance(broken, NotUnderstood)
    assert isinstance(good, Entry)


def test_a_brace_too_many_costs_nothing() -> None:
    entry = only("@misc{a, title={A}}, author={Muster, Ada}, year={2001}\n}\n")
    assert (entry.title, entry.authors, entry.year) == ("A", ("Ada Muster",), 2001)


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, title={A}\n year={2001}}",  # no comma
        "@misc{a, title={A},, year={2001},}",
        "@misc{a, nonsense, title={A}, year=2001}",
        "@misc{a\n, title={A}\n, year=2001\n}",
        "@misc(a, title={A (with) parentheses)}, year={2001})",
        "@MISC { a , TITLE = {A} , Year = 2001 }",
        "@misc{title={A}, year=2001}",
        "@misc{, title={A}, year=2001}",
        "text before @misc{a, title={A}, year=2001} and after it",
    ],
)
def test_what_people_write_is_read(text: str) -> None:
    entry = only(text)
    assert (entry.title[:1], entry.year) == ("A", 2001)


def test_the_first_of_a_field_that_stands_twice_counts() -> None:
    assert only("@misc{a, title={First}, title={Second}}").title == "First"


def test_quotation_marks_within_braces_and_accents_within_quotation_marks() -> None:
    assert only('@misc{a, title="A {"}quoted{"} word"}').title == 'A "quoted" word'
    assert only('@misc{a, title={A}, author="Muster, J\\"org"}').authors == ("Jörg Muster",)
    assert only(r"@misc{a, title={Sets \{1, 2\}}}").title == "Sets {1, 2}"


def test_an_at_sign_in_a_field_begins_no_entry() -> None:
    text = "@misc{a, title={Mail to ada@muster.example,\nor @handle (x) and @y{z}}, year=2001}"
    assert only(text).year == 2001


def test_an_entry_behind_a_percent_sign_is_a_comment() -> None:
    assert [e.key for e in entries("%@misc{a, title={A}}\n  % @misc{b,\n@misc{c, title={C}}")] == [
        "c"
    ]


def test_parents_lend_year_and_venue_and_no_identifier() -> None:
    text = """@inproceedings{child, title={A Child}, crossref={Vol}}
    @proceedings{vol, title={Proceedings of Widgets}, year={2001}, doi={10.1234/vol},
      isbn={978-3-16-148410-0}}"""
    child, volume = entries(text)
    assert (child.venue, child.year, child.identifiers) == ("Proceedings of Widgets", 2001, ())
    assert ids(volume) == ["doi:10.1234/vol", "isbn:9783161484100"]


def test_an_isbn_is_the_own_of_books_only() -> None:
    isbn = "isbn={978-3-16-148410-0}"
    assert ids(only(f"@book{{a, title={{A}}, {isbn}}}")) == ["isbn:9783161484100"]
    assert ids(only(f"@inproceedings{{a, title={{A}}, {isbn}}}")) == []


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("doi={https://doi.org/10.1234/x}", ["doi:10.1234/x"]),
        ("doi={DOI: 10.1234/x}", ["doi:10.1234/x"]),
        ("doi={10.48550/arXiv.2401.01234}", ["arxiv:2401.01234"]),
        ("journal={arXiv preprint arXiv:2401.01234}", ["arxiv:2401.01234"]),
        ("journal={CoRR}, volume={abs/2401.01234}", ["arxiv:2401.01234"]),
        ("journal={CoRR abs/2401.01234}", ["arxiv:2401.01234"]),
        ("eprint={math/0101001}", ["arxiv:math/0101001"]),
        ("eprint={2401.01234 [cs.CL]}, eprinttype={arXiv}", ["arxiv:2401.01234"]),
        ("eprint={12345}, eprinttype={pubmed}", ["pmid:12345"]),
        ("pmid={12345}", ["pmid:12345"]),
        ("arxivid={2401.01234}", ["arxiv:2401.01234"]),
        ("url={\\url{https://openreview.net/forum?id=aB3dEfgH}}", ["openreview:aB3dEfgH"]),
        ("howpublished={\\url{https://arxiv.org/abs/2401.01234}}", ["arxiv:2401.01234"]),
        ("url={https://aclanthology.org/P17-1001/}", ["acl:P17-1001"]),
        ("note={arXiv:2401.01234 [cs]}", ["arxiv:2401.01234"]),
        ("note={Comment on arXiv:2401.01234}", []),
        ("note={Erratum: doi:10.1234/other}", []),
        ("doi={none}, url={javascript:alert(1)}", []),
        ("doi={10.1234/x}, url={https://doi.org/10.1234/X}", ["doi:10.1234/x"]),
    ],
)
def test_identifiers_are_found_where_people_write_them(fields: str, found: list[str]) -> None:
    entry = only(f"@misc{{a, title={{A}}, {fields}}}")
    assert ids(entry) == found
    assert "javascript" not in entry.url


def test_the_key_of_dblp_names_the_arxiv_id() -> None:
    assert ids(only("@article{DBLP:journals/corr/abs-2401-01234, title={A}}")) == [
        "arxiv:2401.01234"
    ]


def test_biblatex_names_are_known() -> None:
    entry = only(
        "@article{a, title={Widgets}, subtitle={A Survey}, journaltitle={J. Widgets},"
        " date={2024-05-01}}"
    )
    assert (entry.title, entry.venue, entry.year) == ("Widgets: A Survey", "J. Widgets", 2024)


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("Muster, Ada and Ben Beispiel", ("Ada Muster", "Ben Beispiel")),
        ("{The And and Or Group} and Muster, A.", ("The And and Or Group", "A. Muster")),
        ("van der Muster, Ada", ("Ada van der Muster",)),
        ("Ada Muster, Ben Beispiel, Carl Doe, Eva Q. Probe",
         ("Ada Muster", "Ben Beispiel", "Carl Doe", "Eva Q. Probe")),
        ("Muster, A.; Beispiel, B.", ("A. Muster", "B. Beispiel")),
        ("others", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_names_are_split_as_people_write_them(field: str, names: tuple[str, ...]) -> None:
    assert only(f"@misc{{a, title={{A}}, author={{{field}}}}}").authors == names


def test_a_file_of_comments_alone_is_bibtex_without_entries() -> None:
    reading = read(b"% nothing here yet\n", name="refs.bib")
    assert reading.format == "BibTeX"
    assert list(reading.entries) == []


def test_entries_without_fields_are_told() -> None:
    (told,) = all_of("\n@misc{alone}\n")
    assert isinstance(told, NotUnderstood)
    assert told.line == 2
