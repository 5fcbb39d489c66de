"""RIS, nbib, EndNote, Web of Science and their relatives."""

import pytest
import rispy

from registry.bibliography.entry import Entry, NotUnderstood
from registry.bibliography.reading import read
from tests.registry.bibliography.shelf import all_of, entries, ids, only

RIS = """TY  - JOUR
AU  - Muster, Ada
AU  - Beispiel, Ben, Jr.
TI  - Widgets &amp; <i>gadgets</i>:
 a long title
JF  - Journal of Widgets
PY  - 2020/05/01/
DO  - https://doi.org/10.1234/ABC
SN  - 978-3-16-148410-0
UR  - https://papers.example/1
AB  - We study widgets.
ID  - muster2020
ER  -

TY - BOOK
A1 - Doe, Carl
T1 - The Book of Widgets
Y1 - 2019
SN - 978-3-16-148410-0
ER -
"""


def test_ris_is_read() -> None:
    article, book = entries(RIS, "a.ris")
    assert article.title == "Widgets & gadgets: a long title"
    assert article.authors == ("Ada Muster", "Ben Beispiel Jr.")
    assert (article.kind, article.key, article.year) == ("jour", "muster2020", 2020)
    assert (article.venue, article.abstract) == ("Journal of Widgets", "We study widgets.")
    assert (ids(article), article.url) == (["doi:10.1234/abc"], "https://papers.example/1")
    assert (book.title, book.authors, book.year) == ("The Book of Widgets", ("Carl Doe",), 2019)
    assert (ids(book), book.line) == (["isbn:9783161484100"], 15)


def test_ris_says_what_rispy_reads() -> None:
    text = RIS.partition("\n\n")[0] + "\n"
    (other,), ours = rispy.loads(text), only(text)
    assert (ours.key, ours.year) == (other["id"], int(other["year"][:4]))
    assert ours.abstract == other["abstract"]
    assert [name.split()[0] for name in ours.authors] == [
        name.split(", ")[1] for name in other["authors"]
    ]


def test_a_ris_record_without_its_end_is_read() -> None:
    found = entries("TY  - JOUR\nTI  - First\nTY  - JOUR\nTI  - Second")
    assert [one.title for one in found] == ["First", "Second"]


def test_a_ris_record_that_says_nothing_is_told() -> None:
    told, good = all_of("TY  - JOUR\nER  -\nTY  - JOUR\nTI  - A\nER  -\n")
    assert isinstance(told, NotUnderstood)
    assert isinstance(good, Entry)


NBIB = """
PMID- 12345678
OWN - NLM
DP  - 2020 May
TI  - Randomised widgets in practice: a study of what goes on for longer
      than a line.
FAU - Muster, Ada B
AU  - Muster AB
FAU - Beispiel, Ben
JT  - The journal of widget medicine
LID - 10.1234/abc [doi]
LID - S0028-1 [pii]
AB  - Background: none.
      Results: none.

PMID- 23456789
TI  - Second.
"""


def test_nbib_is_read() -> None:
    first, second = entries(NBIB)
    assert first.title.startswith("Randomised widgets in practice")
    assert first.title.endswith("for longer than a line.")
    assert first.authors == ("Ada B Muster", "Ben Beispiel")
    assert ids(first) == ["doi:10.1234/abc", "pmid:12345678"]
    assert (first.year, first.abstract) == (2020, "Background: none. Results: none.")
    assert ids(second) == ["pmid:23456789"]


ENW = """%0 Journal Article
%A Muster, Ada
%A Ben Beispiel
%T Widgets in general
%J Journal of Widgets
%D 2020
%R 10.1234/abc
%U https://arxiv.org/abs/2001.01234
%X We study widgets.
%F muster

%0 Book
%T The Book
%@ 3-16-148410-X
"""


def test_endnote_is_read() -> None:
    article, book = entries(ENW, "a.enw")
    assert article.authors == ("Ada Muster", "Ben Beispiel")
    assert (article.title, article.year, article.key) == ("Widgets in general", 2020, "muster")
    assert ids(article) == ["doi:10.1234/abc", "arxiv:2001.01234"]
    assert ids(book) == ["isbn:9783161484100"]


WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Muster, A
   Beispiel, B
AF Muster, Ada
   Beispiel, Ben
TI Widgets that go on
   for two lines
SO JOURNAL OF WIDGETS
PY 2020
DI 10.1234/abc
PM 12345678
UT WOS:000001
CR Doe C, 1999, J OTHER, DOI 10.1234/cited
ER

PT J
TI Second
ER
EF
"""


def test_web_of_science_is_read_and_what_it_cites_is_not_its_own() -> None:
    first, second = entries(WOS)
    assert first.title == "Widgets that go on for two lines"
    assert first.authors == ("Ada Muster", "Ben Beispiel")
    assert ids(first) == ["doi:10.1234/abc", "pmid:12345678"]
    assert (first.year, first.key, second.title) == (2020, "WOS:000001", "Second")


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("RT Journal Article\nSR E\nA1 Muster,Ada\nT1 Widgets\nJF J\nYR 2020\n", "RefWorks"),
        ("<1. >\nTI  - Widgets\nAU  - Muster, Ada\nSO  - J June 2020;1(2):3-4\n", "Ovid"),
        ("TI ~ Widgets\nAU ~ Muster, Ada\nPY ~ 2020\n", "Inspec"),
        ("TI:  Widgets\nAU:  Muster, Ada\nSO:  J\nPY:  2020\n", "SilverPlatter"),
        ("TI- Widgets\nAU- Muster, Ada\nPY- 2020\n", "Copac"),
        ("--AU-- Muster, Ada\n--TI-- Widgets\n--YP-- 2020\n------\n", "Biblioscape"),
    ],
)  # fmt: skip
def test_exports_of_databases_are_read(text: str, format: str) -> None:
    assert read(text.encode()).format == format
    entry = only(text)
    assert (entry.title, entry.authors, entry.year) == ("Widgets", ("Ada Muster",), 2020)
