"""Curves, rows and tables, as they are drawn and written."""

import pytest

from registry.cells import cell
from reports.statistics import curves, strips
from reports.statistics.table import As, Column, Table, whole


def test_a_line_is_stretched_and_its_heights_are_pixels() -> None:
    plane = curves.plane((0, 10), 1)
    assert plane.path([(0, 1), (10, 0)]) == "M60.0 13.2 L940.0 206.8"
    assert plane.stairs([(0, 1), (10, 0)]) == "M60.0 13.2 L940.0 13.2 L940.0 206.8"
    assert plane.between([(0, 1), (10, 1)], [(0, 0), (10, 0)]).endswith(" Z")
    assert plane.stairs([]) == "M"


def test_a_bar_stands_on_the_ground() -> None:
    plane = curves.plane((0, 10), 10)
    bar = plane.bar(0, 5, 10)
    assert (bar.x, bar.width) == ("6.00%", "44.00%")
    assert float(bar.y) + float(bar.height) == pytest.approx(float(plane.y(0)))


def test_pieces_follow_one_another_and_empty_ones_are_not_drawn() -> None:
    pieces = [strips.Piece("yes", 3), strips.Piece("partly", 0), strips.Piece("no", 7)]
    drawn = strips.draw([strips.Item(name="code", words="", pieces=pieces)], most=10)
    assert [(box.kind, box.x) for box in drawn.rows[0].boxes] == [
        ("yes", "6.00%"),
        ("no", "32.40%"),
    ]


def test_a_name_that_turns_the_direction_is_isolated_and_cut() -> None:
    drawn = strips.draw([strips.Item(name="\u202e" + "ש" * 400, words="")], most=1)
    name = drawn.rows[0].name
    assert (name[0], name[-2:]) == ("\u2068", "…\u2069")
    assert len(name) < 50


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\t=1", "'=1"),
        ("＝1", "'＝1"), ("a=1", "a=1"), ("a\nb", "a b"), (-0.5, "-0.5"), (7, "7"), (None, ""),
    ],
)  # fmt: skip
def test_a_cell_is_no_formula(value: object, written: str) -> None:
    assert cell(value) == written


def test_a_table_on_the_page_and_in_the_file() -> None:
    columns = [
        Column(name="what", label="What", kind=As.TEXT),
        Column(name="n", label="Number"),
        Column(name="share", label="Share", kind=As.SHARE),
        Column(name="off", label="Off", kind=As.SIGNED),
    ]
    table = Table(columns=columns, rows=[["a, b", 1234, 1 / 3, -0.05], ["=c", None, None, None]])
    assert [[words for _, words in row] for row in table.shown] == [
        ["a, b", "1,234", "33 %", "−5 %"], ["=c", "–", "–", "–"],
    ]  # fmt: skip
    assert table.file() == 'what,n,share,off\r\n"a, b",1234,0.333333,-0.05\r\n\'=c,,,\r\n'


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0 %"), (0.004, "0.4 %"), (0.504, "50 %"), (0.995, "99.5 %"), (1, "100 %")],
)
def test_shares_in_words(share: float, words: str) -> None:
    assert whole(share) == words
