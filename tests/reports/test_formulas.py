"""Formulas in what people write: as MathML, within bounds, and never out of sums of money."""

import pytest
from bs4 import BeautifulSoup, Tag

from reports import formulas
from reports.text import render
from tests.patience import at_most


def shown(text: str) -> BeautifulSoup:
    return BeautifulSoup(render(text), "html.parser")


def formula(text: str) -> Tag:
    found = shown(text).find_all("math")
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("text", "display"),
    [
        ("so $x^2$ grows", "inline"),
        (r"so \(x^2\) grows", "inline"),
        ("so $$x^2$$ grows", "block"),
        (r"so \[x^2\] grows", "block"),
        ("$$\nx^2\n$$", "block"),
        ("\\[\nx^2\n\\]", "block"),
        ("words before\n$$\nx^2\n$$\nwords after", "block"),
        ("> $$\n> x^2\n> $$", "block"),
        ("- $$x^2$$", "block"),
        ("| a |\n|---|\n| $x^2$ |", "inline"),
        ("**bold $x^2$**", "inline"),
        ("(weight $x^2$)", "inline"),
        ("损失$x^2$。", None),
    ],
)
def test_a_formula_is_mathml_whichever_way_it_is_written(text: str, display: str | None) -> None:
    if display is None:  # a dollar sign behind a letter may be money; brackets never are
        text = text.replace("$x^2$", r"\(x^2\)")
    found = formula(text)
    assert found["display"] == (display or "inline")
    assert [child.get_text() for child in found.find("msup").children] == ["x", "2"]


def test_lines_of_a_formula_are_no_list_and_no_heading() -> None:
    found = shown("$$\nL = a\n+ b\n- c\n= d\n$$")
    assert found.find("ul") is None and found.find("math").get_text() == "L=a+b−c=d"


def test_nothing_in_a_formula_is_emphasis() -> None:
    found = shown(r"$a_1*b_2*c_3$ and *this*")
    assert found.find("math").get_text() == "a1*b2*c3"
    assert [em.get_text() for em in found.find_all("em")] == ["this"]


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10.",
        "$5, $10, or $20",
        "between $5-$10 an hour",
        "US$5 and US$6",
        "5$ and 10$",
        "$5 million, not 7$",
        "$100k (or 90$)",
        "a $ b $ c",
        "one $ alone",
        r"\$x\$",
        "`$x$`",
        "```\n$x$\n```",
        "    $x$",
        "$$",
        "$$ $$",
        "$PATH and $HOME",
        r"an escaped \\(x\\)",
        r"\( never closed",
        "$$\nnever closed",
        "$$\nx\n\ny\n$$",
    ],
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert shown(text).find("math") is None


def test_money_keeps_its_signs() -> None:
    assert shown("It costs $5 and $10.").get_text().strip() == "It costs $5 and $10."


@pytest.mark.parametrize(
    "latex",
    [
        r"\foo{x}", r"\left( x", r"\begin{matrix} a", r"x_",
        r"\newcommand\a{b}",
        r"\def\a{b}\a", r"\let\a=b", "{" * 200 + "x" + "}" * 200, r"\sqrt" * 150 + "x",
        r"\href{https://example.org}{x}",
    ],
)  # fmt: skip
def test_a_formula_that_cannot_be_read_is_shown_as_its_source(latex: str) -> None:
    found = shown(f"so $$ {latex} $$ grows")
    assert found.find("math") is None
    assert found.find("code").get_text() == f"$$ {latex} $$"


def test_there_is_an_end_to_formulas() -> None:
    found = shown("$x$ " * (formulas.MOST + 5))
    assert len(found.find_all("math")) == formulas.MOST
    assert len(found.find_all("code")) == 5
    assert shown("$" + "x+" * 600 + "x$").find("math") is None


@pytest.mark.parametrize(
    "latex",
    [
        r"\sum_{i=1}^{n} \left( \frac{\partial L}{\partial \theta_i} \right)^2 \le \epsilon",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"\hat{y} = \operatorname{softmax}(W\mathbf{x} + b), \quad x \in \mathbb{R}^{d \times k}",
        r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
        r"\mathcal{L} = -\log p_\theta(x \mid z) + D_{\mathrm{KL}}(q \,\|\, p)",
        r"\overline{x} \pm 1.96\,\sigma/\sqrt{n} \approx 93.1\%",
        r"\underbrace{a+b}_{c} \xrightarrow{f} \lfloor x \rfloor",
        r"\begin{aligned} a &= b \\ &= c \end{aligned}",
    ],
)
def test_formulas_of_papers_are_read(latex: str) -> None:
    assert formula(f"$${latex}$$")["display"] == "block"


@pytest.mark.parametrize(
    "text",
    [
        "$$ a\n" * 12_000,
        "$a " * 17_000,
        r"\( " * 17_000,
        r"\[" * 25_000,
        "$" * 50_000,
        "$\\frac{a}{b}$ " * 4_000,
        ("$" + r"\left(" * 80 + r"\right)" * 80 + "$ ") * 60,
        ("$" + "x^{" * 150 + "}" * 150 + "$ ") * 80,
        ("$\\begin{matrix}" + "a&" * 450 + "\\end{matrix}$ ") * 50,
        ("$" + "x'" * 450 + "$ ") * 50,
        ("$" + r"\text{a}" * 120 + "$ ") * 50,
        ("- " * 500 + "$$\n") * 40,
        ">" * 5_000 + "$$\nx",
        "| $x$ " * 10_000 + "|\n" + "|-" * 10_000 + "|",
    ],
)
def test_no_text_takes_long(text: str) -> None:
    formulas.mathml.cache_clear()
    with at_most(15):
        render(text)


def test_a_wide_table_scrolls_in_a_box_that_the_keyboard_reaches() -> None:
    box = shown("| a |\n|---|\n| b |").find("div")
    assert box.attrs == {
        "class": ["table-scroll"], "role": "region", "tabindex": "0", "aria-label": "Table"
    }  # fmt: skip
    assert [child.name for child in box.children] == ["table"]
