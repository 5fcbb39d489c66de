"""What people typed shows literally in both parts of a letter."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from notifications.markdown import HTML, TEXT, link, one_line
from reports.text import plain, render_letter

HOSTILE = [
    "[x](http://evil.example)",
    "*a* _b_ **c** `d` ~~e~~",
    "<script>alert(1)</script>",
    "<http://evil.example>",
    "&lt;b&gt; &amp;",
    "# heading",
    "1. list",
    "- list",
    "> quote",
    "---",
    "a | b",
    "\\*a\\*",
    "![i](http://evil.example/x.png)",
    "[x]: http://evil.example",
    r"\textbf{x} $\alpha$",
    "a\u2028# b",
]


def text_of(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text()


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_typed_value_is_literal_in_both_parts(typed: str) -> None:
    shown = one_line(typed)
    assert TEXT.line(typed) == shown
    html = render_letter(f"Paper: {HTML.line(typed)}, end.")
    assert text_of(html).strip() == f"Paper: {shown}, end."
    assert "<a" not in html
    assert "<em" not in html


@given(st.text(max_size=80))
def test_any_typed_value_is_literal_in_a_sentence(typed: str) -> None:
    shown = " ".join(plain(typed).split())
    assert text_of(render_letter(f"Paper: {HTML.line(typed)}.")).strip() == f"Paper: {shown}."


@given(st.text(max_size=80))
def test_any_typed_text_stays_inside_its_quotation(typed: str) -> None:
    html = render_letter(f"Before:\n\n{HTML.block(typed)}\n\nAfter.")
    soup = BeautifulSoup(html, "html.parser")
    paragraphs = [p.get_text() for p in soup.find_all("p") if p.find_parent("blockquote") is None]
    assert paragraphs == ["Before:", "After."]
    assert [
        tag.name for tag in soup.find_all(True) if tag.name not in ("p", "blockquote", "br")
    ] == []


def test_a_quotation_keeps_its_lines_and_paragraphs() -> None:
    typed = "First line\nsecond *line*\n\nNew paragraph"
    assert TEXT.block(typed) == "> First line\n> second *line*\n>\n> New paragraph"
    html = render_letter(HTML.block(typed))
    assert html.count("<br>") == 1
    assert html.count("<p>") == 2
    assert "second *line*" in html


def test_a_table_is_aligned_for_the_text_part_and_survives_bars() -> None:
    head, rows = ("Result", "Claimed"), [("acc | top", "93.1"), ("准确率", "")]
    assert TEXT.table(head, rows) == (
        "| Result    | Claimed |\n"
        "|-----------|---------|\n"
        "| acc | top | 93.1    |\n"
        "| 准确率    | –       |"
    )
    soup = BeautifulSoup(render_letter(HTML.table(head, rows)), "html.parser")
    assert [[td.get_text() for td in tr.find_all("td")] for tr in soup.find_all("tr")[1:]] == [
        ["acc | top", "93.1"],
        ["准确率", "–"],
    ]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://code.example/a?b=c", "<https://code.example/a?b=c>"),
        ("https://code.example/<b> c", "<https://code.example/%3Cb%3Ec>"),
        ("javascript:alert(1)", ""),
        ("ftp://code.example/", ""),
        ("", ""),
        ("https:///x", ""),
    ],
)
def test_only_web_addresses_become_links(url: str, shown: str) -> None:
    assert link(url) == shown
